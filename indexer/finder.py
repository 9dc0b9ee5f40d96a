"""The reading side: one question in, three lanes out, for one reader.

A `Finder` holds the newest view of the index and serves every thread. Who may see what is decided before anything is ranked: the
reader's spaces make a mask over all passages, and lanes, evidence, excerpts and suggestions are made of what it leaves.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer import experts, pipeline
from indexer.calibration import Calibration, Judged
from indexer.catalogue import LANES, Catalogue, Columns, Mask
from indexer.centring import Centroids
from indexer.encoder import Encoder
from indexer.generations import IndexStale, current
from indexer.hits import Empty, Found, PersonHit
from indexer.language import detect
from indexer.lexical import LexicalIndex
from indexer.query import Query, parse
from indexer.query import question as as_question
from indexer.showing import Showing
from indexer.store import IndexStore
from indexer.sync import stale_because
from kb import Store
from kb.model import Band, Person, PersonKind
from kb.permissions import Action, can, visible_spaces

SCORER = "1"  # count up when a ranking or a weight changes: kept with every route
EXPERT_FROM = 0.12  # of the first candidate's score: further ones are not worth naming
HELPS = 0.2  # gain in probability from which other words are worth proposing
_KEY = re.compile(r"[\w][\w.:/+#-]*[\w+#]", re.UNICODE)


class Finder:
    """Raises IndexStale when the index must be rebuilt first."""

    def __init__(self, store: Store, folder: Path, encoder: Encoder) -> None:
        self._store, self._folder, self._encoder = store, folder, encoder
        self._calibration = Calibration.shipped(encoder.id)
        self._open()

    def _open(self) -> None:
        self._inside = current(self._folder)
        self._index = IndexStore(self._inside)
        self._words = LexicalIndex(self._inside / "words")
        self.catalogue = Catalogue(self._index, self._encoder.dimension)
        self._centroids, self._centred_by = Centroids.none(self._encoder.dimension), ""
        self.refresh()

    def refresh(self) -> None:
        """Take over what the writer added since, or the index it switched to."""
        if current(self._folder) != self._inside:
            return self._open()
        stamp = self._index.stamp()
        if stamp.get("version", 0) == self.catalogue.version:
            return None
        with self._store.read() as tx:
            last = tx.changes.last()
        if reason := stale_because(stamp, self._encoder.id, last):
            raise IndexStale(reason)
        if (stored := str(stamp.get("centroids", ""))) != self._centred_by:
            self._centroids, self._centred_by = Centroids.from_bytes(bytes.fromhex(stored)), stored
            self.catalogue.recentre(self._centroids.apply)
        self.catalogue.refresh(self._centroids.apply)
        return None

    # -- what the house asks

    def find(self, text: str, reader: Person, *, exclude: str | None = None, limit: int = 5, tags: Sequence[str] = ()) -> Found:
        """Procedures, answers and people for a question; `exclude`: the id of the question itself when it is posted already."""
        return self._found(as_question(text), text, reader, limit, exclude=exclude, tags=tags)

    def search(self, query: str, reader: Person, *, page: int = 1, size: int = 10) -> Found:
        """The same for a typed search with filters, page by page."""
        return self._found(parse(query), query, reader, size, first=(max(page, 1) - 1) * size)

    def related(self, question: str, reader: Person, limit: int = 5) -> Found:
        """What stands beside a question's page: near questions and procedures, itself left out."""
        with self._store.read() as tx:
            asked = tx.questions.get(question)
        return self._found(as_question(f"{asked.title} {asked.body}"), asked.title, reader, limit, exclude=question)

    def about(self, procedure: str, reader: Person, limit: int = 8) -> Found:
        """The questions about a procedure: those that name its key, then the nearest."""
        with self._store.read() as tx:
            text = tx.procedures.get(procedure).revisions[0]
        return self._found(as_question(f"{procedure} {text.title}. {text.summary}"), text.title, reader, limit)

    # -- how

    def _found(
        self, query: Query, text: str, reader: Person, limit: int, first: int = 0, exclude: str | None = None,
        tags: Sequence[str] = (),
    ) -> Found:  # fmt: skip
        began = time.perf_counter()
        self.refresh()
        catalogue, columns = self.catalogue, self.catalogue.columns
        seen = self._seen(columns, reader)
        allowed = self._filtered(query, columns, seen)
        if exclude is not None:
            allowed = allowed & (columns.document != catalogue.documents.find(f"answers\n{exclude}"))
        question = self._question(query.words, columns, allowed)
        judged = self._judge(question)
        showing = Showing(self._index, self._words, catalogue, question, text)
        wanted = [lane for lane in LANES if query.lane in (None, lane)]
        people = self._people(question, judged.voting, tags, reader, limit, showing) if "people" in wanted else ()
        shown = {lane: judged.shown[lane] for lane in wanted if lane != "people"}
        pages = {lane: run.taken(slice(first, first + limit)) for lane, run in shown.items()}
        found = Found(
            text=text, language=detect(query.words, default=(reader.languages or ("fr",))[0]), band=judged.band,
            probability=judged.probability, people=people,
            procedures=showing.procedures(pages["procedures"]) if "procedures" in pages else (),
            answers=showing.answers(pages["answers"]) if "answers" in pages else (),
            correction=self._correction(question, judged), notes=query.notes,
            total={lane: len(run) for lane, run in shown.items()}, scorer=SCORER,
        )  # fmt: skip
        return replace(found, empty=self._empty(found, wanted, query, seen), took_ms=(time.perf_counter() - began) * 1000)

    def _judge(self, question: pipeline.Question) -> Judged:
        return self._calibration.judge(question, {lane: pipeline.texts(question, number) for number, lane in enumerate(LANES)})

    def _correction(self, question: pipeline.Question, judged: Judged) -> str | None:
        """Other words to try: those the reader's texts know, and only when they find what the typed ones did not."""
        if judged.band is Band.ANSWERED or not question.words:
            return None
        better = self._words.correct(question.words, question.by_number)
        if better is None:
            return None
        corrected = self._judge(self._question(better, question.columns, question.allowed))
        return better if corrected.probability > judged.probability + HELPS else None

    def question(self, words: str, reader: Person) -> pipeline.Question:
        """What the pipeline works on when `reader` asks: the newest view, masked."""
        self.refresh()
        return self._question(words, self.catalogue.columns, self._seen(self.catalogue.columns, reader))

    def _question(self, words: str, columns: Columns, allowed: Mask) -> pipeline.Question:
        catalogue = self.catalogue
        vector = self._encoder.encode_queries([words])[0] if words else np.zeros(self._encoder.dimension, np.float32)
        vector = self._centroids.apply(vector[None, :])[0]
        keys = {catalogue.documents.find(f"procedures\n{word}") for part in _KEY.findall(words) for word in (part, part.upper())}
        return pipeline.Question(words, vector, columns, allowed, self._words, tuple(keys - {-1}))

    def _seen(self, columns: Columns, reader: Person) -> Mask:
        return self.catalogue.allowed(columns, visible_spaces(reader), self._profiles(reader))

    def _profiles(self, reader: Person) -> list[str] | None:
        """Whose profiles the reader may see: None for everybody's."""
        if reader.kind is PersonKind.EMPLOYEE:
            return None
        with self._store.read() as tx:
            return [each.id for each in tx.people.list() if can(reader, Action.READ, each)]

    def _filtered(self, query: Query, columns: Columns, seen: Mask) -> Mask:
        allowed, catalogue = seen, self.catalogue
        if query.space is not None:
            allowed = allowed & (columns.space == catalogue.spaces.find(query.space))
        if query.person is not None:
            allowed = allowed & (columns.author == catalogue.authors.find(query.person))
        if query.tag is not None:
            allowed = allowed & catalogue.bearing(query.tag)[columns.document]
        if query.language is not None:
            allowed = allowed & (columns.language == catalogue.languages.find(query.language))
        if query.before is not None:
            allowed = allowed & (columns.created < query.before)
        if query.after is not None:
            allowed = allowed & (columns.created >= query.after)
        if query.state is not None:
            having = np.zeros(len(catalogue.documents.words), np.bool_)
            answers = seen & (columns.kind == 3)
            having[columns.document[answers if query.state == "unanswered" else answers & columns.accepted]] = True
            of = having[columns.document] if query.state == "accepted" else ~having[columns.document]
            allowed = allowed & of & (columns.lane == 1)
        by_number = columns.by_number(allowed)
        for phrase in query.phrases:
            allowed = self._only(columns, allowed, self._words.phrase(phrase, by_number, len(columns.number))[0])
        for word in query.without:
            without = self._words.phrase(word, by_number, len(columns.number))[0]
            hit = columns.document[columns.rows(without)]
            allowed = allowed & ~np.isin(columns.document, hit)
        return allowed

    @staticmethod
    def _only(columns: Columns, allowed: Mask, numbers: np.ndarray) -> Mask:
        rows = columns.rows(numbers)
        only = np.zeros(len(allowed), np.bool_)
        only[rows[rows >= 0]] = True
        return allowed & only

    def _people(
        self, question: pipeline.Question, runs: Mapping[str, pipeline.Run], tags: Sequence[str], reader: Person, limit: int,
        showing: Showing,
    ) -> tuple[PersonHit, ...]:  # fmt: skip
        catalogue = self.catalogue
        own = catalogue.authors.find(reader.id)
        now = self._store.clock().timestamp()
        candidates = experts.rank(question, catalogue, runs, now, tags, [own] if own >= 0 else [])
        ids = [catalogue.authors.words[code] for code in candidates.people[: 4 * limit]]
        with self._store.read() as tx:
            known = {each.id: each for each in tx.people.list(ids) if each.ended is None and can(reader, Action.READ, each)}
        shares = self._calibration.people(candidates)
        hits = []
        for place, id in enumerate(ids):
            if id in known and len(hits) < limit and candidates.score[place] >= EXPERT_FROM * candidates.score[0]:
                reasons = showing.person_reasons(candidates, place, known[id])
                if reasons:
                    hits.append(PersonHit(id, known[id].name, float(candidates.score[place]), shares[place], reasons))
        return tuple(hits)

    def _empty(self, found: Found, wanted: Sequence[str], query: Query, seen: Mask) -> dict[str, Empty]:
        columns = self.catalogue.columns
        why: dict[str, Empty] = {}
        for lane in wanted:
            if getattr(found, lane):
                continue
            if not (seen & (columns.lane == LANES.index(lane))).any():
                why[lane] = Empty.NOTHING_THERE
            elif query.filtered:
                why[lane] = Empty.FILTERED
            elif found.band is Band.ASK and not any(getattr(found, each) for each in LANES):
                why[lane] = Empty.NOT_UNDERSTOOD
            else:
                why[lane] = Empty.NOTHING_CLOSE
        return why
