"""People, on one page: documents first, then the people tied to them by evidence.

    votes      answers to similar questions vote for their authors, by similarity, kind of evidence and age; a verified
               practice does for its authors and whoever verified it; a procedure close to the question votes for its
               keeper (Macdonald and Ounis 2006: voting for candidates)
    tags       who answers questions with these tags (the question's own, or those of the most similar ones)
    declared   profiles near in meaning: skills people say they have
    lately     who answers anything these days: breaks ties, hardly more

Each part becomes every person's share of it; the logarithms of the shares are weighted and added, so that the second
half of a subject's answers counts less than the first and no part drowns another. Only evidence that the reader may see
counts: the same mask that hid a passage from the search hides it here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.catalogue import Catalogue, Columns
from indexer.pipeline import Question, Run
from indexer.ranking import Floats, Rows, decay
from indexer.sight import Answers

SIMILAR = 250  # questions that vote
SHARPNESS = 1.0  # a question one standard deviation further votes e^-SHARPNESS as much
HALF_LIFE = 90 * 86400.0  # seconds after which a piece of evidence counts half, until a site teaches better
MOST_TAGS, MOST_TAGGED = 5, 30  # tags looked at, of so many similar questions
GUESSED_TAGS = 0.2  # of the weight of tags, when they are those of similar questions and not the asker's own
OWNED = 10  # procedures whose keepers are considered
DECLARED_FROM = 1.0  # standard deviations above which a profile says something about the question
MOST = 50  # candidates that go on
FAINT = 0.003  # a share that begins to count: half a percent tells one from nothing, two percent from ten
WEIGHTS: Mapping[str, float] = {"votes": 1.0, "tags": 0.4, "declared": 0.2, "owns": 0.3, "lately": 0.02}
LANE_OF = {"votes": "answers", "tags": "answers", "declared": "people", "owns": "procedures"}


@dataclass(frozen=True)
class Habits:
    """What differs from site to site, and is learned from each one's own past (`learning`): after how many seconds a
    piece of evidence counts half, and the weight of every part."""

    half_life: float = HALF_LIFE
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)


@dataclass(frozen=True)
class Candidates:
    """People (author codes), best first. `parts`: each part of the score, aligned; `voters`: for each person their
    strongest voting rows, strongest first; `voting` and `votes`: every row that voted, and how much."""

    people: NDArray[np.int64]
    score: Floats
    parts: Mapping[str, Floats]
    voters: Mapping[int, Sequence[int]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()  # those looked at, the weightiest first
    voting: Rows = field(default_factory=lambda: np.zeros(0, np.int64))
    votes: Floats = field(default_factory=lambda: np.zeros(0, np.float32))


def rank(
    question: Question, catalogue: Catalogue, runs: Mapping[str, Run], now: float, tags: Sequence[str] = (),
    leave_out: Sequence[int] = (), limit: int = MOST, habits: Habits | None = None,
    confidence: Mapping[str, float] | None = None,
) -> Candidates:  # fmt: skip
    """The people for a question, from what it found in each lane ("answers", "procedures", "people": the profiles).
    `confidence`: how sure it is (0 to 1) that the best of each lane is about the question; a doubtful lane speaks
    softly."""
    answers = runs["answers"]
    columns = question.columns
    people = len(catalogue.authors.words)
    if not people:
        return Candidates(np.zeros(0, np.int64), np.zeros(0, np.float32), {})
    weight_of = _document_weights(answers, len(catalogue.documents.words))
    habits, given = habits or Habits(), question.sight.answers
    fresh = decay(now - given.created, habits.half_life)
    voting, votes = _votes(columns, given, fresh, weight_of)
    wanted = _wanted_tags(catalogue, columns, answers, weight_of, tags)
    parts = {
        "votes": _sum(columns.author[voting], votes, people),
        "tags": _tags(catalogue, given, fresh, wanted, people),
        "declared": _declared(columns, runs["people"], people),
        "owns": _owns(columns, runs["procedures"], people),
        "lately": _sum(given.author, fresh * fresh, people),  # half the half-life
    }
    scaled = _scaled(parts)
    if not tags:
        scaled["tags"] *= np.float32(GUESSED_TAGS)
    if confidence:
        for name, lane in LANE_OF.items():
            scaled[name] *= np.float32(confidence.get(lane, 0.0) if name != "tags" or not tags else 1.0)
    weighted = {name: np.float32(habits.weights.get(name, 0.0)) * part for name, part in scaled.items()}
    score = np.sum(list(weighted.values()), axis=0).astype(np.float32)
    score[list(leave_out)] = -1
    tied = np.flatnonzero((score > 0) & (sum(scaled[name] for name in scaled if name != "lately") > 0))
    best = tied[np.argsort(-score[tied], kind="stable")][:limit]
    return Candidates(
        best, score[best], {name: part[best] for name, part in weighted.items()},
        _voters(columns, voting, votes, best), tuple(wanted), voting, votes,
    )  # fmt: skip


def _scaled(parts: Mapping[str, Floats]) -> dict[str, Floats]:
    """Parts on one scale, 0 for nothing. What people did (votes, tags, lately) becomes each person's share of it: a tag
    that few answer tells more than one that everybody answers. What stands on its own (skills, procedures kept) is
    divided by its greatest value."""
    whole = {name: part.sum() if name in ("votes", "tags", "lately") else part.max() for name, part in parts.items()}
    return {name: np.log1p(part / max(float(whole[name]), 1e-9) / FAINT) for name, part in parts.items()}


def _document_weights(run: Run, documents: int) -> Floats:
    """(documents,): how much each of the most similar questions may vote."""
    weights = np.zeros(documents, np.float32)
    near = run.meaning
    if len(near):
        nearest = np.argsort(-near, kind="stable")[:SIMILAR]
        weights[run.documents[nearest]] = np.exp(SHARPNESS * (near[nearest] - near[nearest[0]]))
    return weights


def _votes(columns: Columns, given: Answers, fresh: Floats, weight_of: Floats) -> tuple[Rows, Floats]:
    """The answers that vote, and how much each does."""
    weights = weight_of[given.document]
    chosen = np.flatnonzero(weights > 0)
    rows = given.rows[chosen]
    value = weights[chosen] * fresh[chosen]
    value *= 1.0 + 0.5 * columns.accepted[rows] + 0.15 * np.log1p(np.maximum(columns.score[rows], 0))
    value[columns.score[rows] < 0] *= 0.3
    return rows, value.astype(np.float32)


def _wanted_tags(
    catalogue: Catalogue, columns: Columns, answers: Run, weight_of: Floats, tags: Sequence[str]
) -> dict[str, float]:
    """The tags to look at with their weights, the weightiest first: the question's own, else those of the most similar
    ones."""
    wanted: dict[str, float] = {tag: 1.0 for tag in tags}
    if not wanted:
        for row, document in zip(answers.rows[:MOST_TAGGED], answers.documents[:MOST_TAGGED], strict=True):
            for tag in catalogue.tags_of(columns, int(row)):
                wanted[tag] = wanted.get(tag, 0.0) + float(weight_of[document])
    return dict(sorted(wanted.items(), key=lambda each: -each[1])[:MOST_TAGS])


def _tags(catalogue: Catalogue, given: Answers, fresh: Floats, wanted: Mapping[str, float], people: int) -> Floats:
    total = np.zeros(people, np.float32)
    most = max(wanted.values(), default=1.0)
    for tag, weight in wanted.items():
        bearing = np.flatnonzero(catalogue.bearing(given.tags, tag))
        total += np.float32(weight / most) * _sum(given.author[bearing], fresh[bearing], people)
    return total


def _declared(columns: Columns, profiles: Run, people: int) -> Floats:
    total = np.zeros(people, np.float32)
    total[columns.author[profiles.rows]] = np.maximum(profiles.score - DECLARED_FROM, 0.0)
    return total


def _owns(columns: Columns, procedures: Run, people: int) -> Floats:
    total = np.zeros(people, np.float32)
    for row, score in zip(procedures.rows[:OWNED], procedures.score[:OWNED], strict=True):
        author = columns.author[row]
        if author >= 0:
            total[author] = max(total[author], float(np.exp(SHARPNESS * (score - procedures.score[0]))))
    return total


def _sum(authors: NDArray[np.integer[Any]], values: Floats, people: int) -> Floats:
    """(people,): by author."""
    return np.bincount(authors, weights=values, minlength=people).astype(np.float32)


def _voters(
    columns: Columns, rows: NDArray[np.int64], votes: Floats, people: NDArray[np.int64]
) -> dict[int, list[int]]:
    chosen = np.isin(columns.author[rows], people)
    rows, votes = rows[chosen], votes[chosen]
    voters: dict[int, list[int]] = {}
    for row in rows[np.argsort(-votes)]:
        voters.setdefault(int(columns.author[row]), []).append(int(row))
    return voters
