"""The arithmetic of ranking, pure NumPy, each tested alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


def top(scores: Floats, rows: Rows, limit: int) -> Rows:
    """The `limit` of `rows` with the highest `scores` (aligned with `rows`), best first; ties keep the earlier row."""
    if len(rows) > limit:
        chosen = np.argpartition(-scores, limit - 1)[:limit]
        rows, scores = rows[chosen], scores[chosen]
    return rows[np.lexsort((rows, -scores))]


def standardised(scores: Floats, mean: float, deviation: float) -> Floats:
    """How many standard deviations above the mean of *all* passages of the lane a score lies (z-scores make the words'
    and the meaning's scales comparable; Fox and Shaw's CombSUM adds them)."""
    return ((scores - mean) / max(deviation, 1e-6)).astype(np.float32)


def decay(ages: NDArray[np.float64], half_life: float) -> Floats:
    """1 for an age of nothing, one half after `half_life` (same unit)."""
    return np.exp2(-np.maximum(ages, 0.0) / half_life).astype(np.float32)


def sigmoid(value: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(value, -30.0, 30.0))))
