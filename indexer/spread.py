"""How near is near: a cosine in standard deviations of what it is among all passages of a lane.

A text in words that everything uses is near to everything. Measured against its own cosines with the whole lane it is
not: mean and deviation of those follow from the lane's mean vector and covariance, so that no product with every
passage is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.ranking import Floats

SAMPLE = 5_000  # passages of a lane by which its spread is measured


@dataclass(frozen=True)
class Spread:
    """`mean` (d,) and `covariance` (d, d) of the vectors of a lane."""

    mean: Floats
    covariance: Floats

    @classmethod
    def of(cls, vectors: Floats) -> Spread:
        """Measured on (n, d) vectors."""
        mean = vectors.mean(axis=0)
        covariance: Floats = (vectors.T @ vectors) / np.float32(len(vectors)) - np.outer(mean, mean)
        return cls(mean, covariance)

    def above(self, texts: Floats, others: Floats) -> Floats:
        """(texts, others): how far each cosine lies above the mean of the text's cosines with the whole lane."""
        deviation = np.sqrt(np.maximum(((texts @ self.covariance) * texts).sum(axis=1), 1e-12))
        above: Floats = (texts @ others.T - (texts @ self.mean)[:, None]) / deviation[:, None]
        return above
