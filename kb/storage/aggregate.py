"""What every aggregate shares: its connection, its moment, and turning rows into records."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

T = TypeVar("T")


class Aggregate:
    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now


@cache
def _names(cls: type[Any]) -> frozenset[str]:
    return frozenset(field.name for field in fields(cls))


def record(cls: type[T], row: Row[Any], **converted: Any) -> T:
    """`row` as a `cls`: columns of the same name, JSON lists as tuples, `converted` on top."""
    names = _names(cls)  # type: ignore[arg-type]  # a class is hashable, whatever mypy makes of type[T]
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in zip(row._fields, row, strict=True)
        if name in names and name not in converted
    }
    return cls(**values, **converted)
