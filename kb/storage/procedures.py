"""Procedures with the revision in force for each language, the duties of each revision, and how often both are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from kb.errors import NotFound
from kb.model import Audience, Duty, Procedure, ProcedureStatus, Revision, RevisionStatus
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new, upsert

CHUNK = 500


class Procedures(Aggregate):
    def put(self, procedures: Sequence[Procedure]) -> None:
        """Add procedures, or replace what is known of those of the same key. Their texts are added by
        `add_revision`."""
        rows = [
            {"key": each.key, "space": each.space, "owner": each.owner, "deputy": each.deputy,
             "status": each.status.value, "review_months": each.review_months, "satisfies": list(each.satisfies),
             "created": each.created or self.now, "scope": each.scope, "roles": list(each.audience.roles),
             "units": list(each.audience.units), "sites": list(each.audience.sites), "reviewed": each.reviewed,
             "reminded": each.reminded, "retired": each.retired, "reason": each.reason, "successor": each.successor}
            for each in procedures
        ]  # fmt: skip
        upsert(self.connection, tables.procedure, rows, ["key"])

    def find(self, key: str) -> Procedure | None:
        found = self.list([key])
        return found[0] if found else None

    def get(self, key: str, lock: bool = False) -> Procedure:
        """The procedure; with `lock`, its row (and by that its texts) stays ours until the transaction ends."""
        if lock:
            chosen = select(tables.procedure.c.key).where(tables.procedure.c.key == key)
            self.connection.execute(chosen.with_for_update(key_share=True))
        found = self.find(key)
        if found is None:
            raise NotFound("procedure", key)
        return found

    def list(self, keys: Collection[str] | None = None, spaces: Collection[str] | None = None) -> Sequence[Procedure]:
        """Those of `keys` (all when None) in `spaces` (any when None), by key, each with its texts in force."""
        procedure = tables.procedure
        statement = select(procedure).order_by(procedure.c.key)
        if spaces is not None:
            statement = statement.where(procedure.c.space.in_(sorted(spaces)))
        if keys is None:
            rows = list(self.connection.execute(statement))
        else:
            rows, wanted = [], sorted(keys)
            for start in range(0, len(wanted), CHUNK):
                rows += self.connection.execute(statement.where(procedure.c.key.in_(wanted[start : start + CHUNK])))
        texts: defaultdict[str, list[Revision]] = defaultdict(list)
        for revision in self._in_force(None if keys is None else [row.key for row in rows]):
            texts[revision.procedure].append(revision)
        return [
            record(
                Procedure, row, status=ProcedureStatus(row.status), revisions=tuple(texts[row.key]),
                audience=Audience(tuple(row.roles), tuple(row.units), tuple(row.sites)),
            )
            for row in rows
        ]  # fmt: skip

    def count(self) -> int:
        return self.connection.execute(select(func.count()).select_from(tables.procedure)).scalar_one()

    def remove(self, key: str) -> None:
        self.connection.execute(delete(tables.procedure).where(tables.procedure.c.key == key))

    def add_revisions(self, revisions: Sequence[Revision]) -> None:
        """Add immutable texts. Those added as published supersede the earlier ones of their procedure and language."""
        if not revisions:
            return
        revision = tables.revision
        self.connection.execute(
            insert(revision),
            [
                {"id": each.id, "procedure": each.procedure, "language": each.language, "number": each.number,
                 "title": each.title, "summary": each.summary, "body": each.body, "tags": list(each.tags),
                 "status": each.status.value, "author": each.author, "change": each.change,
                 "created": each.created or self.now, "effective": each.effective, "major": each.major,
                 "base": each.base, "saves": each.saves, "writers": list(each.writers), "submitted": each.submitted,
                 "published": each.published, "ended": each.ended}
                for each in revisions
            ],
        )  # fmt: skip
        for procedure, language in dict.fromkeys((each.procedure, each.language) for each in revisions):
            text = (revision.c.procedure == procedure, revision.c.language == language)
            published = (*text, revision.c.status == RevisionStatus.PUBLISHED.value)
            newest = select(func.max(revision.c.number)).where(*published).scalar_subquery()
            older = update(revision).where(*published, revision.c.number < newest)
            self.connection.execute(older.values(status=RevisionStatus.SUPERSEDED.value, ended=self.now))
        self._add_duties(revisions)

    def set_text(self, revision: Revision) -> None:
        """Replace the words of a text that is still a draft, with who wrote them and how often they were saved."""
        table = tables.revision
        self.connection.execute(
            update(table).where(table.c.id == revision.id).values(
                title=revision.title, summary=revision.summary, body=revision.body, tags=list(revision.tags),
                change=revision.change, effective=revision.effective, major=revision.major, saves=revision.saves,
                writers=list(revision.writers),
            )
        )  # fmt: skip
        self.connection.execute(delete(tables.duty).where(tables.duty.c.revision == revision.id))
        self._add_duties([revision])

    def set_status(self, revision: str, status: RevisionStatus, **moments: datetime | None) -> None:
        """Where a text is on its way, and the moments (`submitted`, `published`, `ended`) that this makes."""
        table = tables.revision
        self.connection.execute(update(table).where(table.c.id == revision).values(status=status.value, **moments))

    def revisions(self, statuses: Collection[RevisionStatus]) -> Sequence[Revision]:
        """The texts of all procedures that have one of these statuses, by procedure."""
        revision = tables.revision
        chosen = revision.c.status.in_(sorted(each.value for each in statuses))
        return self._with_duties(
            list(self.connection.execute(select(revision).where(chosen).order_by(revision.c.procedure, revision.c.id)))
        )

    def add_reading(self, key: str, step: str, month: date, times: int = 1) -> None:
        """Count that the procedure (or one of its duties) was opened so often in the month that begins on `month`."""
        reading = tables.reading
        row = {"procedure": key, "step": step, "month": month, "count": 0}
        insert_new(self.connection, reading, row, ["procedure", "step", "month"])
        same = (reading.c.procedure == key, reading.c.step == step, reading.c.month == month)
        self.connection.execute(update(reading).where(*same).values(count=reading.c.count + times))

    def linking(self, key: str, spaces: Collection[str]) -> Sequence[str]:
        """The texts of questions, answers and comments in `spaces` that link to a procedure."""
        question, link = tables.question, f"%/procedures/{key}%"
        inside = question.c.space.in_(sorted(spaces))
        asked = select(question.c.body).where(inside, question.c.body.like(link))
        found = list(self.connection.execute(asked).scalars())
        for table in (tables.answer, tables.comment):
            joined = select(table.c.body).join(question, question.c.id == table.c.question)
            found += self.connection.execute(joined.where(inside, table.c.body.like(link))).scalars()
        return found

    def readings(self, key: str, since: date) -> dict[str, int]:
        """How often each step (and "", the procedure itself) was opened in the months from `since` on."""
        reading = tables.reading
        statement = select(reading.c.step, func.sum(reading.c.count)).where(
            reading.c.procedure == key, reading.c.month >= since
        )
        return {step: int(count) for step, count in self.connection.execute(statement.group_by(reading.c.step))}

    def _add_duties(self, revisions: Sequence[Revision]) -> None:
        duties = [
            {
                "revision": each.id,
                "position": place,
                "step": duty.step,
                "role": duty.role,
                "what": duty.what,
                "rule": duty.rule,
            }
            for each in revisions
            for place, duty in enumerate(each.duties, 1)
        ]
        if duties:
            self.connection.execute(insert(tables.duty), duties)

    def history(self, key: str) -> Sequence[Revision]:
        """Every revision of a procedure, newest first."""
        revision = tables.revision
        rows = self.connection.execute(
            select(revision)
            .where(revision.c.procedure == key)
            .order_by(revision.c.created.desc(), revision.c.number.desc())
        )
        return self._with_duties(list(rows))

    def _in_force(self, keys: Collection[str] | None) -> Sequence[Revision]:
        revision = tables.revision
        statement = (
            select(revision)
            .where(revision.c.status == RevisionStatus.PUBLISHED.value)
            .order_by(revision.c.language.desc())
        )
        if keys is None:
            return self._with_duties(list(self.connection.execute(statement)))
        rows: list[Row[Any]] = []
        wanted = sorted(keys)
        for start in range(0, len(wanted), CHUNK):
            rows += self.connection.execute(statement.where(revision.c.procedure.in_(wanted[start : start + CHUNK])))
        return self._with_duties(rows)

    def _with_duties(self, rows: Sequence[Row[Any]]) -> Sequence[Revision]:
        duties: defaultdict[str, list[Duty]] = defaultdict(list)
        ids = [row.id for row in rows]
        for start in range(0, len(ids), CHUNK):
            chosen = select(tables.duty).where(tables.duty.c.revision.in_(ids[start : start + CHUNK]))
            for duty in self.connection.execute(chosen.order_by(tables.duty.c.revision, tables.duty.c.position)):
                duties[duty.revision].append(record(Duty, duty))
        return [record(Revision, row, status=RevisionStatus(row.status), duties=tuple(duties[row.id])) for row in rows]
