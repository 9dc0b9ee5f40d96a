"""What stands behind each text found: official, verified practice or answer, accepted, experience, opinion; and behind
a skill that somebody names: who confirms it.

It changes with days and with what people say after use, so it is not in the index: it is read when the hits are shown,
for the few that are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from indexer.hits import AnswerHit, Backing, Found, PersonHit, ProcedureHit, Reason, ReasonKind
from kb import Store, confirming, drifts, endorsing
from kb.advice import Practice
from kb.confirming import Tally
from kb.drifts import Warned
from kb.model import Answer, Person
from kb.permissions import Action, can
from kb.storage import Transaction


def stated(store: Store, found: Found, reader: Person) -> Found:
    """`found` with what each procedure, answer and practice rests on."""
    if not (found.procedures or found.answers or found.people):
        return found
    with store.read() as tx:
        return replace(
            found, procedures=_official(tx, found.procedures), answers=_experience(tx, found.answers, reader),
            people=tuple(_confirmed(tx, each, reader) for each in found.people),
        )  # fmt: skip


def _confirmed(tx: Transaction, hit: PersonHit, reader: Person) -> PersonHit:
    """With how many colleagues confirm the skills that are told of somebody, as far as `reader` may read why."""
    if not any(each.kind is ReasonKind.DECLARED for each in hit.reasons):
        return hit
    given = endorsing.confirmed(tx, reader, hit.person)

    def told(reason: Reason) -> Reason:
        if reason.kind is not ReasonKind.DECLARED:
            return reason
        named = {each.casefold() for each in reason.title.split(", ")}
        by = {each.by.id for skill, listed in given.items() if skill in named for each in listed}
        return replace(reason, count=1 + len(by))

    return replace(hit, reasons=tuple(map(told, hit.reasons)))


def of_practices(store: Store, reader: Person, practices: Collection[Practice]) -> Mapping[str, tuple[str, Backing]]:
    """By id, what practices that `reader` has before them rest on, and why."""
    with store.read() as tx:
        return _of_practices(tx, reader, practices)


def _of_practices(tx: Transaction, reader: Person, practices: Collection[Practice]) -> dict[str, tuple[str, Backing]]:
    said = confirming.of_practices(tx, practices)
    names = _names(tx, reader, {each.verifier for each in practices if each.verifier})
    return {each.id: _of_practice(each, said[each.id], tx.now.date(), names) for each in practices}


def _names(tx: Transaction, reader: Person, ids: Collection[str]) -> dict[str, str]:
    return {each.id: each.name for each in tx.people.list(ids) if can(reader, Action.READ, each)}


def _official(tx: Transaction, hits: tuple[ProcedureHit, ...]) -> tuple[ProcedureHit, ...]:
    found = {each.key: each for each in tx.procedures.list({each.key for each in hits})}
    numbers = {(key, text.language): text.number for key, each in found.items() for text in each.revisions}
    return tuple(replace(each, revision=numbers.get((each.key, each.language))) for each in hits)


def _experience(tx: Transaction, hits: tuple[AnswerHit, ...], reader: Person) -> tuple[AnswerHit, ...]:
    practices = {each.id: each for each in tx.practices.list({each.practice for each in hits if each.practice})}
    answers = {each.id: each for each in tx.answers.list(ids={each.answer for each in hits if each.answer})}
    practised, said = _of_practices(tx, reader, practices.values()), confirming.of_answers(tx, answers.values())
    voters, verified = tx.confirmations.voters(answers), tx.verifications.of(answers)
    names = _names(tx, reader, {each.person for each in verified.values()})
    overruled = drifts.overruling(tx, reader, [*practices, *answers])

    def stated(hit: AnswerHit) -> AnswerHit:
        if hit.practice in practices:
            standing, backing = practised[hit.practice]
            return replace(hit, standing=standing, backing=_against(backing, overruled.get(hit.practice or "", ())))
        if hit.answer in answers:
            answer = answers[hit.answer]
            standing, backing = _of_answer(answer, said[answer.id], voters.get(answer.id, ()))
            mark = verified.get(answer.id)
            if mark is not None and mark.holds(tx.now.date()):
                standing, backing = "verified answer", _vouched(backing, mark.person, mark.until, names)
            return replace(hit, standing=standing, backing=_against(backing, overruled.get(answer.id, ())))
        return hit

    return tuple(map(stated, hits))


def _against(backing: Backing, warned: Sequence[Warned]) -> Backing:
    return replace(backing, overruled=warned[0].procedure.key) if warned else backing


def _of_practice(practice: Practice, said: Tally, today: date, names: dict[str, str]) -> tuple[str, Backing]:
    backing = Backing(len(said.works), len(said.units), said.warning)
    if not practice.is_verified(today):
        return "experience" if said.works else "opinion", backing
    return "verified practice", _vouched(backing, practice.verifier or "", practice.until, names)


def _vouched(backing: Backing, verifier: str, until: date | None, names: dict[str, str]) -> Backing:
    """With whose word it rests on, where the reader may know them."""
    known = verifier if verifier in names else None
    return replace(backing, verifier=known, name=names.get(verifier, ""), until=until)


def _of_answer(answer: Answer, said: Tally, voters: Collection[str]) -> tuple[str, Backing]:
    """Whoever found it useful or says that it works confirms it, once; of some loaded votes only the sum is known."""
    nameless = max(answer.score - len(voters), 0)
    confirmations = len({*voters, *(each.person for each in said.works)}) + nameless
    standing = "accepted" if answer.accepted else "experience" if confirmations else "opinion"
    return standing, Backing(confirmations, len(said.units), said.warning)
