"""Search, on one page: the stages a question passes on its way to ranked documents.

    retrieve   the passages nearest in words and nearest in meaning, of those the reader may see
    fuse       both scores, each standardised over the whole lane, added with a weight
    exact      a procedure's key named in the question puts that procedure first
    collapse   a document counts by its best passage, helped a little by its next two

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
from indexer.ranking import Floats, Rows, standardised, top

DEPTH = 400  # passages each retriever contributes
WORDS_WEIGHT = 2.5  # standard deviations that the best met words add when they cover the whole question
SUPPORT = (0.1, 0.05)  # of a document's second and third passage in its score
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
    """Ranked rows, best first, with what each part of the score was (in standard deviations) and the cosine behind it.
    Once collapsed, a row stands for its document and the parts are the best of its passages."""

    rows: Rows
    score: Floats
    words: Floats
    meaning: Floats
    cosine: Floats
    documents: Rows = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.rows)

    def taken(self, places: Rows | slice) -> Run:
        """The rows at `places`, in that order."""
        documents = self.documents[places] if len(self.documents) else self.documents
        return Run(
            self.rows[places], self.score[places], self.words[places], self.meaning[places], self.cosine[places],
            documents,
        )  # fmt: skip


Stage = Callable[[Question, Run], Run]


def texts(question: Question, lane: int, pipeline: str = "fused") -> Run:
    """The documents of a lane for a question: the whole ranking."""
    run = retrieve(question, lane)
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
    return Run(rows, nothing, nothing, nothing, nothing, columns.document[rows].astype(np.int64))


def retrieve(question: Question, lane: int) -> Run:
    """The union of the nearest passages by words and by meaning, with both z-scores."""
    inside = np.flatnonzero(question.allowed & (question.columns.lane == lane))
    if not len(inside):
        nothing = np.zeros(0, np.float32)
        return Run(inside, nothing, nothing, nothing, nothing)
    wording, meaning = question.wording[inside], question.meaning[inside]
    encoded = meaning[meaning != 0] if meaning.any() else meaning  # later windows of long texts have no vector: 0
    known = [row for key in question.keys for row in inside[question.columns.document[inside] == key][:1]]
    met = wording > 0
    nearest = top(meaning, inside, DEPTH), top(wording[met], inside[met], DEPTH), np.array(known, np.int64)
    rows = np.unique(np.concatenate(nearest))
    cosine = question.meaning[rows]
    near = standardised(cosine, float(encoded.mean()), float(encoded.std()))
    return Run(
        rows, np.zeros(len(rows), np.float32),
        standardised(question.wording[rows], float(wording.mean()), float(wording.std())),
        np.where(cosine == 0, np.float32(0), near), cosine,
    )  # fmt: skip


def fuse(question: Question, run: Run) -> Run:
    """Meaning and words, added. Words weigh as much as the passage that meets them best covers of the question: a
    question whose telling words stand in no passage, or in another language, is left to its meaning."""
    best = int(run.words.argmax()) if len(run) else 0
    if not len(run) or run.words[best] <= 0:
        return ordered(replace(run, score=run.meaning))
    weight = np.float32(WORDS_WEIGHT) * question.covering[run.rows[best]] / run.words[best]
    return ordered(replace(run, score=run.meaning + weight * run.words))


def by_words(question: Question, run: Run) -> Run:
    """The words alone, to compare with."""
    return ordered(replace(run, score=run.words))


def by_meaning(question: Question, run: Run) -> Run:
    """The meaning alone, to compare with."""
    return ordered(replace(run, score=run.meaning))


def exact(question: Question, run: Run) -> Run:
    """A key that stands in the question is meant."""
    if not question.keys:
        return run
    named = np.isin(question.columns.document[run.rows], question.keys)
    return ordered(replace(run, score=run.score + np.float32(KEY_BONUS) * named.astype(np.float32)))


def collapse(question: Question, run: Run) -> Run:
    """Each document once, at its best passage, helped a little by its next two."""
    documents = question.columns.document[run.rows].astype(np.int64)
    by_document = np.argsort(documents, kind="stable")
    starts = np.flatnonzero(np.diff(documents[by_document], prepend=-1))
    if not len(starts):
        return run
    sizes = np.diff(np.append(starts, len(documents)))
    first = by_document[starts]
    score = run.score[first].copy()
    for further, share in enumerate(SUPPORT, 1):
        having = np.flatnonzero(sizes > further)
        score[having] += np.float32(share) * np.maximum(run.score[by_document[starts[having] + further]], 0)
    parts = (run.words, run.meaning, run.cosine)
    words, meaning, cosine = (np.maximum.reduceat(part[by_document], starts) for part in parts)
    return ordered(Run(run.rows[first], score, words, meaning, cosine, documents[first]))


PIPELINES: Mapping[str, Sequence[Stage]] = {
    "lexical": (by_words, collapse),
    "semantic": (by_meaning, collapse),
    "fused": (fuse, exact, collapse),
}


def ordered(run: Run) -> Run:
    """Best first; equal scores keep the earlier row first."""
    return run.taken(np.lexsort((run.rows, -run.score)))
