"""Practices and the earlier texts of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from kb.advice import Help, Practice, PracticeEdit
from kb.errors import NotFound
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert

CHUNK = 500


class Practices(Aggregate):
    def put(self, practices: Sequence[Practice]) -> None:
        """Add practices, or replace those of the same id."""
        rows = [
            {"id": each.id, "space": each.space, "title": each.title, "body": each.body, "language": each.language,
             "authors": list(each.authors), "answers": list(each.answers), "helps": [help.name for help in each.helps],
             "tags": list(each.tags), "keeper": each.keeper, "created": each.created or self.now,
             "edited": each.edited, "verifier": each.verifier, "verified": each.verified, "until": each.until,
             "extended": each.extended, "ended": each.ended, "reason": each.reason}
            for each in practices
        ]  # fmt: skip
        upsert(self.connection, tables.practice, rows, ["id"])

    def find(self, id: str) -> Practice | None:
        found = self.list([id])
        return found[0] if found else None

    def get(self, id: str, lock: bool = False) -> Practice:
        """The practice; with `lock`, its row stays ours until the transaction ends."""
        if lock:
            practice = tables.practice
            self.connection.execute(select(practice.c.id).where(practice.c.id == id).with_for_update(key_share=True))
        found = self.find(id)
        if found is None:
            raise NotFound("practice", id)
        return found

    def list(self, ids: Collection[str] | None = None, spaces: Collection[str] | None = None) -> Sequence[Practice]:
        """Those of `ids` (all when None) in `spaces` (any when None), by title."""
        practice = tables.practice
        statement = select(practice).order_by(practice.c.title, practice.c.id)
        if spaces is not None:
            statement = statement.where(practice.c.space.in_(sorted(spaces)))
        if ids is None:
            return [_practice(row) for row in self.connection.execute(statement)]
        found: list[Practice] = []
        wanted = sorted(ids)
        for start in range(0, len(wanted), CHUNK):
            chosen = statement.where(practice.c.id.in_(wanted[start : start + CHUNK]))
            found += [_practice(row) for row in self.connection.execute(chosen)]
        return found

    def add_edit(self, edit: PracticeEdit) -> None:
        values = {
            "id": edit.id, "practice": edit.practice, "title": edit.title, "body": edit.body, "person": edit.person,
            "created": edit.created,
        }  # fmt: skip
        self.connection.execute(insert(tables.practice_edit).values(**values))

    def edits(self, practice: str) -> Sequence[PracticeEdit]:
        """The earlier texts of a practice, newest first."""
        edit = tables.practice_edit
        chosen = select(edit).where(edit.c.practice == practice).order_by(edit.c.created.desc(), edit.c.id)
        return [record(PracticeEdit, row) for row in self.connection.execute(chosen)]


def _practice(row: Row[Any]) -> Practice:
    return record(Practice, row, helps=tuple(map(Help.named, row.helps)))
