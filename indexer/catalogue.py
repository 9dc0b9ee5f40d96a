"""What a query needs of every passage, in memory as columns: lane, space, author, date, votes, vector.

Columns only grow (an edited passage is a new row, the old one dies), so a query works on a slice that nobody moves under it
while `refresh` appends behind. The visibility of a reader is one boolean column, made before anything is ranked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.store import IndexStore

LANES = ("procedures", "answers", "people")
KINDS = ("procedure", "duty", "question", "answer", "profile")
_LANE_OF_KIND = np.array([0, 0, 1, 1, 2], np.int8)
Mask = NDArray[np.bool_]
Centre = Callable[[NDArray[np.float32]], NDArray[np.float32]]


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
    """One consistent view: every array has the same length, indexed by row; `number` is a row's passage number, rising."""

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
    vector: NDArray[np.float32]  # (rows, dimension), centred, length 1; zeros where a passage has none yet

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
    "space": np.int32, "language": np.int32, "author": np.int32, "created": np.float64, "accepted": np.bool_, "score": np.int32,
}  # fmt: skip


class Catalogue:
    """Grows by `refresh`; `columns` is the newest view. Codes of documents, spaces, ... are shared by all views."""

    def __init__(self, store: IndexStore, dimension: int) -> None:
        self._store, self._dimension = store, dimension
        self.documents, self.parts, self.spaces, self.languages, self.authors = Codes(), Codes(), Codes(), Codes(), Codes()
        self.tags: dict[int, tuple[str, ...]] = {}  # of a question, by its document code
        self._bearing: dict[str, set[int]] = {}
        self._raw = np.zeros((0, dimension), np.float16)
        self._arrays: dict[str, NDArray[np.generic]] = {name: np.zeros(0, kind) for name, kind in _TYPES.items()}
        self._vectors = np.zeros((0, dimension), np.float32)
        self._size, self.version, self._refreshing = 0, 0, threading.Lock()
        self.columns = self._view()

    def refresh(self, centre: Centre) -> bool:
        """Take over what is new in the index database; whether anything was."""
        with self._refreshing:
            latest, added, removed = self._store.newer(self.version)
            if latest == self.version:
                return False
            first = self._size
            self._reserve(first + len(added))
            for row, values in enumerate(added, first):
                self._set(row, values)
            self._size = first + len(added)
            self._vectors[first : self._size] = self._centred(first, self._size, centre)
            if removed:
                numbers = np.asarray(self._arrays["number"][: self._size], np.int64)
                dead = np.isin(numbers, np.array(removed, np.int64))
                self._arrays["alive"][: self._size][dead] = False
            self.version, self.columns = latest, self._view()
            return True

    def recentre(self, centre: Centre) -> None:
        """Put every vector under new centroids: a new matrix, so that running queries keep theirs."""
        with self._refreshing:
            fresh = np.zeros((len(self._vectors), self._dimension), np.float32)
            step = 20_000
            for first in range(0, self._size, step):
                last = min(first + step, self._size)
                fresh[first:last] = self._centred(first, last, centre)
            self._vectors = fresh
            self.columns = self._view()

    def _centred(self, first: int, last: int, centre: Centre) -> NDArray[np.float32]:
        return centre(self._raw[first:last].astype(np.float32))

    def _set(self, row: int, values: tuple[object, ...]) -> None:
        number, kind, document, part, space, language, author, created, accepted, score, tags, vector = values
        code = KINDS.index(str(kind))
        arrays = self._arrays
        arrays["number"][row], arrays["alive"][row], arrays["kind"][row], arrays["lane"][row] = number, True, code, _LANE_OF_KIND[code]
        arrays["document"][row] = of = self.documents.code(f"{LANES[_LANE_OF_KIND[code]]}\n{document}")
        arrays["part"][row] = self.parts.code(str(part)) if code else 0
        arrays["space"][row] = self.spaces.code(str(space))
        arrays["language"][row] = self.languages.code(str(language))
        arrays["author"][row] = self.authors.code(str(author)) if author else -1
        arrays["created"][row], arrays["accepted"][row], arrays["score"][row] = created, bool(accepted), score
        if code == 2:
            self._set_tags(of, tuple(json.loads(str(tags))))
        if isinstance(vector, bytes):
            self._raw[row] = np.frombuffer(vector, np.float16)

    def _set_tags(self, document: int, tags: tuple[str, ...]) -> None:
        for gone in set(self.tags.get(document, ())) - set(tags):
            self._bearing[gone].discard(document)
        for tag in tags:
            self._bearing.setdefault(tag, set()).add(document)
        self.tags[document] = tags

    def bearing(self, tag: str) -> Mask:
        """(documents,): which questions bear the tag."""
        mask = np.zeros(len(self.documents.words), np.bool_)
        mask[list(self._bearing.get(tag, ()))] = True
        return mask

    def _reserve(self, size: int) -> None:
        have = len(self._vectors)
        if size <= have:
            return
        room = max(size + 256, min(2 * have, have + 50_000))
        self._arrays = {name: _grown(array, room) for name, array in self._arrays.items()}
        self._vectors, self._raw = _grown(self._vectors, room), _grown(self._raw, room)

    def _view(self) -> Columns:
        arrays = {name: array[: self._size] for name, array in self._arrays.items()}
        return Columns(**arrays, vector=self._vectors[: self._size])  # type: ignore[arg-type]

    def document_id(self, code: int) -> str:
        return self.documents.words[code].partition("\n")[2]

    def allowed(self, columns: Columns, spaces: Collection[str], profiles: Collection[str] | None) -> Mask:
        """Rows whose passage a reader of `spaces` may see; profiles of everybody (None) or of those people only."""
        open_to = np.zeros(len(self.spaces.words) + 1, np.bool_)
        for space in spaces:
            if (code := self.spaces.find(space)) >= 0:
                open_to[code] = True
        mask: Mask = open_to[columns.space] & columns.alive & (columns.lane != 2)
        theirs = columns.alive & (columns.lane == 2)
        if profiles is not None:
            known = np.array([self.authors.find(person) for person in profiles], np.int32)
            theirs &= np.isin(columns.author, known)
        return mask | theirs


def _grown(array: NDArray[np.generic], room: int) -> NDArray[np.generic]:
    fresh = np.zeros((room, *array.shape[1:]), array.dtype)
    fresh[: len(array)] = array
    return fresh
