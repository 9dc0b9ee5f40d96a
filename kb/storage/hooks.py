"""Webhooks, and what is sent to them: leased by one worker at a time, like mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update

from kb.errors import NotFound
from kb.model import new_id
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.webhooks import Delivery, Hook, HookKind


class Hooks(Aggregate):
    def add(self, hook: Hook) -> None:
        values = {name: getattr(hook, name) for name in Hook.__slots__}
        changed = {"kind": hook.kind.value, "events": list(hook.events)}
        self.connection.execute(insert(tables.hook).values(**values | changed))

    def find(self, id: str) -> Hook | None:
        row = self.connection.execute(select(tables.hook).where(tables.hook.c.id == id)).first()
        return None if row is None else _hook(row)

    def list(self, space: str) -> Sequence[Hook]:
        hook = tables.hook
        rows = self.connection.execute(select(hook).where(hook.c.space == space).order_by(hook.c.created, hook.c.id))
        return [_hook(row) for row in rows]

    def remove(self, id: str) -> None:
        self.connection.execute(delete(tables.hook).where(tables.hook.c.id == id))

    # -- deliveries

    def add_delivery(self, delivery: Delivery) -> None:
        values = {name: getattr(delivery, name) for name in Delivery.__slots__}
        self.connection.execute(insert(tables.delivery).values(**values))

    def get_delivery(self, id: str) -> Delivery:
        row = self.connection.execute(select(tables.delivery).where(tables.delivery.c.id == id)).first()
        if row is None:
            raise NotFound("delivery", id)
        return record(Delivery, row)

    def deliveries(self, hook: str, limit: int) -> Sequence[Delivery]:
        """What was sent or waits, the latest first."""
        delivery = tables.delivery
        chosen = select(delivery).where(delivery.c.hook == hook)
        rows = self.connection.execute(chosen.order_by(delivery.c.created.desc(), delivery.c.id).limit(limit))
        return [record(Delivery, row) for row in rows]

    def renew(self, id: str) -> None:
        values = {"due": self.now, "attempts": 0, "done": None, "error": None, "status": None, "lease": None,
                  "leased_until": None}  # fmt: skip
        self.connection.execute(update(tables.delivery).where(tables.delivery.c.id == id).values(**values))

    def any_due(self) -> bool:
        return self.connection.execute(select(tables.delivery.c.id).where(self._due()).limit(1)).first() is not None

    def lease(self, seconds: float) -> tuple[Delivery, str] | None:
        """The next due delivery and the lease that proves it is ours. To be called in a write."""
        delivery = tables.delivery
        chosen = select(delivery).where(self._due()).order_by(delivery.c.due, delivery.c.id).limit(1)
        row = self.connection.execute(chosen.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        lease, until = new_id(), self.now + timedelta(seconds=seconds)
        mine = update(delivery).where(delivery.c.id == row.id)
        self.connection.execute(mine.values(lease=lease, leased_until=until))
        return record(Delivery, row), lease

    def finish(self, id: str, lease: str, status: int | None, error: str | None) -> None:
        self._set(id, lease, done=self.now, status=status, error=error)

    def put_off(self, id: str, lease: str, due: datetime, status: int | None, error: str) -> None:
        attempts = tables.delivery.c.attempts + 1
        self._set(id, lease, due=due, status=status, error=error, attempts=attempts, lease_=None, leased_until=None)

    def _set(self, id: str, lease: str, **values: Any) -> None:
        delivery = tables.delivery
        if "lease_" in values:
            values["lease"] = values.pop("lease_")
        chosen = update(delivery).where(delivery.c.id == id, delivery.c.lease == lease)
        self.connection.execute(chosen.values(**values))

    def _due(self) -> ColumnElement[bool]:
        delivery = tables.delivery
        free = or_(delivery.c.leased_until.is_(None), delivery.c.leased_until < self.now)
        return and_(delivery.c.done.is_(None), delivery.c.due <= self.now, free)


def _hook(row: Row[Any]) -> Hook:
    return record(Hook, row, kind=HookKind(row.kind))
