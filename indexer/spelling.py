"""The nearest indexed words to one that stands nowhere.

A segment's vocabulary becomes one array of bytes with the length and the set of letters of every word. One edit changes
a word's letters by at most two, so two vector operations discard nearly all words, and one banded table, filled for all
remaining words at once, measures the rest: optimal string alignment (Damerau 1964; swapped neighbours are one edit).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

SHORTEST, LONGEST = 4, 24  # letters of a word worth correcting
_WIDTH = LONGEST + 2  # columns of the table: the longest word and the most edits forgiven
LONG_WORD = 8  # from this many letters on, two edits are forgiven instead of one


def correctable(word: str) -> bool:
    """Plain letters of a useful length: never a code (TRV-01 is not a misspelt TRV-02)."""
    return SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def edits_forgiven(word: str) -> int:
    """How many edits a misspelling of `word` may hold."""
    return 2 if len(word) >= LONG_WORD else 1


class Vocabulary:
    """The correctable words of one segment with their document frequencies."""

    def __init__(self, terms: Iterable[tuple[str, int]]) -> None:
        kept = [(word, count) for word, count in terms if correctable(word)]
        self.words: NDArray[np.bytes_] = np.array([word for word, _ in kept], dtype=f"S{_WIDTH}")
        self.frequencies = np.array([count for _, count in kept], dtype=np.int64)
        self.lengths = np.char.str_len(self.words)
        self._table = self.words.view(np.uint8).reshape(len(kept), _WIDTH)
        self._letters = _letters(self._table)

    @property
    def memory(self) -> int:
        return len(self.words) * (_WIDTH + 24)

    def near(self, word: str) -> list[tuple[str, int, int]]:
        """(word, edits, document frequency) of every word within `edits_forgiven(word)` edits, unsorted."""
        edits = edits_forgiven(word)
        wanted = np.frombuffer(word.encode(), dtype=np.uint8)
        different = np.bitwise_count(self._letters ^ _letters(wanted[None, :])[0])
        rows = np.flatnonzero((different <= 2 * edits) & (np.abs(self.lengths - len(word)) <= edits))
        distances = _distances(wanted, self._table[rows], self.lengths[rows], edits)
        close = distances <= edits
        return [
            (self.words[row].decode(), int(distance), int(self.frequencies[row]))
            for row, distance in zip(rows[close], distances[close], strict=True)
        ]


def _letters(table: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Which of the letters a-z stand in each row, one bit a letter; zero bytes count for nothing."""
    bits = np.where(table > 0, np.left_shift(np.uint32(1), (table & 31).astype(np.uint32)), np.uint32(0))
    letters: NDArray[np.uint32] = np.bitwise_or.reduce(bits, axis=1)
    return letters


def _distances(
    word: NDArray[np.uint8], table: NDArray[np.uint8], lengths: NDArray[np.int64], edits: int
) -> NDArray[np.int8]:
    """Edits between `word` and each row of `table`; more than `edits` is reported as `edits + 1` or more."""
    far, width = edits + 1, len(word) + edits
    columns = np.ascontiguousarray(table[:, :width].T)
    rows = np.full((len(word) + 1, width + 1, len(table)), far, dtype=np.int8)
    rows[0, : far + 1] = np.arange(min(far, width) + 1, dtype=np.int8)[:, None]
    rows[: far + 1, 0] = np.arange(min(far, len(word)) + 1, dtype=np.int8)[:, None]
    for i in range(1, len(word) + 1):
        for j in range(max(1, i - edits), min(width, i + edits) + 1):
            unequal = (columns[j - 1] != word[i - 1]).view(np.int8)
            best = np.minimum(np.minimum(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + unequal)
            if i > 1 and j > 1:
                swapped = (columns[j - 2] == word[i - 1]) & (columns[j - 1] == word[i - 2])
                best = np.where(swapped, np.minimum(best, rows[i - 2, j - 2] + 1), best)
            rows[i, j] = best
    distances: NDArray[np.int8] = rows[len(word), np.minimum(lengths, width), np.arange(len(table))]
    return distances
