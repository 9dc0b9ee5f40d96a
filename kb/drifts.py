"""Where what is written and what is done part: pairs found by a judge, decided by the compliance owner, remembered.

A pair is of two texts: when either is rewritten it is another pair, so that a decision holds for exactly the words it
was taken on. What the judge no longer finds is forgotten while nobody has decided on it. A pair is shown to those who
oversee the procedure's space and may read the practice too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from kb import audit
from kb.advice import Practice
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Answer, Duty, NoticeKind, Person, Procedure, ProcedureStatus, Question
from kb.notices import tell
from kb.permissions import Action, audited_spaces, can
from kb.records import Drift, DriftDecision
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction

JOB, CHUNK = "drift", 10  # procedures that one job compares
Source = Practice | Answer


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides as they stand now. `question` is that of an answer."""

    drift: Drift
    procedure: Procedure
    duty: Duty
    source: Source
    question: Question | None


@dataclass(frozen=True, slots=True)
class Warned:
    """A text that the procedure is right against: which duty says otherwise."""

    procedure: Procedure
    language: str
    step: str


def digest(duty: Duty, source: Source) -> str:
    """Of the words of both, as they are judged."""
    words = (duty.role, duty.what, source.body)
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]


def name(procedure: str, language: str, step: str, source: str, texts: str) -> str:
    """The id of a pair, which its words decide."""
    return hashlib.sha256("\0".join((procedure, language, step, source, texts)).encode()).hexdigest()[:16]


def look(store: Store, person: Person) -> int:
    """Ask for a comparison now, of the procedures in the spaces that `person` oversees; how many those are."""
    spaces = audited_spaces(person)
    if not spaces:
        raise Forbidden("compare", "procedures", "")
    with store.write() as tx:
        keys = _enqueue(tx, [each.key for each in tx.procedures.list(spaces=spaces)], None)
        audit.record(tx, person.id, "compare", ("procedure", ""), {"count": len(keys)}, None)
        return len(keys)


def look_nightly(store: Store, day: str) -> None:
    """Ask for a comparison of everything, once a day."""
    with store.read() as tx:
        if tx.settings.find(JOB) == day:
            return
    with store.write() as tx:
        _enqueue(tx, [each.key for each in tx.procedures.list()], day)
        tx.settings.set(JOB, day)


def _enqueue(tx: Transaction, keys: Iterable[str], day: str | None) -> Sequence[str]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        once = f"{JOB} {day} {start}" if day else None
        tx.jobs.add(JOB, {"procedures": ordered[start : start + CHUNK]}, once=once)
    return ordered


def keep(store: Store, procedures: Collection[str], found: Sequence[Drift]) -> int:
    """What a comparison of `procedures` found: new pairs are added, open ones not found again are forgotten, decisions
    stay. How many pairs are new."""
    with store.write() as tx:
        standing = {each.id: each for each in tx.drifts.list(procedures=procedures)}
        new = [each for each in found if each.id not in standing]
        again = {each.id for each in found}
        gone = {id for id, each in standing.items() if id not in again and each.decision is DriftDecision.OPEN}
        if gone:
            tx.drifts.remove(gone)
        tx.drifts.put(new)
        return len(new)


def pairs(store: Store, reader: Person, decided: bool = False) -> tuple[Pair, ...]:
    """The pairs that `reader` is to decide on, or those decided on, both sides readable and unchanged."""
    with store.read() as tx:
        found = tx.drifts.list(spaces=audited_spaces(reader))
        wanted = [each for each in found if (each.decision is not DriftDecision.OPEN) == decided]
        return tuple(filter(None, _both_sides(tx, reader, wanted)))


def pair(store: Store, reader: Person, id: str) -> Pair:
    """One pair; NotFound when it is not the reader's, or not any more."""
    with store.read() as tx:
        return _pair(tx, reader, tx.drifts.get(id))


