"""Search, on one page: the stages a question passes on its way to ranked documents.

    nearest     every document the reader may see, by its best passage in meaning and its best in words; where it has a
                lead, what the lead says counts once more
    fuse        meaning, in standard deviations over the whole lane, and what the words add: how well they fit and how
                much of the question they cover; a text in another language gets what its nearness promises
    reconsider  English documents are read a second time, by an encoder that knows English better
    first       the best few hundred go on, each with the passage that speaks for it
    exact       a procedure's key named in the question puts that procedure first

Each stage is `(Question, Run) -> Run`; `texts` composes them in sight. To change search, change this page, and show the
numbers of `quisait evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from indexer.catalogue import Columns, Mask
from indexer.lexical import LexicalIndex
from indexer.ranking import Floats, Rows, standardised
from indexer.sight import Lane, Sight

DEPTH = 400  # documents looked at closely
WORDS_WEIGHT = 0.05  # of a standard deviation in words, where one in meaning counts 1
COVERED_WEIGHT = 0.75  # of a passage that holds all that the question's words tell
LEAD = 0.5  # of what a document's lead scores, beside its best passage
SECOND_OPINION = 0.5  # its share in the meaning of an English document
FEWEST = 30  # passages by which the second opinion is standardised; documents through which a line is laid
KEY_BONUS = 20.0  # standard deviations: beyond any text


@dataclass(frozen=True)
class Question:
    """One question against what its reader may see."""

    words: str
    vector: Floats  # (dimension,), centred
    sight: Sight
    index: LexicalIndex
    keys: tuple[int, ...] = ()  # document codes named outright
    english: Floats | None = None  # of the second encoder, when the question is in English
    language: int = -1  # its code in the catalogue; -1 where the words do not tell

    @property
    def columns(self) -> Columns:
        return self.sight.columns

    @property
    def allowed(self) -> Mask:
        """(rows,): what the reader may see and the filters leave."""
        return self.sight.allowed

    @cached_property
    def meaning(self) -> Floats:
        """(rows,): cosine of every passage with the question."""
        return self.columns.vector.nearness(self.vector)

    @cached_property
    def second(self) -> Floats:
        """(rows,): the same by the second encoder; nothing for a question that it does not read."""
        return self.columns.english.nearness(np.zeros(0, np.float32) if self.english is None else self.english)

    @property
    def wording(self) -> Floats:
        """(rows,): BM25 of every allowed passage; 0 where no word meets."""
        return self._weighed[0]

    @property
    def covering(self) -> Floats:
        """(rows,): how much of what the question's words tell every allowed passage holds, 0 to 1."""
        return self._weighed[1]

    @cached_property
    def _weighed(self) -> tuple[Floats, Floats]:
        numbers, *values = self.index.weigh(self.words, self.sight.by_number)
        scores, held = (self._by_row(numbers, each) for each in values)
        return scores, held

    def _by_row(self, numbers: Rows, values: Floats) -> Floats:
        by_number = np.zeros(len(self.sight.by_number), np.float32)
        by_number[numbers] = values
        return by_number[self.columns.number]


@dataclass(frozen=True)
class Run:
    """Documents by their codes, with what each part of the score was (in standard deviations of the lane; `worded` is
    what the words add to it) and the best cosine behind it. After `first`: best first, each with the row of the passage
    that speaks for it."""

    lane: int
    documents: Rows
    score: Floats
    words: Floats
    worded: Floats
    meaning: Floats
    cosine: Floats
    rows: Rows = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.documents)

    def taken(self, places: Rows | slice) -> Run:
        """The documents at `places`, in that order."""
        rows = self.rows[places] if len(self.rows) else self.rows
        return Run(
            self.lane, self.documents[places], self.score[places], self.words[places], self.worded[places],
            self.meaning[places], self.cosine[places], rows,
        )  # fmt: skip


Stage = Callable[[Question, Run], Run]


def texts(question: Question, lane: int, pipeline: str = "fused") -> Run:
    """The documents of a lane for a question: the whole ranking."""
    run = nearest(question, lane)
    for stage in PIPELINES[pipeline]:
        run = stage(question, run)
    return run


def latest(question: Question, lane: int) -> Run:
    """The documents of a lane by their newest passage, without any words to rank by: what filters alone find."""
    columns = question.columns
    inside = np.flatnonzero(question.allowed & (columns.lane == lane))
    newest = inside[np.lexsort((inside, -columns.created[inside]))]
    _, first = np.unique(columns.document[newest], return_index=True)
    rows = newest[np.sort(first)]
    nothing = np.zeros(len(rows), np.float32)
    documents = columns.document[rows].astype(np.int64)
    return Run(lane, documents, nothing, nothing, nothing, nothing, nothing, rows)


