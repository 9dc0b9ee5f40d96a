"""What differs between SQLite and PostgreSQL, and only here: engines, locking, upserts, and what drivers' errors mean.

SQLite runs in WAL with a busy timeout; a transaction that will write begins IMMEDIATE, so that read-then-write never
works on a stale read. PostgreSQL reads rows to be changed `for update`. Same code above, no lost update on either. A
reading transaction sees one moment of the database on both, however many statements it takes.
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

from kb.errors import Conflict, Invalid, Unavailable

STUDIED = 400  # rows of each index by which SQLite judges how its tables are filled
BUSY_MILLISECONDS = 20_000  # SQLite lets waiting writers in by chance, not in turn: 5 s were once too few for four


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///file.sqlite` or `postgresql://user@host/database`; Unavailable when the URL cannot be
    used."""
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        raise Unavailable(
            "QUISAIT_DATABASE_URL is not a database address. Write sqlite:///file or postgresql://user@host/name."
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(url, parsed.database)
    if backend == "postgresql":
        # prepare_threshold: server-side plans of parameterless statements cost more than they save here (measured).
        address = parsed.set(drivername="postgresql+psycopg")
        options = {"prepare_threshold": None, "connect_timeout": 5}
        return create_engine(address, pool_pre_ping=True, pool_size=8, connect_args=options)
    raise Unavailable(f"Quisait runs on SQLite and PostgreSQL, not on {backend}.")


def _sqlite(url: str, file: str | None) -> Engine:
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"The data folder cannot be made: {error.strerror} ({error.filename}).") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's BEGIN below is the only one
        connection.execute(f"pragma busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma cache_size = -32000")
        connection.execute("pragma secure_delete = on")  # what is deleted for good does not stay in the file

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    @event.listens_for(engine, "before_cursor_execute")
    def refuse_nul(
        _connection: Connection, _cursor: object, _sql: str, parameters: Any, _context: object, many: bool
    ) -> None:
        for row in parameters if many else (parameters,):
            if any(type(value) is str and "\0" in value for value in row):
                raise _unstorable()  # SQLite would take it, PostgreSQL does not: an export must fit both

    return engine


def study(connection: Connection) -> None:
    """SQLite's own look at how its tables are filled."""
    connection.exec_driver_sql(f"pragma analysis_limit = {STUDIED}")
    connection.exec_driver_sql("analyze")


def reading(connection: Connection) -> Connection:
    """`connection`, to begin a transaction that only reads and sees one moment (as SQLite's always do)."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def insert_new(connection: Connection, table: Table, row: dict[str, Any], keys: Sequence[str]) -> bool:
    """Insert `row` unless one with the same `keys` stands already; whether it was inserted."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    statement = insert(table).values(row).on_conflict_do_nothing(index_elements=list(keys))
    counted = statement.execution_options(preserve_rowcount=True)  # else psycopg's cursor is gone before it is asked
    return connection.execute(counted).rowcount == 1


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
    except (exc.DataError, UnicodeEncodeError, OverflowError) as error:
        raise _unstorable() from error
    except (exc.DBAPIError, exc.TimeoutError) as error:
        if any(sign in str(error).lower() for sign in ("deadlock", "could not serialize")):
            raise Conflict("Somebody changed the same thing at the same moment. Try again.") from error
        raise Unavailable(_sentence(error)) from error


def _unstorable() -> Invalid:
    return Invalid("text", "This holds a character or a number that cannot be stored. Paste it as plain text.")


def _sentence(error: exc.SQLAlchemyError) -> str:
    text = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    for sign, meaning in _MEANINGS:
        if sign in text.lower():
            return meaning
    return f"The database refused: {text}"


_MEANINGS = (
    ("queuepool", "The site is busier than its database connections allow. Try again in a moment."),
    ("unique", "The same thing exists already."),
    ("foreign key", "This belongs to something that does not exist (any more)."),
    ("disk is full", "The disk is full: this was not written, what came before was. Free some space and try again."),
    ("no space left", "The disk is full: this was not written, what came before was. Free some space and try again."),
    ("database is locked", "The database is busy with a long write. Try again in a moment."),
    ("not a database", "The database file is damaged or is not a database. Restore it from a backup or an export."),
    ("malformed", "The database file is damaged. Restore it from a backup or an export."),
    ("readonly", "The data folder cannot be written to. Give this user the right to write there."),
    ("unable to open", "The database file cannot be opened. Check QUISAIT_DATA and its rights."),
    ("password", "The database server refused the name or the password in QUISAIT_DATABASE_URL."),
    ("no pg_hba.conf entry", "The database server refused the name or the password in QUISAIT_DATABASE_URL."),
    ("does not exist", "The database or the role named in QUISAIT_DATABASE_URL does not exist on that server."),
    ("connection", "The database server does not answer. Check QUISAIT_DATABASE_URL and that it runs."),
    ("resolve host", "The database server does not answer. Check QUISAIT_DATABASE_URL and that it runs."),
)
