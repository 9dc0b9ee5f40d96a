"""The newest view of an index that another process may write, rebuild or mend at any moment.

Everything a question needs hangs on one `View`, so that a question begun on one view ends on it while the next one is
opened beside. Whether the index may be used at all is looked at before every question: it is the price of two small
reads, and after an import no text of the former database is shown.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.catalogue import Catalogue
from indexer.encoder import Encoder
from indexer.experts import Habits
from indexer.generations import IndexStale, current
from indexer.lesson import Lesson
from indexer.lexical import LexicalIndex
from indexer.mirror import FIRST
from indexer.sight import Sights
from indexer.store import IndexStore
from indexer.sync import stale_because
from kb import Store


@dataclass(frozen=True)
class View:
    """One generation of the index: its database, its word index (in the folder `named`) and its columns."""

    inside: Path
    index: IndexStore
    named: str
    words: LexicalIndex
    catalogue: Catalogue
    sights: Sights
    lesson: Lesson | None = None

    @property
    def habits(self) -> Habits:
        """Those that the site taught, else the shipped ones."""
        return self.lesson.habits if self.lesson else Habits()


class Views:
    """Opens views. Safe between threads."""

    def __init__(self, store: Store, folder: Path, encoder: Encoder) -> None:
        self._store, self._folder = store, folder
        self._encoder, self._dimension, self._width = encoder.id, encoder.dimension, encoder.width
        self._opening = threading.Lock()
        self._view: View | None = None

    def newest(self) -> View:
        """The view of the index in use, with all that the writer has committed. Raises IndexStale when the index must
        be rebuilt first, IndexBroken while its word index is damaged."""
        view = self._view
        if view is None or view.inside != current(self._folder):
            with self._opening:
                view = self._opened(current(self._folder))
        stamp = view.index.stamp()
        self._require_usable(stamp)
        if stamp.get("words", FIRST) != view.named:
            with self._opening:
                view = self._with_words(view, str(stamp.get("words", FIRST)))
        if stamp.get("version", 0) != view.catalogue.version:
            view.catalogue.refresh()
        if (lesson := Lesson.of(stamp)) != view.lesson:
            with self._opening:
                self._view = view = replace(view, lesson=lesson)
        return view

    def _opened(self, inside: Path) -> View:
        if self._view is not None and self._view.inside == inside:
            return self._view  # by another thread meanwhile
        index = IndexStore(inside)
        stamp = index.stamp()
        self._require_usable(stamp)
        named = str(stamp.get("words", FIRST))
        catalogue = Catalogue(index, self._dimension, self._width)
        catalogue.refresh()
        view = View(inside, index, named, LexicalIndex(inside / named), catalogue, Sights(catalogue))
        self._view = view
        return view

    def _with_words(self, view: View, named: str) -> View:
        if self._view is not None and (self._view.inside, self._view.named) == (view.inside, named):
            return self._view
        self._view = replace(view, named=named, words=LexicalIndex(view.inside / named))
        return self._view

    def _require_usable(self, stamp: dict[str, object]) -> None:
        with self._store.read() as tx:
            last, identity = tx.changes.last(), tx.changes.identity()
        if reason := stale_because(stamp, self._encoder, last, identity):
            raise IndexStale(reason)
