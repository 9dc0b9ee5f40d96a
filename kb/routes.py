"""What becomes of a question: where it is routed, who is asked and why, how it ends. Whom it might be is `indexer`'s to
say; whether and when they are asked is `kb.turns`'.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from kb.calendars import Calendar
from kb.errors import Invalid, NotFound
from kb.model import Band, Person, Question, QuestionStatus, Role, new_id
from kb.newcomers import has_turn, newcomers, words
from kb.notices import settle
from kb.outcomes import ASKING, require_settler
from kb.permissions import Action, can, require, require_administrator, visible_spaces
from kb.routing import (
    LIMITS,
    OPEN,
    Candidate,
    Choice,
    Circle,
    Invitation,
    InvitationStatus,
    Numbers,
    Reason,
    Route,
    Stage,
)
from kb.storage import Store, Transaction
from kb.turns import beside_newcomer, circles, in_circle, told
from kb.waves import SETTING, advance, keepers, numbers, reopen, require_helper, size, standings, unrouted

LOOKED_AT = 200  # routes that are looked at for the lists of who can help and of gaps


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to a person, with its question and the reasons they may read."""

    invitation: Invitation
    question: Question
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """ "Why me?": the request, how it came about, and how many of the kind there were that week."""

    asked: Asked
    route: Route
    place: int
    week: int
    cap: int


@dataclass(frozen=True, slots=True)
class Wave:
    """Who would be asked at a stage, from when, and when the next one begins."""

    stage: Stage
    asks: tuple[tuple[Candidate, datetime], ...]
    ends: datetime


@dataclass(frozen=True, slots=True)
class Foresight:
    """What posting would set going, as far as it can be told; `readers` is how many people may read it."""

    waves: tuple[Wave, ...]
    keepers: tuple[Candidate, ...]
    people: Mapping[str, Person]
    readers: int


def begin(
    store: Store, question: str, band: Band, probability: float, scorer: str, candidates: Sequence[Candidate],
    struck: Collection[str] = (), named: Collection[str] = (),
) -> Route | None:  # fmt: skip
    """Keep how a posted question was routed and ask the first of them, in one transaction; again, it only goes on. None
    when it was deleted meanwhile."""
    with store.write() as tx:
        asked = tx.questions.find(question, lock=True)
        if asked is None:
            return None
        route = tx.routes.find(question)
        if route is None:
            route = Route(
                new_id(), asked.author, question, words(asked), band, probability, scorer,
                _prepared(tx, asked, candidates, named), None, tx.now, Stage.FIRST, tx.now, tx.now, tuple(struck),
            )  # fmt: skip
            tx.routes.add(route)
            tx.changes.add("route", "route", route.id, asked.author)
        return advance(tx, route)


def go_on(store: Store, route: str) -> None:
    """Look again at a routed question, as was agreed."""
    with store.write() as tx:
        advance(tx, tx.routes.get(route))


def foresee(
    store: Store, asker: Person, space: str, candidates: Sequence[Candidate], tags: Sequence[str] = (),
    struck: Collection[str] = (), named: Collection[str] = (), title: str = "", body: str = "",
) -> Foresight:  # fmt: skip
    """Who would be asked if this were posted now, and when it would go on to others. Invalid for a name in `named` that
    cannot be asked."""
    with store.read() as tx:
        question = Question("", space, title, body, author=asker.id, tags=tuple(tags))
        for each in named:
            require_helper(tx, asker, each, question, "named")
        found, animators, limits = _prepared(tx, question, candidates, named), keepers(tx, question), numbers(tx)
        turns = [
            stage for stage in (Stage.FIRST, Stage.SECOND)
            if has_turn(words(question), stage, size(stage, limits), limits.newcomers)
        ]  # fmt: skip
        fresh = newcomers(tx, question, found, limits.newcomers) if turns else []
        people = {each.person for each in (*found, *animators, *fresh)} | {asker.id}
        known, moment = standings(tx, question, sorted(people)), tx.now
        waves: list[Wave] = []
        asked: set[str] = set()
        for stage in (Stage.FIRST, Stage.SECOND):
            passed, slots = asked | set(struck), size(stage, limits)
            left, wider = circles(found, stage, passed, known, tags)
            welcome = [each for each in fresh if stage in turns and each.person not in passed]
            sparing = stage is Stage.SECOND
            at = partial(
                beside_newcomer, left, welcome, known, tags, limits, want=slots, wider=wider, sparing=sparing
            )  # fmt: skip
            choice, moment = _once_free(at, known[asker.id].calendar, moment, limits.patience(stage))
            choice = told(choice, [each for each in found if each.person not in passed], known, tags)
            ends = [known[each.person].calendar.after(starts, limits.patience(stage)) for each, starts in choice.asks]
            moment = max((each for each in ends if each is not None), default=moment)
            waves.append(Wave(stage, choice.asks, moment))
            asked |= {each.person for each, _ in choice.asks}
        last = [
            each for each in in_circle(found, Stage.KEEPERS, animators)
            if each.person not in asked | set(struck) and known[each.person].may
        ]  # fmt: skip
        names = {each.id: each for each in tx.people.list(people) if can(asker, Action.READ, each)}
        keeping = tuple(last[: size(Stage.KEEPERS, limits)])
        return Foresight(tuple(waves), keeping, names, tx.people.count_readers(space))


