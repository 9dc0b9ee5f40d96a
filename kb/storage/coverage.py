"""What was looked for and not found near a procedure (never by whom), and the latest gap report of each space."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from kb.advice import Miss
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new, upsert


class Coverage(Aggregate):
    def add_miss(self, procedure: str, text: str) -> None:
        """Count that somebody looked for `text`, near this procedure, and nothing answered it."""
        miss = tables.miss
        row = {"procedure": procedure, "text": text, "count": 0, "last": self.now.date()}
        insert_new(self.connection, miss, row, ["procedure", "text"])
        same = (miss.c.procedure == procedure, miss.c.text == text)
        self.connection.execute(update(miss).where(*same).values(count=miss.c.count + 1, last=self.now.date()))

    def misses(self, procedures: Collection[str], since: date) -> Sequence[Miss]:
        """Those near these procedures since that day, the most frequent first."""
        miss = tables.miss
        chosen = select(miss).where(miss.c.procedure.in_(sorted(procedures)), miss.c.last >= since)
        rows = self.connection.execute(chosen.order_by(miss.c.count.desc(), miss.c.text))
        return [record(Miss, row) for row in rows]

    def put_report(self, space: str, heaps: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """Keep which open matters stand near which procedure of a space, in place of the report before."""
        kept = {key: [list(heap) for heap in found] for key, found in heaps.items()}
        row = {"space": space, "created": self.now, "questions": kept}
        upsert(self.connection, tables.gap_report, [row], ["space"])

    def find_report(self, space: str) -> tuple[datetime, Mapping[str, Sequence[Sequence[str]]]] | None:
        """By procedure, in heaps; what was kept before there were any stands each alone."""
        report = tables.gap_report
        row = self.connection.execute(select(report).where(report.c.space == space)).first()
        if row is None:
            return None
        return row.created, {
            key: [[each] if isinstance(each, str) else each for each in heaps] for key, heaps in row.questions.items()
        }