def nearest(question: Question, lane: int) -> Run:
    """Every document of the lane, in no order: its best passage and its lead, in meaning and in words, and what the
    words add."""
    passages = question.sight.lane(lane)
    cosine, rows = question.meaning[passages.rows], passages.rows
    told, counted = passages.others(question.sight.apart)  # what is passed over moves nobody's score
    near = standardised(cosine, cosine[passages.encoded & told])  # later windows of long texts have no vector
    covering = question.covering[rows]
    fitting = question.wording[rows] * covering  # one word said often is not the whole question
    words, covered = (
        passages.part().best(each) + np.float32(LEAD) * passages.part("lead").best(each) for each in (fitting, covering)
    )
    words, meaning = standardised(words, words[counted]), _best_and_lead(passages, near, "encoded")
    worded = (WORDS_WEIGHT * words + COVERED_WEIGHT * covered).astype(np.float32)
    alike = passages.in_language(question.language).there & counted
    return Run(
        lane, passages.documents, np.zeros(len(passages.documents), np.float32), words,
        _across(worded, meaning, alike), meaning, passages.part().best(cosine),
    )  # fmt: skip


def _across(worded: Floats, meaning: Floats, alike: Mask) -> Floats:
    """A text in another language cannot hold the question's words. It gets what texts in the question's language (those
    at `alike`) of its nearness mostly get: the line through them by least squares."""
    if np.count_nonzero(alike) < FEWEST or alike.all():
        return worded
    near, gained = meaning[alike], worded[alike]
    apart = near - near.mean()
    slope = float(apart @ gained) / max(float(apart @ apart), 1e-9)
    promised = gained.mean() + np.float32(slope) * (meaning - near.mean())
    whole: Floats = np.where(alike, worded, np.maximum(worded, promised))
    return whole


def _best_and_lead(passages: Lane, near: Floats, known: str) -> Floats:
    """By document: its best passage ("encoded" or "english"), averaged with its lead where it has one."""
    leads = passages.part(known, "lead")
    lead, led = leads.best(near), leads.there.astype(np.float32)
    both: Floats = (passages.part(known).best(near) + np.float32(LEAD) * lead) / (1 + np.float32(LEAD) * led)
    return both


def fuse(question: Question, run: Run) -> Run:
    """Meaning and words, added."""
    return replace(run, score=run.meaning + run.worded)


def by_words(question: Question, run: Run) -> Run:
    """The words alone, to compare with."""
    return replace(run, score=run.words)


def by_meaning(question: Question, run: Run) -> Run:
    """The meaning alone, to compare with."""
    return replace(run, score=run.meaning)


def reconsider(question: Question, run: Run) -> Run:
    """For a question in English, the meaning of English documents is the mean of two encoders' opinions; documents in
    other languages keep the first."""
    passages = question.sight.lane(run.lane)
    told = passages.english & passages.others(question.sight.apart)[0]
    if question.english is None or np.count_nonzero(told) < FEWEST:
        return run
    cosine = question.second[passages.rows]
    second = _best_and_lead(passages, standardised(cosine, cosine[told]), "english")
    change = np.where(passages.part("english").there, second - run.meaning, np.float32(0))
    change *= np.float32(SECOND_OPINION)
    return replace(run, score=run.score + change, meaning=run.meaning + change)


def first(question: Question, run: Run) -> Run:
    """The best documents and those named by their key, best first, each with its nearest passage."""
    run = _best(question, run)
    passages = question.sight.lane(run.lane)
    places, owner = passages.passages(passages.places(run.documents))
    rows = passages.rows[places]
    near = standardised(question.meaning[rows], question.meaning[rows])
    near += np.float32(WORDS_WEIGHT) * standardised(question.wording[rows], question.wording[rows])
    by_document = np.lexsort((rows, -near, owner))
    return replace(run, rows=rows[by_document][np.flatnonzero(np.diff(owner[by_document], prepend=-1))])


def _best(question: Question, run: Run) -> Run:
    if question.sight.apart >= 0:
        run = run.taken(np.flatnonzero(run.documents != question.sight.apart))
    if len(run) > DEPTH:
        cut = np.partition(run.score, len(run) - DEPTH)[len(run) - DEPTH]
        run = run.taken(np.flatnonzero((run.score >= cut) | np.isin(run.documents, question.keys)))
    best = ordered(run)
    named = np.isin(best.documents, question.keys)
    return best.taken(np.flatnonzero(named | (np.arange(len(best)) < DEPTH)))


def exact(question: Question, run: Run) -> Run:
    """A key that stands in the question is meant."""
    if not question.keys:
        return run
    named = np.isin(run.documents, question.keys)
    return ordered(replace(run, score=run.score + np.float32(KEY_BONUS) * named.astype(np.float32)))


PIPELINES: Mapping[str, Sequence[Stage]] = {
    "lexical": (by_words, first),
    "semantic": (by_meaning, reconsider, first),
    "fused": (fuse, reconsider, first, exact),
}


def ordered(run: Run) -> Run:
    """Best first; of equal scores, what was indexed earlier first."""
    return run.taken(np.lexsort((run.documents, -run.score)))
