"""Looking at a procedure again: due, reminded, found still valid; and retiring it, never silently.

Nothing expires by itself: a text whose review is overdue stays in force, under a band that says so, and its keepers are
reminded one after the other. Retiring asks for a reason and for what follows; the address keeps the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb import audit, campaigns
from kb.errors import Conflict, Invalid
from kb.lifecycle import IN_WORK, moved, reminder, review_due
from kb.model import NoticeKind, Person, Procedure, ProcedureStatus, Role
from kb.notices import settle, tell
from kb.official import Review
from kb.permissions import Action, can, require, visible_spaces
from kb.proposals import ask_no_more
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction


@dataclass(frozen=True, slots=True)
class Due:
    """A procedure whose review is near or past."""

    procedure: Procedure
    day: date
    overdue: bool


def still_valid(store: Store, keeper: Person, key: str, note: str) -> Review:
    """Say that a procedure was looked at and is right as it is; the next review counts from today."""
    note = clean("note", note, COMMENT_LIMIT, required=True)
    with store.write() as tx:
        procedure = tx.procedures.get(key, lock=True)
        require(keeper, Action.EDIT, procedure)
        require_in_force(procedure)
        made = tx.reviews.add(key, keeper.id, note)
        tx.procedures.put([replace(procedure, reviewed=tx.now.date(), reminded=0)])
        _ask_no_more(tx, procedure)
        tx.changes.add("review", "procedure", key, keeper.id)
        audit.record(tx, keeper.id, "review", ("procedure", key), {}, procedure.space)
        return made


def require_in_force(procedure: Procedure) -> None:
    """Conflict, where there is nothing that could be found still valid."""
    if procedure.status is not ProcedureStatus.PUBLISHED:
        raise Conflict("Only a procedure in force can be found still valid.")


def retire(store: Store, keeper: Person, key: str, reason: str, successor: str | None) -> Procedure:
    """Take a procedure out of force, for a reason, with the key of the one that follows (None: none does). Texts in
    work are discarded, which loses none; the last text stays to be read at its address, under a band."""
    reason = clean("reason", reason, COMMENT_LIMIT, required=True)
    with store.write() as tx:
        procedure = tx.procedures.get(key, lock=True)
        require(keeper, Action.RETIRE, procedure)
        if procedure.status is not ProcedureStatus.PUBLISHED:
            raise Conflict("Only a procedure in force can be retired.")
        following = tx.procedures.find(successor) if successor else None
        if successor and (following is None or following.key == key or not can(keeper, Action.READ, following)):
            raise Invalid("successor", "There is no other procedure with that key. Copy the key from its page.")
        if following is not None and following.status is not ProcedureStatus.PUBLISHED:
            raise Invalid("successor", "%(key)s is not in force: name one that is.", key=following.key)
        for each in tx.procedures.history(key):
            if each.status in IN_WORK:
                tx.procedures.set_status(each.id, moved(each, "discard"), ended=tx.now)
        after = replace(
            procedure, status=ProcedureStatus.RETIRED, retired=tx.now, reason=reason, successor=successor or None
        )
        tx.procedures.put([after])
        _ask_no_more(tx, procedure)
        ask_no_more(tx, procedure)
        campaigns.end_all(tx, procedure, keeper.id)
        tx.changes.add("retire", "procedure", key, keeper.id)
        audit.record(tx, keeper.id, "retire", ("procedure", key), {"successor": successor or None}, procedure.space)
        return after


def waiting_for(store: Store, person: Person) -> tuple[Due, ...]:
    """The reviews that this person has been (or is to be) reminded of, the most urgent first."""
    with store.read() as tx:
        today = tx.now.date()
        return tuple(
            Due(each, day, day < today)
            for each, day, stage in _near(tx, today, visible_spaces(person))
            if any(person.id == keeper.id for group in _chain(tx, [each])[each.key][:stage] for keeper in group)
        )


def kept_by(store: Store, person: Person) -> tuple[Due, ...]:
    """Every coming review of what this person keeps, by day: for their calendar."""
    with store.read() as tx:
        today = tx.now.date()
        found = []
        for each in tx.procedures.list(spaces=visible_spaces(person)):
            day = review_due(each)
            if day is not None and can(person, Action.EDIT, each):
                found.append(Due(each, day, day < today))
    return tuple(sorted(found, key=lambda each: (each.day, each.procedure.key)))


def remind(store: Store) -> tuple[tuple[Person, Due], ...]:
    """Remind whoever is next of every review that is due: the owner first, then the deputy, then the space's compliance
    owners. Each is told once, until the procedure was reviewed. For the worker; what was told is returned."""
    with store.read() as tx:
        keys = [each.key for each, _, stage in _near(tx, tx.now.date(), None) if stage > each.reminded]
    told: list[tuple[Person, Due]] = []
    for key in keys:
        with store.write() as tx:
            told += _remind(tx, tx.procedures.get(key, lock=True))
    return tuple(told)


def _remind(tx: Transaction, procedure: Procedure) -> Sequence[tuple[Person, Due]]:
    today, day = tx.now.date(), review_due(procedure)
    stage = 0 if day is None else reminder(day, today)
    if day is None or stage <= procedure.reminded:
        return ()
    groups = _chain(tx, [procedure])[procedure.key]
    tx.procedures.put([replace(procedure, reminded=stage)])
    due = Due(procedure, day, day < today)
    told = {person.id: person for group in groups[procedure.reminded : stage] for person in group}.values()  # once each
    for person in told:
        once = f"review due {procedure.key} {day}"
        tell(tx, person.id, NoticeKind.REVIEW_DUE, procedure, {"day": day.isoformat()}, key=once)
    detail = {"people": [person.id for person in told], "due": day.isoformat()}
    audit.record(tx, None, "remind", ("procedure", procedure.key), detail, procedure.space)
    return [(person, due) for person in told]


def _ask_no_more(tx: Transaction, procedure: Procedure) -> None:
    for group in _chain(tx, [procedure])[procedure.key]:
        for person in group:
            settle(tx, person.id, procedure, [NoticeKind.REVIEW_DUE])


def _near(tx: Transaction, today: date, spaces: frozenset[str] | None) -> Sequence[tuple[Procedure, date, int]]:
    """The procedures whose review is near or past, with the day and how many kinds of keepers should know."""
    found = []
    for each in tx.procedures.list(spaces=spaces):
        day = review_due(each)
        if day is not None and (stage := reminder(day, today)):
            found.append((each, day, stage))
    return sorted(found, key=lambda each: (each[1], each[0].key))


def _chain(tx: Transaction, procedures: Sequence[Procedure]) -> Mapping[str, Sequence[Sequence[Person]]]:
    """Who is reminded, in their order; those who left, or no longer read the space, give way to the next."""
    named = {id for each in procedures for id in (each.owner, each.deputy) if id}
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for space in {each.space for each in procedures}:
        for member in tx.spaces.members(space):
            if member.role is Role.COMPLIANCE_OWNER:
                owners[space].append(member.person)
    people = {each.id: each for each in tx.people.list(named | {id for ids in owners.values() for id in ids})}

    def there(ids: Sequence[str | None], space: str) -> list[Person]:
        found = [people[id] for id in ids if id in people]
        return [each for each in found if each.ended is None and space in visible_spaces(each)]

    chains = {}
    for each in procedures:
        groups = [there(ids, each.space) for ids in ([each.owner], [each.deputy], owners[each.space])]
        chains[each.key] = [group for group in groups if group]
    return chains
