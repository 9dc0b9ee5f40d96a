"""Deleted posts, with every row that went with them: whole until they are brought back or gone for good.

Which rows those are is read off `tables`: what the database would remove with the post (cascading references), so a
table added there comes back with it too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Date, Table, delete, insert, or_, select

from kb.bin import Binned
from kb.errors import NotFound
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
_NEVER = frozenset({"bin", "unsent"})


class Bin(Aggregate):
    def add(self, binned: Binned) -> None:
        """Keep a post that is about to be removed; to be called before that."""
        values = {name: getattr(binned, name) for name in Binned.__slots__}
        rows = self._rows(tables.metadata.tables[binned.kind], binned.id)
        self.connection.execute(insert(tables.bin).values(**values, rows=rows))

    def get(self, id: str, lock: bool = False) -> Binned:
        chosen = select(tables.bin).where(tables.bin.c.id == id)
        row = self.connection.execute(chosen.with_for_update() if lock else chosen).first()
        if row is None:
            raise NotFound("deleted post", id)
        return record(Binned, row)

    def list(self, person: str, spaces: Collection[str]) -> Sequence[Binned]:
        """What `person` deleted, and whatever was deleted in `spaces`, the latest first."""
        bin = tables.bin
        chosen = select(bin).where(or_(bin.c.person == person, bin.c.space.in_(sorted(spaces))))
        return [record(Binned, row) for row in self.connection.execute(chosen.order_by(bin.c.at.desc(), bin.c.id))]

    def put_back(self, id: str) -> None:
        """Write every row of a kept post again, and keep it no longer."""
        rows = self.connection.execute(select(tables.bin.c.rows).where(tables.bin.c.id == id)).scalar_one()
        for table in tables.metadata.sorted_tables:
            kept = [
                {name: _read(table.c[name], value) for name, value in each.items()} for each in rows.get(table.name, ())
            ]
            if kept:
                self.connection.execute(insert(table), kept)
        self.remove(id)

    def remove(self, id: str) -> None:
        self.connection.execute(delete(tables.bin).where(tables.bin.c.id == id))

    def empty(self, before: datetime) -> int:
        """Forget for good what was deleted before then; how many posts."""
        return self.connection.execute(delete(tables.bin).where(tables.bin.c.at < before)).rowcount

    def hashes(self) -> Collection[str]:
        """The content of every file that was deleted with its post and may come back."""
        kept = self.connection.execute(select(tables.bin.c.rows)).scalars()
        return {each["sha256"] for rows in kept for each in rows.get("attachment", ())}

    def _rows(self, start: Table, id: str) -> Rows:
        found: dict[str, list[Any]] = {start.name: list(self.connection.execute(select(start).where(start.c.id == id)))}
        for table in tables.metadata.sorted_tables:
            if table.name == start.name or table.name in _NEVER:
                continue
            belongs = [
                key.parent.in_([row._mapping[key.column.name] for row in found[key.column.table.name]])
                for key in table.foreign_keys
                if key.ondelete == "CASCADE" and found.get(key.column.table.name)
            ]
            if belongs:
                found[table.name] = list(self.connection.execute(select(table).where(or_(*belongs))))
        return {
            name: [_written(tables.metadata.tables[name], row) for row in rows] for name, rows in found.items() if rows
        }


def _written(table: Table, row: Any) -> dict[str, Any]:
    """A row as JSON; numbers that the database gives by itself are left out."""
    given = table.autoincrement_column
    held = {name: value for name, value in row._mapping.items() if given is None or name != given.name}
    if table.name == "question":
        held["duplicate_of"] = None  # its original may be gone when it comes back
        held["status"] = "open" if held["status"] == "duplicate" else held["status"]
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in held.items()}


def _read(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, tables.UtcDateTime) and value is not None:
        return datetime.fromisoformat(value).astimezone(UTC)
    return date.fromisoformat(value) if isinstance(column.type, Date) and value is not None else value
