"""Whole tables as plain rows, for the archive: which tables and columns travel, how they look, and streams of them.

The shape is read off `tables`, so a table added there travels from that day on unless it is named here as staying:
secrets (password hashes, sessions, tokens, tries at signing in), what people have not sent
yet or have deleted, the work of this very machine (jobs, webhooks) and its own counters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON as Json
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    collate,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import Date as DateType
from sqlalchemy.dialects import sqlite

from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.changes import IDENTITY
from kb.storage.migrations import STEPS

STAYING = frozenset(
    {"secret", "attempt", "unsent", "bin", "hook", "delivery", "job", "change_number", "schema_version"}
)
SECRET_COLUMNS = frozenset({("account", "password")})
BATCH = 1000
SCHEMA = len(STEPS)


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    TRUTH = "truth"
    MOMENT = "moment"
    DAY = "day"
    LIST = "list"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """`refers` is the (table, column) whose value this one must be, `optional` whether a row may come without it."""

    name: str
    kind: Kind
    nullable: bool
    optional: bool
    refers: tuple[str, str] | None
    indexed: bool


@dataclass(frozen=True, slots=True)
class TableShape:
    """`key` names the primary key, by which rows are ordered; `unique` holds SQL expressions that no two rows share."""

    name: str
    key: tuple[str, ...]
    columns: tuple[ColumnShape, ...]
    unique: tuple[tuple[str, ...], ...]


def shapes() -> tuple[TableShape, ...]:
    """Every table that travels; a table stands behind those it refers to."""
    return tuple(_shape(table) for table in tables.metadata.sorted_tables if table.name not in STAYING)


class Rows(Aggregate):
    def stream(self, shape: TableShape) -> Iterator[Sequence[Any]]:
        """Every row of a table as values in the order of `shape.columns`, by key (texts by their UTF-8 bytes on both
        databases), a batch in memory at a time."""
        table = _table(shape)
        order = [self._bytewise(table.c[name]) for name in shape.key]
        statement = select(*(table.c[each.name] for each in shape.columns)).order_by(*order)
        if shape.name == "setting":
            statement = statement.where(table.c.name != IDENTITY)
        for row in self.connection.execute(statement.execution_options(yield_per=BATCH)):
            yield tuple(row)

    def count(self, shape: TableShape) -> int:
        statement = select(func.count()).select_from(_table(shape))
        if shape.name == "setting":
            statement = statement.where(tables.setting.c.name != IDENTITY)
        return int(self.connection.execute(statement).scalar_one())

    def add(self, shape: TableShape, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows of one and the same set of columns. References inside the table are to be set by `refer`
        later."""
        if rows:
            unusable = {name: "" for table, name in SECRET_COLUMNS if table == shape.name}
            self.connection.execute(
                insert(_table(shape)), [{**unusable, **row} for row in rows] if unusable else list(rows)
            )

    def refer(self, shape: TableShape, column: str, references: Sequence[tuple[Any, Any]]) -> None:
        """Set `column` of rows known by their one key: (key, value)."""
        if references:
            table = _table(shape)
            statement = update(table).where(table.c[shape.key[0]] == bindparam("of")).values({column: bindparam("to")})
            self.connection.execute(statement, [{"of": key, "to": value} for key, value in references])

    def remove_all(self) -> None:
        """Empty the whole knowledge base: what travels, and sessions, tokens and jobs that would hang in the air."""
        for table in reversed(tables.metadata.sorted_tables):
            if table.name not in ("change_number", "schema_version"):
                self.connection.execute(delete(table))

    def settle(self) -> None:
        """After rows came with their own numbers: let every counter go on behind them, and the log be a new one."""
        last = select(func.coalesce(func.max(tables.change.c.number), 0)).scalar_subquery()
        self.connection.execute(update(tables.change_number).values(last=last))
        if self.connection.dialect.name == "postgresql":
            for table in tables.metadata.sorted_tables:
                numbered = table.autoincrement_column
                if numbered is not None and table.name != "schema_version":
                    sequence = func.pg_get_serial_sequence(table.name, numbered.name)
                    highest = func.max(numbered)
                    value = func.greatest(func.coalesce(highest, 0), 1)
                    self.connection.execute(select(func.setval(sequence, value, highest.is_not(None))))

    def _bytewise(self, column: Column[Any]) -> Any:
        postgresql = self.connection.dialect.name == "postgresql"
        return collate(column, "C") if postgresql and isinstance(column.type, String) else column


def _table(shape: TableShape) -> Table:
    return tables.metadata.tables[shape.name]


def _shape(table: Table) -> TableShape:
    columns = tuple(_column(each) for each in table.columns if (table.name, each.name) not in SECRET_COLUMNS)
    unique = [
        tuple(column.name for column in each.columns)
        for each in table.constraints
        if isinstance(each, UniqueConstraint)
    ]
    dialect = sqlite.dialect()
    for index in table.indexes:
        if index.unique:
            literal = {"literal_binds": True}
            expressions: Sequence[Any] = index.expressions
            unique.append(tuple(str(each.compile(dialect=dialect, compile_kwargs=literal)) for each in expressions))
    key = tuple(column.name for column in table.primary_key.columns)
    return TableShape(table.name, key, columns, tuple(sorted(unique)))


def _column(column: Column[Any]) -> ColumnShape:
    keys = [each for each in column.foreign_keys if isinstance(each.constraint, ForeignKeyConstraint)]
    refers = (keys[0].column.table.name, keys[0].column.name) if keys else None
    optional = bool(column.nullable) or column.default is not None or column.server_default is not None
    return ColumnShape(column.name, _kind(column), bool(column.nullable), optional, refers, bool(column.index))


def _kind(column: Column[Any]) -> Kind:
    of_type = column.type
    if isinstance(of_type, tables.UtcDateTime):
        return Kind.MOMENT
    if isinstance(of_type, Json):
        return Kind.LIST if column.default is not None else Kind.JSON
    for known, kind in (
        (DateType, Kind.DAY), (Boolean, Kind.TRUTH), (Integer, Kind.INTEGER), (Float, Kind.REAL),
    ):  # fmt: skip
        if isinstance(of_type, known):
            return kind
    return Kind.TEXT
