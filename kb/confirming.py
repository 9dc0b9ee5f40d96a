"""After use: it works for me, it is outdated, it is dangerous; on any answer and any practice, once a person.

Three people for whom a verified practice works push its date by a year. One who says no gives its keeper a task, and
until that is settled nothing is pushed. A verdict is counted with the unit of whoever gave it: what works in two units
may become a duty (`kb.amending`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kb.advice import Confirmation, Practice, TaskKind, Verdict
from kb.errors import Invalid
from kb.lifecycle import next_review
from kb.model import Answer, NoticeKind, Person, Question, Role, new_id
from kb.notices import tell
from kb.permissions import KEEPERS, Action, require
from kb.rules import clean
from kb.storage import Store, Transaction
from kb.tasks import end_tasks, keepers, open_task

NOTE_LIMIT, ENOUGH, MONTHS = 300, 3, 12


@dataclass(frozen=True, slots=True)
class Tally:
    """What people say of one thing: for whom it works, and who doubts its present words; the latest first."""

    works: tuple[Confirmation, ...] = ()
    doubts: tuple[Confirmation, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The units in which it works, each once."""
        return tuple(dict.fromkeys(each.unit for each in self.works if each.unit))

    def of(self, person: str) -> Verdict | None:
        """What this person says."""
        return next((each.verdict for each in (*self.works, *self.doubts) if each.person == person), None)

    @property
    def warning(self) -> Verdict | None:
        """The gravest doubt."""
        given = {each.verdict for each in self.doubts}
        return next((each for each in (Verdict.DANGEROUS, Verdict.OUTDATED) if each in given), None)


def tally(given: Sequence[Confirmation], since: datetime | None) -> Tally:
    """Confirmations in two heaps; a doubt counts against the words that stand since then."""
    return Tally(
        tuple(each for each in given if each.verdict is Verdict.WORKS),
        tuple(each for each in given if each.verdict is not Verdict.WORKS and (since is None or each.at > since)),
    )


def of_practices(tx: Transaction, practices: Collection[Practice]) -> dict[str, Tally]:
    given = tx.confirmations.of_practices([each.id for each in practices])
    return {each.id: tally(given.get(each.id, ()), each.settled) for each in practices}


def of_answers(tx: Transaction, answers: Collection[Answer]) -> dict[str, Tally]:
    ids = [each.id for each in answers]
    given, verified = tx.confirmations.of_answers(ids), tx.verifications.of(ids)
    stood = {id: each.at for id, each in verified.items()}
    since = {each.id: max(filter(None, (each.edited, stood.get(each.id))), default=None) for each in answers}
    return {id: tally(given.get(id, ()), since[id]) for id in ids}


def said(store: Store, reader: Person, things: Collection[Practice | Answer]) -> Mapping[str, Tally]:
    """What is said of things that `reader` has before them already."""
    with store.read() as tx:
        practices = of_practices(tx, [each for each in things if isinstance(each, Practice)])
        return practices | of_answers(tx, [each for each in things if isinstance(each, Answer)])


def judge_practice(store: Store, person: Person, id: str, verdict: Verdict | None, note: str = "") -> bool:
    """Say what one found when using a practice (None takes it back); whether its date was pushed."""
    note = _noted(verdict, note)
    with store.write() as tx:
        practice = tx.practices.get(id, lock=True)
        require(person, Action.CONFIRM, practice)
        given = _put(tx, person, practice.id, None, verdict, note)
        pushed = verdict is Verdict.WORKS and _push(tx, practice)
        if given is not None and given.verdict is not Verdict.WORKS:
            for keeper in keepers(tx, practice):
                open_task(tx, keeper, TaskKind.DOUBTED, practice, {}, person.id)
                facts = {"by": person.id}
                tell(tx, keeper, NoticeKind.DOUBTED, practice, facts, key=f"doubted {given.id}")
        tx.changes.add("confirm", "practice", id, person.id)
        return pushed


def judge_answer(store: Store, person: Person, id: str, verdict: Verdict | None, note: str = "") -> Question:
    """The same of an answer: its author is told of a doubt, and those who keep the space of a danger."""
    note = _noted(verdict, note)
    with store.write() as tx:
        asked = tx.questions.get(tx.answers.get(id).question, lock=True)
        answer = tx.answers.get(id, lock=True)
        require(person, Action.CONFIRM, answer, asked.space)
        given = _put(tx, person, None, answer.id, verdict, note)
        if given is not None and given.verdict is not Verdict.WORKS:
            told = {answer.author}
            if given.verdict is Verdict.DANGEROUS:
                told |= {each.person for each in tx.spaces.members(asked.space) if Role(each.role) in KEEPERS}
            for each in told - {None, person.id}:
                facts = {"by": person.id, "answer": answer.id}
                tell(tx, each, NoticeKind.DOUBTED, asked, facts, key=f"doubted {given.id}")
        tx.changes.add("confirm", "question", asked.id, person.id)
        return asked


def settle(tx: Transaction, practice: Practice) -> None:
    """Somebody stood for the practice, changed it or took it back: its keeper need not look any more."""
    end_tasks(tx, TaskKind.DOUBTED, practice)


def _noted(verdict: Verdict | None, note: str) -> str:
    note = clean("note", " ".join(note.split()), NOTE_LIMIT)
    if verdict is Verdict.DANGEROUS and not note:
        raise Invalid("note", "Say in a few words what could happen: somebody must be able to act on it.")
    return note


def _put(
    tx: Transaction, person: Person, practice: str | None, answer: str | None, verdict: Verdict | None, note: str
) -> Confirmation | None:
    before = tx.confirmations.find(person.id, practice, answer)
    if verdict is None:
        tx.confirmations.remove(person.id, practice, answer)
        return None
    first = before.first if before else tx.now
    given = Confirmation(new_id(), person.id, practice, answer, verdict, person.unit, note, first, tx.now)
    tx.confirmations.put(given)
    return given


def _push(tx: Transaction, practice: Practice) -> bool:
    """Push the date of a verified practice when enough people have found it true since it was last looked at."""
    if practice.verified is None or practice.ended is not None:
        return False
    found = of_practices(tx, [practice])[practice.id]
    since = max(filter(None, (practice.verified, practice.extended)))
    fresh = [each for each in found.works if each.at > since]
    until = next_review(tx.now.date(), MONTHS)
    if found.doubts or len(fresh) < ENOUGH or (practice.until is not None and until <= practice.until):
        return False
    tx.practices.put([replace(practice, until=until, extended=tx.now)])
    return True
