"""Which answers somebody found true, and until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select

from kb.advice import Verified
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert

CHUNK = 500


class Verifications(Aggregate):
    def put(self, verified: Verified) -> None:
        """Keep the word of one person for an answer, in place of any earlier one."""
        values = {name: getattr(verified, name) for name in Verified.__slots__}
        upsert(self.connection, tables.verification, [values], ["answer"])

    def of(self, answers: Collection[str]) -> Mapping[str, Verified]:
        """Those of these answers that have one, by answer; also when its day has passed."""
        table, wanted, found = tables.verification, sorted(answers), dict[str, Verified]()
        for start in range(0, len(wanted), CHUNK):
            chosen = select(table).where(table.c.answer.in_(wanted[start : start + CHUNK]))
            found |= {row.answer: record(Verified, row) for row in self.connection.execute(chosen)}
        return found

    def ending(self, first: date, last: date) -> Sequence[Verified]:
        """Those whose day is one from `first` to `last`, by answer."""
        table = tables.verification
        chosen = select(table).where(table.c.until >= first, table.c.until <= last).order_by(table.c.answer)
        return [record(Verified, row) for row in self.connection.execute(chosen)]

    def by(self, person: str) -> Sequence[Verified]:
        """What somebody put their name to, by answer."""
        table = tables.verification
        chosen = select(table).where(table.c.person == person).order_by(table.c.answer)
        return [record(Verified, row) for row in self.connection.execute(chosen)]

    def of_spaces(self, spaces: Collection[str]) -> Sequence[Verified]:
        """Those on answers to questions of these spaces, by answer."""
        table, answer, question = tables.verification, tables.answer, tables.question
        inside = (
            select(answer.c.id)
            .join(question, question.c.id == answer.c.question)
            .where(question.c.space.in_(sorted(spaces)))
        )
        chosen = select(table).where(table.c.answer.in_(inside)).order_by(table.c.answer)
        return [record(Verified, row) for row in self.connection.execute(chosen)]

    def questions(self, day: date) -> Collection[str]:
        """Ids of the questions with an answer that somebody's word holds for on that day."""
        table, answer = tables.verification, tables.answer
        chosen = select(answer.c.question).join(table, table.c.answer == answer.c.id).where(table.c.until >= day)
        return set(self.connection.execute(chosen).scalars())

    def remove(self, answers: Collection[str]) -> None:
        table = tables.verification
        self.connection.execute(delete(table).where(table.c.answer.in_(sorted(answers))))
