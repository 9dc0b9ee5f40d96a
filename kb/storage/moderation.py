"""Flags that people raised, and posts that wait for approval."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, or_, select, update

from kb.errors import NotFound
from kb.flags import Flag, FlagReason, Held
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new


class Flags(Aggregate):
    def add(self, flag: Flag) -> None:
        values = {name: getattr(flag, name) for name in Flag.__slots__}
        self.connection.execute(insert(tables.flag).values(**values | {"reason": flag.reason.value}))

    def get(self, id: str) -> Flag:
        row = self.connection.execute(select(tables.flag).where(tables.flag.c.id == id)).first()
        if row is None:
            raise NotFound("flag", id)
        return record(Flag, row, reason=FlagReason(row.reason))

    def open_of(self, question: str) -> Sequence[Flag]:
        """Flags on a question and on what hangs on it that nobody has decided on."""
        return self._list(tables.flag.c.question == question)

    def open_in(self, spaces: Collection[str]) -> Sequence[Flag]:
        """The same for all questions in `spaces`, the oldest first."""
        inside = select(tables.question.c.id).where(tables.question.c.space.in_(sorted(spaces)))
        return self._list(tables.flag.c.question.in_(inside))

    def close(self, ids: Collection[str]) -> None:
        flag = tables.flag
        self.connection.execute(update(flag).where(flag.c.id.in_(sorted(ids))).values(closed=self.now))

    def _list(self, where: object) -> Sequence[Flag]:
        flag = tables.flag
        chosen = select(flag).where(where, flag.c.closed.is_(None)).order_by(flag.c.created, flag.c.id)  # type: ignore[arg-type]
        return [record(Flag, row, reason=FlagReason(row.reason)) for row in self.connection.execute(chosen)]


class HeldPosts(Aggregate):
    def add(self, held: Held) -> bool:
        """Keep a post; False when it is kept already (it was sent twice)."""
        row = {name: getattr(held, name) for name in Held.__slots__} | {"fields": dict(held.fields)}
        return insert_new(self.connection, tables.held, row, ["id"])

    def get(self, id: str) -> Held:
        """The post, ours until the transaction ends."""
        chosen = select(tables.held).where(tables.held.c.id == id).with_for_update()
        row = self.connection.execute(chosen).first()
        if row is None:
            raise NotFound("waiting post", id)
        return record(Held, row)

    def find(self, id: str) -> Held | None:
        row = self.connection.execute(select(tables.held).where(tables.held.c.id == id)).first()
        return None if row is None else record(Held, row)

    def list(self, person: str, spaces: Collection[str]) -> Sequence[Held]:
        """What `person` sent, and what waits in `spaces`, the oldest first."""
        held = tables.held
        chosen = select(held).where(or_(held.c.person == person, held.c.space.in_(sorted(spaces))))
        return [record(Held, row) for row in self.connection.execute(chosen.order_by(held.c.created, held.c.id))]

    def remove(self, id: str) -> None:
        self.connection.execute(delete(tables.held).where(tables.held.c.id == id))
