"""What one reader may see of the index, laid out for ranking.

A sight is made of the columns and a mask over them, before anything is ranked. Colleagues with the same spaces share
one, so that what can be told without knowing the question (which passages make up a document, which of them lead, who
answered what) is worked out once and not for every keystroke.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.catalogue import KINDS, Catalogue, Columns, Mask
from indexer.ranking import Floats, Rows

MOST = 16  # sights kept: so many different sets of spaces are served without making them anew
_ANSWER, _PRACTICE = KINDS.index("answer"), KINDS.index("practice")


@dataclass(frozen=True)
class Part:
    """Some passages of a lane. `places`: in the lane's rows; `documents`: in its documents, those that have any;
    `starts`: where the passages of each of these begin in `places`; `there`: of every document, whether it has any."""

    places: Rows
    documents: Rows
    starts: Rows
    there: Mask

    @classmethod
    def of(cls, where: Mask, owner: Rows, documents: int) -> Part:
        """The passages at `where` of a lane of so many documents, whose passages belong to `owner`."""
        places = np.flatnonzero(where)
        starts = np.flatnonzero(np.diff(owner[places], prepend=-1))
        found, there = owner[places][starts], np.zeros(documents, np.bool_)
        there[found] = True
        return cls(places, found, starts, there)

    def best(self, values: Floats) -> Floats:
        """(documents,): the greatest of the lane's `values` that each document has here; 0 where it has none."""
        best = np.zeros(len(self.there), np.float32)
        mine = values[self.places]
        if len(self.starts) < len(mine):
            mine = np.maximum.reduceat(mine, self.starts)
        best[self.documents] = mine
        return best


@dataclass(frozen=True)
class Lane:
    """The visible passages of one lane, those of a document side by side. `rows`: of the columns; `documents`: the code
    of each document, rising; `starts`: where its passages begin in `rows`. `lead`, `encoded`, `english` say of every
    passage whether it leads its document, has a vector, has one of the second encoder; `language` is its code."""

    rows: Rows
    documents: Rows
    starts: Rows
    lead: Mask
    encoded: Mask
    english: Mask
    language: NDArray[np.int32]

    @classmethod
    def of(cls, columns: Columns, inside: Rows) -> Lane:
        """`inside`: the visible rows of the lane, rising."""
        rows = inside[np.argsort(columns.document[inside], kind="stable")]
        codes = columns.document[rows].astype(np.int64)
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        vector, english = columns.vector.there[rows], columns.english.there[rows]
        return cls(rows, codes[starts], starts, columns.lead[rows], vector, english, columns.language[rows])

    @cached_property
    def _parts(self) -> dict[str, Part]:
        return {}

    def part(self, *names: str) -> Part:
        """The passages that are all of `names` ("lead", "encoded", "english"); all passages without any."""
        return self._part(" ".join(names), lambda: np.logical_and.reduce([getattr(self, each) for each in names]))

    def in_language(self, code: int) -> Part:
        """The passages in a language."""
        return self._part(f"language {code}", lambda: self.language == code)

    def _part(self, name: str, where: Callable[[], Mask]) -> Part:
        if name not in self._parts:
            mask = where() if name else np.ones(len(self.rows), np.bool_)
            self._parts[name] = Part.of(mask, self._owner, len(self.documents))
        return self._parts[name]

    @cached_property
    def _owner(self) -> Rows:
        return np.repeat(np.arange(len(self.documents)), np.diff(self.starts, append=len(self.rows)))

    def passages(self, places: Rows) -> tuple[Rows, Rows]:
        """The passages of the documents at `places`: their places in `rows`, and for each the number of its document
        among `places`."""
        ends = np.append(self.starts[1:], len(self.rows))
        lengths = ends[places] - self.starts[places]
        owner = np.repeat(np.arange(len(places)), lengths)
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.starts[places][owner] + offsets, owner

    def others(self, document: int) -> tuple[Mask, Mask]:
        """Which passages, and which documents, are not this one's (a code; there may be none)."""
        passages, documents = np.ones(len(self.rows), np.bool_), np.ones(len(self.documents), np.bool_)
        place = self.places(np.array([document]))
        passages[self.passages(place)[0]], documents[place] = False, False
        return passages, documents

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

    def without(self, document: int) -> Answers:
        """The same but those in one document."""
        kept = self.document != document
        if kept.all():
            return self
        return Answers(self.rows[kept], self.author[kept], self.document[kept], self.created[kept], self.tags[kept])


@dataclass(frozen=True)
class Sight:
    """`allowed`: rows of the columns that the reader may see and that the filters leave. `apart`: the code of a
    document that is passed over, though it is laid out with the others in the lanes of `whole`."""

    columns: Columns
    allowed: Mask
    whole: Sight | None = None
    apart: int = -1

    @cached_property
    def by_number(self) -> Mask:
        """The same by passage number, as the word index asks for it."""
        return self.columns.by_number(self.allowed)

    @cached_property
    def _lanes(self) -> dict[int, Lane]:
        return {}

    def lane(self, number: int) -> Lane:
        """The lane of LANES[number], the document `apart` in it."""
        if self.whole is not None:
            return self.whole.lane(number)
        if number not in self._lanes:
            inside = np.flatnonzero(self.allowed & (self.columns.lane == number))
            self._lanes[number] = Lane.of(self.columns, inside)
        return self._lanes[number]

    def without(self, document: int) -> Sight:
        """The same where one document (its code; -1 is none) is passed over."""
        if document < 0:
            return self
        return Sight(self.columns, self.allowed & (self.columns.document != document), self, document)

    @cached_property
    def answers(self) -> Answers:
        if self.whole is not None:
            return self.whole.answers.without(self.apart)
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
