"""How much a site's probabilities must be moved, learned from what its people said of what they were shown.

Whoever is shown something and says "this answers me" answered yes; whoever posts the question all the same answered no.
A line through the log-odds (Platt 1999) is drawn from what was promised to how often it held, and held close to "no
change" where little was said. It counts only where the later third of what was said is told better by the line that the
earlier two thirds gave. Every lesson starts from what was shown since the last one, so that lines add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.ranking import drawn

FEWEST = 60  # outcomes since the last lesson; with fewer the last one stands
LATER = 3  # the latest third judges
Line = tuple[float, float]  # slope and height over the log-odds
UNCHANGED: Line = (1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Told:
    """What was promised (a probability) and whether it held."""

    said: float
    answered: bool


def moved(said: float, line: Line) -> float:
    """The probability that takes the place of the one first thought."""
    slope, height = line
    return float(1.0 / (1.0 + np.exp(-np.clip(slope * log_odds(said) + height, -30.0, 30.0))))


def heard(told: Sequence[Told], before: Line = UNCHANGED) -> Line | None:
    """The line for what comes, from outcomes in the order of their time that were promised under `before`. None when
    they are too few, or the line does not tell the later ones better than none."""
    if len(told) < FEWEST:
        return None
    said = np.array([log_odds(each.said) for each in told])
    held = np.array([each.answered for each in told], np.float64)
    cut = len(told) - len(told) // LATER
    if _surprise(said[cut:], held[cut:], _line(said[:cut], held[:cut])) >= _surprise(said[cut:], held[cut:], UNCHANGED):
        return None
    slope, height = _line(said, held)
    return round(slope * before[0], 3), round(slope * before[1] + height, 3)


def log_odds(probability: float) -> float:
    kept = min(max(probability, 0.001), 0.999)
    return float(np.log(kept / (1.0 - kept)))


def _line(said: np.ndarray, held: np.ndarray) -> Line:
    slope, height = drawn(np.stack([said, np.ones(len(said))], axis=1), held, np.array(UNCHANGED))
    return max(float(slope), 0.0), float(height)


def _surprise(said: np.ndarray, held: np.ndarray, line: Line) -> float:
    """Mean of the logarithmic loss."""
    odds = np.clip(line[0] * said + line[1], -30.0, 30.0)
    return float(np.mean(np.logaddexp(0.0, odds) - held * odds))
