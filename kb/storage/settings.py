"""The organisation's own settings: small JSON values by name, changed by an administrator."""

from __future__ import annotations

from sqlalchemy import select

from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.dialect import upsert


class Settings(Aggregate):
    def find(self, name: str) -> object | None:
        return self.connection.execute(
            select(tables.setting.c.value).where(tables.setting.c.name == name)
        ).scalar_one_or_none()

    def set(self, name: str, value: object) -> None:
        upsert(self.connection, tables.setting, [{"name": name, "value": value}], ["name"])