def _once_free(
    at: Callable[[datetime], Choice], calendar: Calendar, moment: datetime, patience: int
) -> tuple[Choice, datetime]:
    """Who is chosen at `moment` or, while all can only be asked later, on one of the asker's next mornings, as long as
    the patience with a wave lasts; and when that is, or when it ends."""
    choice, ends = at(moment), calendar.after(moment, patience) or moment
    while choice.later and not choice.asks:
        morning = calendar.next_day(moment)
        if morning is None or morning >= ends:
            return choice, ends
        choice, moment = at(morning), morning
    return choice, moment


def waiting_for(store: Store, person: Person) -> tuple[Asked, ...]:
    """The questions `person` is asked to help with and may still read, newest first."""
    with store.read() as tx:
        invitations = tx.routes.invitations(person=person.id, statuses=OPEN)
        questions = {each.id: each for each in tx.questions.list({each.question for each in invitations})}
        return tuple(
            Asked(each, questions[each.question], readable_reasons(tx, person, each.reasons)) for each in invitations
            if each.question in questions and can(person, Action.READ, questions[each.question])
        )  # fmt: skip


def of_question(store: Store, reader: Person, question: str) -> tuple[Asked, ...]:
    """Who was asked to help with a question, for those who may read it; why, for the asker and for oneself."""
    with store.read() as tx:
        asked = tx.questions.get(question)
        require(reader, Action.READ, asked)
        known = {each.person for each in tx.routes.invitations(question)}
        known = {each.id for each in tx.people.list(known) if can(reader, Action.READ, each)}
        found = [each for each in tx.routes.invitations(question) if each.person in known]
        return tuple(Asked(each, asked, _told_why(tx, reader, asked, each)) for each in found)


def why(store: Store, reader: Person, invitation: str) -> Why:
    """Why somebody was asked, however long ago: for themselves, the asker, and administrators who may read it."""
    with store.read() as tx:
        found = tx.routes.find_invitation(invitation)
        question = tx.questions.find(found.question) if found else None
        if found is None or question is None or not can(reader, Action.READ, question):
            raise NotFound("invitation", invitation)
        if reader.id not in (found.person, question.author) and not reader.admin:
            raise NotFound("invitation", invitation)
        route, before = tx.routes.get(found.route), tx.routes.starts([found.person], found.starts - timedelta(days=7))
        place = next((n for n, each in enumerate(route.candidates, 1) if each.person == found.person), 0)
        week = sum(each <= found.starts for each in before.get(found.person, ()))
        asked = Asked(found, question, readable_reasons(tx, reader, found.reasons))
        return Why(asked, route, place, week, numbers(tx).week_cap)


def requests_this_week(store: Store, person: Person) -> tuple[int, int]:
    """How many requests started in the last seven days, and the most there may be."""
    with store.read() as tx:
        starts = tx.routes.starts([person.id], tx.now - timedelta(days=7)).get(person.id, ())
        chosen, limit = tx.availability.preferences([person.id])[person.id], numbers(tx).week_cap
        return sum(each <= tx.now for each in starts), min(limit, limit if chosen.week_cap is None else chosen.week_cap)


def helpable(store: Store, reader: Person, limit: int) -> tuple[tuple[Question, Route], ...]:
    """Questions that went beyond those asked first and still have no answer, in the reader's spaces: those near what
    the reader answers or names first, then the longest waiting."""
    with store.read() as tx:
        found = _open(tx, reader, (Stage.SECOND, Stage.KEEPERS, Stage.GAP))
        asked = tx.routes.invitations(person=reader.id)
        passed = {each.question for each in asked if each.status is not InvitationStatus.LAPSED}
        known = set(tx.subjects.answered(reader.id, visible_spaces(reader))) | {each.lower() for each in reader.skills}
    mine = [
        (question, route) for question, route in found
        if question.author != reader.id and question.id not in passed and can(reader, Action.ANSWER, question)
    ]  # fmt: skip
    return tuple(sorted(mine, key=lambda pair: not known & set(pair[0].tags))[:limit])


