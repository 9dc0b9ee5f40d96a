"""Search, on one page: the stages a question passes on its way to ranked documents.

    nearest     every document the reader may see, by its best passage in meaning and its best in words; where it has a
                lead, what the lead says counts once more
    fuse        both, in standard deviations over the whole lane, added with a weight
    first       the best few hundred go on, each with the passage that speaks for it
    reconsider  English documents are read a second time, by an encoder that knows English better
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
from indexer.ranking import Floats, Rows, best_of, standardised

DEPTH = 400  # documents looked at closely
WORDS_WEIGHT = 0.2  # of a standard deviation in words, where one in meaning counts 1
LEAD_MEANING, LEAD_WORDS = 1.0, 0.5  # of what a document's lead scores, beside its best passage
SECOND_OPINION = 0.5  # its share in the meaning of an English document
SAMPLE, FEWEST = 4000, 30  # passages by which the second opinion is standardised
KEY_BONUS = 20.0  # standard deviations: beyond any text


@dataclass(frozen=True)
class Question:
    """One question against one view of the index. `allowed`: rows the reader may see and the filters leave."""

    words: str
    vector: Floats  # (dimension,), centred
    columns: Columns
    allowed: Mask
    index: LexicalIndex
    keys: tuple[int, ...] = ()  # document codes named outright
    english: Floats | None = None  # of the second encoder, when the question is in English

    @cached_property
    def meaning(self) -> Floats:
        """(rows,): cosine of every passage with the question."""
        return self.columns.vector @ self.vector

    @cached_property
    def by_number(self) -> Mask:
        """The same permission by passage number, as the word index asks for it."""
        return self.columns.by_number(self.allowed)

    @cached_property
    def wording(self) -> Floats:
        """(rows,): BM25 of every allowed passage; 0 where no word meets."""
        return self._dense(*self.index.scores(self.words, self.by_number))

    @cached_property
    def covering(self) -> Floats:
        """(rows,): how much of what the question's words tell every allowed passage holds, 0 to 1."""
        return self._dense(*self.index.coverage(self.words, self.by_number))

    def _dense(self, numbers: Rows, values: Floats) -> Floats:
        rows = self.columns.rows(numbers)
        dense = np.zeros(len(self.columns.number), np.float32)
        dense[rows[rows >= 0]] = values[rows >= 0]
        return dense


