"""Releases of texts that were kept long enough: proposed by one person, confirmed by another."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import insert, select, update

from kb.errors import NotFound
from kb.official import Release
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record


class Releases(Aggregate):
    def add(self, release: Release) -> None:
        row = {
            "id": release.id, "space": release.space, "texts": list(release.texts),
            "proposed_by": release.proposed_by, "proposed": release.proposed or self.now,
        }  # fmt: skip
        self.connection.execute(insert(tables.release).values(row))

    def get(self, id: str, lock: bool = False) -> Release:
        """The release; with `lock`, its row stays ours until the transaction ends."""
        table = tables.release
        chosen = select(table).where(table.c.id == id)
        row = self.connection.execute(chosen.with_for_update() if lock else chosen).first()
        if row is None:
            raise NotFound("release", id)
        return record(Release, row)

    def open(self, spaces: Collection[str]) -> Sequence[Release]:
        """Those of `spaces` that wait for a second person, the oldest first."""
        table = tables.release
        waiting = (table.c.closed.is_(None), table.c.space.in_(sorted(spaces)))
        rows = self.connection.execute(select(table).where(*waiting).order_by(table.c.proposed, table.c.id))
        return [record(Release, row) for row in rows]

    def close(self, id: str, confirmed_by: str | None) -> None:
        """Confirmed by that person, or (None) withdrawn."""
        table = tables.release
        chosen = update(table).where(table.c.id == id)
        self.connection.execute(chosen.values(confirmed_by=confirmed_by, closed=self.now))
