"""How it goes, in a space or in all that the reader may read: open to everybody who reads there, naming nobody."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from kb.errors import Forbidden, NotFound
from kb.lifecycle import review_due
from kb.model import Person, PersonKind
from kb.permissions import visible_spaces
from kb.rules_figures import (
    MONTHS,
    Figures,
    Kept,
    beyond,
    by_month,
    gini,
    groups,
    links,
    quantile,
    quarter,
    routing,
    share,
)
from kb.storage import Store, Transaction

WINDOW = timedelta(days=31 * MONTHS)
QUARTER = timedelta(days=90)
MOST = 3_000  # questions, the most recent ones, of which the times are measured


def figures(store: Store, reader: Person, space: str | None = None) -> Figures:
    """The last twelve months of one space, or of all that `reader` reads. For employees; NotFound for a space that is
    not theirs."""
    spaces = visible_spaces(reader)
    if reader.kind is not PersonKind.EMPLOYEE or reader.ended is not None:
        raise Forbidden("open", "figures", "")
    if space is not None and space not in spaces:
        raise NotFound("space", space)
    with store.read() as tx:
        return _figures(tx, frozenset({space}) if space else spaces)


def _figures(tx: Transaction, spaces: frozenset[str]) -> Figures:
    since = tx.now - WINDOW
    everything = tx.questions.list(spaces=spaces)
    questions = [each for each in everything if each.created and each.created >= since][:MOST]
    ids = {each.id for each in questions}
    answers = [each for each in tx.answers.list(ids) if each.created is not None] if ids else []
    first: dict[str, datetime] = {}
    for answer in sorted(answers, key=lambda each: str(each.created)):
        first.setdefault(answer.question, answer.created or tx.now)
    calendars = tx.availability.calendars(sorted({each.author for each in questions if each.author}))
    hours = {
        each.id: calendars[each.author].hours_between(each.created, moment)
        for each in questions
        if each.author in calendars and each.created is not None and (moment := first.get(each.id)) is not None
    }
    accepted = {each.question for each in answers if each.accepted is not None}
    readable = {each.id for each in everything} | {each.key for each in tx.procedures.list(spaces=spaces)}
    people = tx.people.list()
    routes, invitations = tx.routes.since(since, spaces)
    given = Counter(each.author for each in answers if each.author)
    requests = Counter(each.person for each in invitations)
    away, between = links(people, questions, answers)
    season = tx.now - QUARTER
    return Figures(
        len(questions), share(len(first), len(questions)), share(len(accepted), len(questions)),
        quantile(list(hours.values()), 0.5), quantile(list(hours.values()), 0.9), gini(list(given.values())),
        sum(each in readable for each in tx.routes.ended_typing(since)), by_month(questions, hours, tx.now),
        groups(people, questions, answers, "unit"), groups(people, questions, answers, "site"),
        groups(people, questions, answers, "title"), routing(routes, invitations),
        gini(list(requests.values())), beyond(list(given.values())), away, between,
        quarter(questions, hours, season, tx.now + WINDOW), quarter(questions, hours, season - QUARTER, season),
        _kept(tx, spaces),
    )  # fmt: skip


def _kept(tx: Transaction, spaces: frozenset[str]) -> Kept:
    """How well the practices and procedures of these spaces are looked after today."""
    today = tx.now.date()
    practices = [each for each in tx.practices.list(spaces=spaces) if each.ended is None]
    verified = sum(each.is_verified(today) for each in practices)
    reviews = [review_due(each) for each in tx.procedures.list(spaces=spaces)]
    lapsed = sum(each.until is not None and each.until < today for each in practices)
    overdue = sum(day is not None and day < today for day in reviews)
    words = [each.holds(today) for each in tx.verifications.of_spaces(spaces)]
    stands = share(verified, len(practices))
    return Kept(len(practices), stands, lapsed, overdue, sum(words), len(words) - sum(words))