def gaps(store: Store, reader: Person) -> tuple[tuple[Question, Route], ...]:
    """Questions of the reader's spaces that everybody was asked about and nobody answered, the oldest first."""
    with store.read() as tx:
        return tuple(_open(tx, reader, (Stage.GAP,)))


def judge(store: Store, asker: Person, question: str, outcome: str) -> None:
    """What the asker says of the answers so far: "partly", or "no" (then others are asked). "solved" is an acceptance:
    see `kb.questions.accept`."""
    if outcome not in ("partly", "no"):
        raise Invalid("outcome", "Choose partly or no, or mark the answer that solved it.")
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        require_settler(tx, asker, asked)
        if asked.status is not QuestionStatus.OPEN:
            raise Invalid("outcome", "This question is closed. Open it again first.")
        route = tx.routes.find(question) or unrouted(tx, asked)
        tx.routes.set_outcome(route.id, outcome)
        tx.changes.add(f"solved {outcome}", "route", route.id, asker.id)
        settle(tx, asker.id, asked, ASKING)
        if outcome == "no":
            reopen(tx, asked)


def outcome(store: Store, reader: Person, question: str) -> str | None:
    """What the asker said of the answers: "solved", "partly", "no", or None."""
    with store.read() as tx:
        require(reader, Action.READ, tx.questions.get(question))
        route = tx.routes.find(question)
        return route.outcome if route else None


def set_numbers(store: Store, administrator: Person, given: Mapping[str, str]) -> Numbers:
    """Set the administrator's numbers. Invalid beside the field that is no number within its limits."""
    require_administrator(administrator)
    kept: dict[str, int] = {}
    for name, (least, most) in LIMITS.items():
        text = given.get(name, "").strip()
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise Invalid(name, "Write a number from %(least)d to %(most)d.", least=least, most=most)
        kept[name] = int(text)
    with store.write() as tx:
        tx.settings.set(SETTING, kept)
        tx.changes.add("set", "setting", SETTING, administrator.id)
    return Numbers(**kept)


def readable_reasons(tx: Transaction, reader: Person, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons whose question, procedure or space `reader` may read now, under their present titles."""
    questions = {each.id: each for each in tx.questions.list({str(each.subject) for each in reasons})}
    shown: list[Reason] = []
    for each in reasons:
        if each.of == "question":
            thing = questions.get(str(each.subject))
            if thing is not None and can(reader, Action.READ, thing):
                shown.append(replace(each, title=thing.title))
        elif each.of == "practice":
            practice = tx.practices.find(str(each.subject))
            if practice is not None and can(reader, Action.READ, practice):
                shown.append(replace(each, title=practice.title))
        elif each.of == "procedure":
            procedure = tx.procedures.find(str(each.subject))
            if procedure is not None and procedure.revisions and can(reader, Action.READ, procedure):
                shown.append(each)
        elif each.of != "space" or each.subject in visible_spaces(reader):
            shown.append(each)
    return tuple(shown)


def _told_why(tx: Transaction, reader: Person, question: Question, invitation: Invitation) -> tuple[Reason, ...]:
    if reader.id not in (question.author, invitation.person):
        return ()
    return readable_reasons(tx, reader, invitation.reasons)


def _open(tx: Transaction, reader: Person, stages: Collection[Stage]) -> list[tuple[Question, Route]]:
    routes = tx.routes.at_stage(stages, visible_spaces(reader), LOOKED_AT)
    questions = {each.id: each for each in tx.questions.list({str(each.question) for each in routes})}
    return [(questions[str(each.question)], each) for each in routes]


def _prepared(
    tx: Transaction, question: Question, candidates: Sequence[Candidate], named: Collection[str]
) -> tuple[Candidate, ...]:
    """All who may ever be asked: the named first, then those found, then the experts of the space."""
    found = {each.person: each for each in candidates}
    wish = Reason("named", of="person", subject=question.author)
    first = [found.pop(id, Candidate(id, 0.0, 0.0)) for id in named]
    asked = [replace(each, circle=Circle.NEAR, reasons=(wish, *each.reasons)) for each in first]
    members = tx.spaces.members(question.space)
    expert = (Reason("expert", of="space", subject=question.space),)
    experts = [
        Candidate(each.person, 0.0, 0.0, Circle.WIDE, expert) for each in members
        if each.role is Role.EXPERT and each.person not in found and each.person not in named
    ]  # fmt: skip
    return (*asked, *found.values(), *experts)
