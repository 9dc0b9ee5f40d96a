"""One segment of the word index, as arrays.

Segments never change once written, so what was read of one is kept: small columns for good, posting lists in a cache
that drops the least recently used. Only deletions change, and those belong to the snapshot (`postings.py`).
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader
from whoosh.util.numeric import byte_to_length

from indexer.blocks import Block, unpacked

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

NUMBER = "number"  # the column that holds the passage's number
CACHE_BYTES = 256 * 2**20  # of postings kept for each open index

_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)


class IndexBroken(Exception):
    """The folder holds no readable index of this version: delete it and index again."""


class OpenFiles(FileStorage):  # type: ignore[misc]
    """Whoosh's folder, remembering the files it opened: Whoosh itself leaves some open when it fails half-way."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        self._opened.append(super().open_file(name, **options))
        return self._opened[-1]

    def close(self) -> None:
        for file in self._opened:
            if not file.is_closed:
                file.close()


class Cache:
    """Least recently used values, by memory; safe between threads (a value may be computed twice, never wrongly)."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit, self._size, self._lock = limit, 0, threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable, read: Callable[[], Any], size: Callable[[Any], int]) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        value = read()
        cost = size(value) + 200
        with self._lock:
            if key not in self._kept:
                self._kept[key] = value, cost
                self._size += cost
            while self._size > self._limit:
                self._size -= self._kept.popitem(last=False)[1][1]
        return value


class Postings(NamedTuple):
    """One term in one segment: the documents that hold it (ascending) and how often each does."""

    documents: Integers
    frequencies: Floats

    @property
    def memory(self) -> int:
        return self.documents.nbytes + self.frequencies.nbytes


class Segment:
    """One immutable segment: columns in memory, postings read when first asked for. Deletions are the snapshot's."""

    def __init__(self, folder: str, schema: Any, segment: Any, fields: Iterable[str], cache: Cache) -> None:
        """Raises FileNotFoundError when a commit removes the segment meanwhile."""
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        files = OpenFiles(folder)
        weakref.finalize(self, files.close)
        reader = SegmentReader(files, schema, segment)
        self._formats = {field: schema[field].format for field in fields}
        self._terms, self._cache, self._lock = reader._terms, cache, threading.Lock()
        columns = reader._perdoc
        self.totals = {field: columns.field_length(field) for field in fields}
        self.numbers = self._column(columns, NUMBER, ">i8", -1).astype(np.int64)
        self.lengths = {
            field: _LENGTHS[self._column(columns, f"_{field}_len", "u1", 0)]
            if self.totals[field]
            else np.ones(self.size, dtype=np.float32)
            for field in fields
        }
        self.filled = {
            field: int(np.count_nonzero(self.lengths[field])) if self.totals[field] else 0 for field in fields
        }

    def _column(self, columns: Any, name: str, kind: str, default: int) -> NDArray[Any]:
        file, start, length = columns._get_column_file(name)
        with file:
            values = np.frombuffer(bytes(file.get(start, length)), dtype=kind)[: self.size]
        return np.concatenate([values, np.full(self.size - len(values), default, dtype=kind)])

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One thread at a time in the files; whatever Whoosh stumbles over there means that they are damaged."""
        with self._lock:
            try:
                yield
            except Exception as error:
                raise IndexBroken(f"Segment {self.name} of the word index cannot be read ({error!r}).") from error

    def frequency(self, field: str, text: str) -> int:
        """In how many documents the term stands, deleted ones included."""
        key = self.name, field, text, "frequency"
        return int(self._cache.get(key, lambda: self._read_frequency(field, text), lambda _: 0))

    def _read_frequency(self, field: str, text: str) -> int:
        with self._reading(), suppress(KeyError):
            return int(self._terms.doc_frequency(field, text.encode()))
        return 0

    def postings(self, field: str, text: str) -> Postings | None:
        """The term's postings, or None when the segment does not hold it."""
        if not self.frequency(field, text):
            return None
        key = self.name, field, text
        kept: Postings = self._cache.get(key, lambda: self._read_postings(field, text), lambda value: value.memory)
        return kept

    def _read_postings(self, field: str, text: str) -> Postings:
        documents, frequencies, _ = zip(*self._blocks(field, text), strict=True)
        return Postings(np.concatenate(documents), np.concatenate(frequencies))

    def _blocks(self, field: str, text: str, wanted: Integers | None = None) -> Iterator[Block]:
        """Each block of a posting list; with `wanted`, those that may hold one of these documents, unpacked."""
        with self._reading():
            matcher = self._terms.matcher(field, text.encode(), self._formats[field])
            first = 0
            while True:
                last = matcher._maxid
                if wanted is None:
                    yield matcher.block()
                elif np.searchsorted(wanted, first) < np.searchsorted(wanted, last, side="right"):
                    block = matcher.block()
                    yield block._replace(places=unpacked(block.places))
                first = last + 1
                if matcher._lastblock:
                    return
                matcher._next_block()

    def positions(self, field: str, text: str, wanted: Integers) -> dict[int, list[int]]:
        """Where the term stands in each of the `wanted` documents that hold it."""
        decode = self._formats[field].decode_positions
        found: dict[int, list[int]] = {}
        if not self.frequency(field, text):
            return found
        for documents, _, places in self._blocks(field, text, wanted):
            for place in np.flatnonzero(np.isin(documents, wanted, assume_unique=True)).tolist():
                found[int(documents[place])] = decode(places[place])
        return found

    def vocabulary(self, field: str) -> list[tuple[str, int]]:
        """Every term of `field` with its document frequency, read in one sweep of the term file."""
        table, prefix = self._terms._tindex, self._terms._keycoder(field, b"")
        with self._reading():
            start = table.closest_key_pos(prefix)
            blob = b"" if start is None else bytes(table.dbfile.get(start, table.endofdata - start))
        terms, place = [], 0
        while place < len(blob):
            key, value = place + 8, place + 8 + int.from_bytes(blob[place : place + 4], "big")
            if not blob.startswith(prefix, key):
                break
            # A term's value begins with one flag byte, four of total weight and four of document frequency.
            terms.append((blob[key + len(prefix) : value].decode(), int.from_bytes(blob[value + 5 : value + 9], "big")))
            place = value + int.from_bytes(blob[place + 4 : place + 8], "big")
        return terms
