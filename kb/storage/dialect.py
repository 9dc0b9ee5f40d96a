"""What differs between SQLite and PostgreSQL, and only here: engines, locking, upserts, and what drivers' errors mean.

SQLite runs in WAL with a busy timeout; a transaction that will write begins IMMEDIATE, so that read-then-write never works on
a stale read. PostgreSQL reads rows to be changed `for update`. Same code above, no lost update on either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

from kb.errors import Conflict, Unavailable

BUSY_MILLISECONDS = 5_000


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///file.sqlite` or `postgresql://user@host/database`; Unavailable when the URL cannot be used."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise Unavailable("QUISAIT_DATABASE_URL is not a database address. Write sqlite:///file or postgresql://user@host/name.") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(url, parsed.database)
    if backend == "postgresql":
        # prepare_threshold: server-side plans of parameterless statements cost more than they save here (measured: docs).
        address = parsed.set(drivername="postgresql+psycopg")
        return create_engine(address, pool_pre_ping=True, pool_size=8, connect_args={"prepare_threshold": None, "connect_timeout": 5})
    raise Unavailable(f"Quisait runs on SQLite and PostgreSQL, not on {backend}.")


def _sqlite(url: str, file: str | None) -> Engine:
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's BEGIN below is the only one
        connection.execute(f"pragma busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma cache_size = -32000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
    """Insert `rows`, or set the other columns where a row with the same `keys` stands already."""
    if not rows:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    statement = insert(table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if others:
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=others)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    connection.execute(statement, list(rows))


@contextmanager
def translated() -> Iterator[None]:
    """Drivers' errors as the house's own: nothing above storage catches a driver."""
    try:
        yield
    except exc.IntegrityError as error:
        raise Conflict(_sentence(error)) from error
    except (exc.OperationalError, exc.DatabaseError, exc.InterfaceError, exc.TimeoutError) as error:
        raise Unavailable(_sentence(error)) from error


def _sentence(error: exc.SQLAlchemyError) -> str:
    text = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    for sign, meaning in _MEANINGS:
        if sign in text.lower():
            return meaning
    return f"The database refused: {text}"


_MEANINGS = (
    ("unique", "The same thing exists already."),
    ("foreign key", "This belongs to something that does not exist (any more)."),
    ("disk is full", "The disk is full: nothing was written. Free some space and try again."),
    ("no space left", "The disk is full: nothing was written. Free some space and try again."),
    ("database is locked", "The database is busy with a long write. Try again in a moment."),
    ("not a database", "The database file is damaged or is not a database. Restore it from a backup or an export."),
    ("malformed", "The database file is damaged. Restore it from a backup or an export."),
    ("readonly", "The data folder cannot be written to. Give this user the right to write there."),
    ("unable to open", "The database file cannot be opened. Check QUISAIT_DATA and its rights."),
    ("connection", "The database server does not answer. Check QUISAIT_DATABASE_URL and that it runs."),
    ("password", "The database server refused the name or the password in QUISAIT_DATABASE_URL."),
)
