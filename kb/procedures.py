"""Procedures as their readers see them, and the record of each: who keeps it, where and for whom it holds.

How a text comes into force is in `drafting`, `approving` and `reviewing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from kb import audit
from kb.errors import Invalid, NotFound
from kb.lifecycle import IN_WORK
from kb.model import Audience, Duty, Person, Procedure, ProcedureStatus, Revision
from kb.official import Proposal, Review
from kb.permissions import Action, can, require, visible_spaces
from kb.proposals import proposals
from kb.roles import holds, is_everybody
from kb.rules import TITLE_LIMIT, clean
from kb.storage import Store, Transaction

SCOPE_LIMIT, CLAUSES, AUDIENCE = 500, 100, 50
MONTHS = 120


@dataclass(frozen=True, slots=True)
class Bound:
    """A duty with the text it stands in; `mine`: whether its role is the reader's, or everybody's."""

    procedure: Procedure
    revision: Revision
    duty: Duty
    mine: bool
    everybody: bool


def get(store: Store, reader: Person, key: str) -> Procedure:
    """The procedure with its texts in force, or NotFound when `reader` may not know of it."""
    with store.read() as tx:
        procedure = tx.procedures.get(key)
    require(reader, Action.READ, procedure)
    return procedure


def readable(store: Store, reader: Person, space: str | None = None) -> tuple[Procedure, ...]:
    """The procedures in force that `reader` may read, by key; those of one space when given."""
    return tuple(each for each in _listed(store, reader, space) if each.status is not ProcedureStatus.RETIRED)


def retired(store: Store, reader: Person, space: str | None = None) -> tuple[Procedure, ...]:
    """Those that were in force once, by key, each with its last texts."""
    return tuple(each for each in _listed(store, reader, space) if each.status is ProcedureStatus.RETIRED)


def _listed(store: Store, reader: Person, space: str | None) -> tuple[Procedure, ...]:
    spaces = visible_spaces(reader) if space is None else visible_spaces(reader) & {space}
    with store.read() as tx:
        return tuple(each for each in tx.procedures.list(spaces=spaces) if each.revisions)


def history(store: Store, reader: Person, key: str) -> tuple[Revision, ...]:
    """Every text that `reader` may see, newest first: those that were in force once, and those in work that are
    theirs to write or to approve."""
    return tuple(each.revision for each in timeline(store, reader, key))


def text(store: Store, reader: Person, key: str, name: str) -> Proposal:
    """The text called `name` ("fr.3") with its decisions; NotFound of a revision where `reader` may know of the
    procedure but not of this text, whether it is there or not."""
    return called(name, timeline(store, reader, key))


def called(name: str, timeline: tuple[Proposal, ...]) -> Proposal:
    """The text of a timeline called `name`; NotFound."""
    for each in timeline:
        if each.revision.name == name:
            return each
    raise NotFound("revision", name)


def timeline(store: Store, reader: Person, key: str) -> tuple[Proposal, ...]:
    """The same with every decision that was taken on each."""
    with store.read() as tx:
        procedure = tx.procedures.get(key)
        found = proposals(tx, tx.procedures.history(key))
    seen = tuple(each for each in found if can(reader, Action.READ, each))
    if not seen:
        require(reader, Action.READ, procedure)
    return seen


def reviews(store: Store, reader: Person, key: str) -> tuple[Review, ...]:
    """Every "still valid", newest first."""
    with store.read() as tx:
        require(reader, Action.READ, tx.procedures.get(key))
        return tuple(tx.reviews.list(key))


def in_work(store: Store, reader: Person) -> tuple[Proposal, ...]:
    """The texts in work that `reader` may edit, by procedure: drafts, those with approvers, those that wait for their
    day."""
    with store.read() as tx:
        found = proposals(tx, tx.procedures.revisions(IN_WORK))
    return tuple(each for each in found if can(reader, Action.EDIT, each))


def duties(store: Store, reader: Person, language: str) -> tuple[Bound, ...]:
    """Every duty in force that `reader` may read, in `language` where it is written, by procedure. A duty is theirs
    when its role is, in any language of its text."""
    found: list[Bound] = []
    for procedure in readable(store, reader):
        text = procedure.revision(language)
        for duty in text.duties:
            names = [
                other.role for revision in procedure.revisions for other in revision.duties if other.step == duty.step
            ]
            for_all = any(map(is_everybody, names))
            found.append(Bound(procedure, text, duty, for_all or holds(reader, names), for_all))
    return tuple(found)


def set_roles(store: Store, person: Person, roles: Iterable[str]) -> Person:
    """Say which roles, of those that duties name, are one's own."""
    kept = tuple(dict.fromkeys(filter(None, (clean("roles", " ".join(each.split()), TITLE_LIMIT) for each in roles))))
    if len(kept) > AUDIENCE:
        raise Invalid("roles", "At most %(limit)d roles.", limit=AUDIENCE)
    with store.write() as tx:
        before = tx.people.get(person.id, lock=True)
        require(person, Action.EDIT, before)
        tx.people.put([replace(before, holds=kept)])
        tx.changes.add("edit", "person", person.id, person.id)
        audit.record(tx, person.id, "change", ("person", person.id), {"changed": ["holds"]})
        return tx.people.get(person.id)


