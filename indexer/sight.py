"""What one reader may see of the index, laid out for ranking.

A sight is made of the columns and a mask over them, before anything is ranked. Colleagues with the same spaces share
one, so that what can be told without knowing the question (which passages make up a document, which of them lead, who
answered what) is worked out once and not for every keystroke.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.catalogue import KINDS, Catalogue, Columns, Mask
from indexer.ranking import Floats, Rows

MOST = 16  # sights kept: so many different sets of spaces are served without making them anew
_ANSWER, _PRACTICE = KINDS.index("answer"), KINDS.index("practice")


@dataclass(frozen=True)
class Lane:
    """The visible passages of one lane, those of a document side by side. `rows`: of the columns; `documents`: the code
    of each document, rising; `starts`: where its passages begin in `rows`. `lead`, `encoded`, `english` say of every
    passage whether it leads its document, has a vector, has one of the second encoder."""

    rows: Rows
    documents: Rows
    starts: Rows
    lead: Mask
    encoded: Mask
    english: Mask

    @classmethod
    def of(cls, columns: Columns, inside: Rows) -> Lane:
        """`inside`: the visible rows of the lane, rising."""
        rows = inside[np.argsort(columns.document[inside], kind="stable")]
        codes = columns.document[rows].astype(np.int64)
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        vector, english = columns.vector.there[rows], columns.english.there[rows]
        return cls(rows, codes[starts], starts, columns.lead[rows], vector, english)

    def best(self, values: Floats, where: Mask | None = None) -> Floats:
        """(documents,): the greatest value of each document's passages (of those at `where`); 0 where there is none."""
        if not len(self.starts):
            return np.zeros(0, np.float32)
        if where is not None:
            values = np.where(where, values, -np.inf).astype(np.float32)
        best: Floats = np.maximum.reduceat(values, self.starts)
        best[np.isneginf(best)] = 0
        return best

    def has(self, where: Mask) -> Mask:
        """(documents,): whether any passage is at `where`."""
        if not len(self.starts):
            return np.zeros(0, np.bool_)
        found: Mask = np.logical_or.reduceat(where, self.starts)
        return found

    def passages(self, places: Rows) -> tuple[Rows, Rows]:
        """The passages of the documents at `places`: their places in `rows`, and for each the number of its document
        among `places`."""
        ends = np.append(self.starts[1:], len(self.rows))
        lengths = ends[places] - self.starts[places]
        owner = np.repeat(np.arange(len(places)), lengths)
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.starts[places][owner] + offsets, owner

    def places(self, documents: Rows) -> Rows:
        """Where in `documents` these codes stand; codes that do not are left out."""
        found = np.minimum(np.searchsorted(self.documents, documents), max(len(self.documents) - 1, 0))
        there = self.documents[found] == documents if len(self.documents) else np.zeros(len(found), np.bool_)
        places: Rows = found[there]
        return places


@dataclass(frozen=True)
class Answers:
    """What tells that its author knows: visible answers, and practices that somebody verified (`accepted`), which name
    an author. Aligned with their columns."""

    rows: Rows
    author: Rows
    document: Rows
    created: NDArray[np.float64]
    tags: Rows


@dataclass(frozen=True)
class Sight:
    """`allowed`: rows of the columns that the reader may see and that the filters leave."""

    columns: Columns
    allowed: Mask

    @cached_property
    def by_number(self) -> Mask:
        """The same by passage number, as the word index asks for it."""
        return self.columns.by_number(self.allowed)

    @cached_property
    def _lanes(self) -> dict[int, Lane]:
        return {}

    def lane(self, number: int) -> Lane:
        """The lane of LANES[number]."""
        if number not in self._lanes:
            inside = np.flatnonzero(self.allowed & (self.columns.lane == number))
            self._lanes[number] = Lane.of(self.columns, inside)
        return self._lanes[number]

    def without(self, document: int) -> Sight:
        """The same without one document (its code; -1 is none)."""
        return self if document < 0 else Sight(self.columns, self.allowed & (self.columns.document != document))

    @cached_property
    def answers(self) -> Answers:
        columns = self.columns
        telling = (columns.kind == _ANSWER) | ((columns.kind == _PRACTICE) & columns.accepted)
        rows = np.flatnonzero(self.allowed & telling & (columns.author >= 0))
        return Answers(
            rows, columns.author[rows].astype(np.int64), columns.document[rows].astype(np.int64),
            columns.created[rows], columns.tags[rows].astype(np.int64),
        )  # fmt: skip


class Sights:
    """The sights of one catalogue, made when first asked for and shared by all who may see the same; of the newest view
    only. Safe between threads (one may be made twice, never wrongly)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: tuple[Columns, OrderedDict[Hashable, Sight]] = catalogue.columns, OrderedDict()

    def of(self, spaces: Collection[str], profiles: Collection[str] | None) -> Sight:
        """As `Catalogue.allowed`."""
        columns, kept = self._kept
        if columns is not self._catalogue.columns:
            columns, kept = self._kept = self._catalogue.columns, OrderedDict()
        key = frozenset(spaces), None if profiles is None else frozenset(profiles)
        sight = kept.get(key)
        if sight is None:
            sight = kept[key] = Sight(columns, self._catalogue.allowed(columns, spaces, profiles))
            if len(kept) > MOST:
                kept.popitem(last=False)
        return sight
