"""Why this result, and why this colleague? The ranking told step by step, for an engineer and for whoever doubts it.

Nothing is computed otherwise than when the question is asked: the stages of `pipeline` run on the same masked question,
`experts.rank` on the same votes, and what they saw is written down. So only what the reader may read is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer import experts
from indexer.calibration import Calibration
from indexer.catalogue import KINDS, LANES, Catalogue
from indexer.experts import Candidates, Habits
from indexer.passages import Passage
from indexer.pipeline import PIPELINES, Question, Run, nearest, ordered
from indexer.store import IndexStore
from kb.model import Band, Person

PIPELINE = "fused"
MOST_VOTERS = 10
DAY = 86400.0
_ANSWER = KINDS.index("answer")
Known = Callable[[Sequence[str]], Mapping[str, Person]]


@dataclass(frozen=True, slots=True)
class Step:
    """Where a document stood after a stage."""

    stage: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Traced:
    """One document of a lane. In standard deviations of it: `words`, `meaning` (of the first encoder) and `second`
    (how far the second one moved it, None: not at all); `worded` is what the words add to the score. `kind`, `part` and
    `text` are of the passage that spoke."""

    id: str
    title: str
    shown: bool  # above the floor
    steps: tuple[Step, ...]
    words: float
    worded: float
    meaning: float
    second: float | None
    cosine: float
    covered: float  # how much of what the question's words tell the passage holds, 0 to 1
    kind: str
    part: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Lane:
    """`confidence`: that its best document is about the question; doubtful lanes speak softly for people."""

    lane: str
    documents: int
    shown: int
    confidence: float
    hits: tuple[Traced, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person with every part of their score. `rank` is None for who is no candidate: nothing speaks for them."""

    person: str
    name: str
    rank: int | None
    score: float
    probability: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Voter:
    """An answer that voted: `similarity` of its question in standard deviations, `share` of all votes for anybody."""

    question: str
    answer: str
    title: str
    similarity: float
    days: float
    share: float
    accepted: bool
    votes: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """Answers to questions with a tag; `days` since the last."""

    tag: str
    answers: int
    days: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A procedure they keep, or their profile: where it stands in its lane."""

    id: str
    title: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Told:
    """What every part of a person's score rests on. `voted`: how many of their answers did, the strongest of which are
    `voters`; `answers`, `days`: all they answered that the reader may read, and the days since the last."""

    candidate: Candidate
    left: bool
    asking: bool  # the reader: never named to themselves
    voters: tuple[Voter, ...]
    voted: int
    share: float
    tags: tuple[Tagged, ...]
    keeps: tuple[Placed, ...]
    profile: Placed | None
    answers: int
    days: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`second`: a second encoder read the question; `keys`: procedures it names; `person` when one was asked about."""

    text: str
    second: bool
    keys: tuple[str, ...]
    band: Band
    probability: float
    lanes: tuple[Lane, ...]
    people: tuple[Candidate, ...]
    candidates: int
    person: Told | None = None


