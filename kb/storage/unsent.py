"""What people are writing and have not sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.dialect import upsert


class Unsent(Aggregate):
    def put(self, person: str, place: str, fields: Mapping[str, str]) -> None:
        row = {"person": person, "place": place, "fields": dict(fields), "saved": self.now}
        upsert(self.connection, tables.unsent, [row], ["person", "place"])

    def find(self, person: str, place: str) -> tuple[Mapping[str, str], datetime] | None:
        unsent = tables.unsent
        chosen = select(unsent).where(unsent.c.person == person, unsent.c.place == place)
        row = self.connection.execute(chosen).first()
        return None if row is None else (row.fields, row.saved)

    def remove(self, person: str, place: str) -> None:
        unsent = tables.unsent
        self.connection.execute(delete(unsent).where(unsent.c.person == person, unsent.c.place == place))
