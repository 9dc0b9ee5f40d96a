"""Amendments: what practices propose to change in procedures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from kb.advice import Amendment, AmendmentStatus
from kb.errors import NotFound
from kb.official import Duty
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert


class Amendments(Aggregate):
    def put(self, amendment: Amendment) -> None:
        """Add an amendment, or replace the one of the same id."""
        row = {
            "id": amendment.id, "practice": amendment.practice, "procedure": amendment.procedure,
            "language": amendment.language, "base": amendment.base, "why": amendment.why, "author": amendment.author,
            "duties": [[each.step, each.role, each.what, each.rule] for each in amendment.duties],
            "created": amendment.created, "status": amendment.status.value, "decided_by": amendment.decided_by,
            "decided": amendment.decided, "reason": amendment.reason, "revision": amendment.revision,
        }  # fmt: skip
        upsert(self.connection, tables.amendment, [row], ["id"])

    def get(self, id: str, lock: bool = False) -> Amendment:
        """The amendment; with `lock`, its row stays ours until the transaction ends."""
        table = tables.amendment
        if lock:
            self.connection.execute(select(table.c.id).where(table.c.id == id).with_for_update())
        row = self.connection.execute(select(table).where(table.c.id == id)).first()
        if row is None:
            raise NotFound("amendment", id)
        return _amendment(row)

    def list(self, practice: str | None = None, procedure: str | None = None) -> Sequence[Amendment]:
        """Those that fit every condition given, the latest first."""
        table = tables.amendment
        statement = select(table).order_by(table.c.created.desc(), table.c.id)
        for column, value in ((table.c.practice, practice), (table.c.procedure, procedure)):
            if value is not None:
                statement = statement.where(column == value)
        return [_amendment(row) for row in self.connection.execute(statement)]


def _amendment(row: Row[Any]) -> Amendment:
    return record(
        Amendment, row, status=AmendmentStatus(row.status), duties=tuple(Duty(*each) for each in row.duties)
    )  # fmt: skip
