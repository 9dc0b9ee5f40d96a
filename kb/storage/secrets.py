"""Sessions, tokens, invites and the attempts that the sign-in limit counts. Only hashes of secrets are stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from kb.model import Secret, SecretKind
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record


class Secrets(Aggregate):
    def add(self, secret: Secret) -> None:
        self.connection.execute(
            insert(tables.secret).values(
                hash=secret.hash,
                kind=secret.kind,
                person=secret.person,
                label=secret.label,
                created=secret.created,
                expires=secret.expires,
            )  # fmt: skip
        )

    def find(self, kind: SecretKind, hash: str) -> Secret | None:
        """The running secret of that hash, or None."""
        secret = tables.secret
        row = self.connection.execute(select(secret).where(secret.c.hash == hash, secret.c.kind == kind)).first()
        if row is None or (row.expires is not None and row.expires <= self.now):
            return None
        return record(Secret, row, kind=SecretKind(row.kind))

    def list(self, kind: SecretKind, person: str) -> Sequence[Secret]:
        secret = tables.secret
        rows = self.connection.execute(
            select(secret).where(secret.c.kind == kind, secret.c.person == person).order_by(secret.c.created.desc())
        )
        return [record(Secret, row, kind=SecretKind(row.kind)) for row in rows]

    def remove(self, hash: str) -> bool:
        """End a secret; False when it was gone already (a one-use link is used by whoever removes it)."""
        return self.connection.execute(delete(tables.secret).where(tables.secret.c.hash == hash)).rowcount == 1

    def remove_all(self, kind: SecretKind, person: str) -> None:
        self.connection.execute(
            delete(tables.secret).where(tables.secret.c.kind == kind, tables.secret.c.person == person)
        )

    def set_expiry(self, hash: str, expires: datetime) -> None:
        self.connection.execute(tables.secret.update().where(tables.secret.c.hash == hash).values(expires=expires))

    def attempts(self, key: str, within: timedelta) -> Sequence[datetime]:
        """When `key` was tried in the time `within`, oldest first."""
        attempt = tables.attempt
        chosen = select(attempt.c.at).where(attempt.c.key == key, attempt.c.at > self.now - within)
        return self.connection.execute(chosen.order_by(attempt.c.at)).scalars().all()

    def add_attempt(self, key: str, keep: timedelta) -> None:
        """Count one try of `key`, and forget tries older than `keep`."""
        self.connection.execute(delete(tables.attempt).where(tables.attempt.c.at < self.now - keep))
        self.connection.execute(insert(tables.attempt).values(key=key, at=self.now))

    def remove_attempts(self, key: str) -> None:
        """Forget the tries of `key`: it was the right one."""
        self.connection.execute(delete(tables.attempt).where(tables.attempt.c.key == key))
