"""What the invited reply, in one click: I will answer, not me, busy until, ask X instead, already answered here.

Each closes one's own request (or keeps it, when one will answer), is kept as evidence, and lets the question go on in
the same transaction. A second click on a request that is closed is a Conflict with a sentence, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from kb.bookmarks import thing_of
from kb.errors import Conflict, Invalid, NotFound
from kb.model import Answer, NoticeKind, Person, Question, QuestionStatus
from kb.notices import settle, tell
from kb.permissions import Action, can, require
from kb.questions import give_answer
from kb.routing import OPEN, Candidate, Circle, Invitation, InvitationStatus, Reason, Stage
from kb.storage import Store, Transaction
from kb.waves import ASKS, advance, let_go, numbers, release, require_helper

LONGEST = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Declined:
    """`subjects`: what the person has said "not me" to so often that one may ask whether to stop asking."""

    question: Question
    subjects: tuple[str, ...]


def request(store: Store, person: Person, invitation: str) -> tuple[Invitation, Question]:
    """One's own request with its question; NotFound when it is not theirs or no longer theirs to read."""
    with store.read() as tx:
        return _own(tx, person, invitation)


def answer(store: Store, person: Person, invitation: str, body: str, language: str) -> Answer:
    """Answer by way of the request: once, because the answer closes it."""
    with store.write() as tx:
        _mine, question = _replying(tx, person, invitation)
        return give_answer(tx, person, question, body, language)


def will_answer(store: Store, person: Person, invitation: str) -> Question:
    """The others are released and told, and the asker knows."""
    with store.write() as tx:
        mine, question = _replying(tx, person, invitation)
        if mine.status is InvitationStatus.ACCEPTED:
            return question
        tx.routes.set_invitation(mine.id, InvitationStatus.ACCEPTED)
        for each in tx.routes.invitations(question.id, statuses=OPEN):
            if each.id != mine.id:
                let_go(tx, question, each, person.id)
        facts = {"by": person.id, "invitation": mine.id}
        tell(tx, question.author, NoticeKind.TAKEN, question, facts, key=f"taken {mine.id}")
        _go_on(tx, mine, "will answer", person)
        return question


def not_me(store: Store, person: Person, invitation: str) -> Declined:
    with store.write() as tx:
        mine, question = _replying(tx, person, invitation)
        _close(tx, mine, question, InvitationStatus.DECLINED)
        refused, chosen = tx.subjects.refusals(person.id, question.tags), tx.subjects.choices([person.id])
        often = [tag for tag in question.tags if refused.get(tag, 0) >= numbers(tx).refusals]
        _go_on(tx, mine, "decline", person)
        return Declined(question, tuple(tag for tag in often if tag.casefold() not in chosen.get(person.id, {})))


def busy(store: Store, person: Person, invitation: str, until: date) -> Question:
    """Not this one, and nothing else until that day is over."""
    with store.write() as tx:
        mine, question = _replying(tx, person, invitation)
        today = tx.availability.calendars([person.id])[person.id].day(tx.now)
        if not today <= until <= today + LONGEST:
            raise Invalid("until", "Choose a day from today on, at most half a year away.")
        _close(tx, mine, question, InvitationStatus.BUSY, until=until)
        _go_on(tx, mine, "busy", person)
        return question


def ask_instead(store: Store, person: Person, invitation: str, other: str) -> Person:
    """Name a colleague, who is asked next, as far as their own limits allow."""
    with store.write() as tx:
        mine, question = _replying(tx, person, invitation)
        named = require_helper(tx, person, other, question, "other")
        if named.id == person.id or any(each.person == named.id for each in tx.routes.invitations(question.id)):
            raise Invalid("other", "%(name)s was asked already. Name somebody else.", name=named.name)
        _close(tx, mine, question, InvitationStatus.REFERRED, detail=named.id)
        route = tx.routes.get(mine.route)
        found = {each.person: each for each in route.candidates}
        first = found.pop(named.id, Candidate(named.id, 0.0, 0.0))
        wish = Reason("recommended", of="person", subject=person.id)
        circle = Circle.KEEPER if route.stage is Stage.KEEPERS else Circle.NEAR
        asked = replace(first, circle=circle, reasons=(wish, *first.reasons))
        tx.routes.set_candidates(route.id, [asked, *found.values()])
        _go_on(tx, mine, "ask instead", person)
        return named