@dataclass(frozen=True)
class Run:
    """Documents by their codes, with what each part of the score was (in standard deviations of the lane) and the best
    cosine behind it. After `first`: best first, each with the row of the passage that speaks for it."""

    documents: Rows
    score: Floats
    words: Floats
    meaning: Floats
    cosine: Floats
    rows: Rows = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.documents)

    def taken(self, places: Rows | slice) -> Run:
        """The documents at `places`, in that order."""
        rows = self.rows[places] if len(self.rows) else self.rows
        return Run(
            self.documents[places], self.score[places], self.words[places], self.meaning[places], self.cosine[places],
            rows,
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
    return Run(columns.document[rows].astype(np.int64), nothing, nothing, nothing, nothing, rows)


def nearest(question: Question, lane: int) -> Run:
    """Every document of the lane, in no order: its best passage and its lead, in meaning and in words."""
    columns = question.columns
    inside = np.flatnonzero(question.allowed & (columns.lane == lane))
    documents, leads = columns.document[inside].astype(np.int64), columns.lead[inside]
    there = np.flatnonzero(np.bincount(documents)) if len(inside) else inside
    cosine = question.meaning[inside]
    wording = question.wording[inside] * question.covering[inside]  # one word said often is not the whole question
    encoded = cosine != 0  # later windows of long texts have no vector
    near = standardised(cosine, cosine[encoded])
    words = best_of(wording, documents) + np.float32(LEAD_WORDS) * best_of(wording, documents, leads)
    return Run(
        there, np.zeros(len(there), np.float32), standardised(words[there], words[there]),
        _best_and_lead(near, documents, encoded, leads)[there], best_of(cosine, documents)[there],
    )  # fmt: skip


def _best_and_lead(near: Floats, documents: Rows, known: Mask, leads: Mask) -> Floats:
    """By document: its best passage, averaged with its lead where it has one."""
    best, lead = best_of(near, documents, known), best_of(near, documents, known & leads)
    led = best_of(leads.astype(np.float32), documents, known & leads)
    both: Floats = (best + np.float32(LEAD_MEANING) * lead) / (1 + np.float32(LEAD_MEANING) * led)
    return both


def fuse(question: Question, run: Run) -> Run:
    """Meaning and words, added."""
    return replace(run, score=run.meaning + np.float32(WORDS_WEIGHT) * run.words)


def by_words(question: Question, run: Run) -> Run:
    """The words alone, to compare with."""
    return replace(run, score=run.words)


def by_meaning(question: Question, run: Run) -> Run:
    """The meaning alone, to compare with."""
    return replace(run, score=run.meaning)


def first(question: Question, run: Run) -> Run:
    """The best documents and those named by their key, best first, each with its nearest passage."""
    best = ordered(run)
    named = np.isin(best.documents, question.keys)
    run = best.taken(np.flatnonzero(named | (np.arange(len(best)) < DEPTH)))
    rows, documents = _passages(question, run)
    near = standardised(question.meaning[rows], question.meaning[rows])
    near += np.float32(WORDS_WEIGHT) * standardised(question.wording[rows], question.wording[rows])
    by_document = np.lexsort((rows, -near, documents))
    starts = np.flatnonzero(np.diff(documents[by_document], prepend=-1))
    speaking = np.zeros(int(run.documents.max()) + 1 if len(run) else 0, np.int64)
    speaking[documents[by_document][starts]] = rows[by_document][starts]
    return replace(run, rows=speaking[run.documents])


def reconsider(question: Question, run: Run) -> Run:
    """For a question in English, the meaning of English documents is the mean of two encoders' opinions; documents in
    other languages keep the first."""
    if question.english is None or not len(run):
        return run
    columns = question.columns
    lane = np.flatnonzero(question.allowed & (columns.lane == columns.lane[run.rows[0]]))
    sample = columns.english[lane[:: max(1, len(lane) // SAMPLE)]].astype(np.float32) @ question.english
    if np.count_nonzero(sample) < FEWEST:
        return run
    rows, documents = _passages(question, run)
    cosine = columns.english[rows].astype(np.float32) @ question.english
    known = cosine != 0
    second = _best_and_lead(standardised(cosine, sample[sample != 0]), documents, known, columns.lead[rows])
    read = best_of(known.astype(np.float32), documents)[run.documents] > 0
    change = np.float32(SECOND_OPINION) * np.where(read, second[run.documents] - run.meaning, np.float32(0))
    return ordered(replace(run, score=run.score + change, meaning=run.meaning + change))


def _passages(question: Question, run: Run) -> tuple[Rows, Rows]:
    """The readable passages of a run's documents, by row and by document."""
    wanted = np.zeros(int(question.columns.document.max(initial=-1)) + 1, np.bool_)
    wanted[run.documents] = True
    rows = np.flatnonzero(question.allowed & wanted[question.columns.document])
    return rows, question.columns.document[rows].astype(np.int64)


def exact(question: Question, run: Run) -> Run:
    """A key that stands in the question is meant."""
    if not question.keys:
        return run
    named = np.isin(run.documents, question.keys)
    return ordered(replace(run, score=run.score + np.float32(KEY_BONUS) * named.astype(np.float32)))


PIPELINES: Mapping[str, Sequence[Stage]] = {
    "lexical": (by_words, first),
    "semantic": (by_meaning, first, reconsider),
    "fused": (fuse, first, reconsider, exact),
}


def ordered(run: Run) -> Run:
    """Best first; of equal scores, what was indexed earlier first."""
    return run.taken(np.lexsort((run.documents, -run.score)))
