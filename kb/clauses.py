"""The clause map: what regulations ask, and which procedures answer it.

Clauses belong to the organisation; the procedures shown beside them are those the reader may read. A load is taken
whole but for its bad rows, and loading the same table again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kb import audit
from kb.errors import Invalid
from kb.model import Person
from kb.permissions import require_overseer, visible_spaces
from kb.records import Clause
from kb.rules import clean
from kb.rules_register import (
    REFERENCE_LIMIT,
    BadRow,
    ClauseMap,
    known_by,
    map_clauses,
    read_clauses,
    reference_key,
)
from kb.storage import Store, Transaction


@dataclass(frozen=True, slots=True)
class Taken:
    """What a load did; `bad` names the rows that were left out, by line."""

    added: int
    changed: int
    unchanged: int
    bad: tuple[BadRow, ...]


def load(store: Store, data: bytes, person: Person | None = None) -> Taken:
    """Take in a CSV of clauses (columns reference, regulation, title, also). `person`: None for the keeper of the data
    folder. Invalid when not one row can be read."""
    if person is not None:
        require_overseer(person)
    rows, bad = read_clauses(data)
    with store.write() as tx:
        known = {each.id: each for each in tx.clauses.list()}
        put: dict[str, Clause] = {}
        added = unchanged = 0
        for line, row in rows:
            before = known.get(row.id)
            after = _merged(before, row)
            taken = _taken_by_another(after, known)
            if taken is not None:
                bad.append(BadRow(line, taken))
            elif after != before:
                put[after.id] = known[after.id] = after
                added += before is None
            else:
                unchanged += 1
        if put:
            _put(tx, list(put.values()), person, "load")
    bad.sort(key=lambda each: each.line)
    return Taken(added, len(put) - added, unchanged, tuple(bad))


def adopt(store: Store, person: Person, reference: str) -> Clause:
    """Take a reference that procedures name into the map."""
    require_overseer(person)
    reference = clean("reference", " ".join(reference.split()), REFERENCE_LIMIT, required=True)
    with store.write() as tx:
        clause = Clause(reference_key(reference), reference)
        known = {each.id: each for each in tx.clauses.list()}
        if clause.id not in known:
            _put(tx, [clause], person, "add")
        return known.get(clause.id, clause)


def remove(store: Store, person: Person, id: str) -> None:
    """Take a clause out of the map: the regulation no longer asks it."""
    require_overseer(person)
    with store.write() as tx:
        tx.clauses.remove(id)
        tx.changes.add("remove", "clause", id, person.id)
        audit.record(tx, person.id, "remove", ("clause", id))


def known(store: Store) -> frozenset[str]:
    """The keys by which the map knows its clauses: for whoever writes a rule, and wants to know whether it is one."""
    with store.read() as tx:
        return frozenset(known_by(tx.clauses.list()))


def clause_map(store: Store, reader: Person) -> ClauseMap:
    """The map as far as `reader` may read the procedures of it."""
    require_overseer(reader)
    with store.read() as tx:
        procedures = [each for each in tx.procedures.list(spaces=visible_spaces(reader)) if each.revisions]
        return map_clauses(tx.clauses.list(), procedures)


def _merged(before: Clause | None, row: Clause) -> Clause:
    """What a row leaves empty stays as it was."""
    if before is None:
        return row
    return replace(
        before, reference=row.reference, regulation=row.regulation or before.regulation,
        title=row.title or before.title, also=row.also or before.also,
    )  # fmt: skip


def _taken_by_another(clause: Clause, known: dict[str, Clause]) -> Invalid | None:
    names = {clause.id, *map(reference_key, clause.also)}
    for each in known.values():
        if each.id != clause.id and names & {each.id, *map(reference_key, each.also)}:
            return Invalid("file", "“%(reference)s” is a way of writing “%(other)s” too. Let each mean one clause.",
                           reference=clause.reference, other=each.reference)  # fmt: skip
    return None


def _put(tx: Transaction, clauses: list[Clause], person: Person | None, action: str) -> None:
    actor = person.id if person else None
    tx.clauses.put(clauses)
    tx.changes.add_all(action, "clause", [each.id for each in clauses], actor)
    audit.record(tx, actor, action, ("clause", ""), {"references": [each.reference for each in clauses]})
