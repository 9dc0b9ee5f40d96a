"""The change log: what happened, in the transaction in which it happened.

Numbers come from one counter row that every writer locks, so they rise in *commit* order on both databases: a follower
that has seen number N never finds a smaller one later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, insert, select, update

from kb.model import Change, new_id
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new, upsert

IDENTITY = "log identity"  # a setting of this very database: no archive holds it


class Changes(Aggregate):
    def add(self, action: str, kind: str, id: str, actor: str | None = None) -> int:
        """Record that `actor` did `action` to the `kind` called `id`; the change's number."""
        return self.add_all(action, kind, [id], actor)

    def add_all(self, action: str, kind: str, ids: Iterable[str], actor: str | None = None) -> int:
        """The same for many ids at once; the last number."""
        ids = list(ids)
        if not ids:
            return self.last()
        counter = tables.change_number
        self.connection.execute(update(counter).values(last=counter.c.last + len(ids)))
        last = int(self.connection.execute(select(counter.c.last)).scalar_one())
        rows = [
            {
                "number": last - len(ids) + place,
                "at": self.now,
                "actor": actor,
                "action": action,
                "kind": kind,
                "id": id,
            }
            for place, id in enumerate(ids, 1)
        ]
        self.connection.execute(insert(tables.change), rows)
        return last

    def lock(self) -> None:
        """Keep the counter ours until the transaction ends: whatever is written after is in commit order."""
        counter = tables.change_number
        self.connection.execute(update(counter).values(last=counter.c.last))

    def last(self) -> int:
        return int(self.connection.execute(select(func.coalesce(func.max(tables.change.c.number), 0))).scalar_one())

    def identity(self) -> str:
        """Which log this is: "" for one that nobody followed yet, another word after each import or restore. A follower
        keeps it beside the number it applied; where the two differ, its number means nothing and it starts from the
        beginning."""
        name = tables.setting.c.name == IDENTITY
        return str(self.connection.execute(select(tables.setting.c.value).where(name)).scalar_one_or_none() or "")

    def give_identity(self) -> str:
        """The identity, made now if there was none: from then on a follower can tell this log from any other."""
        insert_new(self.connection, tables.setting, {"name": IDENTITY, "value": new_id()}, ["name"])
        return self.identity()

    def renew_identity(self) -> None:
        """Say that the log was replaced by another, whatever its numbers."""
        upsert(self.connection, tables.setting, [{"name": IDENTITY, "value": new_id()}], ["name"])

    def since(self, number: int, limit: int = 1000) -> Sequence[Change]:
        """The next `limit` changes after `number`, oldest first."""
        rows = self.connection.execute(
            select(tables.change).where(tables.change.c.number > number).order_by(tables.change.c.number).limit(limit)
        )
        return [record(Change, row) for row in rows]

    def latest_since(self, number: int) -> Sequence[tuple[int, str, str]]:
        """(number, kind, id) of every subject changed after `number`, each once at its last change, oldest first: what
        a follower that re-reads subjects has to look at."""
        change = tables.change
        last = func.max(change.c.number).label("last")
        statement = (
            select(last, change.c.kind, change.c.id)
            .where(change.c.number > number)
            .group_by(change.c.kind, change.c.id)
            .order_by(last)
        )
        return [(row.last, row.kind, row.id) for row in self.connection.execute(statement)]
