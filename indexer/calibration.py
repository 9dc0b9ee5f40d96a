"""From scores to probabilities and bands, and the floor under which nothing is shown.

A hit's probability of being right is a logistic function of how near it is in meaning (cosine and standard deviations), how well its
words meet, and how far it stands before the next. The constants are shipped: fitted on judged questions of several
communities, and on questions asked of a community that knows nothing about them (docs/search.md says how to fit again).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indexer.experts import Candidates
from indexer.pipeline import KEY_BONUS, Question, Run
from indexer.ranking import Floats, sigmoid
from kb.model import Band

SHOWN_FROM = 0.12  # probability below which a hit is not shown
ANSWERED_FROM, MAYBE_FROM = 0.72, 0.35


@dataclass(frozen=True)
class Judged:
    band: Band
    probability: float
    floors: Mapping[str, Floats]  # lane -> probability of each hit

    def keep(self, lane: str, run: Run) -> Run:
        """The hits that may be shown."""
        good = np.flatnonzero(self.floors[lane] >= SHOWN_FROM)
        return Run(run.rows[good], run.score[good], run.words[good], run.meaning[good], run.documents[good])


@dataclass(frozen=True)
class Calibration:
    """`hit`: weights of (1, cosine, meaning z, words z, gap to the next) for documents; `person`: of (1, share, log score)."""

    hit: tuple[float, ...]
    person: tuple[float, ...]

    @classmethod
    def shipped(cls) -> Calibration:
        return cls(hit=(-6.0, 6.0, 0.5, 0.25, 0.3), person=(-2.0, 6.0, 0.5))

    def judge(self, question: Question, runs: Mapping[str, Run]) -> Judged:
        floors = {lane: self.hits(question, run) for lane, run in runs.items()}
        probability = max((float(each.max()) for each in floors.values() if len(each)), default=0.0)
        band = Band.ANSWERED if probability >= ANSWERED_FROM else Band.MAYBE if probability >= MAYBE_FROM else Band.ASK
        return Judged(band, round(probability, 4), floors)

    def hits(self, question: Question, run: Run) -> Floats:
        """The probability of each hit of a run."""
        if not len(run):
            return np.zeros(0, np.float32)
        weights = np.array(self.hit)
        found = 1.0 / (1.0 + np.exp(-np.clip(features(question, run) @ weights, -30, 30)))
        return np.where(run.score > KEY_BONUS / 2, 0.99, found).astype(np.float32)

    def people(self, candidates: Candidates) -> list[float]:
        """The probability that each candidate would answer."""
        if not len(candidates.score):
            return []
        shares = candidates.score / candidates.score.sum()
        first, share, size = self.person
        return [round(sigmoid(first + share * float(s) + size * float(np.log(max(c, 1e-6)))), 4) for s, c in zip(shares, candidates.score, strict=True)]


def features(question: Question, run: Run) -> np.ndarray:
    """(hits, 5): one, cosine, z of meaning, z of words (at most 12), and the gap of the score to the best other document."""
    score = run.score
    if len(score) > 1:
        gap = np.where(np.arange(len(score)) == 0, score[0] - score[1], score - score[0])
    else:
        gap = np.ones(1, np.float32)
    cosine = question.meaning[run.rows]
    return np.stack([np.ones(len(score)), cosine, run.meaning, np.minimum(run.words, 12.0), np.clip(gap, -4.0, 4.0)], axis=1)