@dataclass(frozen=True, slots=True)
class Record:
    """What the keepers of a procedure may change without a new text."""

    owner: str | None
    deputy: str | None = None
    scope: str = ""
    audience: Audience = Audience()
    review_months: int | None = None
    satisfies: tuple[str, ...] = ()


def edit(store: Store, keeper: Person, key: str, record: Record) -> Procedure:
    """Replace the record of a procedure. Raises Invalid with the field, Forbidden."""
    months = record.review_months
    if months is not None and not 1 <= months <= MONTHS:
        raise Invalid("review_months", "Write a number of months from 1 to %(most)d.", most=MONTHS)
    scope = clean("scope", record.scope, SCOPE_LIMIT)
    satisfies = _lines("satisfies", record.satisfies, CLAUSES)
    audience = Audience(
        _lines("roles", record.audience.roles, AUDIENCE), _lines("units", record.audience.units, AUDIENCE),
        _lines("sites", record.audience.sites, AUDIENCE),
    )  # fmt: skip
    with store.write() as tx:
        before = tx.procedures.get(key, lock=True)
        require(keeper, Action.EDIT, before)
        owner, deputy = (
            _reader_of(tx, before, "owner", record.owner),
            _reader_of(tx, before, "deputy", record.deputy),
        )
        if owner is None:
            raise Invalid("owner", "Name who keeps it: a procedure without an owner is nobody's.")
        after = replace(
            before, owner=owner, deputy=deputy if deputy != owner else None, scope=scope, audience=audience,
            review_months=months, satisfies=satisfies,
            reminded=before.reminded if months == before.review_months else 0,
        )  # fmt: skip
        if after != before:
            tx.procedures.put([after])
            tx.changes.add("edit", "procedure", key, keeper.id)
            names = [each.name for each in fields(Record) if getattr(before, each.name) != getattr(after, each.name)]
            detail = {"changed": names, "owner": after.owner, "deputy": after.deputy}
            audit.record(tx, keeper.id, "change", ("procedure", key), detail, before.space)
        return after


def _lines(field: str, given: Iterable[str], most: int) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(filter(None, (clean(field, " ".join(each.split()), 300) for each in given))))
    if len(kept) > most:
        raise Invalid(field, "At most %(limit)d lines here.", limit=most)
    return kept


def _reader_of(tx: Transaction, procedure: Procedure, field: str, id: str | None) -> str | None:
    if not id:
        return None
    person = tx.people.find(id)
    if person is None or person.ended is not None or procedure.space not in visible_spaces(person):
        raise Invalid(field, "Whoever keeps a procedure must read its space.")
    return person.id
