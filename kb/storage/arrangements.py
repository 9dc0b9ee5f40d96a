"""In which order people want the blocks of their first page: theirs alone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.dialect import upsert


class Arrangements(Aggregate):
    def find(self, person: str) -> Sequence[str]:
        """The names of blocks in their order, a hidden one with "-" before it; empty when nothing was chosen."""
        arrangement = tables.arrangement
        chosen = select(arrangement.c.blocks).where(arrangement.c.person == person)
        return tuple(self.connection.execute(chosen).scalar_one_or_none() or ())

    def set(self, person: str, blocks: Sequence[str]) -> None:
        upsert(self.connection, tables.arrangement, [{"person": person, "blocks": list(blocks)}], ["person"])

    def remove(self, person: str) -> None:
        self.connection.execute(delete(tables.arrangement).where(tables.arrangement.c.person == person))
