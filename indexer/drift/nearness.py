"""Which practices stand near a duty, and whether what one of them says is said of that duty rather than of another.

Both by the vectors that the index holds: of each duty, and of the passages of accepted answers and of practices. A
source is *near* when the best of its passages lies well above the mean of its lane. One statement of it is *meant* for
a duty when no other duty of that language is nearer to the statement and its source together (the sum of both, in
standard deviations over those duties): an answer about expenses that says *ten days* says it of one duty, not of seven.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indexer.catalogue import KINDS, LANES, Catalogue, Columns
from indexer.passages import PRACTICE
from indexer.ranking import Floats, Rows, standardised
from indexer.spread import SAMPLE, Spread

NEAREST = 5  # sources that are judged for each duty
CLOSE = 2.0  # standard deviations of the lane above its mean: farther ones speak of something else
FEW = 50  # passages of a lane: so few have no spread to measure by
_DUTY, _ANSWER, _PRACTICE = (KINDS.index(each) for each in ("duty", "answer", "practice"))


@dataclass(frozen=True, slots=True)
class Place:
    """A duty: of which procedure, in which language, which step."""

    procedure: str
    language: str
    step: str


@dataclass(frozen=True, slots=True, order=True)
class SourceId:
    """An accepted answer or a practice; `of`: "answer" or "practice", as in `kb.records.Drift`."""

    of: str
    id: str


@dataclass(frozen=True)
class Nearness:
    """One view of the index. `encode`: texts (n) to vectors (n, dimension), centred as the passages are."""

    catalogue: Catalogue
    columns: Columns
    encode: Callable[[Sequence[str]], Floats]

    @cached_property
    def _duties(self) -> Mapping[Place, int]:
        rows = np.flatnonzero(self.columns.alive & (self.columns.kind == _DUTY) & self.columns.vector.there)
        return {self._place(int(row)): int(row) for row in rows}

    def _place(self, row: int) -> Place:
        language, _, step = self.catalogue.parts.words[self.columns.part[row]].partition("/")
        return Place(self.catalogue.document_id(int(self.columns.document[row])), language, step)

    @cached_property
    def _lane(self) -> Rows:
        columns = self.columns
        there = columns.alive & (columns.lane == LANES.index("answers")) & columns.vector.there
        return np.flatnonzero(there)

    @cached_property
    def _sources(self) -> tuple[Rows, Sequence[SourceId]]:
        """The passages of accepted answers and of practices, each with whose it is."""
        kind = self.columns.kind[self._lane]
        wanted = (kind == _PRACTICE) | ((kind == _ANSWER) & self.columns.accepted[self._lane])
        rows = self._lane[wanted]
        return rows, [self._source(int(row)) for row in rows]

    def _source(self, row: int) -> SourceId:
        if self.columns.kind[row] == _PRACTICE:
            return SourceId("practice", self.catalogue.document_id(int(self.columns.document[row]))[len(PRACTICE) :])
        return SourceId("answer", self.catalogue.parts.words[self.columns.part[row]].partition("/")[0])

    @cached_property
    def _spread(self) -> Spread:
        return Spread.of(self._vectors(self._lane[:: max(1, len(self._lane) // SAMPLE)]))

    def near(self, place: Place) -> list[SourceId]:
        """The nearest sources, nearest first; none for a duty that the index does not know (yet)."""
        row = self._duties.get(place)
        rows, sources = self._sources
        if row is None or not len(rows):
            return []
        above = self._spread.above(self._vectors(np.array([row])), self._source_vectors)[0]
        close = above >= (CLOSE if len(self._lane) >= FEW else -np.inf)
        best = [sources[at] for at in np.argsort(-above, kind="stable") if close[at]]
        return list(dict.fromkeys(best))[:NEAREST]

    @cached_property
    def _source_vectors(self) -> Floats:
        return self._vectors(self._sources[0])

    def meant(self, said: Sequence[tuple[Place, SourceId, str]]) -> list[bool]:
        """Of each statement of a source (with its title before it): whether it is meant for that duty."""
        statements = self.encode([text for _, _, text in said]) if said else np.zeros((0, 0), np.float32)
        return [self._first(place, of, vector) for (place, of, _), vector in zip(said, statements, strict=True)]

    def _first(self, place: Place, of: SourceId, statement: Floats) -> bool:
        rivals = [each for each in self._duties if each.language == place.language]
        duties = self._vectors(np.array([self._duties[each] for each in rivals]))
        whole = self._source_vectors[[each == of for each in self._sources[1]]]
        near = self._spread.above(duties, whole).max(axis=1, initial=-np.inf)
        spoken = duties @ statement
        score = standardised(near, near) + standardised(spoken, spoken)
        return bool(score[rivals.index(place)] >= score.max())

    def _vectors(self, rows: Rows) -> Floats:
        return self.columns.vector.floats(rows)
