"""What people are told, and how far they got with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select, update

from kb.model import Notice, NoticeKind, NoticeState
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new


class Notices(Aggregate):
    def add(self, notice: Notice) -> bool:
        """Tell it; False when the person was told the same `key` before."""
        row = {
            "id": notice.id, "person": notice.person, "kind": notice.kind.value, "of": notice.of,
            "subject": notice.subject, "params": dict(notice.params), "key": notice.key, "created": notice.created,
            "read": notice.read, "done": notice.done,
        }  # fmt: skip
        return insert_new(self.connection, tables.notice, row, ["person", "key"])

    def list(self, person: str, state: NoticeState | None = None, limit: int | None = None) -> Sequence[Notice]:
        """The notices of a person, newest first."""
        notice = tables.notice
        statement = select(notice).where(notice.c.person == person)
        if state is not None:
            statement = statement.where(*_of_state(state))
        statement = statement.order_by(notice.c.created.desc(), notice.c.id).limit(limit)
        return [record(Notice, row, kind=NoticeKind(row.kind)) for row in self.connection.execute(statement)]

    def find(self, person: str, key: str) -> Notice | None:
        """What the person was told under that key."""
        notice = tables.notice
        row = self.connection.execute(select(notice).where(notice.c.person == person, notice.c.key == key)).first()
        return None if row is None else record(Notice, row, kind=NoticeKind(row.kind))

    def unread(self, person: str, of: str, subject: str) -> bool:
        """Whether the person has an unread notice about that thing."""
        notice = tables.notice
        about = (notice.c.person == person, notice.c.of == of, notice.c.subject == subject)
        found = select(notice.c.id).where(*about, *_of_state(NoticeState.UNREAD)).limit(1)
        return self.connection.execute(found).first() is not None

    def set_state(self, person: str, ids: Collection[str], state: NoticeState) -> int:
        """Set the state of those of `ids` that are the person's; how many there were."""
        notice = tables.notice
        done = self.now if state is NoticeState.DONE else None
        read = None if state is NoticeState.UNREAD else func.coalesce(notice.c.read, self.now)
        chosen = update(notice).where(notice.c.person == person, notice.c.id.in_(sorted(ids)))
        return self.connection.execute(chosen.values(read=read, done=done)).rowcount

    def set_seen(self, person: str, of: str, subject: str) -> None:
        """What the person was told about that thing is read."""
        notice = tables.notice
        about = (notice.c.person == person, notice.c.of == of, notice.c.subject == subject)
        self.connection.execute(update(notice).where(*about, notice.c.read.is_(None)).values(read=self.now))

    def keys(self, of: str, subject: str, kinds: Collection[NoticeKind]) -> set[tuple[str, str]]:
        """Who was told of that thing under which key, of these kinds."""
        notice = tables.notice
        about = (notice.c.of == of, notice.c.subject == subject, notice.c.kind.in_(sorted(kinds)))
        return {(row.person, row.key) for row in self.connection.execute(select(notice).where(*about))}

    def settle_all(self, of: str, subject: str, kinds: Collection[NoticeKind]) -> None:
        """What these kinds of notices about that thing asked of anybody is done."""
        notice = tables.notice
        about = (notice.c.of == of, notice.c.subject == subject, notice.c.kind.in_(sorted(kinds)))
        chosen = update(notice).where(*about, notice.c.done.is_(None))
        self.connection.execute(chosen.values(read=func.coalesce(notice.c.read, self.now), done=self.now))

    def settle_key(self, key: str) -> None:
        """What the notices of this key asked of anybody is done."""
        notice = tables.notice
        chosen = update(notice).where(notice.c.key == key, notice.c.done.is_(None))
        self.connection.execute(chosen.values(read=func.coalesce(notice.c.read, self.now), done=self.now))

    def settle(self, person: str, of: str, subject: str, kinds: Collection[NoticeKind]) -> None:
        """What these kinds of notices about that thing asked of the person is done."""
        notice = tables.notice
        about = (notice.c.person == person, notice.c.of == of, notice.c.subject == subject)
        chosen = update(notice).where(*about, notice.c.kind.in_(sorted(kinds)), notice.c.done.is_(None))
        self.connection.execute(chosen.values(read=func.coalesce(notice.c.read, self.now), done=self.now))


def _of_state(state: NoticeState) -> tuple[Any, ...]:
    notice = tables.notice
    match state:
        case NoticeState.UNREAD:
            return (notice.c.read.is_(None), notice.c.done.is_(None))
        case NoticeState.READ:
            return (notice.c.read.is_not(None), notice.c.done.is_(None))
        case NoticeState.DONE:
            return (notice.c.done.is_not(None),)
