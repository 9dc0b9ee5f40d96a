"""The waiting room: rows of one load in a temporary SQLite database, where references between them are checked with
SQL.

SQLite keeps it in a file without a name that vanishes with the process, however that ends. Nothing here touches the
knowledge base; memory stays bounded whatever is loaded.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from sqlite_utils import Database

from kb.errors import Unavailable
from kb.loading.rows import Row

BATCH = 1_000
_PLACE: dict[str, type] = {"file": int, "line": int}
_POST: dict[str, type] = {"id": str, "author": str, "data": str}
_ON: dict[str, type] = {"target": str, "question": str, "answer": str}
TABLES: dict[str, dict[str, type]] = {
    "person": {"id": str, "email": str, "made": int, "data": str} | _PLACE,
    "space": {"id": str, "raw": str, "members": str, "data": str} | _PLACE,
    "procedure": {"key": str, "language": str, "space": str, "fallback": str, "owner": str, "deputy": str, "data": str}
    | _PLACE,
    "question": _POST | {"space": str, "fallback": str, "duplicate_of": str, "score": int, "level": int} | _PLACE,
    "answer": _POST | {"question": str, "score": int, "accepted": int} | _PLACE,
    "comment": _POST | _ON | _PLACE,
    "vote": {"person": str, "value": int, "created": str} | _ON | _PLACE,
    "practice": {"id": str, "data": str} | _PLACE,
    "confirmation": {"person": str, "target": str, "data": str} | _PLACE,
    "known_person": {"id": str}, "known_question": {"id": str}, "known_answer": {"id": str, "question": str},
    "accepts": {"answer": str, "question": str}, "tally": {"post": str, "value": int, "named": int},
}  # fmt: skip
_INDEXES = (
    ("person", "id"), ("person", "email"), ("procedure", "key"), ("question", "id"), ("question", "duplicate_of"),
    ("answer", "id"), ("answer", "question"), ("comment", "id"), ("comment", "question"), ("comment", "target"),
    ("vote", "question"), ("vote", "target"), ("known_person", "id"), ("known_question", "id"), ("known_answer", "id"),
    ("tally", "post"),
)  # fmt: skip


class Staging:
    """Use as a context manager. `files` names the files that rows came from, by the number in their `file` column."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self._waiting: defaultdict[str, list[Row]] = defaultdict(list)
        with _full():
            self._db = Database(sqlite3.connect("", isolation_level=None))
            self._db.execute("pragma journal_mode = off")
            self._db.execute("pragma synchronous = off")
            self._db.execute("pragma cache_size = -16000")
            for name, columns in TABLES.items():
                self._db[name].create(columns)

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.conn.close()

    def name_file(self, name: str) -> int:
        """The number by which rows refer to the file."""
        self.files.append(name)
        return len(self.files) - 1

    def add(self, kind: str, row: Row) -> None:
        waiting = self._waiting[kind]
        waiting.append(row)
        if len(waiting) >= BATCH:
            self._flush(kind)

    def finish(self) -> None:
        """Write what waits and build the indexes; to be called before anything is asked."""
        self.flush()
        with _full():
            for table, column in _INDEXES:
                self._db[table].create_index([column], if_not_exists=True)

    def flush(self) -> None:
        for kind in list(self._waiting):
            self._flush(kind)

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        with _full():
            self._db.execute(sql, list(values))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """What `sql` selects, streamed as dictionaries."""
        with _full():
            yield from self._db.query(sql, list(values))

    def values(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The first column of what `sql` selects."""
        with _full():
            for row in self._db.execute(sql, list(values)):
                yield row[0]

    def chunks(self, sql: str, size: int = 500, values: Sequence[Any] = ()) -> Iterator[list[Any]]:
        """The first column of what `sql` selects, in lists of at most `size`."""
        chunk: list[Any] = []
        for value in self.values(sql, values):
            chunk.append(value)
            if len(chunk) == size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def among(self, sql: str, values: Iterable[str]) -> list[Row]:
        """`sql` with `{}` in place of a list of values."""
        wanted = list(values)
        found: list[Row] = []
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            found += self.rows(sql.format(",".join("?" * len(part))), part)
        return found

    def _flush(self, kind: str) -> None:
        rows = self._waiting.pop(kind, [])
        if rows:
            with _full():
                self._db[kind].insert_all(rows, batch_size=BATCH)


@contextmanager
def _full() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error) or "disk I/O" in str(error) or "unable to open" in str(error):
            raise Unavailable(
                "There is no room for the temporary file of this load. Free some space, or set SQLITE_TMPDIR to a "
                "folder that has some."
            ) from error
        raise
