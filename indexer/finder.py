"""The reading side: one question in, three lanes out, for one reader.

A `Finder` serves every thread, each question on one view of the index. Who may see what is decided before anything is
ranked: the reader's spaces make a mask over all passages (`narrowing`), and lanes, evidence, excerpts and suggestions
are made of what it leaves.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from indexer import experts, narrowing, pipeline, standing, withheld
from indexer.alike import Alike, alike
from indexer.calibration import Calibration, Judged
from indexer.catalogue import KINDS, LANES, Catalogue
from indexer.centring import Centroids
from indexer.drift.nearness import Nearness
from indexer.encoder import Encoder
from indexer.experts import Habits
from indexer.explaining import Explaining, Explanation
from indexer.generations import IndexStale
from indexer.heaps import heaps
from indexer.hits import Empty, Found, PersonHit
from indexer.language import detect
from indexer.lesson import SCORER
from indexer.passages import PRACTICE
from indexer.query import Query, parse
from indexer.query import question as as_question
from indexer.ranking import Floats
from indexer.segments import IndexBroken
from indexer.showing import Showing
from indexer.sight import Sight
from indexer.spread import SAMPLE, Spread
from indexer.view import View, Views
from indexer.wording import codes
from kb import Store
from kb.model import Band, Person
from kb.permissions import Action, can, require

EXPERT_FROM = 0.12  # of the first candidate's score: further ones are not worth naming
OPENING = 78  # words of a question that are encoded; twice as many cost twice the time
TYPED = 16  # words: longer texts are pasted, and nobody wants them respelt
CODES = 4  # of a question that its neighbours are looked for by: a log of a machine holds a hundred
WORDS_BROKEN = "The word index is damaged, or an older version's. Run `quisait index --rebuild`."
HELPS = 0.2  # gain in probability from which other words are worth proposing
_KEY = re.compile(r"[\w][\w.:/+#-]*[\w+#]", re.UNICODE)
T = TypeVar("T")
Alikes = tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for, by whom, and how much of it: `limit` hits a lane, from the `first` on. `exclude` is a
    document to leave out ("LANE\\nID"), `text` what was typed, `tags` those the question bears."""

    query: Query
    text: str
    reader: Person
    limit: int
    first: int = 0
    exclude: str | None = None
    tags: Sequence[str] = ()
    typing: bool = False
    people: int = 0  # how many of them; 0: `limit`
    near: bool = False  # what is near the text left out, by its own vectors: nothing is encoded

    @property
    def lanes(self) -> Sequence[str]:
        return [lane for lane in LANES if self.query.lane in (None, lane)]

    @property
    def listing(self) -> bool:
        """Nothing to rank by, only filters: the latest are listed."""
        return not self.query.words and self.query.filtered


