"""What people follow, and when they last looked at a question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, or_, select

from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.dialect import insert_new, upsert


class Follows(Aggregate):
    def add(self, person: str, of: str, subject: str) -> bool:
        row = {"person": person, "of": of, "subject": subject, "since": self.now}
        return insert_new(self.connection, tables.follow, row, ["person", "of", "subject"])

    def remove(self, person: str, of: str, subject: str) -> None:
        follow = tables.follow
        chosen = (follow.c.person == person, follow.c.of == of, follow.c.subject == subject)
        self.connection.execute(delete(follow).where(*chosen))

    def of_person(self, person: str) -> Sequence[tuple[str, str]]:
        """What a person follows, as (of, subject), the latest first."""
        follow = tables.follow
        chosen = select(follow).where(follow.c.person == person)
        rows = self.connection.execute(chosen.order_by(follow.c.since.desc(), follow.c.of, follow.c.subject))
        return [(row.of, row.subject) for row in rows]

    def followers(self, things: Collection[tuple[str, str]]) -> Sequence[tuple[str, str, str]]:
        """Who follows any of `things` (of, subject), as (person, of, subject)."""
        follow = tables.follow
        wanted = [and_(follow.c.of == of, follow.c.subject == subject) for of, subject in things]
        rows = self.connection.execute(select(follow).where(or_(*wanted)).order_by(follow.c.person, follow.c.of))
        return [(row.person, row.of, row.subject) for row in rows]


class Visits(Aggregate):
    def find(self, person: str, question: str) -> tuple[datetime, datetime | None] | None:
        """When the latest visit began, and the one before it."""
        visit = tables.visit
        chosen = select(visit).where(visit.c.person == person, visit.c.question == question)
        row = self.connection.execute(chosen).first()
        return None if row is None else (row.at, row.before)

    def begin(self, person: str, question: str, before: datetime | None) -> None:
        row = {"person": person, "question": question, "at": self.now, "before": before}
        upsert(self.connection, tables.visit, [row], ["person", "question"])
