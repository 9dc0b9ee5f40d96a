"""How a question ended: solved, partly, or no. Said by the asker; after a while asked of them, once; then offered to
the animator. Who found the answer without asking says so too, and that counts like a question solved.

    await_outcome(tx, question, answer)     in the transaction of an answer: when to look whether anybody said so
    follow_up(store, question)              that look: remind the asker, later offer it to the animators
    answered_me(...)                        "this answers me": the search ends there
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.advice import Practice
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Answer, Band, NoticeKind, Person, Procedure, Question, QuestionStatus, Role, Vote, new_id
from kb.notices import settle, tell
from kb.permissions import Action, can, require
from kb.routing import Candidate, Route
from kb.rules import BODY_LIMIT
from kb.storage import Store, Transaction
from kb.waves import numbers

JOB = "outcome"
ASKING = [NoticeKind.OUTCOME, NoticeKind.OFFERED]


def await_outcome(tx: Transaction, question: Question, key: str) -> None:
    """Look again when the asker has had time to try it; `key` names what began the wait."""
    if question.author is None:
        return
    calendar = tx.availability.calendars([question.author])[question.author]
    due = calendar.after(tx.now, numbers(tx).patience_outcome)
    tx.jobs.add(JOB, {"question": question.id}, run_at=due, once=f"{JOB} {question.id} {key}")


def follow_up(store: Store, question: str) -> None:
    """Remind the asker that nobody knows whether it is solved; the next time offer it to the animators. Nothing when it
    was said meanwhile; nobody is reminded twice."""
    with store.write() as tx:
        asked = tx.questions.find(question, lock=True)
        route = tx.routes.find(question) if asked else None
        if asked is None or asked.status is not QuestionStatus.OPEN or not asked.answers:
            return
        if route is not None and route.outcome is not None:
            return
        asker = tx.people.find(asked.author) if asked.author else None
        key = f"outcome {question}"
        if asker is not None and asker.ended is None and tx.notices.find(asker.id, key) is None:
            tell(tx, asker.id, NoticeKind.OUTCOME, asked, {}, key=key)
            await_outcome(tx, asked, "reminded")
            return
        for each in tx.spaces.members(asked.space):
            if each.role is Role.ANIMATOR and each.person != asked.author:
                tell(tx, each.person, NoticeKind.OFFERED, asked, {"by": asked.author}, key=f"offered {question}")


def may_settle(store: Store, person: Person, question: Question) -> bool:
    """Whether `person` may mark what solved it: the asker, and the animators once it was offered to them."""
    with store.read() as tx:
        return _may_settle(tx, person, question)


def require_settler(tx: Transaction, person: Person, question: Question) -> None:
    if not can(person, Action.READ, question):
        raise NotFound("question", question.id)
    if not _may_settle(tx, person, question):
        raise Forbidden(Action.ACCEPT, "question", question.id)


def settled(tx: Transaction, person: Person, question: Question, answer: Answer) -> None:
    """The mark was set: nobody need be asked for it any more, and the asker knows when somebody else set it."""
    for each in {question.author, person.id}:
        if each is not None:
            settle(tx, each, question, ASKING)
    if question.author not in (None, person.id):
        facts = {"by": person.id, "answer": answer.id}
        tell(tx, question.author, NoticeKind.SETTLED, question, facts, key=f"settled {answer.id}")


def answered_me(
    store: Store, reader: Person, text: str, of: str, subject: str, answer: str | None, band: Band, probability: float,
    scorer: str, candidates: Sequence[Candidate],
) -> Route:  # fmt: skip
    """What `reader` looked for (`text`) is answered by a question (its answer, when named, has their vote), a procedure
    or a person that they may read: kept as a route that ends there."""
    with store.write() as tx:
        thing = _thing(tx, of, subject)
        if thing is None or not can(reader, Action.READ, thing):
            raise Invalid("id", "There is nothing at that address. Copy it from the page that answers this.")
        if isinstance(thing, Question) and answer is not None:
            _vote_for(tx, reader, thing, answer)
        outcome = f"answered by {subject}"
        route = Route(
            new_id(), reader.id, None, text[:BODY_LIMIT], band, probability, scorer, tuple(candidates), outcome, tx.now
        )
        tx.routes.add(route)
        tx.changes.add("end", "route", route.id, reader.id)
        return route


def answered_others(store: Store, reader: Person, thing: Question | Procedure) -> int:
    """How many searches ended with this: for those who may read it."""
    with store.read() as tx:
        require(reader, Action.READ, thing)
        return tx.routes.count_outcome(f"answered by {thing.id if isinstance(thing, Question) else thing.key}")


def _thing(tx: Transaction, of: str, subject: str) -> Question | Practice | Procedure | Person | None:
    if of == "question":
        return tx.questions.find(subject)
    if of == "practice":
        return tx.practices.find(subject)
    return tx.procedures.find(subject) if of == "procedure" else tx.people.find(subject)


def _vote_for(tx: Transaction, reader: Person, question: Question, answer: str) -> None:
    tx.questions.lock([question.id])
    given = tx.answers.find(answer)
    if given is None or given.question != question.id or not can(reader, Action.VOTE, given, question.space):
        return
    if tx.votes.find(reader.id, question.id, answer) is None:
        tx.votes.add([Vote(reader.id, question.id, answer, 1, tx.now)])
        tx.answers.change_score(answer, 1)
        tx.changes.add("vote", "question", question.id, reader.id)


def _may_settle(tx: Transaction, person: Person, question: Question) -> bool:
    if can(person, Action.ACCEPT, question):
        return True
    offered = tx.notices.find(person.id, f"offered {question.id}") is not None
    return offered and can(person, Action.MANAGE, question)
