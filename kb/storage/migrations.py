"""Append-only steps that bring an older database to the schema of `tables.py`; a new one is made as that page says at
once.

Never change or remove a step that was released: add one, and change `tables.py` with it (a test upgrades the files of
tests/kb/assets and compares the two). Each step runs in its own transaction with its number, so that a process killed
in the middle leaves it undone or done. A database newer than this program is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Table, func, insert, inspect, select
from sqlalchemy.schema import CreateColumn

from kb.errors import Unavailable
from kb.storage import tables


def _first(connection: Connection) -> None:
    """The whole schema of today: taken by new databases only, which then have every later step behind them."""
    tables.metadata.create_all(connection)
    connection.execute(insert(tables.change_number).values(last=0))


def _notices(connection: Connection) -> None:
    tables.notice.create(connection, checkfirst=True)


def _working_time(connection: Connection) -> None:
    for table in (tables.site, tables.holiday, tables.preference, tables.absence):
        table.create(connection, checkfirst=True)


def _mail(connection: Connection) -> None:
    for table in (tables.mail, tables.mail_choice):
        table.create(connection, checkfirst=True)
    _add_columns(connection, tables.notice, "due", "mail")


def _waves(connection: Connection) -> None:
    tables.subject_choice.create(connection, checkfirst=True)
    _add_columns(connection, tables.route, "stage", "since", "due", "struck")
    _add_columns(connection, tables.invitation, "starts", "until", "detail")


STEPS: tuple[Callable[[Connection], None], ...] = (_first, _notices, _working_time, _mail, _waves)


def _add_columns(connection: Connection, table: Table, *names: str) -> None:
    """Columns (that may be empty or have a default) and the indexes on them, where an earlier step made the table
    without."""
    known = {each["name"] for each in inspect(connection).get_columns(table.name)}
    quoted = connection.dialect.identifier_preparer.quote(table.name)
    for name in names:
        if name not in known:
            column = CreateColumn(table.c[name]).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"alter table {quoted} add column {column}")
    for index in table.indexes:
        index.create(connection, checkfirst=True)


def version(connection: Connection) -> int:
    """The number of steps this database has taken; 0 when it is empty."""
    if not inspect(connection).has_table("schema_version"):
        return 0
    return connection.execute(select(func.max(tables.schema_version.c.version))).scalar_one() or 0


def migrate(engine: Engine) -> int:
    """Take the steps that are missing and return how many. Two processes may call it at once: each step is taken under
    a lock and only once."""
    with engine.connect() as reading:
        if version(reading) == len(STEPS):
            return 0
    taken = 0
    while True:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("select pg_advisory_xact_lock(20261123)")
            found = version(connection)
            if found > len(STEPS):
                raise Unavailable(
                    f"This database is of version {found}; this Quisait knows up to {len(STEPS)}. "
                    "Install the newer Quisait."
                )
            if found == len(STEPS):
                return taken
            STEPS[found](connection)
            numbers = range(1, len(STEPS) + 1) if found == 0 else (found + 1,)
            rows = [{"version": number, "at": datetime.now(UTC)} for number in numbers]
            connection.execute(insert(tables.schema_version), rows)
            taken += len(rows)
