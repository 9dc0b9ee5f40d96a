"""What somebody new has ticked off: their own, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.dialect import insert_new


class Progress(Aggregate):
    def set(self, person: str, step: str, done: bool) -> None:
        progress = tables.progress
        if done:
            row = {"person": person, "step": step, "at": self.now}
            insert_new(self.connection, progress, row, ["person", "step"])
        else:
            self.connection.execute(delete(progress).where(progress.c.person == person, progress.c.step == step))

    def list(self, person: str) -> Sequence[str]:
        progress = tables.progress
        chosen = select(progress.c.step).where(progress.c.person == person).order_by(progress.c.at)
        return [row.step for row in self.connection.execute(chosen)]