class Finder:
    """Every method raises IndexStale when the index must be made or mended first, and making a Finder does too."""

    def __init__(self, store: Store, folder: Path, encoder: Encoder) -> None:
        self._store, self._encoder = store, encoder
        self._calibration = Calibration.shipped(encoder.id)
        self._views = Views(store, folder, encoder)
        cores = os.cpu_count() or 1
        self._reading = ThreadPoolExecutor(cores, "second-encoder")
        self._places = threading.Semaphore(cores)  # more at once would only wait for each other, a step at a time
        self.refresh()

    @property
    def catalogue(self) -> Catalogue:
        return self._views.newest().catalogue

    @property
    def habits(self) -> Habits:
        """What the site's past says of how its evidence counts."""
        return self._views.newest().habits

    @property
    def calibration(self) -> Calibration:
        """What tells how probable it is that something, or somebody, answers."""
        return self._taught(self._views.newest())

    def refresh(self) -> None:
        """Take over what the writer added since, or the index it switched to. Every question does so itself."""
        self._on_newest(lambda view: None)

    # -- what the house asks

    def find(
        self, text: str, reader: Person, *, exclude: str | None = None, limit: int = 5, tags: Sequence[str] = (),
        typing: bool = False, people: int = 0,
    ) -> Found:  # fmt: skip
        """Procedures, answers and people (so many `people`; 0: `limit`) for a question; `exclude`: its own id when it
        is posted already; `typing`: it is not finished, so that no other words are proposed."""
        left_out = None if exclude is None else f"answers\n{exclude}"
        wish = Wish(as_question(text), text, reader, limit, exclude=left_out, tags=tags, typing=typing, people=people)
        return self._found(wish)

    def search(self, query: str, reader: Person, *, page: int = 1, size: int = 10) -> Found:
        """The same for a typed search with filters, page by page. Filters alone list the latest."""
        asked = parse(query)
        tags = () if asked.tag is None else (asked.tag,)
        return self._found(Wish(asked, query, reader, size, first=(max(page, 1) - 1) * size, tags=tags))

    def related(self, question: str, reader: Person, limit: int = 5) -> Found:
        """What stands beside a question's page: near questions and procedures, itself left out; by the vectors it has
        in the index, the words of its title and the codes in its text. Hits have neither excerpts nor reasons, people
        have. NotFound when the reader may not know of it."""
        with self._store.read() as tx:
            asked = tx.questions.get(question)
        require(reader, Action.READ, asked)
        words = as_question(" ".join([asked.title, *codes(asked.body)[:CODES]]))
        return self._found(Wish(words, asked.title, reader, limit, exclude=f"answers\n{question}", near=True))

    def about(self, procedure: str, reader: Person, limit: int = 8) -> Found:
        """The questions about a procedure: those that name its key, then the nearest; itself left out. NotFound when
        the reader may not know of it."""
        with self._store.read() as tx:
            kept = tx.procedures.get(procedure)
        require(reader, Action.READ, kept)
        title, summary = (kept.revisions[0].title, kept.revisions[0].summary) if kept.revisions else ("", "")
        words = as_question(f"{procedure} {title}. {summary}")
        return self._found(Wish(words, title, reader, limit, exclude=f"procedures\n{procedure}"))

    def beside(self, practice: str, reader: Person, limit: int = 5) -> Found:
        """What stands beside a practice's page, itself left out. NotFound when the reader may not know of it."""
        with self._store.read() as tx:
            advice = tx.practices.get(practice)
        require(reader, Action.READ, advice)
        words = as_question(f"{advice.title} {advice.body}")
        return self._found(Wish(words, advice.title, reader, limit, exclude=f"answers\n{PRACTICE}{practice}"))

    def alike(self, tags: Sequence[str], reader: Person, limit: int, apart: Collection[frozenset[str]]) -> Alikes:
        """The pairs of `tags` that perhaps say the same, the nearest first, as far as what the reader may see tells."""

        def look(view: View) -> Alikes:
            columns = self._seen(view, reader)
            return alike(tags, self._encoder, view.catalogue, columns.columns, columns.allowed, limit, apart)

        return self._on_newest(look)

    def question(self, words: str, reader: Person) -> pipeline.Question:
        """What the pipeline works on when `reader` asks: the newest view, masked."""
        return self._on_newest(lambda view: self._masked(view, words, reader))

    def nearness(self) -> Nearness:
        """What stands near a duty, whoever may read it: for comparisons of the house with itself."""

        def near(view: View) -> Nearness:
            columns = view.catalogue.columns
            return Nearness(view.catalogue, columns, partial(self._placed, columns.centroids))

        return self._on_newest(near)

    def heaped(self, questions: Sequence[str], words: Sequence[str]) -> list[list[int]]:
        """Questions (ids, by the vectors of the index) and searched words in heaps that ask the same, as places: the
        questions' first, the words' after them. What the index does not know (yet) stands alone."""

        def made(view: View) -> list[list[int]]:
            columns, catalogue = view.catalogue.columns, view.catalogue
            lane = np.flatnonzero(columns.alive & (columns.lane == LANES.index("answers")) & columns.vector.there)
            leads = lane[columns.kind[lane] == KINDS.index("question")]
            row = {catalogue.document_id(int(columns.document[each])): int(each) for each in reversed(leads)}
            known = [place for place, id in enumerate(questions) if id in row]
            if not len(lane) or not (known or words):
                return [[place] for place in range(len(questions) + len(words))]
            vectors = columns.vector.floats(np.array([row[questions[place]] for place in known], np.int64))
            asked = columns.centroids.apply(self._encoder.encode_queries(words)) if words else vectors[:0]
            spread = Spread.of(columns.vector.floats(lane[:: max(1, len(lane) // SAMPLE)]))
            places = [*known, *range(len(questions), len(questions) + len(words))]
            found = [[places[at] for at in heap] for heap in heaps(np.vstack([vectors, asked]), spread)]
            return sorted([*found, *([place] for place in set(range(len(questions))) - set(known))])

        return self._on_newest(made)

    def places(self, words: Sequence[str], reader: Person) -> list[str]:
        """For each searched text the space in which what is nearest in meaning stands, of what `reader` may read; ""
        when there is nothing. Of a large index a sample is looked at."""

        def made(view: View) -> list[str]:
            columns = view.catalogue.columns
            seen = self._seen(view, reader).allowed & columns.vector.there & (columns.lane != LANES.index("people"))
            rows = np.flatnonzero(seen)
            rows = rows[:: max(1, len(rows) // (4 * SAMPLE))]
            if not len(rows) or not words:
                return [""] * len(words)
            asked = columns.centroids.apply(self._encoder.encode_queries(words))
            nearest = rows[(columns.vector.floats(rows) @ asked.T).argmax(axis=0)]
            return [view.catalogue.spaces.words[code] for code in columns.space[nearest].tolist()]

        return self._on_newest(made)

    def explain(self, text: str, reader: Person, person: str | None = None, limit: int = 5) -> Explanation:
        """How the first results of `find` came about, stage by stage; of a `person` (an id), what their score rests on.
        NotFound when the reader may not know of them."""
        meant = None
        if person is not None:
            with self._store.read() as tx:
                meant = tx.people.get(person)
            require(reader, Action.READ, meant)

        def explained(view: View) -> Explanation:
            question = self._masked(view, as_question(text).words, reader)
            now = self._store.clock().timestamp()
            known = partial(self._known, reader)
            explaining = Explaining(
                question, view.catalogue, view.index, self._taught(view), view.habits, reader, known, now
            )
            return explaining.explain(meant, limit)

        return self._on_newest(explained)

    # -- how

    def _on_newest(self, look: Callable[[View], T]) -> T:
        """`look` at the newest view; once more when the index was replaced under it."""
        view = None
        try:
            view = self._views.newest()
            return look(view)
        except (IndexBroken, IndexStale):
            if (again := self._newest_or_stale()) is view:
                raise IndexStale(WORDS_BROKEN) from None
            return look(again)

    def _newest_or_stale(self) -> View:
        try:
            return self._views.newest()
        except IndexBroken:
            raise IndexStale(WORDS_BROKEN) from None

    def _found(self, wish: Wish) -> Found:
        began = time.perf_counter()
        with self._places:
            found = self._on_newest(lambda view: self._found_on(view, wish))
        return replace(found, took_ms=(time.perf_counter() - began) * 1000)

    def _found_on(self, view: View, wish: Wish) -> Found:
        query, seen = wish.query, self._seen(view, wish.reader)
        sight = narrowing.narrowed(self._store, view, seen, query, wish.reader)
        if wish.exclude is not None:
            sight = sight.without(view.catalogue.documents.find(wish.exclude))
        question = self._question(view, query.words, sight, self._own(view, seen, wish) if wish.near else None)
        judged = self._listed(question) if wish.listing else self._judge(view, question)
        showing = Showing(view.index, view.words, view.catalogue, question, wish.text, briefly=wish.near)
        shown = {lane: judged.shown[lane] for lane in wish.lanes if lane != "people"}
        page = {lane: run.taken(slice(wish.first, wish.first + wish.limit)) for lane, run in shown.items()}
        spoken = next((each for each in wish.reader.languages if each in ("fr", "en")), "fr")
        found = Found(
            text=wish.text, language=detect(query.words, default=spoken), band=judged.band,
            probability=judged.probability,
            procedures=showing.procedures(page["procedures"]) if "procedures" in page else (),
            answers=showing.answers(page["answers"]) if "answers" in page else (),
            people=self._people(view, question, judged, wish, showing) if "people" in wish.lanes else (),
            correction=None if wish.typing or wish.near else self._correction(view, question, judged),
            notes=query.notes, total={lane: len(run) for lane, run in shown.items()}, scorer=SCORER,
        )  # fmt: skip
        return standing.stated(self._store, replace(found, empty=_empty(found, wish, seen)), wish.reader)

    def _placed(self, centroids: Centroids, texts: Sequence[str]) -> Floats:
        """(n, dimension): where these texts would stand among the passages that `centroids` centred."""
        return centroids.apply(self._encoder.encode_passages(texts)[:, : self._encoder.dimension])

    def _masked(self, view: View, words: str, reader: Person) -> pipeline.Question:
        return self._question(view, words, self._seen(view, reader))

    def _known(self, reader: Person, ids: Sequence[str]) -> dict[str, Person]:
        """Those of the ids whom the reader may know of."""
        with self._store.read() as tx:
            return {each.id: each for each in tx.people.list(ids) if can(reader, Action.READ, each)}

    def _seen(self, view: View, reader: Person) -> Sight:
        return narrowing.readable(self._store, view, reader)

    def _own(self, view: View, seen: Sight, wish: Wish) -> int | None:
        """The row of the first passage of the text to be left out, when it has a vector."""
        document = view.catalogue.documents.find(wish.exclude or "")
        columns = seen.columns
        rows = np.flatnonzero((columns.document == document) & columns.alive & columns.vector.there)
        rows = rows[columns.kind[rows] == KINDS.index("question")]
        return int(rows[0]) if len(rows) else None

    def _question(self, view: View, words: str, sight: Sight, own: int | None = None) -> pipeline.Question:
        vector, english, language = np.zeros(self._encoder.dimension, np.float32), None, -1
        if own is not None:
            columns = sight.columns
            language = int(columns.language[own])
            vector = columns.vector.floats(np.array([own]))[0]
            english = columns.english.floats(np.array([own]))[0] if columns.english.there[own] else None
        elif words:
            told = detect(words, default="")
            language = view.catalogue.languages.find(told)
            second = self._encoder.english if told in {"", "en"} else None
            also = None if second is None else self._reading.submit(second.encode_queries, [_opening(words)])
            vector = sight.columns.centroids.apply(self._encoder.encode_queries([_opening(words)]))[0]
            english = None if also is None else also.result()[0]
        find = view.catalogue.documents.find
        keys = {find(f"procedures\n{word}") for part in _KEY.findall(words) for word in (part, part.upper())}
        return pipeline.Question(words, vector, sight, view.words, tuple(sorted(keys - {-1})), english, language)

    def _judge(self, view: View, question: pipeline.Question) -> Judged:
        runs = {lane: pipeline.texts(question, number) for number, lane in enumerate(LANES)}
        return self._taught(view).judge(question, runs)

    def _taught(self, view: View) -> Calibration:
        """How likely something or somebody answers is learned from the site's past, where there is enough of it."""
        shipped, lesson = self._calibration, view.lesson
        return shipped if lesson is None else replace(shipped, person=lesson.person or shipped.person, line=lesson.line)

    def _listed(self, question: pipeline.Question) -> Judged:
        """What filters alone find: shown without a floor, voting for nobody."""
        latest = {lane: pipeline.latest(question, number) for number, lane in enumerate(LANES)}
        nothing = {lane: run.taken(slice(0)) for lane, run in latest.items()}
        return Judged(Band.ASK, 0.0, latest, nothing, {})

    def _correction(self, view: View, question: pipeline.Question, judged: Judged) -> str | None:
        """Other words to try: those the reader's texts know, and only when they find what the typed ones did not."""
        if judged.band is Band.ANSWERED or not 0 < len(question.words.split()) <= TYPED:
            return None
        better = view.words.correct(question.words, question.sight.by_number)
        if better is None:
            return None
        corrected = self._judge(view, self._question(view, better, question.sight))
        return better if corrected.probability > judged.probability + HELPS else None

    def _people(
        self, view: View, question: pipeline.Question, judged: Judged, wish: Wish, showing: Showing
    ) -> tuple[PersonHit, ...]:
        authors, most = view.catalogue.authors, wish.people or wish.limit
        own = authors.find(wish.reader.id)
        candidates = experts.rank(
            question, view.catalogue, judged.voting, self._store.clock().timestamp(), wish.tags,
            [own] if own >= 0 else [], habits=view.habits, confidence=judged.confidence,
        )  # fmt: skip
        ids = [authors.words[code] for code in candidates.people[: 4 * most]]
        known = self._known(wish.reader, ids)
        shares = self._taught(view).people(candidates)
        choices = withheld.Choices(self._store, ids, wish.tags, wish.exclude)
        hits: list[PersonHit] = []
        for place, id in enumerate(ids):
            if len(hits) == most:
                break
            person, score = known.get(id), float(candidates.score[place])
            if person is None or person.ended is not None or score < EXPERT_FROM * candidates.score[0]:
                continue
            if reasons := choices.heeded(id, showing.person_reasons(candidates, place, person)):
                hits.append(PersonHit(id, person.name, score, shares[place], reasons))
        return tuple(hits)


def _opening(words: str) -> str:
    """What of a long text is read for its meaning: title and first lines say what a question is about."""
    return " ".join(words.split()[:OPENING])


def _empty(found: Found, wish: Wish, seen: Sight) -> dict[str, Empty]:
    """Why each lane that was wanted and holds nothing (on any page) is empty."""
    nothing = not any((found.procedures, found.answers, found.people, *found.total.values()))
    why: dict[str, Empty] = {}
    for lane in wish.lanes:
        if found.total.get(lane) or getattr(found, lane):
            continue
        if not len(seen.lane(LANES.index(lane)).rows):
            why[lane] = Empty.NOTHING_THERE
        elif wish.query.filtered:
            why[lane] = Empty.FILTERED
        else:
            why[lane] = Empty.NOT_UNDERSTOOD if nothing else Empty.NOTHING_CLOSE
    return why
