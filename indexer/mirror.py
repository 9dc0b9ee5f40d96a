"""The word index as a mirror of the index database: the same passages under the same numbers, whatever happens.

The two cannot be committed at once. So the index database is marked before the word index is written, and unmarked by
its own commit. A mark left behind (a killed process) and the first look of every process (a machine that lost power)
make the two be compared, number by number. A damaged word index is written anew from the stored passages, in another
folder that readers learn from the stamp; nothing is encoded for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from pathlib import Path

import numpy as np

from indexer.lexical import LexicalDocument, LexicalIndex
from indexer.passages import Passage
from indexer.segments import IndexBroken
from indexer.store import IndexStore

FIRST = "words"  # the folder of the word index until a damaged one was replaced
CHUNK = 2000  # passages written in one commit when many are missing


class Mirror:
    """Writes the word index beside an index database. One process at a time (`sync` holds the lock)."""

    def __init__(self, index: IndexStore, inside: Path) -> None:
        self._index, self._inside = index, inside
        self._words: LexicalIndex | None = None
        self._name, self._compared = "", False

    def settle(self) -> None:
        """Make the word index hold what the index database holds. To be called before the first `write`."""
        stamp = self._index.stamp()
        name = str(stamp.get("words", FIRST))
        try:
            if self._words is None or name != self._name:
                self._words, self._name, self._compared = LexicalIndex(self._inside / name), name, False
            if not self._compared or stamp.get("writing"):
                self._compare(self._words)
        except IndexBroken:
            self._renew()
        self._compared = True

    def write(self, added: Mapping[int, Passage], removed: Collection[int]) -> None:
        """Write passages and forget numbers, to be followed by the same in the index database with `writing=False`."""
        assert self._words is not None, "settle first"
        with self._index.transaction():
            self._index.set_stamp(writing=True)
        try:
            self._words.write(_documents(added.items()), removed)
        except IndexBroken:
            self._renew().write(_documents(added.items()), removed)

    def gather(self) -> None:
        """Make the word index quick to read, after most of it was written in one go. `settle` comes first."""
        assert self._words is not None, "settle first"
        try:
            self._words.gather()
        except IndexBroken:
            self._renew().gather()

    def _compare(self, words: LexicalIndex) -> None:
        stored, written = self._index.numbers(), words.numbers()
        if len(extra := np.setdiff1d(written, stored)):
            words.write((), extra.tolist())
        missing = np.setdiff1d(stored, written).tolist()
        for start in range(0, len(missing), CHUNK):
            words.write(_documents(self._index.passages(missing[start : start + CHUNK]).items()), ())

    def _renew(self) -> LexicalIndex:
        """Another word index, in another folder, from the stored passages; then the stamp names it, not gathered."""
        stamp = self._index.stamp()
        before = str(stamp.get("words", FIRST))
        name = f"{FIRST}{int(before.removeprefix(FIRST) or 1) + 1}"
        shutil.rmtree(self._inside / name, ignore_errors=True)  # begun and never finished
        words = LexicalIndex(self._inside / name)
        passages = self._index.all_passages()
        while part := list(islice(passages, CHUNK)):
            words.write(_documents(part), ())
        with self._index.transaction():
            self._index.set_stamp(words=name, version=int(stamp.get("version", 0)) + 1, gathered_at=0)
        shutil.rmtree(self._inside / before, ignore_errors=True)
        self._words, self._name = words, name
        return words


def _documents(passages: Iterable[tuple[int, Passage]]) -> list[LexicalDocument]:
    return [
        LexicalDocument(number, each.language if each.language in ("fr", "en") else "en", each.title, _said(each))
        for number, each in passages
    ]


def _said(passage: Passage) -> str:
    """The text; a procedure's tags are words of its lead."""
    return "\n".join([passage.text, *passage.tags]) if passage.lead else passage.text
