"""Searches that nothing answered, counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select, update

from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.dialect import insert_new


class Searches(Aggregate):
    def add(self, text: str, scope: Sequence[str], since: date) -> None:
        """Count one more search for `text` by somebody who reads the restricted spaces of `scope`. What was last looked
        for before `since` is forgotten."""
        search, key = tables.empty_search, json.dumps(list(scope), ensure_ascii=False)
        self.connection.execute(delete(search).where(search.c.last < since))
        row = {"text": text, "scope": key, "count": 0, "last": self.now.date()}
        insert_new(self.connection, search, row, ["text", "scope"])
        same = (search.c.text == text, search.c.scope == key)
        self.connection.execute(update(search).where(*same).values(count=search.c.count + 1, last=self.now.date()))

    def list(self, since: date) -> Sequence[tuple[str, list[str], int, date]]:
        """(text, scope, count, day of the last) of those looked for since then."""
        search = tables.empty_search
        rows = self.connection.execute(select(search).where(search.c.last >= since).order_by(search.c.text))
        return [(row.text, json.loads(row.scope), row._mapping["count"], row.last) for row in rows]
