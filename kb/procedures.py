"""Procedures as a reader sees them. Their full life (draft, review, approval) builds on the same records."""

from __future__ import annotations

from kb.model import Person, Procedure, Revision
from kb.permissions import Action, require, visible_spaces
from kb.storage import Store


def get(store: Store, reader: Person, key: str) -> Procedure:
    """The procedure with its texts in force, or NotFound when `reader` may not know of it."""
    with store.read() as tx:
        procedure = tx.procedures.get(key)
    require(reader, Action.READ, procedure)
    return procedure


def readable(store: Store, reader: Person, space: str | None = None) -> tuple[Procedure, ...]:
    """The procedures in force that `reader` may read, by key; those of one space when given."""
    spaces = visible_spaces(reader) if space is None else visible_spaces(reader) & {space}
    with store.read() as tx:
        return tuple(each for each in tx.procedures.list(spaces=spaces) if each.revisions)


def history(store: Store, reader: Person, key: str) -> tuple[Revision, ...]:
    """Every revision, newest first."""
    with store.read() as tx:
        require(reader, Action.READ, tx.procedures.get(key))
        return tuple(tx.procedures.history(key))
