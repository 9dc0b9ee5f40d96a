"""Skills that colleagues confirm, and thanks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from kb.recognised import Endorsement, Thanks
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert


class Recognition(Aggregate):
    def endorse(self, endorsement: Endorsement) -> None:
        """Keep it; one of the same colleague for the same skill is replaced."""
        values = {name: getattr(endorsement, name) for name in Endorsement.__slots__}
        upsert(self.connection, tables.endorsement, [values], ["person", "skill", "by"])

    def endorsements(self, person: str) -> Sequence[Endorsement]:
        """What colleagues confirmed of a person, the oldest first."""
        endorsement = tables.endorsement
        chosen = select(endorsement).where(endorsement.c.person == person)
        rows = self.connection.execute(chosen.order_by(endorsement.c.created, endorsement.c.id))
        return [record(Endorsement, row) for row in rows]

    def withdraw(self, person: str, skill: str, by: str) -> bool:
        endorsement = tables.endorsement
        gone = delete(endorsement).where(
            endorsement.c.person == person, endorsement.c.skill == skill, endorsement.c.by == by
        )
        return self.connection.execute(gone).rowcount == 1

    def thank(self, thanks: Thanks) -> None:
        """Keep it; earlier thanks of the same person for the same answer are replaced."""
        values = {name: getattr(thanks, name) for name in Thanks.__slots__}
        upsert(self.connection, tables.thanks, [values], ["answer", "by"])

    def thanks(self, author: str) -> Sequence[Thanks]:
        """Thanks for answers of this author, the latest first."""
        thanks, answer = tables.thanks, tables.answer
        chosen = select(thanks).join(answer, answer.c.id == thanks.c.answer).where(answer.c.author == author)
        rows = self.connection.execute(chosen.order_by(thanks.c.created.desc(), thanks.c.id))
        return [record(Thanks, row) for row in rows]
