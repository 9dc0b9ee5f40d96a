"""From practice to procedure: what works in two units may become a duty.

Whoever writes in the space of such a practice proposes the duties as they should be. Those who keep the procedure take
the proposal into a draft, which then goes the way of every text to its approvers, or decline it for a reason. In the
draft's summary of the change stand the authors of the practice; who proposed it counts among its writers, so that they
do not decide on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb import audit, confirming
from kb.advice import Amendment, AmendmentStatus, Practice, TaskKind
from kb.confirming import Tally
from kb.drafting import CHANGE_LIMIT, Text, begun, cleaned, text_of
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.lifecycle import IN_WORK
from kb.model import Answer, Duty, NoticeKind, Person, Procedure, ProcedureStatus, Question, Revision, Role, new_id
from kb.notices import tell
from kb.permissions import Action, can, require, visible_spaces
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction
from kb.tasks import end_tasks, open_task

UNITS = 2  # in which a practice must work before it may change a procedure
WHY_LIMIT = 600
_CREDITS = {"fr": "D’après la pratique de %s.", "en": "From the practice of %s."}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an amendment rests on, as far as the reader may read it: the practice, what is said of it, the questions it
    solved, how many searches it answered."""

    practice: Practice
    said: Tally
    sources: tuple[tuple[Question, Answer], ...]
    searches: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An amendment with its procedure and the text it changes; `overtaken` when a later text is in force by now."""

    amendment: Amendment
    procedure: Procedure
    before: Revision
    after: Revision
    overtaken: bool
    grounds: Grounds | None


def ripe(said: Tally) -> bool:
    """Whether a practice works in enough units."""
    return len(said.units) >= UNITS


def text_to_amend(store: Store, person: Person, practice: str, procedure: str) -> tuple[Practice, Procedure, Revision]:
    """The practice, the procedure and the text whose duties an amendment would change. Raises as `propose` does."""
    with store.read() as tx:
        return _text_to_amend(tx, person, tx.practices.get(practice), procedure)


def propose(store: Store, person: Person, practice: str, procedure: str, duties: Sequence[Duty], why: str) -> Amendment:
    """Propose `duties` in place of those in force. Forbidden for whoever may not, Conflict while the practice works in
    one unit only or another proposal waits, Invalid beside the field."""
    why = clean("why", why, WHY_LIMIT, required=True)
    proposed = cleaned(Text(duties=tuple(duties))).duties
    if not proposed or any(not each.role or not each.what for each in proposed):
        raise Invalid("duties", "Each duty says who does it, and what.")
    with store.write() as tx:
        found, kept, text = _text_to_amend(tx, person, tx.practices.get(practice, lock=True), procedure)
        if proposed == text.duties:
            raise Invalid("duties", "These are the duties in force. Change what should be otherwise.")
        for each in tx.amendments.list(practice, procedure):
            if each.status is AmendmentStatus.PROPOSED:
                raise Conflict("A proposal of this practice waits already. See what becomes of it first.")
        made = Amendment(new_id(), practice, procedure, text.language, text.number, proposed, why, person.id, tx.now)
        tx.amendments.put(made)
        for keeper in _keepers(tx, kept):
            open_task(tx, keeper, TaskKind.AMEND, kept, {"amendment": made.id}, person.id)
            facts = {"by": person.id, "amendment": made.id}
            tell(tx, keeper, NoticeKind.AMENDED, kept, facts, key=f"amended {made.id}")
        tx.changes.add("amend", "procedure", procedure, person.id)
        detail = {"practice": practice, "revision": text.name}
        audit.record(tx, person.id, "amend", ("procedure", procedure), detail, kept.space)
        return made


def get(store: Store, reader: Person, id: str) -> Shown:
    """For whoever proposed it, who keeps the procedure, and who may read both it and the practice."""
    with store.read() as tx:
        amendment = tx.amendments.get(id)
        procedure = tx.procedures.get(amendment.procedure)
        practice = tx.practices.get(amendment.practice)
        require(reader, Action.READ, procedure)
        known = can(reader, Action.READ, practice)
        if not known and not can(reader, Action.EDIT, procedure) and not _approves(tx, reader, procedure):
            raise NotFound("amendment", id)
        texts = [each for each in tx.procedures.history(procedure.key) if each.language == amendment.language]
        before = next(each for each in texts if each.number == amendment.base)
        current = procedure.revision(amendment.language)
        return Shown(
            amendment, procedure, before, replace(before, duties=amendment.duties),
            amendment.status is AmendmentStatus.PROPOSED and current.id != before.id,
            grounds(tx, reader, practice) if known else None,
        )  # fmt: skip


def grounds(tx: Transaction, reader: Person, practice: Practice) -> Grounds:
    given = tx.answers.list(ids=practice.answers)
    asked = {each.id: each for each in tx.questions.list({each.question for each in given})}
    sources = [(asked[each.question], each) for each in given if can(reader, Action.READ, asked[each.question])]
    said = confirming.of_practices(tx, [practice])[practice.id]
    return Grounds(practice, said, tuple(sources), tx.routes.count_outcome(f"answered by {practice.id}"))


def of_practice(store: Store, reader: Person, practice: str) -> tuple[Amendment, ...]:
    """What a practice proposes or proposed, to procedures that `reader` may read; the latest first."""
    with store.read() as tx:
        found = tx.amendments.list(practice=practice)
        known = {each.key for each in tx.procedures.list({each.procedure for each in found})
                 if can(reader, Action.READ, each)}  # fmt: skip
    return tuple(each for each in found if each.procedure in known)


def of_text(store: Store, procedure: str, name: str) -> Amendment | None:
    """The amendment that the text called `name` was begun from."""
    with store.read() as tx:
        return next((each for each in tx.amendments.list(procedure=procedure) if each.revision == name), None)


def take(store: Store, keeper: Person, id: str) -> Revision:
    """Begin the next text of the procedure with the duties as proposed, and with whose practice it is. Conflict when a
    text is in work already or came into force meanwhile."""
    with store.write() as tx:
        amendment, procedure = _open(tx, keeper, id)
        current = procedure.revision(amendment.language)
        if (current.language, current.number) != (amendment.language, amendment.base):
            raise Conflict("A later text came into force meanwhile. Decline this, and let it be proposed anew.")
        history = tx.procedures.history(procedure.key)
        if any(each.language == amendment.language and each.status in IN_WORK for each in history):
            raise Conflict("A text of this procedure is in work already. Finish it, or give it up, first.")
        change = _credited(tx, amendment)
        words = replace(text_of(current), duties=amendment.duties, change=change, major=True, effective=None)
        writers = tuple(dict.fromkeys((keeper.id, amendment.author)))
        draft = begun(tx, procedure, amendment.language, words, writers, current)
        after = replace(
            amendment, status=AmendmentStatus.TAKEN, decided_by=keeper.id, decided=tx.now, revision=draft.name
        )
        _decided(tx, keeper, procedure, after)
        return draft


def decline(store: Store, keeper: Person, id: str, reason: str) -> Amendment:
    """Leave the procedure as it is, with a reason that whoever proposed it reads."""
    reason = clean("reason", reason, COMMENT_LIMIT, required=True)
    with store.write() as tx:
        amendment, procedure = _open(tx, keeper, id)
        after = replace(amendment, status=AmendmentStatus.DECLINED, decided_by=keeper.id, decided=tx.now, reason=reason)
        _decided(tx, keeper, procedure, after)
        tx.changes.add("decline", "procedure", procedure.key, keeper.id)
        return after


def _open(tx: Transaction, keeper: Person, id: str) -> tuple[Amendment, Procedure]:
    amendment = tx.amendments.get(id, lock=True)
    procedure = tx.procedures.get(amendment.procedure, lock=True)
    require(keeper, Action.EDIT, procedure)
    if amendment.status is not AmendmentStatus.PROPOSED:
        raise Conflict("This proposal was decided on already.")
    return amendment, procedure


def _decided(tx: Transaction, keeper: Person, procedure: Procedure, amendment: Amendment) -> None:
    tx.amendments.put(amendment)
    end_tasks(tx, TaskKind.AMEND, procedure, {"amendment": amendment.id})
    for person in {amendment.author, *tx.practices.get(amendment.practice).authors} - {keeper.id}:
        facts = {"by": keeper.id, "amendment": amendment.id}
        tell(tx, person, NoticeKind.AMENDMENT_DECIDED, procedure, facts, key=f"amendment decided {amendment.id}")
    detail = {"decision": amendment.status, "revision": amendment.revision}
    audit.record(tx, keeper.id, "decide amendment", ("procedure", procedure.key), detail, procedure.space)


def _text_to_amend(
    tx: Transaction, person: Person, practice: Practice, key: str
) -> tuple[Practice, Procedure, Revision]:
    require(person, Action.READ, practice)
    procedure = tx.procedures.get(key)
    require(person, Action.READ, procedure)
    if not can(person, Action.COMMENT, practice):
        raise Forbidden("amend", "procedure", key, "Those who write in the space of a practice propose amendments.")
    if all(each.procedure != key for each in practice.helps):
        raise Conflict("This practice does not help with that procedure. Name the duty it helps with first.")
    if procedure.status is not ProcedureStatus.PUBLISHED or practice.ended is not None:
        raise Conflict("Only a practice that stands amends a procedure in force.")
    if not ripe(confirming.of_practices(tx, [practice])[practice.id]):
        raise Conflict("Colleagues of at least two units must say that it works before it may become a duty.")
    return practice, procedure, procedure.revision(practice.language)


def _credited(tx: Transaction, amendment: Amendment) -> str:
    """The summary of the change: why, and whose practice it was."""
    authors = tx.practices.get(amendment.practice).authors
    names = {each.id: each.name for each in tx.people.list(authors)}
    credit = _CREDITS[amendment.language] % ", ".join(names[each] for each in authors if each in names)
    return f"{amendment.why[: CHANGE_LIMIT - len(credit) - 1]} {credit}"


def _keepers(tx: Transaction, procedure: Procedure) -> tuple[str, ...]:
    """Its owner and deputy; without either, the compliance owners of its space."""
    named = tx.people.list({each for each in (procedure.owner, procedure.deputy) if each})
    there = [each.id for each in named if each.ended is None and procedure.space in visible_spaces(each)]
    owners = [each.person for each in tx.spaces.members(procedure.space) if each.role is Role.COMPLIANCE_OWNER]
    return tuple(there or owners)


def _approves(tx: Transaction, reader: Person, procedure: Procedure) -> bool:
    charter = tx.charters.list([procedure.space])[procedure.space]
    return any(each.person == reader.id for each in charter.approvers)
