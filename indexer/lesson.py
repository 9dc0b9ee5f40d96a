"""What a site taught about itself, as it stands in the stamp of the index (`learning` makes it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from indexer.experts import WEIGHTS, Habits, Weights
from indexer.feedback import UNCHANGED, Line

SCORER = "3"  # count up when a ranking or a weight changes: kept with every route and lesson


@dataclass(frozen=True, slots=True)
class Lesson:
    """`before` and `after`: mean reciprocal rank of who really answered `sample` past questions, under the shipped
    habits and under those that the other questions taught. `at`: ISO 8601. `scorer`: the version it was learned for."""

    weights: Weights
    at: str
    sample: int
    before: float
    after: float
    person: tuple[float, float, float] | None = None  # how likely a candidate answers: see `Calibration.people`
    told: int = 0  # outcomes of searches that moved the probability that something answers, all lessons together
    told_until: str | None = None  # ISO 8601: later outcomes are for the next lesson
    line: Line = UNCHANGED  # how it is moved: see `feedback`
    scorer: str = SCORER

    @classmethod
    def shipped(cls, at: str) -> Lesson:
        """Nothing learned yet about people."""
        return cls(WEIGHTS, at, 0, 0.0, 0.0)

    @classmethod
    def of(cls, stamp: Mapping[str, Any]) -> Lesson | None:
        """The lesson in an index's stamp; None while there is none for this version of the scorer."""
        found = stamp.get("lesson")
        if not found or found.get("scorer") != SCORER:
            return None
        person, line = found.get("person"), found.get("line", UNCHANGED)
        kept = {"weights": tuple(found["weights"]), "person": tuple(person) if person else None, "line": tuple(line)}
        return cls(**found | kept)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def habits(self) -> Habits:
        return Habits(self.weights)
