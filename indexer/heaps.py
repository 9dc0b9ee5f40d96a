"""Texts in heaps by meaning: the two heaps that are nearest to each other, on the mean of all pairs, become one, until
none are near enough (average linkage). Pure; a few hundred texts at once."""

from __future__ import annotations

import numpy as np

from indexer.ranking import Floats
from indexer.spread import Spread

TOGETHER = 3.0  # standard deviations of the lane: from here on two texts ask the same


def heaps(vectors: Floats, spread: Spread, together: float = TOGETHER) -> list[list[int]]:
    """Places of (n, d) vectors, each in one heap; heaps and what is in them in the order of the first."""
    found = [[place] for place in range(len(vectors))]
    if len(found) < 2:
        return found
    above = spread.above(vectors, vectors)
    near = (above + above.T) / 2
    np.fill_diagonal(near, -np.inf)
    while len(found) > 1:
        one, other = sorted(divmod(int(near.argmax()), len(found)))
        if near[one, other] < together:
            break
        share = len(found[one]) / (len(found[one]) + len(found[other]))
        merged = share * near[one] + (1 - share) * near[other]
        near[one, :], near[:, one], near[one, one] = merged, merged, -np.inf
        near = np.delete(np.delete(near, other, axis=0), other, axis=1)
        found[one] = sorted(found[one] + found.pop(other))
    return sorted(found)
