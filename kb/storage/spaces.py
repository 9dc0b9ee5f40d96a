"""Spaces and their memberships."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from kb.errors import NotFound
from kb.model import Membership, Role, Space, Visibility
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert


class Spaces(Aggregate):
    def put(self, spaces: Sequence[Space]) -> None:
        """Add spaces, or replace those of the same id."""
        rows = [
            {"id": each.id, "name": each.name, "description": each.description, "visibility": each.visibility.value,
             "created": each.created or self.now}
            for each in spaces
        ]  # fmt: skip
        upsert(self.connection, tables.space, rows, ["id"])

    def find(self, id: str) -> Space | None:
        row = self.connection.execute(select(tables.space).where(tables.space.c.id == id)).first()
        return None if row is None else record(Space, row, visibility=Visibility(row.visibility))

    def get(self, id: str, lock: bool = False) -> Space:
        """The space; with `lock`, its row stays ours until the transaction ends: who changes members takes it."""
        if lock:
            chosen = select(tables.space.c.id).where(tables.space.c.id == id)
            self.connection.execute(chosen.with_for_update(key_share=True))
        found = self.find(id)
        if found is None:
            raise NotFound("space", id)
        return found

    def list(self) -> Sequence[Space]:
        rows = self.connection.execute(select(tables.space).order_by(tables.space.c.name))
        return [record(Space, row, visibility=Visibility(row.visibility)) for row in rows]

    def put_members(self, memberships: Sequence[Membership]) -> None:
        rows = [
            {
                "space": each.space,
                "person": each.person,
                "role": each.role.value,
                "since": each.since,
                "until": each.until,
                "rule": each.rule,
            }
            for each in memberships
        ]
        upsert(self.connection, tables.membership, rows, ["space", "person"])

    def remove_member(self, space: str, person: str) -> None:
        membership = tables.membership
        self.connection.execute(delete(membership).where(membership.c.space == space, membership.c.person == person))

    def members(self, space: str | None = None, people: Collection[str] | None = None) -> Sequence[Membership]:
        """Memberships of a space, of some people, or all."""
        membership = tables.membership
        statement = select(membership)
        if space is not None:
            statement = statement.where(membership.c.space == space)
        if people is not None:
            statement = statement.where(membership.c.person.in_(sorted(people)))
        return [record(Membership, row, role=Role(row.role)) for row in self.connection.execute(statement)]
