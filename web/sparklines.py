"""Activity as a row of small bars, drawn on the server: one a month, the last twelve, the sum in words beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

MONTHS, HEIGHT, STEP, WIDE = 12, 24, 8, 6


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    height: int


def bars(values: Sequence[int]) -> list[Bar]:
    """A bar for each value, as high as the greatest allows; what is not nothing can be seen."""
    top = max([1, *values])
    return [Bar(n * STEP, max(2, round(value / top * HEIGHT)) if value else 0) for n, value in enumerate(values)]


def by_month(moments: Iterable[datetime | None], now: datetime) -> list[int]:
    """How many of `moments` fall in each of the last twelve months, the oldest first."""
    this = now.year * 12 + now.month
    found = Counter(this - (each.year * 12 + each.month) for each in moments if each is not None)
    return [found[ago] for ago in range(MONTHS - 1, -1, -1)]
