"""From scores to probabilities and bands, and the floor under which nothing is shown.

Two logistic functions of how near a hit is in meaning, how much of the question its words cover, how far it stands
above the next and the field: that it is *about* the question at all (below `SHOWN_FROM` it is not shown, below
`VOTES_FROM` it speaks for nobody, and nothing speaks where the best of all lanes is below `HEARD_FROM`), and that it
*answers* it (the band). Fitted on judged questions of six communities, and on nonsense and questions of other
communities, which nothing answers: `python -m tests.calibrate` fits them again, docs/search.md has the figures.
Cosines mean something else under every encoder, so the shipped constants for them belong to one model; others are
judged by standard deviations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indexer.experts import Candidates
from indexer.feedback import UNCHANGED, Line, moved
from indexer.pipeline import KEY_BONUS, Question, Run
from indexer.ranking import Floats, sigmoid
from kb.model import Band

SHOWN_FROM, VOTES_FROM = 0.4, 0.15
HEARD_FROM = 0.2  # what the best of all lanes must reach, or nothing votes
ANSWERED_FROM, MAYBE_FROM = 0.6, 0.3
PERSON = (-2.2, 3.4, 0.6)  # of `person_features`, until a site's past teaches better (`learning`)
NAMED, SUREST = 0.99, 0.98  # how probably a procedure answers whose key was typed; anything else at most
ENOUGH = 0.3  # of a question covered: more says no more about being about it


@dataclass(frozen=True)
class Judged:
    """What was found in each lane, as far as it may be shown (`shown`) or vote for people (`voting`)."""

    band: Band
    probability: float
    shown: Mapping[str, Run]
    voting: Mapping[str, Run]
    confidence: Mapping[str, float]  # lane -> the best probability that a hit is about the question


@dataclass(frozen=True)
class Calibration:
    """Weights of the columns of `features` for `answers`, of the first three for `about`; of (1, share,
    log score) for `person`. `by_cosine`: nearness is the cosine, else the z-score of the meaning. `line`: how the
    site's people moved the probability that something answers."""

    about: tuple[float, ...]
    answers: tuple[float, ...]
    person: tuple[float, ...]
    by_cosine: bool
    line: Line = UNCHANGED

    @classmethod
    def shipped(cls, encoder: str) -> Calibration:
        """The constants for an encoder's id."""
        if encoder.startswith("multilingual-e5-small-"):
            return cls((-77.65, 88.7, 8.64), (-37.12, 39.54, 4.79, 1.07, -0.09, 0.58), PERSON, True)
        return cls((-11.23, 1.73, 19.94), (-6.35, 0.74, 9.0, 0.8, 0.0, 0.0), PERSON, False)

    def judge(self, question: Question, runs: Mapping[str, Run]) -> Judged:
        shown, voting, confidence, wrong, named = {}, {}, {}, 1.0, 0.0
        for lane, run in runs.items():
            about, answers = self._hits(question, run)
            shown[lane] = run.taken(np.flatnonzero(about >= SHOWN_FROM))
            confidence[lane] = float(about.max()) if len(about) else 0.0
            voting[lane] = run.taken(np.flatnonzero(about >= VOTES_FROM))
            if lane != "people" and len(shown[lane]):
                best = float(answers[about >= SHOWN_FROM].max())
                wrong, named = wrong * (1.0 - best), max(named, best if best >= NAMED else 0.0)
        if max(confidence.values(), default=0.0) < HEARD_FROM:
            voting = {lane: run.taken(slice(0)) for lane, run in voting.items()}
        # the first procedure or the first answer answers, as if they failed independently
        best = max(named, moved(1.0 - wrong, self.line)) if wrong < 1.0 else 0.0
        band = Band.ANSWERED if best >= ANSWERED_FROM else Band.MAYBE if best >= MAYBE_FROM else Band.ASK
        return Judged(band, round(best, 4), shown, voting, confidence)

    def _hits(self, question: Question, run: Run) -> tuple[Floats, Floats]:
        if not len(run):
            return np.zeros(0, np.float32), np.zeros(0, np.float32)
        seen = features(question, run, self.by_cosine)
        about = _logistic(seen[:, :3] @ np.array(self.about))
        answers = np.minimum(np.minimum(_logistic(seen @ np.array(self.answers)), about), SUREST)
        named = run.score > KEY_BONUS / 2
        return np.where(named, 1.0, about).astype(np.float32), np.where(named, NAMED, answers).astype(np.float32)

    def people(self, candidates: Candidates) -> list[float]:
        """The probability that each candidate would answer."""
        return [round(sigmoid(float(each)), 4) for each in person_features(candidates.score) @ np.array(self.person)]


def person_features(score: Floats) -> np.ndarray:
    """(candidates, 3): one; their share of all scores; the logarithm of the score."""
    score = np.asarray(score, np.float64)
    whole = max(float(score.sum()), 1e-9)
    return np.stack([np.ones(len(score)), score / whole, np.log(np.maximum(score, 1e-6))], axis=1)


def features(question: Question, run: Run, by_cosine: bool = True) -> np.ndarray:
    """(hits, 6): one; nearness in meaning; how much of the question is covered, up to ENOUGH; the gap of the score to
    the best other document (-4 to 4); the words; how far the score stands above the third to eighth document (-4 to 6),
    all in standard deviations."""
    score = run.score
    best_other = np.where(np.arange(len(score)) == 0, score[min(1, len(score) - 1)], score[0])
    gap = np.ones(1, np.float32) if len(score) == 1 else score - best_other
    near, covered = run.cosine if by_cosine else run.meaning, np.minimum(question.covering[run.rows], ENOUGH)
    field = score - (score[2:8].mean() if len(score) > 2 else np.float32(0))
    one = np.ones(len(score))
    return np.stack([one, near, covered, np.clip(gap, -4.0, 4.0), run.words, np.clip(field, -4.0, 6.0)], axis=1)


def _logistic(value: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(value, -30.0, 30.0))))
