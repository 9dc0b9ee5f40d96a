"""What a query needs of every passage, in memory as columns: lane, space, author, date, votes, vector.

Columns only grow (an edited passage is a new row, the old one dies), so a query works on a slice that nobody moves
under it while `refresh` appends behind. Vectors are kept once, centred; when the centroids change they are read anew
from the index database into another matrix. The visibility of a reader is one boolean column, made before anything is
ranked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.centring import Centroids
from indexer.passages import is_lead
from indexer.store import IndexStore
from indexer.vectors import Vectors

LANES = ("procedures", "answers", "people")
KINDS = ("procedure", "duty", "question", "answer", "profile", "practice")
_LANE_OF_KIND = np.array([0, 0, 1, 1, 2, 1], np.int8)
Mask = NDArray[np.bool_]
CHUNK = 20_000  # vectors centred at once


class Codes:
    """Words as small numbers, in the order of first sight."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._numbers: dict[str, int] = {}

    def code(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
        return number

    def find(self, word: str) -> int:
        """The number of `word`, or -1."""
        return self._numbers.get(word, -1)


@dataclass(frozen=True, slots=True)
class Columns:
    """One consistent view: every array has the same length, indexed by row; `number` is a row's passage number, rising.
    `document` to `author` are codes of the catalogue (`author` -1: nobody), `tags` the code of a whole list of tags."""

    number: NDArray[np.int64]
    alive: Mask
    kind: NDArray[np.int8]
    lane: NDArray[np.int8]
    document: NDArray[np.int32]
    part: NDArray[np.int32]
    space: NDArray[np.int32]
    language: NDArray[np.int32]
    author: NDArray[np.int32]
    created: NDArray[np.float64]
    accepted: Mask
    score: NDArray[np.int32]
    tags: NDArray[np.int32]
    lead: Mask
    vector: Vectors  # centred, length 1; none where a passage has none
    english: Vectors  # of the second encoder; none where a passage is not in English
    centroids: Centroids  # what the vectors were centred by: questions must be too

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of passage numbers; -1 for numbers this view does not know (yet, or any more)."""
        if not len(self.number):
            return np.full(len(numbers), -1, np.int64)
        places = np.minimum(np.searchsorted(self.number, numbers), len(self.number) - 1)
        return np.where(self.number[places] == numbers, places, -1)

    def by_number(self, rows: Mask) -> Mask:
        """A mask over rows as a mask over passage numbers."""
        mask = np.zeros(int(self.number[-1]) + 1 if len(self.number) else 1, np.bool_)
        mask[self.number[rows]] = True
        return mask


_TYPES: dict[str, type[np.generic]] = {
    "number": np.int64, "alive": np.bool_, "kind": np.int8, "lane": np.int8, "document": np.int32, "part": np.int32,
    "space": np.int32, "language": np.int32, "author": np.int32, "created": np.float64, "accepted": np.bool_,
    "score": np.int32, "tags": np.int32, "lead": np.bool_,
}  # fmt: skip


class Catalogue:
    """Grows by `refresh`; `columns` is the newest view. Codes of documents, spaces, ... are shared by all views."""

    def __init__(self, store: IndexStore, dimension: int, width: int | None = None) -> None:
        """`width`: numbers stored of each passage, when a second encoder's follow the `dimension` ones of the first."""
        self._store, self._dimension, self._width = store, dimension, width or dimension
        self.documents, self.parts, self.spaces, self.languages = Codes(), Codes(), Codes(), Codes()
        self.authors, self._tag_lists = Codes(), Codes()
        self._bearing: dict[str, list[int]] = {}  # the codes of the tag lists that hold a tag
        self._arrays: dict[str, NDArray[Any]] = {name: np.zeros(0, kind) for name, kind in _TYPES.items()}
        self._vectors, self._english = Vectors(dimension), Vectors(self._width - dimension)
        self._centroids, self._centred_by = Centroids.none(dimension), ""
        self._size, self.version, self._refreshing = 0, 0, threading.Lock()
        self.columns = self._view()

    def refresh(self) -> bool:
        """Take over what is new in the index database; whether anything was."""
        with self._refreshing:
            news = self._store.newer(self.version)
            if news is None:
                return False
            first, self._size = self._size, self._size + len(news.added)
            self._reserve(self._size)
            for row, values in enumerate(news.added, first):
                self._set(row, values[:-1])
            if news.removed:
                dead = np.isin(self._arrays["number"][: self._size], np.array(news.removed, np.int64))
                self._arrays["alive"][: self._size][dead] = False
            if news.centroids != self._centred_by:  # all vectors, into others: running queries keep theirs
                self._centroids = Centroids.from_bytes(bytes.fromhex(news.centroids))
                self._centred_by, self._vectors = news.centroids, Vectors(self._dimension, len(self._vectors))
                self._read_anew(first)
            for start in range(0, len(news.added), CHUNK):
                self._put(first + start, [values[-1] for values in news.added[start : start + CHUNK]])
            self.version, self.columns = news.version, self._view()
            return True

    def _put(self, row: int, vectors: list[bytes | None]) -> None:
        """The vectors of the rows from `row` on, as they are stored, centred."""
        nothing = bytes(2 * self._width)
        numbers = np.frombuffer(b"".join(each or nothing for each in vectors), np.float16).reshape(-1, self._width)
        wide = numbers.astype(np.float32)
        places = np.arange(row, row + len(vectors))
        self._vectors.put(places, self._centroids.apply(wide[:, : self._dimension]))
        self._english.put(places, wide[:, self._dimension :])

    def _read_anew(self, size: int) -> None:
        """The first vectors of the rows before `size`, from the index database."""
        known = self._arrays["number"][:size]
        for numbers, vectors in self._store.all_vectors(self._width):
            places = np.minimum(np.searchsorted(known, numbers), max(size - 1, 0))
            there = known[places] == numbers if size else np.zeros(len(numbers), np.bool_)
            self._vectors.put(places[there], self._centroids.apply(vectors[there, : self._dimension]))

    def _set(self, row: int, values: tuple[Any, ...]) -> None:
        number, kind, document, part, space, language, author, created, accepted, score, tags = values
        code = KINDS.index(kind)
        arrays = self._arrays
        arrays["number"][row], arrays["alive"][row] = number, True
        arrays["kind"][row], arrays["lane"][row] = code, _LANE_OF_KIND[code]
        arrays["document"][row] = self.documents.code(f"{LANES[_LANE_OF_KIND[code]]}\n{document}")
        arrays["part"][row] = self.parts.code(part) if code else 0
        arrays["space"][row], arrays["language"][row] = self.spaces.code(space), self.languages.code(language)
        arrays["author"][row] = self.authors.code(author) if author else -1
        arrays["created"][row], arrays["accepted"][row], arrays["score"][row] = created, bool(accepted), score
        arrays["tags"][row] = self._tags_code(tags)
        arrays["lead"][row] = is_lead(kind, part)

    def _tags_code(self, tags: str) -> int:
        code = self._tag_lists.find(tags)
        if code < 0:
            code = self._tag_lists.code(tags)
            for tag in json.loads(tags):
                self._bearing.setdefault(tag, []).append(code)
        return code

    def tags_of(self, columns: Columns, row: int) -> tuple[str, ...]:
        """The tags of a row: those of its question or procedure."""
        return tuple(json.loads(self._tag_lists.words[columns.tags[row]]))

    def bearing(self, tags: NDArray[np.integer[Any]], tag: str) -> Mask:
        """Of rows with these `tags` (the column, or some of it), which bear the tag."""
        codes = list(self._bearing.get(tag, ()))  # first: a refresh beside us adds words before their codes
        bearing = np.zeros(len(self._tag_lists.words), np.bool_)
        bearing[codes] = True
        mask: Mask = bearing[tags]
        return mask

    def _reserve(self, size: int) -> None:
        have = len(self._vectors)
        if size <= have:
            return
        room = max(size + 256, min(2 * have, have + 50_000))
        self._arrays = {name: _grown(array, room) for name, array in self._arrays.items()}
        self._vectors, self._english = self._vectors.grown(room), self._english.grown(room)

    def _view(self) -> Columns:
        arrays = {name: array[: self._size] for name, array in self._arrays.items()}
        vectors, english = self._vectors.first(self._size), self._english.first(self._size)
        return Columns(**arrays, vector=vectors, english=english, centroids=self._centroids)

    def document_id(self, code: int) -> str:
        """The question's id, the procedure's key or the person's id behind a document's code."""
        return self.documents.words[code].partition("\n")[2]

    def allowed(self, columns: Columns, spaces: Collection[str], profiles: Collection[str] | None) -> Mask:
        """Rows whose passage a reader of `spaces` may see; profiles of everybody (None) or of those people only."""
        readable = np.array([self.spaces.find(space) for space in spaces], np.int32)
        mask: Mask = np.isin(columns.space, readable) & columns.alive & (columns.lane != 2)
        theirs = columns.alive & (columns.lane == 2)
        if profiles is not None:
            known = np.array([self.authors.find(person) for person in profiles], np.int32)
            theirs &= np.isin(columns.author, known)
        mask |= theirs
        return mask


def _grown(array: NDArray[Any], room: int) -> NDArray[Any]:
    fresh = np.zeros((room, *array.shape[1:]), array.dtype)
    fresh[: len(array)] = array
    return fresh
