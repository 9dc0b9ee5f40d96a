"""People, on one page: documents first, then the people tied to them by evidence.

    votes      answers to similar questions vote for their authors, by similarity, kind of evidence and age; a verified
               practice does for its authors and whoever verified it; a procedure close to the question votes for its
               keeper (Macdonald and Ounis 2006: voting for candidates)
    tags       who answers questions with these tags (the question's own, or those of the most similar ones)
    declared   profiles near in meaning: skills people say they have
    lately     who answers anything these days: breaks ties as shipped; where a site's past says so, counts against

Votes and tags are counted at four ages, as if evidence lost half its weight in a fortnight, in two months, in half a
year, in two years: in one house who answered last month answers again, in another who wrote the driver still knows it.
Each column becomes every person's share of it; the logarithms of the shares are weighted and added, so that the second
half of a subject's answers counts less than the first and no part drowns another. The weights are the site's own
(`learning`). Only evidence that the reader may see counts: the same mask that hid a passage hides it here.
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

DAY = 86400.0
AGES = (15, 60, 180, 730)  # days after which a piece of evidence counts half
LATELY = 30  # days, the same for activity
SIMILAR = 250  # questions that vote
SHARPNESS = 1.0  # a question one standard deviation further votes e^-SHARPNESS as much
MOST_TAGS, MOST_TAGGED = 5, 30  # tags looked at, of so many similar questions
GUESSED_TAGS = 0.2  # of the weight of tags, when they are those of similar questions and not the asker's own
OWNED = 10  # procedures whose keepers are considered
DECLARED_FROM = 1.0  # standard deviations above which a profile says something about the question
MOST = 50  # candidates that go on
FAINT = 0.003  # a share that begins to count: half a percent tells one from nothing, two percent from ten
COLUMNS = (*["votes"] * len(AGES), *["tags"] * len(AGES), "lately", "declared", "owns")
LANE_OF = {"votes": "answers", "tags": "answers", "declared": "people", "owns": "procedures"}
DONE = ("votes", "tags", "lately")  # what people did: shared out among them; the rest stands on its own
Weights = tuple[float, ...]  # one for each of COLUMNS
WEIGHTS: Weights = (0.0, 0.33, 0.33, 0.33, 0.2, 0.2, 0.0, 0.0, 0.02, 0.6, 0.3)


@dataclass(frozen=True)
class Habits:
    """What differs from site to site, and is learned from each one's own past (`learning`)."""

    weights: Weights = WEIGHTS

    def only(self, *parts: str) -> Habits:
        """The same with nothing but these parts."""
        kept = zip(COLUMNS, self.weights, strict=True)
        return Habits(tuple(weight if name in parts else 0.0 for name, weight in kept))


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


@dataclass(frozen=True)
class Evidence:
    """What speaks for every person, before it is weighed. `seen`: (people, COLUMNS), log shares; the rest as in
    `Candidates`."""

    seen: Floats
    voting: Rows
    value: Floats  # of each row that votes, but for its age
    age: NDArray[np.float64]  # of each, in seconds
    tags: Mapping[str, float]


def rank(
    question: Question, catalogue: Catalogue, runs: Mapping[str, Run], now: float, tags: Sequence[str] = (),
    leave_out: Sequence[int] = (), limit: int = MOST, habits: Habits | None = None,
    confidence: Mapping[str, float] | None = None,
) -> Candidates:  # fmt: skip
    """The people for a question, from what it found in each lane ("answers", "procedures", "people": the profiles).
    `confidence`: how sure it is (0 to 1) that the best of each lane is about the question; a doubtful lane speaks
    softly."""
    if not len(catalogue.authors.words):
        return Candidates(np.zeros(0, np.int64), np.zeros(0, np.float32), {})
    found, weights = evidence(question, catalogue, runs, now, tags), np.array((habits or Habits()).weights, np.float32)
    seen = found.seen
    if confidence:
        spoken = [_spoken(name, confidence, bool(tags)) for name in COLUMNS]
        seen = seen * np.array(spoken, np.float32)
    score = seen @ weights
    score[list(leave_out)] = -1
    telling = seen[:, [name != "lately" for name in COLUMNS]].any(axis=1)
    tied = np.flatnonzero((score > 0) & telling)
    best = tied[np.argsort(-score[tied], kind="stable")][:limit]
    votes = found.value * _by_age(found.age, np.maximum(weights[: len(AGES)], 0))
    return Candidates(
        best, score[best], _parts(seen[best] * weights), _voters(question.columns, found.voting, votes, best),
        tuple(found.tags), found.voting, votes,
    )  # fmt: skip