def decide(store: Store, person: Person, id: str, decision: DriftDecision, note: str = "") -> Pair:
    """Say who is right; the people of the practice are told when the procedure is."""
    note = clean("note", note, COMMENT_LIMIT)
    if decision is DriftDecision.OPEN:
        raise Invalid("decision", "Say who is right.")
    with store.write() as tx:
        before = tx.drifts.get(id, lock=True)
        found = _pair(tx, person, before)
        if before.decision is not DriftDecision.OPEN:
            raise Conflict("Somebody has decided on this already. Open the list again.")
        if decision is DriftDecision.PRACTICE_RIGHT and not can(person, Action.EDIT, found.procedure):
            raise Forbidden("edit", "procedure", found.procedure.key)
        after = replace(before, decision=decision, by=person.id, decided=tx.now, note=note)
        tx.drifts.put([after])
        tx.changes.add("decide", "drift", id, person.id)
        detail = {"step": after.step, "decision": decision.value, after.of: after.source}
        audit.record(tx, person.id, "decide", ("procedure", after.procedure), detail, after.space)
        if decision is DriftDecision.PROCEDURE_RIGHT:
            _warn(tx, person, found)
        return replace(found, drift=after)


def warnings(store: Store, reader: Person, sources: Collection[str]) -> dict[str, list[Warned]]:
    """By source, the duties that say otherwise and are right, as far as `reader` may read them."""
    with store.read() as tx:
        return overruling(tx, reader, sources)


def overruling(tx: Transaction, reader: Person, sources: Collection[str]) -> dict[str, list[Warned]]:
    """The same inside the caller's transaction."""
    found = [each for each in tx.drifts.list(sources=sources) if each.decision is DriftDecision.PROCEDURE_RIGHT]
    told: dict[str, list[Warned]] = {}
    for each in filter(None, _both_sides(tx, reader, found)):
        warned = Warned(each.procedure, each.drift.language, each.drift.step)
        told.setdefault(each.drift.source, []).append(warned)
    return told


def contradicting(store: Store, reader: Person, procedure: str) -> tuple[Pair, ...]:
    """What is done otherwise than a procedure says, as somebody decided and as far as `reader` may read it."""
    with store.read() as tx:
        found = [
            each for each in tx.drifts.list(procedures=[procedure])
            if each.decision in (DriftDecision.PROCEDURE_RIGHT, DriftDecision.PRACTICE_RIGHT)
        ]  # fmt: skip
        return tuple(each for each in _both_sides(tx, reader, found) if each is not None)


def _warn(tx: Transaction, person: Person, found: Pair) -> None:
    """Whoever wrote or keeps the practice learns that the procedure says otherwise."""
    drift, source = found.drift, found.source
    people = [source.author] if isinstance(source, Answer) else [source.keeper, *source.authors]
    params: dict[str, object] = {"by": person.id, "step": drift.step, drift.of: drift.source}
    if found.question is not None:
        params["question"] = found.question.id
    for each in dict.fromkeys(filter(None, people)):
        if each != person.id:
            tell(tx, each, NoticeKind.DRIFTED, found.procedure, params, key=f"drifted {drift.id}")


def _pair(tx: Transaction, reader: Person, drift: Drift) -> Pair:
    if drift.space not in audited_spaces(reader):
        raise NotFound("drift", drift.id)
    (found,) = _both_sides(tx, reader, [drift])
    if found is None:
        raise NotFound("drift", drift.id)
    return found


def _both_sides(tx: Transaction, reader: Person, drifts: Sequence[Drift]) -> list[Pair | None]:
    """Each pair as it stands; None where a side is gone, rewritten, or not the reader's to read."""
    procedures = {each.key: each for each in tx.procedures.list({each.procedure for each in drifts})}
    answers = {each.id: each for each in tx.answers.list(ids={each.source for each in drifts if each.of == "answer"})}
    questions = {each.id: each for each in tx.questions.list({each.question for each in answers.values()})}
    advice = {each.id: each for each in tx.practices.list({each.source for each in drifts if each.of == "practice"})}
    found: list[Pair | None] = []
    for each in drifts:
        procedure = procedures.get(each.procedure)
        source = (answers if each.of == "answer" else advice).get(each.source)
        question = questions.get(source.question) if isinstance(source, Answer) else None
        duty = None if procedure is None else duty_of(procedure, each.language, each.step)
        pair = None
        if procedure is not None and duty is not None and source is not None and digest(duty, source) == each.digest:
            read = (procedure, question if isinstance(source, Answer) else source)
            if all(side is not None and can(reader, Action.READ, side) for side in read):
                pair = Pair(each, procedure, duty, source, question)
        found.append(pair)
    return found


def duty_of(procedure: Procedure, language: str, step: str) -> Duty | None:
    """The duty as it stands in the text in force in that language."""
    text = next((each for each in procedure.revisions if each.language == language), None)
    if text is None or procedure.status is ProcedureStatus.RETIRED:
        return None
    return next((duty for duty in text.duties if duty.step == step), None)
