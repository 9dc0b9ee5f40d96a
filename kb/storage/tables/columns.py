"""What every table is made of: ids, references, moments, and lists of words, alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, ForeignKey, MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect

metadata = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC moments on both databases; SQLite's driver would give them back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone reached the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key(name: str = "id") -> Column[str]:
    return Column(name, String, primary_key=True)


def ref(name: str, target: str, nullable: bool = False, index: bool = False, cascade: bool = False) -> Column[Any]:
    foreign = ForeignKey(target, ondelete="CASCADE") if cascade else ForeignKey(target)
    return Column(name, String, foreign, nullable=nullable, index=index)


def text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default, server_default=default)


def moment(name: str, nullable: bool = True) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=nullable)


def words(name: str) -> Column[Any]:
    return Column(name, JSON, nullable=False, default=list)