class Explaining:
    """One question, as the finder works on it for `reader`. `known` gives those of the ids whom the reader may know."""

    def __init__(
        self, question: Question, catalogue: Catalogue, index: IndexStore, calibration: Calibration, habits: Habits,
        reader: Person, known: Known, now: float,
    ) -> None:  # fmt: skip
        self._question, self._catalogue, self._index = question, catalogue, index
        self._calibration, self._habits = calibration, habits
        self._reader, self._known, self._now = reader, known, now
        self._traces = {lane: trace(question, number) for number, lane in enumerate(LANES)}
        self._judged = calibration.judge(question, {lane: steps[-1][1] for lane, steps in self._traces.items()})

    def explain(self, person: Person | None, limit: int) -> Explanation:
        """The first `limit` of each lane and of the people, and `person`."""
        own = self._catalogue.authors.find(self._reader.id)
        candidates = self._ranked([own] if own >= 0 else [])
        told = None
        if person is not None:
            told = self._told(self._ranked([]) if person.id == self._reader.id else candidates, person)
        return Explanation(
            self._question.words, self._question.english is not None, self._keys(), self._judged.band,
            self._judged.probability, tuple(self._lane(lane, limit) for lane in LANES),
            self._people(candidates, limit), len(candidates.people), told,
        )  # fmt: skip

    def _keys(self) -> tuple[str, ...]:
        """The procedures named outright that the reader may know of."""
        readable = np.isin(self._question.keys, self._question.columns.document[self._question.allowed])
        named = zip(self._question.keys, readable, strict=True)
        return tuple(self._catalogue.document_id(code) for code, seen in named if seen)

    def _ranked(self, leave_out: Sequence[int]) -> Candidates:
        return experts.rank(
            self._question, self._catalogue, self._judged.voting, self._now, (), leave_out,
            limit=len(self._catalogue.authors.words), habits=self._habits, confidence=self._judged.confidence,
        )  # fmt: skip

    def _lane(self, lane: str, limit: int) -> Lane:
        steps = self._traces[lane]
        last = steps[-1][1]
        shown = set(self._judged.shown[lane].documents.tolist())
        places = [(stage, run, _ranks(run)) for stage, run in steps]
        passages = self._passages(last.rows[:limit].tolist())
        hits = []
        for place, (document, row) in enumerate(zip(last.documents[:limit].tolist(), last.rows.tolist(), strict=False)):
            passage = passages.get(row)
            if passage is None:
                continue  # removed meanwhile
            first = steps[0][1]
            before = float(first.meaning[np.flatnonzero(first.documents == document)[0]])
            moved = float(last.meaning[place]) - before
            hits.append(
                Traced(
                    passage.document, passage.title, document in shown,
                    tuple(_step(stage, run, ranks, document) for stage, run, ranks in places),
                    _round(last.words[place]), _round(last.worded[place]), _round(before),
                    _round(moved) if moved else None,
                    _round(last.cosine[place]), _round(self._question.covering[row]), passage.kind, passage.part,
                    passage.language, passage.text,
                )
            )  # fmt: skip
        return Lane(lane, len(last), len(shown), _round(self._judged.confidence[lane]), tuple(hits))

    def _people(self, candidates: Candidates, limit: int) -> tuple[Candidate, ...]:
        ids = [self._catalogue.authors.words[code] for code in candidates.people.tolist()]
        known = {id: person for id, person in self._known(ids).items() if person.ended is None}
        chosen = [person for id in ids if (person := known.get(id)) is not None]
        return tuple(self._candidate(candidates, person) for person in chosen[:limit])

    def _candidate(self, candidates: Candidates, person: Person) -> Candidate:
        code = self._catalogue.authors.find(person.id)
        places = np.flatnonzero(candidates.people == code)
        if not len(places):
            return Candidate(person.id, person.name, None, 0.0, 0.0, dict.fromkeys(candidates.parts, 0.0))
        place = int(places[0])
        parts = {name: _round(part[place]) for name, part in candidates.parts.items()}
        probability = self._calibration.people(candidates)[place]
        return Candidate(person.id, person.name, place + 1, _round(candidates.score[place]), probability, parts)

    def _told(self, candidates: Candidates, person: Person) -> Told:
        code = self._catalogue.authors.find(person.id)
        columns = self._question.columns
        theirs = self._question.allowed & (columns.author == code) & (columns.kind == _ANSWER)
        votes = np.where(columns.author[candidates.voting] == code, candidates.votes, np.float32(0))
        whole = max(float(candidates.votes.sum()), 1e-9)
        tags = []
        for tag in candidates.tags:
            rows = np.flatnonzero(theirs & self._catalogue.bearing(columns.tags, tag))
            if len(rows):
                tags.append(Tagged(tag, self._answers(rows), self._days(rows)))
        return Told(
            self._candidate(candidates, person), person.ended is not None, person.id == self._reader.id,
            self._voters(candidates, votes, whole), self._answers(candidates.voting[votes > 0]),
            _round(votes.sum() / whole), tuple(tags), self._placed("procedures", code),
            next(iter(self._placed("people", code)), None), self._answers(np.flatnonzero(theirs)),
            self._days(np.flatnonzero(theirs)) if theirs.any() else None,
        )  # fmt: skip

    def _voters(self, candidates: Candidates, votes: Any, whole: float) -> tuple[Voter, ...]:
        columns, similar = self._question.columns, self._judged.voting["answers"]
        best = np.argsort(-votes, kind="stable")[:MOST_VOTERS]
        rows = [(int(candidates.voting[place]), float(votes[place])) for place in best if votes[place] > 0]
        passages = self._passages([row for row, _ in rows])
        meaning = dict(zip(similar.documents.tolist(), similar.meaning.tolist(), strict=True))
        return tuple(
            Voter(
                passages[row].document, passages[row].part.partition("/")[0], passages[row].title,
                _round(meaning[int(columns.document[row])]), self._days([row]), _round(vote / whole),
                passages[row].accepted, passages[row].score,
            )
            for row, vote in rows if row in passages
        )  # fmt: skip

    def _placed(self, lane: str, code: int) -> tuple[Placed, ...]:
        """What of the first of a lane is this person's."""
        run = self._judged.voting[lane].taken(slice(experts.OWNED if lane == "procedures" else None))
        places = np.flatnonzero(self._question.columns.author[run.rows] == code).tolist() if code >= 0 else []
        passages = self._passages([int(run.rows[place]) for place in places])
        shown = [(place, passages.get(int(run.rows[place]))) for place in places]
        return tuple(
            Placed(each.document, each.title, place + 1, _round(run.score[place])) for place, each in shown if each
        )

    def _answers(self, rows: Any) -> int:
        """How many questions these rows answer."""
        return len(np.unique(self._question.columns.document[rows]))

    def _days(self, rows: Any) -> float:
        """Since the latest of these rows."""
        return round(max(0.0, self._now - float(self._question.columns.created[rows].max())) / DAY, 1)

    def _passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        numbers = {int(self._question.columns.number[row]): row for row in rows}
        return {numbers[number]: passage for number, passage in self._index.passages(list(numbers)).items()}


def trace(question: Question, lane: int) -> list[tuple[str, Run]]:
    """Every stage of the site's pipeline with what it left."""
    run, steps = nearest(question, lane), []
    for stage in PIPELINES[PIPELINE]:
        run = stage(question, run)
        steps.append((stage.__name__, run))
    return steps


def _ranks(run: Run) -> dict[int, int]:
    return {document: rank for rank, document in enumerate(ordered(run).documents.tolist(), 1)}


def _step(stage: str, run: Run, ranks: Mapping[int, int], document: int) -> Step:
    return Step(stage, ranks[document], _round(run.score[np.flatnonzero(run.documents == document)[0]]))


def _round(value: Any) -> float:
    return round(float(value), 4)
