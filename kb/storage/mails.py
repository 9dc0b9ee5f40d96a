"""The outbox: which notices a mail may carry and when, the messages made of them, leased by one sender at a time.

As with jobs, a sender that dies lets its lease run out and another takes the message; unlike a job a message is tried
for days, because the server it waits for may be away for as long.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from kb.model import Notice, NoticeKind, new_id
from kb.outbox import Mail, MailChoice
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new, upsert

NEVER = "never"  # in the place of a message's id: no mail will carry this notice


class Mails(Aggregate):
    # -- what a person chose

    def choices(self, people: Collection[str]) -> dict[tuple[str, NoticeKind], MailChoice]:
        """What each of `people` chose for a kind of notice, by (person, kind)."""
        choice = tables.mail_choice
        rows = self.connection.execute(select(choice).where(choice.c.person.in_(sorted(people))))
        return {(row.person, NoticeKind(row.kind)): MailChoice(row.choice) for row in rows}

    def choose(self, person: str, choices: Mapping[NoticeKind, MailChoice]) -> None:
        rows = [{"person": person, "kind": kind.value, "choice": each.value} for kind, each in choices.items()]
        upsert(self.connection, tables.mail_choice, rows, ["person", "kind"])

    # -- from notices to messages

    def undecided(self, since: datetime, limit: int) -> Sequence[Notice]:
        """The oldest notices told since then of which nobody said yet when a mail may carry them."""
        notice = tables.notice
        chosen = select(notice).where(notice.c.mail.is_(None), notice.c.due.is_(None), notice.c.created >= since)
        return self._notices(chosen.order_by(notice.c.created, notice.c.id).limit(limit))

    def decide(self, due: Mapping[str, datetime | None]) -> None:
        """Say when a mail may carry each notice (by id); None: never."""
        notice = tables.notice
        for id, moment in due.items():
            values = {"due": moment} if moment is not None else {"mail": NEVER}
            chosen = update(notice).where(notice.c.id == id, notice.c.mail.is_(None))
            self.connection.execute(chosen.values(**values))

    def forget_due(self, person: str) -> None:
        """Let it be decided anew when mails may carry what this person was told and not sent yet."""
        notice = tables.notice
        waiting = update(notice).where(notice.c.person == person, notice.c.mail.is_(None))
        self.connection.execute(waiting.values(due=None))

    def due_people(self, limit: int) -> Sequence[str]:
        """Some of the people for whom a mail is due."""
        notice = tables.notice
        due = select(notice.c.person).where(notice.c.mail.is_(None), notice.c.due <= self.now).distinct().limit(limit)
        return [row.person for row in self.connection.execute(due)]

    def due_of(self, person: str) -> Sequence[Notice]:
        """What mails may carry now of what the person was told, the oldest first."""
        notice = tables.notice
        due = and_(notice.c.person == person, notice.c.mail.is_(None), notice.c.due <= self.now)
        return self._notices(select(notice).where(due).order_by(notice.c.created, notice.c.id))

    def add(self, mail: Mail, notices: Collection[str]) -> None:
        """Put a message in the outbox that carries these notices."""
        values = {"id": mail.id, "person": mail.person, "digest": mail.digest, "created": mail.created, "due": mail.due}
        self.connection.execute(insert(tables.mail).values(values))
        self._carry(notices, mail.id)

    def never(self, notices: Collection[str]) -> None:
        """No mail will carry these."""
        self._carry(notices, NEVER)

    def carried(self, mail: str) -> Sequence[Notice]:
        """The notices a message carries, the oldest first."""
        notice = tables.notice
        return self._notices(select(notice).where(notice.c.mail == mail).order_by(notice.c.created, notice.c.id))

    def find(self, id: str) -> Mail | None:
        row = self.connection.execute(select(tables.mail).where(tables.mail.c.id == id)).first()
        return None if row is None else record(Mail, row)

    # -- replies

    def receive(self, message: str, person: str, outcome: str) -> bool:
        """Note that a mail of this Message-ID (hashed) was taken in; False when it was before."""
        row = {"message": message, "person": person, "outcome": outcome, "at": self.now}
        return insert_new(self.connection, tables.received, row, ["message"])

    # -- sending

    def lease(self, seconds: float) -> tuple[Mail, str] | None:
        """The next due message and the lease that proves it is ours for `seconds`, or None. To be called in a write."""
        mail = tables.mail
        due = select(mail).where(self._due()).order_by(mail.c.due, mail.c.id).limit(1)
        row = self.connection.execute(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        lease, until = new_id(), self.now + timedelta(seconds=seconds)
        chosen = update(mail).where(mail.c.id == row.id)
        self.connection.execute(chosen.values(lease=lease, leased_until=until))
        return record(Mail, row), lease

    def any_due(self) -> bool:
        return self.connection.execute(select(tables.mail.c.id).where(self._due()).limit(1)).first() is not None

    def finish(self, id: str, lease: str, sent: bool, error: str | None = None) -> bool:
        """The message is done with; False when the lease ran out and another sender has it."""
        mail = tables.mail
        chosen = update(mail).where(mail.c.id == id, mail.c.lease == lease, mail.c.done.is_(None))
        values = {"done": self.now, "sent": self.now if sent else None, "error": error[:2000] if error else None}
        return self.connection.execute(chosen.values(**values)).rowcount == 1

    def give_back(self, id: str, lease: str, due: datetime, error: str, counted: bool) -> None:
        """Try again at `due`; `counted` when the message itself was refused for now, not when nobody answered."""
        mail = tables.mail
        values = {"lease": None, "leased_until": None, "due": due, "error": error[:2000]}
        chosen = update(mail).where(mail.c.id == id, mail.c.lease == lease)
        self.connection.execute(chosen.values(attempts=mail.c.attempts + int(counted), **values))

    def waiting(self) -> int:
        mail = tables.mail
        return int(self.connection.execute(select(func.count()).where(mail.c.done.is_(None))).scalar_one())

    def failed(self, limit: int = 50) -> Sequence[Mail]:
        """Messages given up, the latest first."""
        mail = tables.mail
        given_up = select(mail).where(mail.c.done.is_not(None), mail.c.error.is_not(None), mail.c.sent.is_(None))
        return [
            record(Mail, row) for row in self.connection.execute(given_up.order_by(mail.c.done.desc()).limit(limit))
        ]

    def _carry(self, notices: Collection[str], mail: str) -> None:
        chosen = update(tables.notice).where(tables.notice.c.id.in_(sorted(notices)))
        self.connection.execute(chosen.values(mail=mail))

    def _notices(self, statement: object) -> Sequence[Notice]:
        rows = self.connection.execute(statement)  # type: ignore[call-overload]
        return [record(Notice, row, kind=NoticeKind(row.kind)) for row in rows]

    def _due(self) -> ColumnElement[bool]:
        mail = tables.mail
        free = or_(mail.c.leased_until.is_(None), mail.c.leased_until < self.now)
        return and_(mail.c.done.is_(None), mail.c.due <= self.now, free)
