"""The index database: passages, their vectors, and the stamp that says what they were made of.

One SQLite file of its own through sqlite-utils, beside the word index, derived and deletable. A changed passage gets a new
number and the old one is remembered as removed, both under a rising version: readers in other processes ask for what is
newer than they know and never re-read the rest. Vectors are float16, kept by the hash of their text, so that equal or
unchanged texts are encoded once.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from indexer.passages import Passage

FILE = "index.sqlite"
CHUNK = 500
_COLUMNS = ("kind", "document", "part", "space", "language", "title", "text", "author", "created", "accepted", "score", "tags")


class IndexStore:
    """Safe between threads (one connection each); one process writes at a time (`sync` holds the lock)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / FILE
        self._local = threading.local()
        self._create()

    def _create(self) -> None:
        database = self.database
        database["passage"].create(
            {"number": int, "version": int, "kind": str, "document": str, "part": str, "space": str, "language": str,
             "title": str, "text": str, "author": str, "created": float, "accepted": int, "score": int, "tags": str,
             "hash": str},
            pk="number", if_not_exists=True,
        )  # fmt: skip
        database["removed"].create({"number": int, "version": int}, pk="number", if_not_exists=True)
        database["embedding"].create({"hash": str, "vector": bytes}, pk="hash", if_not_exists=True)
        database["stamp"].create({"name": str, "value": str}, pk="name", if_not_exists=True)
        for table, columns in (("passage", ["version"]), ("passage", ["document"]), ("passage", ["hash"]), ("removed", ["version"])):
            database[table].create_index(columns, if_not_exists=True)

    @property
    def database(self) -> Any:
        if not hasattr(self._local, "database"):
            connection = sqlite3.connect(self._file, timeout=10)
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            self._local.database = sqlite_utils.Database(connection)
        return self._local.database

    @contextmanager
    def transaction(self) -> Iterator[None]:
        connection = self.database.conn
        connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    # -- the stamp

    def stamp(self) -> dict[str, Any]:
        """What the index was made of: `applied` (last change), `database`, `schema`, `encoder`, `version`, `centroids`."""
        return {row["name"]: json.loads(row["value"]) for row in self.database["stamp"].rows}

    def set_stamp(self, **values: Any) -> None:
        """To be called inside `transaction`."""
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        self.database.conn.executemany("insert or replace into stamp (name, value) values (?, ?)", rows)

    # -- writing (inside `transaction`)

    def numbers_of(self, documents: Collection[tuple[str, bool]]) -> dict[tuple[str, bool], dict[str, int]]:
        """For each (document, is a profile?): its passages' numbers by the fingerprint of all that is stored of them."""
        found: dict[tuple[str, bool], dict[str, int]] = {document: {} for document in documents}
        ids = sorted({document for document, _ in documents})
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            sql = f"select number, {', '.join(_COLUMNS)} from passage where document in ({_marks(part)})"
            for row in self.database.conn.execute(sql, part):
                place = (row[2], row[1] == "profile")
                if place in found:
                    found[place][json.dumps(row[1:])] = row[0]
        return found

    def next_number(self) -> int:
        """Numbers rise and are never used again, even after a removal."""
        sql = "select max(coalesce((select max(number) from passage), 0), coalesce((select max(number) from removed), 0)) + 1"
        return int(self.database.conn.execute(sql).fetchone()[0])

    def replace(self, added: Mapping[int, Passage], removed: Collection[int], version: int) -> None:
        connection = self.database.conn
        gone = [(number,) for number in removed]
        hashes = {row[0] for number in gone for row in connection.execute("select hash from passage where number = ?", number)}
        connection.executemany("delete from passage where number = ?", gone)
        connection.executemany("insert or replace into removed (number, version) values (?, ?)", [(n, version) for (n,) in gone])
        marks = _marks(range(len(_COLUMNS) + 3))
        connection.executemany(
            f"insert into passage (number, version, hash, {', '.join(_COLUMNS)}) values ({marks})",
            [(number, version, each.hash, *_row(each)) for number, each in added.items()],
        )
        for hash in hashes:  # the words of a deleted text leave no vector behind
            connection.execute("delete from embedding where hash = ? and hash not in (select hash from passage)", (hash,))

    def add_vectors(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        rows = [(hash, vector.astype(np.float16).tobytes()) for hash, vector in vectors.items()]
        self.database.conn.executemany("insert or ignore into embedding (hash, vector) values (?, ?)", rows)

    # -- reading

    def vectors(self, hashes: Iterable[str]) -> dict[str, NDArray[np.float16]]:
        found: dict[str, NDArray[np.float16]] = {}
        wanted = sorted(set(hashes))
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            sql = f"select hash, vector from embedding where hash in ({_marks(part)})"
            found |= {hash: np.frombuffer(vector, np.float16) for hash, vector in self.database.conn.execute(sql, part)}
        return found

    def newer(self, version: int) -> tuple[int, list[tuple[Any, ...]], list[int]]:
        """(latest version, rows added since `version`, numbers removed since), in one consistent read. A row is (number, kind,
        document, part, space, language, author, created, accepted, score, tags, vector)."""
        connection = self.database.conn
        connection.execute("begin")
        try:
            row = connection.execute("select value from stamp where name = 'version'").fetchone()
            latest = int(json.loads(row[0])) if row else 0
            if latest == version:
                return latest, [], []
            added = connection.execute(
                "select number, kind, document, part, space, language, author, created, accepted, score, tags, vector"
                " from passage left join embedding using (hash) where version > ? order by number",
                (version,),
            ).fetchall()
            removed = connection.execute("select number from removed where version > ?", (version,)).fetchall()
        finally:
            connection.rollback()
        return latest, added, [number for (number,) in removed]

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        sql = f"select number, {', '.join(_COLUMNS)} from passage where number in ({_marks(numbers)})"
        rows = self.database.conn.execute(sql, [int(number) for number in numbers])
        return {row[0]: _passage(row[1:]) for row in rows}

    def all_passages(self) -> Iterator[tuple[int, Passage]]:
        for row in self.database.conn.execute(f"select number, {', '.join(_COLUMNS)} from passage order by number"):
            yield row[0], _passage(row[1:])

    def languages_and_vectors(self, dimension: int, most: int = 40_000) -> tuple[NDArray[np.float32], list[str]]:
        """Vectors (n, dimension) with their languages, for learning from: at most the `most` latest."""
        sql = "select language, vector from passage join embedding using (hash) where kind != 'profile' order by number desc limit ?"
        rows = self.database.conn.execute(sql, (most,)).fetchall()
        vectors = np.zeros((len(rows), dimension), np.float32)
        for place, (_, vector) in enumerate(rows):
            vectors[place] = np.frombuffer(vector, np.float16)
        return vectors, [language for language, _ in rows]

    def count(self) -> int:
        return int(self.database["passage"].count)

    def close(self) -> None:
        if hasattr(self._local, "database"):
            self._local.database.conn.close()
            del self._local.database


def fingerprint(passage: Passage) -> str:
    """All that is stored of a passage: equal fingerprints need no new row."""
    return json.dumps(_row(passage))


def _row(passage: Passage) -> list[Any]:
    return [
        passage.kind, passage.document, passage.part, passage.space, passage.language, passage.title, passage.text,
        passage.author, passage.created, int(passage.accepted), passage.score, json.dumps(passage.tags),
    ]  # fmt: skip


def _passage(row: Sequence[Any]) -> Passage:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Passage(**values | {"accepted": bool(values["accepted"]), "tags": tuple(json.loads(values["tags"]))})


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))
