"""What a site taught about itself, as it stands in the stamp of the index (`learning` makes it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from indexer.experts import Habits
from indexer.feedback import UNCHANGED, Line

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """`before` and `after`: mean reciprocal rank of who really answered `sample` past questions, under the shipped
    habits and under these. `at`: ISO 8601."""

    half_life: float  # days
    weights: dict[str, float]
    at: str
    sample: int
    before: float
    after: float
    person: tuple[float, float, float] | None = None  # how likely a candidate answers: see `Calibration.people`
    told: int = 0  # outcomes of searches that moved the probability that something answers, all lessons together
    told_until: str | None = None  # ISO 8601: later outcomes are for the next lesson
    line: Line = UNCHANGED  # how it is moved: see `feedback`

    @classmethod
    def shipped(cls, at: str) -> Lesson:
        """Nothing learned yet about people."""
        habits = Habits()
        return cls(habits.half_life / DAY, dict(habits.weights), at, 0, 0.0, 0.0)

    @classmethod
    def of(cls, stamp: Mapping[str, Any]) -> Lesson | None:
        """The lesson in an index's stamp; None while there is none."""
        found = stamp.get("lesson")
        if not found:
            return None
        person, line = found.get("person"), found.get("line", UNCHANGED)
        return cls(**found | {"person": tuple(person) if person else None, "line": tuple(line)})

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def habits(self) -> Habits:
        return Habits(self.half_life * DAY, self.weights)
