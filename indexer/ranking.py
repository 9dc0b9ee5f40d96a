"""The arithmetic of ranking, pure NumPy, each tested alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


def standardised(scores: Floats, all_scores: Floats) -> Floats:
    """How many standard deviations above the mean of *all* scores of the lane each lies (z-scores make the words' and
    the meaning's scales comparable; Fox and Shaw's CombSUM adds them)."""
    if not len(all_scores):
        return np.zeros(len(scores), np.float32)
    mean, deviation = float(all_scores.mean()), float(all_scores.std())
    return ((scores - mean) / max(deviation, 1e-6)).astype(np.float32)


def decay(ages: NDArray[np.float64], half_life: float) -> Floats:
    """1 for an age of nothing, one half after `half_life` (same unit)."""
    return np.exp2(-np.maximum(ages, 0.0) / half_life).astype(np.float32)


def sigmoid(value: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(value, -30.0, 30.0))))


def drawn(features: np.ndarray, right: np.ndarray, start: np.ndarray, rounds: int = 12) -> np.ndarray:
    """Logistic regression by Newton's method: weights of the columns of `features` (rows, columns) for `right` (rows,),
    drawn to `start` where the rows say little."""
    found = np.asarray(start, np.float64).copy()
    for _ in range(rounds):
        said = 1.0 / (1.0 + np.exp(-np.clip(features @ found, -30, 30)))
        slope = features.T @ (said - right) + (found - start)
        curve = (features * (said * (1 - said))[:, None]).T @ features + np.eye(len(found))
        found -= np.linalg.solve(curve, slope)
    return found