def known(store: Store, person: Person, invitation: str, of: str, subject: str) -> Question:
    """It is answered already: in another question (`of` "question") or a procedure, which the asker is shown."""
    with store.write() as tx:
        mine, question = _replying(tx, person, invitation)
        asker = tx.people.find(question.author) if question.author else None
        of = "question" if of == "question" else "procedure"
        if thing_of(tx, person, of, subject) is None or subject == question.id:
            raise Invalid("where", "There is nothing at that address. Copy it from the page that answers this.")
        if asker is None or thing_of(tx, asker, of, subject) is None:
            raise Invalid("where", "Whoever asks may not read that page. Answer in your own words instead.")
        _close(tx, mine, question, InvitationStatus.KNOWN, detail=f"{of} {subject}")
        facts = {"by": person.id, "invitation": mine.id}
        tell(tx, question.author, NoticeKind.KNOWN, question, facts, key=f"known {mine.id}")
        _go_on(tx, mine, "known", person)
        return question


def answers_me(store: Store, asker: Person, invitation: str, id: str | None = None) -> Question:
    """The asker says that what was named as the answer is one: the question (of this id) ends there. Conflict when it
    has ended meanwhile."""
    with store.write() as tx:
        found = tx.routes.find_invitation(invitation)
        if found is None or found.status is not InvitationStatus.KNOWN or found.detail is None:
            raise NotFound("invitation", invitation)
        question = tx.questions.get(found.question, lock=True)
        require(asker, Action.ACCEPT, question)
        if id not in (None, question.id):
            raise NotFound("invitation", invitation)
        if question.status is not QuestionStatus.OPEN:
            raise Conflict("This question has ended already.")
        of, _space, subject = found.detail.partition(" ")
        first = tx.questions.find(subject) if of == "question" else None
        if first is not None and first.duplicate_of is None and can(asker, Action.READ, first):
            tx.questions.set_status(question.id, QuestionStatus.DUPLICATE, first.id)
        else:
            tx.questions.set_status(question.id, QuestionStatus.ANSWERED)
        tx.routes.set_outcome(found.route, "solved")
        release(tx, question)
        tx.changes.add("close", "question", question.id, asker.id)
        return question


def not_busy(store: Store, person: Person) -> None:
    """Take back that one is busy."""
    with store.write() as tx:
        tx.people.lock([person.id])
        tx.routes.not_busy(person.id)
        tx.changes.add("not busy", "person", person.id, person.id)


def _own(tx: Transaction, person: Person, invitation: str) -> tuple[Invitation, Question]:
    found = tx.routes.find_invitation(invitation)
    question = tx.questions.find(found.question) if found else None
    if found is None or found.person != person.id or question is None or not can(person, Action.READ, question):
        raise NotFound("invitation", invitation)
    return found, question


def _replying(tx: Transaction, person: Person, invitation: str) -> tuple[Invitation, Question]:
    """One's own open request, with its question locked. Conflict when it is closed."""
    _found, question = _own(tx, person, invitation)
    question = tx.questions.get(question.id, lock=True)
    found, _question = _own(tx, person, invitation)
    if found.status is InvitationStatus.RELEASED:
        raise Conflict("This was settled meanwhile: you need not do anything.")
    if found.status not in OPEN:
        raise Conflict("You have replied to this already. Nothing was changed.")
    return found, question


def _close(
    tx: Transaction, mine: Invitation, question: Question, status: InvitationStatus, until: date | None = None,
    detail: str | None = None,
) -> None:  # fmt: skip
    tx.routes.set_invitation(mine.id, status, until, detail)
    settle(tx, mine.person, question, ASKS)


def _go_on(tx: Transaction, mine: Invitation, action: str, person: Person) -> None:
    tx.changes.add(action, "route", mine.route, person.id)
    advance(tx, tx.routes.get(mine.route))
