"""BM25 in NumPy over Whoosh's own postings.

Whoosh's matchers walk one document at a time in Python; here a term's whole posting list is added to the scores of a
segment in one operation. A `Snapshot` is one generation of the index, immutable and shared by threads; statistics are
global over its segments and count deleted documents until they are merged away, exactly as Whoosh's BM25F does
(Robertson and Zaragoza 2009 for the formula).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import closing
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.index import TOC

from indexer.segments import Cache, Floats, Integers, OpenFiles, Segment

Mask = NDArray[np.bool_]

K1 = 1.6  # how soon repeating a word stops helping
B = 0.9  # how far long texts are held back, 0 to 1

# Whoosh averages a field's length over all documents, also those of the other language, which leave it empty: the
# smaller language of a base then looks too long. True averages over the documents that fill the field.
AVERAGE_OVER_FILLED = True

_NOTHING = np.zeros(0, dtype=np.int64)


class Term(NamedTuple):
    """One weighted query term."""

    field: str
    text: str
    weight: float = 1.0


class Snapshot:
    """One generation of the index. `numbers` and `live` are aligned: one row a document, segment after segment."""

    def __init__(
        self, folder: str, schema: Any, name: str, fields: tuple[str, ...], cache: Cache, before: Snapshot | None
    ) -> None:
        """Read the latest generation, reusing the segments of `before`; FileNotFoundError: a commit came between."""
        with closing(OpenFiles(folder)) as files:
            table = TOC.read(files, name, schema=schema)
        known = {segment.name: segment for segment in before.segments} if before else {}
        self.generation: int = table.generation
        self.segments: list[Segment] = [
            known.get(entry.segment_id()) or Segment(folder, schema, entry, fields, cache) for entry in table.segments
        ]
        self.starts = [0]
        for segment in self.segments:
            self.starts.append(self.starts[-1] + segment.size)
        self.size = self.starts[-1]
        self.numbers = np.concatenate([_NOTHING, *(segment.numbers for segment in self.segments)])
        self.live = self.numbers >= 0
        for entry, start in zip(table.segments, self.starts, strict=False):
            self.live[start + np.fromiter(entry.deleted_docs(), dtype=np.int64)] = False
        self._cache = cache
        self._frequencies: dict[tuple[str, str], int] = {}
        self._lengths = {
            field: np.concatenate([np.zeros(0, np.float32), *(each.lengths[field] for each in self.segments)])
            for field in fields
        }
        self._filled = {field: sum(segment.filled[field] for segment in self.segments) for field in fields}
        self._totals = {field: sum(segment.totals[field] for segment in self.segments) for field in fields}

    def frequency(self, field: str, text: str) -> int:
        """In how many documents the term stands, deleted ones included until a merge."""
        known = self._frequencies.get((field, text))
        if known is None:
            known = self._frequencies[field, text] = sum(segment.frequency(field, text) for segment in self.segments)
        return known

    def rarity(self, field: str, text: str) -> float:
        """Inverse document frequency, as Whoosh computes it."""
        return math.log(self.size / (self.frequency(field, text) + 1)) + 1 if self.size else 0.0

    def average_length(self, field: str) -> float:
        """Mean length of a field over all documents, as Whoosh computes it, or see `AVERAGE_OVER_FILLED`."""
        return self._totals[field] / ((self._filled[field] if AVERAGE_OVER_FILLED else self.size) or 1) or 1.0

    def admitted(self, allowed: Mask | None) -> Mask:
        """Which rows are live and allowed; a number beyond `allowed` is not."""
        if allowed is None:
            return self.live
        if not len(allowed):
            return np.zeros(self.size, dtype=np.bool_)
        seen: Mask = np.take(allowed, self.numbers, mode="clip") & (self.numbers < len(allowed))
        return self.live & seen

    def gains(self, field: str, text: str) -> tuple[Integers, Floats]:
        """The rows that hold the term, ascending, and its BM25 in each; remembered for this generation."""

        def weighed() -> tuple[Integers, Floats]:
            parts = [
                (start + postings.documents, postings.frequencies)
                for start, segment in zip(self.starts, self.segments, strict=False)
                if (postings := segment.postings(field, text))
            ]
            rows, often = (np.concatenate(each) for each in zip(*parts, strict=True))
            scale = np.float32(K1 * B / self.average_length(field))
            gain = np.float32((K1 + 1) * self.rarity(field, text))
            return rows, gain * often / (often + np.float32(K1 * (1 - B)) + scale * self._lengths[field][rows])

        if not self.frequency(field, text):
            return _NOTHING, np.zeros(0, dtype=np.float32)
        key = self.generation, field, text
        kept: tuple[Integers, Floats] = self._cache.get(key, weighed, lambda pair: pair[0].nbytes + pair[1].nbytes)
        return kept

    def rows(self, field: str, text: str, admitted: Mask) -> Integers:
        """The admitted rows that hold the term, ascending."""
        rows = self.gains(field, text)[0]
        return rows[admitted[rows]]

    def stands(self, field: str, text: str, admitted: Mask) -> bool:
        """Whether an admitted document holds the term; looks at a few documents before all."""
        rows = self.gains(field, text)[0]
        return bool(admitted[rows[:64]].any() or admitted[rows].any())

    def sequences(self, field: str, words: list[tuple[str, int]], rows: Integers) -> Integers:
        """Those of `rows` (which hold every word) where the words stand at the given distances from each other."""
        found: list[int] = []
        for start, segment in zip(self.starts, self.segments, strict=False):
            wanted = rows[(rows >= start) & (rows < start + segment.size)] - start
            begins: dict[int, set[int]] | None = None
            for text, offset in sorted(words, key=lambda word: segment.frequency(field, word[0])):
                at = segment.positions(field, text, wanted)
                here = {document: {place - offset for place in places} for document, places in at.items()}
                both = here if begins is None else {row: here[row] & begins[row] for row in here if row in begins}
                begins = {row: places for row, places in both.items() if places}
                wanted = np.array(sorted(begins), dtype=np.int64)
            found.extend(start + row for row in begins or ())
        return np.array(sorted(found), dtype=np.int64)

    def scores(self, terms: Iterable[Term]) -> Floats:
        """The sum of the terms' weighted BM25 for every row, shape (size,)."""
        total = np.zeros(self.size, dtype=np.float32)
        for field, text, weight in terms:
            rows, values = self.gains(field, text)
            total[rows] += np.float32(weight) * values
        return total

    def held(self, words: Iterable[tuple[float, list[Term]]]) -> Floats:
        """For every row the sum of what those words tell of which it holds any term, as a share of what all tell,
        shape (size,)."""
        total, told = np.zeros(self.size, dtype=np.float32), 0.0
        last = np.full(self.size, -1, dtype=np.int16)  # the last word that a row was counted for
        for number, (worth, terms) in enumerate(words):
            told += worth
            for term in terms:
                rows = self.gains(term.field, term.text)[0]
                fresh = rows[last[rows] != number]
                total[fresh] += np.float32(worth)
                last[fresh] = number
        return total / np.float32(told or 1.0)

    def best(self, scores: Floats, admitted: Mask, limit: int) -> tuple[Integers, Floats]:
        """Numbers and scores of the best `limit` admitted rows above zero; ties go to the lower number."""
        rows = np.flatnonzero(admitted & (scores > 0))
        if limit <= 0 or not len(rows):
            return _NOTHING, np.zeros(0, dtype=np.float32)
        if len(rows) > limit:
            threshold = np.partition(scores[rows], len(rows) - limit)[len(rows) - limit]
            rows = rows[scores[rows] >= threshold]
        order = np.lexsort((self.numbers[rows], -scores[rows]))[:limit]
        return self.numbers[rows][order], scores[rows][order]
