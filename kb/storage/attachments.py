"""What files hang on which posts; the files themselves are on the shelf (`kb.shelf`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update

from kb.attached import OF, Attachment
from kb.errors import NotFound
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record


class Attachments(Aggregate):
    def add(self, attachment: Attachment) -> None:
        values = {name: getattr(attachment, name) for name in Attachment.__slots__}
        self.connection.execute(insert(tables.attachment).values(**values))

    def get(self, id: str) -> Attachment:
        found = self.find_all([id])
        if not found:
            raise NotFound("attachment", id)
        return found[0]

    def find_all(self, ids: Collection[str]) -> Sequence[Attachment]:
        """Those of `ids` that are there, in the order of `ids`."""
        attachment = tables.attachment
        rows = self.connection.execute(select(attachment).where(attachment.c.id.in_(sorted(ids))))
        found = {row.id: record(Attachment, row) for row in rows}
        return [found[id] for id in ids if id in found]

    def of(self, of: str, id: str) -> Sequence[Attachment]:
        """What hangs on one thing (of one of `OF`), the oldest first."""
        return self._list(tables.attachment.c[of] == id)

    def of_thread(self, question: str) -> Sequence[Attachment]:
        """What hangs on a question, its answers and all comments, the oldest first."""
        attachment = tables.attachment
        answers = select(tables.answer.c.id).where(tables.answer.c.question == question)
        comments = select(tables.comment.c.id).where(tables.comment.c.question == question)
        return self._list(
            or_(attachment.c.question == question, attachment.c.answer.in_(answers), attachment.c.comment.in_(comments))
        )

    def put_on(self, ids: Collection[str], of: str, id: str) -> None:
        """Let files hang on one thing, and on nothing else."""
        values = dict.fromkeys(OF) | {of: id}
        attachment = tables.attachment
        self.connection.execute(update(attachment).where(attachment.c.id.in_(sorted(ids))).values(**values))

    def remove(self, ids: Collection[str]) -> None:
        self.connection.execute(delete(tables.attachment).where(tables.attachment.c.id.in_(sorted(ids))))

    def size_since(self, person: str, since: datetime) -> int:
        """How many bytes a person added since then."""
        attachment = tables.attachment
        total = select(func.coalesce(func.sum(attachment.c.size), 0))
        chosen = total.where(attachment.c.person == person, attachment.c.created >= since)
        return int(self.connection.execute(chosen).scalar_one())

    def remove_loose(self, before: datetime) -> None:
        """Forget what was added before then and hangs on nothing."""
        attachment = tables.attachment
        loose = [attachment.c[of].is_(None) for of in OF]
        self.connection.execute(delete(attachment).where(attachment.c.created < before, *loose))

    def hashes(self) -> Sequence[str]:
        """The content of every file, each once, in order."""
        sha256 = tables.attachment.c.sha256
        return list(self.connection.execute(select(sha256).distinct().order_by(sha256)).scalars())

    def _list(self, where: object) -> Sequence[Attachment]:
        attachment = tables.attachment
        chosen = select(attachment).where(where).order_by(attachment.c.created, attachment.c.name, attachment.c.id)  # type: ignore[arg-type]
        return [record(Attachment, row) for row in self.connection.execute(chosen)]
