"""The index database: passages, their vectors, and the stamp that says what they were made of.

One SQLite file of its own through sqlite-utils, beside the word index, derived and deletable. A changed passage gets a
new number and the old one is remembered as removed, both under a rising version: readers in other processes ask for
what is newer than they know and never re-read the rest. Vectors are float16, kept by the hash of their text, so that
equal or unchanged texts are encoded once.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from indexer.generations import IndexStale
from indexer.passages import LANE_OF, Passage

FILE = "index.sqlite"
CHUNK = 500
_COLUMNS = (
    "kind", "document", "part", "space", "language", "title", "text", "author", "created", "accepted", "score", "tags",
)  # fmt: skip
Place = tuple[str, str]  # lane and document: a question and a procedure may bear the same id


@dataclass(frozen=True, slots=True)
class News:
    """What changed since a version. A row of `added` is (number, kind, document, part, space, language, author,
    created, accepted, score, tags, vector); `removed` are numbers; `centroids` is as in the stamp, "" while there are
    none."""

    version: int
    centroids: str
    added: list[tuple[Any, ...]]
    removed: list[int]


class IndexStore:
    """Safe between threads (one connection each); one process writes at a time (`sync` holds the lock)."""

    def __init__(self, folder: Path) -> None:
        """Open the index database in `folder`, or create it there. Raises IndexStale when it is damaged."""
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / FILE
        self._local = threading.local()
        with self._usable():
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
        for column in ("version", "document", "hash"):
            database["passage"].create_index([column], if_not_exists=True)
        database["removed"].create_index(["version"], if_not_exists=True)

    @property
    def database(self) -> Any:
        if not hasattr(self._local, "database"):
            with self._usable():
                connection = sqlite3.connect(self._file, timeout=10)
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = normal")
                connection.execute("pragma secure_delete = on")
            self._local.database = sqlite_utils.Database(connection)
        return self._local.database

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise
            mend = "Run `quisait index --rebuild`."
            raise IndexStale(f"The index in {self._file.parent} is damaged or gone ({error}). {mend}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside, or nothing."""
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
        """What the index was made of: `applied` (last change) of which `identity` (of the change log), `schema`,
        `encoder`; its `version`, `centroids` (learned at `centred_at` passages), and the folder of its `words`."""
        return {row["name"]: json.loads(row["value"]) for row in self.database["stamp"].rows}

    def set_stamp(self, **values: Any) -> None:
        """To be called inside `transaction`."""
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        self.database.conn.executemany("insert or replace into stamp (name, value) values (?, ?)", rows)

    # -- writing (inside `transaction`)

    def numbers_of(self, places: Collection[Place]) -> dict[Place, dict[str, int]]:
        """For each place: its passages' numbers by the fingerprint of all that is stored of them."""
        found: dict[Place, dict[str, int]] = {place: {} for place in places}
        ids = sorted({document for _, document in places})
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            sql = f"select number, {', '.join(_COLUMNS)} from passage where document in ({_marks(part)})"
            for row in self.database.conn.execute(sql, part):
                place = (LANE_OF[row[1]], row[2])
                if place in found:
                    found[place][json.dumps(row[1:])] = row[0]
        return found

    def next_number(self) -> int:
        """Numbers rise and are never used again, even after a removal."""
        known = "select number from passage union all select number from removed"
        return int(self.database.conn.execute(f"select coalesce(max(number), 0) + 1 from ({known})").fetchone()[0])

    def replace(self, added: Mapping[int, Passage], removed: Collection[int], version: int) -> None:
        """Put passages in the place of others, as of `version`."""
        connection = self.database.conn
        gone = [(number,) for number in removed]
        of = "select hash from passage where number = ?"
        hashes = {row[0] for number in gone for row in connection.execute(of, number)}
        connection.executemany("delete from passage where number = ?", gone)
        dead = [(number, version) for number in removed]
        connection.executemany("insert or replace into removed (number, version) values (?, ?)", dead)
        marks = _marks(range(len(_COLUMNS) + 3))
        connection.executemany(
            f"insert into passage (number, version, hash, {', '.join(_COLUMNS)}) values ({marks})",
            [(number, version, each.hash, *_row(each)) for number, each in added.items()],
        )
        unused = "delete from embedding where hash = ? and hash not in (select hash from passage where hash = ?)"
        connection.executemany(unused, [(hash, hash) for hash in hashes])  # a deleted text leaves no vector behind

    def add_vectors(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Keep vectors by the hash of their text; those already there stay."""
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

    def newer(self, version: int) -> News | None:
        """What changed since `version`, in one consistent read; None when nothing has."""
        connection = self.database.conn
        connection.execute("begin")
        try:
            stamp = self.stamp()
            latest = int(stamp.get("version", 0))
            if latest == version:
                return None
            added = connection.execute(
                "select number, kind, document, part, space, language, author, created, accepted, score, tags, vector"
                " from passage left join embedding using (hash) where version > ? order by number",
                (version,),
            ).fetchall()
            removed = connection.execute("select number from removed where version > ?", (version,)).fetchall()
        finally:
            connection.rollback()
        return News(latest, str(stamp.get("centroids", "")), added, [number for (number,) in removed])

    def numbers(self) -> NDArray[np.int64]:
        """The numbers of all passages, rising."""
        rows = self.database.conn.execute("select number from passage order by number")
        return np.fromiter((number for (number,) in rows), np.int64)

    def all_vectors(self, dimension: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """(n,) numbers and (n, dimension) vectors of all passages that have one, some thousands at a time, rising."""
        rows = self.database.conn.execute(
            "select number, vector from passage join embedding using (hash) order by number"
        )
        while part := rows.fetchmany(40 * CHUNK):
            vectors = np.frombuffer(b"".join(vector for _, vector in part), np.float16).reshape(len(part), dimension)
            yield np.array([number for number, _ in part], np.int64), vectors.astype(np.float32)

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages of these numbers; those removed meanwhile are left out."""
        found: dict[int, Passage] = {}
        for start in range(0, len(numbers), CHUNK):
            part = [int(number) for number in numbers[start : start + CHUNK]]
            sql = f"select number, {', '.join(_COLUMNS)} from passage where number in ({_marks(part)})"
            found |= {row[0]: _passage(row[1:]) for row in self.database.conn.execute(sql, part)}
        return found

    def all_passages(self) -> Iterator[tuple[int, Passage]]:
        """Every passage with its number, rising."""
        for row in self.database.conn.execute(f"select number, {', '.join(_COLUMNS)} from passage order by number"):
            yield row[0], _passage(row[1:])

    def languages_and_vectors(self, dimension: int, most: int = 40_000) -> tuple[NDArray[np.float32], list[str]]:
        """The first encoder's vectors (n, dimension) with their languages, for learning from: at most the `most`
        latest."""
        sql = (
            "select language, vector from passage join embedding using (hash)"
            " where kind != 'profile' order by number desc limit ?"
        )
        rows = self.database.conn.execute(sql, (most,)).fetchall()
        vectors = np.zeros((len(rows), dimension), np.float32)
        for place, (_, vector) in enumerate(rows):
            vectors[place] = np.frombuffer(vector, np.float16)[:dimension]
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
