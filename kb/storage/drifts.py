"""Pairs of a duty and a practice that do not fit together, with what was decided on each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from kb.errors import NotFound
from kb.records import Drift, DriftDecision
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert


class Drifts(Aggregate):
    def put(self, drifts: Sequence[Drift]) -> None:
        rows = [
            {"id": each.id, "procedure": each.procedure, "space": each.space, "language": each.language,
             "step": each.step, "of": each.of, "source": each.source, "digest": each.digest, "kind": each.kind,
             "judge": each.judge, "found": each.found or self.now, "decision": each.decision, "by": each.by,
             "decided": each.decided, "note": each.note}
            for each in drifts
        ]  # fmt: skip
        upsert(self.connection, tables.drift, rows, ["id"])

    def get(self, id: str, lock: bool = False) -> Drift:
        """The pair; with `lock`, its row stays ours until the transaction ends."""
        chosen = select(tables.drift).where(tables.drift.c.id == id)
        row = self.connection.execute(chosen.with_for_update() if lock else chosen).first()
        if row is None:
            raise NotFound("drift", id)
        return record(Drift, row, decision=DriftDecision(row.decision))

    def list(
        self, spaces: Collection[str] | None = None, procedures: Collection[str] | None = None,
        sources: Collection[str] | None = None,
    ) -> Sequence[Drift]:  # fmt: skip
        """Those of these spaces, procedures and sources (any where None), by procedure and step."""
        drift = tables.drift
        chosen = select(drift).order_by(drift.c.procedure, drift.c.step, drift.c.language, drift.c.id)
        for column, wanted in ((drift.c.space, spaces), (drift.c.procedure, procedures), (drift.c.source, sources)):
            if wanted is not None:
                chosen = chosen.where(column.in_(sorted(wanted)))
        return [record(Drift, row, decision=DriftDecision(row.decision)) for row in self.connection.execute(chosen)]

    def remove(self, ids: Collection[str]) -> None:
        self.connection.execute(delete(tables.drift).where(tables.drift.c.id.in_(sorted(ids))))
