"""The letters that were sent to the members of a space."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kb.errors import NotFound
from kb.outbox import Letter
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new


class Letters(Aggregate):
    def add(self, letter: Letter) -> bool:
        """Keep a letter; False when it is there already (it was sent twice)."""
        values = {name: getattr(letter, name) for name in Letter.__slots__}
        return insert_new(self.connection, tables.letter, values, ["id"])

    def find(self, id: str) -> Letter | None:
        row = self.connection.execute(select(tables.letter).where(tables.letter.c.id == id)).first()
        return None if row is None else record(Letter, row)

    def get(self, id: str) -> Letter:
        found = self.find(id)
        if found is None:
            raise NotFound("letter", id)
        return found

    def list(self, space: str) -> Sequence[Letter]:
        """Those of a space, the latest first."""
        letter = tables.letter
        chosen = select(letter).where(letter.c.space == space).order_by(letter.c.sent.desc(), letter.c.id)
        return [record(Letter, row) for row in self.connection.execute(chosen)]
