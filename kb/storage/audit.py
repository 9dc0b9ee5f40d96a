"""The audit trail: entries are added at its end and never touched again.

The head (how many, which hash) stands in a row of its own, so that a tail cut off is noticed. Whoever adds an entry
takes the change log's counter first: one lock for both, always in this order, so that entries are chained in commit
order on both databases and two writers never wait for each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, false, func, insert, or_, select

from kb.records import AuditEntry, AuditHead, AuditSearch
from kb.rules_audit import after
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.changes import Changes
from kb.storage.dialect import upsert

BATCH = 1_000


class Audit(Aggregate):
    def add(
        self, actor: str | None, action: str, kind: str, id: str, detail: Mapping[str, object], space: str | None
    ) -> AuditEntry:
        """Chain one entry to the last."""
        Changes(self.connection, self.now).lock()
        plain = AuditEntry(0, self.now, actor, action, kind, id, space, dict(detail), secrets.token_hex(8), "", "")
        entry = after(self.head(), plain)
        names = [column.name for column in tables.audit.columns]
        self.connection.execute(insert(tables.audit).values({name: getattr(entry, name) for name in names}))
        upsert(self.connection, tables.audit_head, [{"id": 1, "count": entry.number, "hash": entry.hash}], ["id"])
        return entry

    def head(self) -> AuditHead | None:
        row = self.connection.execute(select(tables.audit_head)).first()
        return None if row is None else record(AuditHead, row)

    def stream(self, since: int = 0, until: int | None = None) -> Iterator[AuditEntry]:
        """Every entry after number `since` (and up to `until`), in order, a batch in memory at a time."""
        audit = tables.audit
        statement = select(audit).where(audit.c.number > since).order_by(audit.c.number)
        if until is not None:
            statement = statement.where(audit.c.number <= until)
        for row in self.connection.execute(statement.execution_options(yield_per=BATCH)):
            yield _entry(row)

    def list(
        self, search: AuditSearch, spaces: Collection[str], everywhere: bool, limit: int | None = None, offset: int = 0
    ) -> Sequence[AuditEntry]:
        """Entries about `spaces` (and about the organisation itself, with `everywhere`) that fit, newest first."""
        statement = select(tables.audit).where(_placed(spaces, everywhere), *_fitting(search))
        statement = statement.order_by(tables.audit.c.number.desc()).limit(limit).offset(offset)
        return [_entry(row) for row in self.connection.execute(statement)]

    def actions(self, spaces: Collection[str], everywhere: bool) -> Sequence[str]:
        """What has been done at least once there."""
        action = tables.audit.c.action
        statement = select(action).where(_placed(spaces, everywhere)).distinct().order_by(action)
        return list(self.connection.execute(statement).scalars())


def _entry(row: Row[Any]) -> AuditEntry:
    return record(AuditEntry, row)


def _placed(spaces: Collection[str], everywhere: bool) -> ColumnElement[bool]:
    space = tables.audit.c.space
    return or_(space.in_(sorted(spaces)), space.is_(None) if everywhere else false())


def _fitting(search: AuditSearch) -> Iterator[ColumnElement[bool]]:
    audit = tables.audit
    if search.actor is not None:
        yield audit.c.actor == search.actor
    if search.action:
        yield audit.c.action == search.action
    if search.about:
        about = search.about.lower()
        yield or_(func.lower(audit.c.id) == about, audit.c.kind == about)
    if search.since:
        yield audit.c.at >= datetime.combine(search.since, time.min, UTC)
    if search.until:
        yield audit.c.at < datetime.combine(search.until, time.min, UTC) + timedelta(days=1)
