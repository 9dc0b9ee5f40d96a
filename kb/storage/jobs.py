"""Jobs: what happens later. Adding one joins the business transaction; a worker leases it, does it, marks it done.

A worker that dies lets its lease run out, and another takes the job. `once` names a job that must not be added twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, insert, not_, or_, select, update

from kb.model import Job, new_id
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new

ATTEMPTS = 5


class Jobs(Aggregate):
    def add(
        self, kind: str, payload: Mapping[str, object], run_at: datetime | None = None, once: str | None = None
    ) -> None:
        """Do `kind` with `payload` at `run_at` (now). A job of the same `once` that stands, done or not, stays as it
        is."""
        row = {"kind": kind, "payload": dict(payload), "run_at": run_at or self.now, "attempts": 0, "once": once}
        if once is None:
            self.connection.execute(insert(tables.job).values(row))
        else:
            insert_new(self.connection, tables.job, row, ["once"])

    def lease(self, seconds: float = 60) -> tuple[Job, str] | None:
        """The next due job and the lease that proves it is ours for `seconds`, or None. To be called in a write."""
        job = tables.job
        row = self.connection.execute(
            select(job).where(self._due()).order_by(job.c.run_at, job.c.id).limit(1).with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        lease = new_id()
        self.connection.execute(
            update(job)
            .where(job.c.id == row.id)
            .values(lease=lease, leased_until=self.now + timedelta(seconds=seconds), attempts=job.c.attempts + 1)
        )
        return record(Job, row, attempts=row.attempts + 1), lease

    def is_known(self, once: str) -> bool:
        """Whether a job of that name stands, done or not."""
        return self.connection.execute(select(tables.job.c.id).where(tables.job.c.once == once)).first() is not None

    def any_due(self) -> bool:
        return self.connection.execute(select(tables.job.c.id).where(self._due()).limit(1)).first() is not None

    def finish(self, id: int, lease: str) -> bool:
        """Mark the job done; False when the lease ran out and another worker has it."""
        job = tables.job
        done = (
            update(job)
            .where(job.c.id == id, job.c.lease == lease, job.c.done.is_(None))
            .values(done=self.now, error=None)
        )
        return self.connection.execute(done).rowcount == 1

    def fail(self, id: int, lease: str, error: str, retry_at: datetime) -> None:
        """Give the job back with what went wrong, to be tried again at `retry_at` (at most ATTEMPTS times)."""
        job = tables.job
        self.connection.execute(
            update(job)
            .where(job.c.id == id, job.c.lease == lease)
            .values(lease=None, leased_until=None, run_at=retry_at, error=error[:2000])
        )

    def waiting(self, by: datetime | None = None) -> int:
        """How many jobs are not done yet, of those to begin until `by` (of all)."""
        job = tables.job
        open_ = select(func.count()).where(job.c.done.is_(None), not_(self._given_up()))
        if by is not None:
            open_ = open_.where(job.c.run_at <= by)
        return int(self.connection.execute(open_).scalar_one())

    def failed(self) -> Sequence[tuple[Job, str]]:
        """Jobs given up after ATTEMPTS, with their last error (none when the workers died of it)."""
        job = tables.job
        rows = self.connection.execute(select(job).where(job.c.done.is_(None), self._given_up()).order_by(job.c.id))
        return [(record(Job, row), row.error or "") for row in rows]

    def _due(self) -> ColumnElement[bool]:
        job = tables.job
        free = or_(job.c.leased_until.is_(None), job.c.leased_until < self.now)
        return and_(job.c.done.is_(None), job.c.run_at <= self.now, job.c.attempts < ATTEMPTS, free)

    def _given_up(self) -> ColumnElement[bool]:
        job = tables.job
        ended = or_(job.c.leased_until.is_(None), job.c.leased_until < self.now)
        return and_(job.c.attempts >= ATTEMPTS, ended)