def evidence(
    question: Question, catalogue: Catalogue, runs: Mapping[str, Run], now: float, tags: Sequence[str] = ()
) -> Evidence:
    """What speaks for everybody, each column on one scale: 0 for nothing."""
    answers, columns, given = runs["answers"], question.columns, question.sight.answers
    people = len(catalogue.authors.words)
    weight_of = _document_weights(answers, len(catalogue.documents.words))
    chosen, value = _votes(columns, given, weight_of)
    wanted = _wanted_tags(catalogue, columns, answers, weight_of, tags)
    rows, age = given.rows[chosen], now - given.created
    voters = given.author[chosen]
    lately = decay(age, LATELY * DAY)
    seen = np.stack([
        *(_sum(voters, value * decay(age[chosen], days * DAY), people) for days in AGES),
        *_tags(catalogue, given, age, wanted, people),
        _sum(given.author, lately, people), _declared(columns, runs["people"], people),
        _owns(columns, runs["procedures"], people),
    ], axis=1)  # fmt: skip
    scaled = _scaled(seen)
    if not tags:
        scaled[:, [name == "tags" for name in COLUMNS]] *= np.float32(GUESSED_TAGS)
    return Evidence(scaled, rows, value, age[chosen], wanted)


def _spoken(name: str, confidence: Mapping[str, float], tagged: bool) -> float:
    """How loud a column speaks: tags that the asker gave do not depend on what was found."""
    if name not in LANE_OF or (name == "tags" and tagged):
        return 1.0
    return confidence.get(LANE_OF[name], 0.0)


def _scaled(seen: Floats) -> Floats:
    """Columns on one scale. What people did becomes each person's share of it: a tag that few answer tells more than
    one that everybody answers. What stands on its own (skills, procedures kept) is divided by its greatest value."""
    done = np.array([name in DONE for name in COLUMNS])
    whole = np.maximum(np.where(done, seen.sum(axis=0), seen.max(axis=0)), 1e-9)
    shares: Floats = np.log1p(seen / whole.astype(np.float32) / np.float32(FAINT))
    return shares


def _parts(weighed: Floats) -> dict[str, Floats]:
    """Of (people, COLUMNS), what each part adds to the score."""
    return {name: weighed[:, [each == name for each in COLUMNS]].sum(axis=1) for name in dict.fromkeys(COLUMNS)}


def _by_age(age: NDArray[np.float64], weights: Floats) -> Floats:
    """(rows,): what is left of evidence of these ages, all of AGES together."""
    left = np.stack([decay(age, days * DAY) for days in AGES], axis=1)
    return np.asarray(left @ weights, np.float32)


def _document_weights(run: Run, documents: int) -> Floats:
    """(documents,): how much each of the most similar questions may vote."""
    weights = np.zeros(documents, np.float32)
    near = run.meaning
    if len(near):
        nearest = np.argsort(-near, kind="stable")[:SIMILAR]
        weights[run.documents[nearest]] = np.exp(SHARPNESS * (near[nearest] - near[nearest[0]]))
    return weights


def _votes(columns: Columns, given: Answers, weight_of: Floats) -> tuple[Rows, Floats]:
    """The answers that vote (their places in `given`), and how much each does while it is new."""
    weights = weight_of[given.document]
    chosen = np.flatnonzero(weights > 0)
    rows, value = given.rows[chosen], weights[chosen]
    value *= 1.0 + 0.5 * columns.accepted[rows] + 0.15 * np.log1p(np.maximum(columns.score[rows], 0))
    value[columns.score[rows] < 0] *= 0.3
    return chosen, value.astype(np.float32)


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


def _tags(
    catalogue: Catalogue, given: Answers, age: NDArray[np.float64], wanted: Mapping[str, float], people: int
) -> list[Floats]:
    """(people,) for each of AGES: answers to questions with the tags."""
    total = [np.zeros(people, np.float32) for _ in AGES]
    most = max(wanted.values(), default=1.0)
    for tag, weight in wanted.items():
        bearing = np.flatnonzero(catalogue.bearing(given.tags, tag))
        for each, days in zip(total, AGES, strict=True):
            each += np.float32(weight / most) * _sum(given.author[bearing], decay(age[bearing], days * DAY), people)
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
