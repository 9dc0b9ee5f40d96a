"""The change log: what happened, in the transaction in which it happened.

Numbers come from one counter row that every writer locks, so they rise in *commit* order on both databases: a follower that
has seen number N never finds a smaller one later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, insert, select, update

from kb.model import Change
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record


class Changes(Aggregate):
    def add(self, action: str, kind: str, id: str, actor: str | None = None) -> int:
        """Record that `actor` did `action` to the `kind` called `id`; the change's number."""
        return self.add_all(action, kind, [id], actor)

    def add_all(self, action: str, kind: str, ids: Iterable[str], actor: str | None = None) -> int:
        """The same for many ids at once; the last number."""
        ids = list(ids)
        counter = tables.change_number
        self.connection.execute(update(counter).values(last=counter.c.last + len(ids)))
        last = self.connection.execute(select(counter.c.last)).scalar_one()
        rows = [
            {"number": last - len(ids) + place, "at": self.now, "actor": actor, "action": action, "kind": kind, "id": id}
            for place, id in enumerate(ids, 1)
        ]
        if rows:
            self.connection.execute(insert(tables.change), rows)
        return last

    def last(self) -> int:
        return self.connection.execute(select(func.coalesce(func.max(tables.change.c.number), 0))).scalar_one()

    def since(self, number: int, limit: int = 1000) -> Sequence[Change]:
        """The next `limit` changes after `number`, oldest first."""
        rows = self.connection.execute(
            select(tables.change).where(tables.change.c.number > number).order_by(tables.change.c.number).limit(limit)
        )
        return [record(Change, row) for row in rows]
