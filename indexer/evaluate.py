"""How good is finding? Judged questions of a kit, answered by each pipeline, scored.

A kit (`kits`) is loaded and indexed in a folder of its own below the data folder, never into the real knowledge base,
and kept there, so that a second evaluation starts at once and an interrupted one goes on. Expert kits are asked at the
moment they end: nothing later is known.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import experts, kits, language, learning, pipeline
from indexer.catalogue import KINDS, LANES
from indexer.encoder import Encoder
from indexer.finder import Finder
from indexer.kits import Row
from indexer.sight import Sight
from indexer.sync import Indexer, Progress
from kb import Store
from kb.errors import Unreadable
from kb.loading import load, tidy_tags
from kb.model import Person, Role

DEPTH = 200  # ranked ids kept of each query
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "votes": ("votes",), "tags": ("tags",), "declared": ("declared",), "shipped": (),
    "experts": (),  # what the site does: as its own past taught
}  # fmt: skip
TEXTS = tuple(pipeline.PIPELINES)
ANSWERS = "relevant_answers"  # of a judged question: which answers are right, where the kit tells
_ANSWER = KINDS.index("answer")


@dataclass(frozen=True)
class Runs:
    """What one pipeline ranked: for each judged question's id, ids best first. `answers` where the kit judges them,
    `chances` how likely each person was said to answer, where people are ranked."""

    found: dict[str, list[str]] = field(default_factory=dict)
    chances: dict[str, dict[str, float]] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)


def pipelines(kit: Path) -> tuple[str, ...]:
    """The pipelines that a kit can be evaluated with; the last one is the default."""
    return tuple(PEOPLE) if kits.meta(kit)["task"] == "experts" else TEXTS


def evaluate(
    kit: Path, data: Path, encoder: Encoder, only: str | None = None, run_file: Path | None = None,
    detect: Callable[[str], str] | None = None, progress: Progress = lambda what, done, total: None,
) -> list[dict[str, Any]]:  # fmt: skip
    """One row a pipeline: its name, MRR, MAP, P@1, S@5, R@10, nDCG@10, the number of queries, and the MAP of answers
    where the kit judges them. `run_file` gets the run of the last pipeline as JSON Lines {"id", "ranked"}, of people
    with their "chances". Unreadable when the folder is no kit."""
    names = pipelines(kit)
    if only is not None and only not in names:
        raise Unreadable(f"{kit.resolve().name} has no pipeline {only!r}: choose {', '.join(names)}.")
    queries = kits.queries(kit)
    runs = ranked(kit, data, encoder, [only] if only else names, detect, progress)
    if run_file is not None:
        _write_run(run_file, list(runs.values())[-1])
    return [{"pipeline": name, **score(queries, run.found), **_of_answers(queries, run)} for name, run in runs.items()]


def ranked(
    kit: Path, data: Path, encoder: Encoder, names: Sequence[str], detect: Callable[[str], str] | None = None,
    progress: Progress = lambda what, done, total: None,
) -> dict[str, Runs]:  # fmt: skip
    """What each of the named pipelines ranks for the questions of a kit."""
    kit = kit.resolve()
    queries, asof = kits.queries(kit), kits.ends(kit)
    work = data / "evaluations" / f"{kit.name}-{kits.fingerprint(kit)}"
    work.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{work / 'kb.sqlite'}", clock=lambda: asof or datetime.now(UTC))
    runs = {name: Runs() for name in names}
    try:
        load(store, [kit], progress=progress, detect=detect or language.detect)
        indexer = Indexer(store, work / "index", encoder)
        indexer.catch_up(progress)
        finder = Finder(store, work / "index", encoder)
        if people := kits.meta(kit)["task"] == "experts":
            learning.teach(store, indexer, finder, progress)
        community = _Community(kit, store, finder, (asof or datetime.now(UTC)).timestamp())
        for done, query in enumerate(queries, 1):
            question = community.question(query)
            for name, found in community.rank(question, query, names).items():
                runs[name].found[query["id"]] = list(found)[:DEPTH]
                if people:
                    runs[name].chances[query["id"]] = found
                if ANSWERS in query:
                    runs[name].answers[query["id"]] = community.answers(question, name)[:DEPTH]
            progress("asking", done, len(queries))
    finally:
        store.close()
    return runs


class _Community:
    """A kit, loaded and indexed, with every space readable."""

    def __init__(self, kit: Path, store: Store, finder: Finder, now: float) -> None:
        self._task, self._finder, self._now = kits.meta(kit)["task"], finder, now
        with store.read() as tx:
            self._reader = Person("evaluation", "", roles={space.id: Role.READER for space in tx.spaces.list()})
        self._candidates = kits.candidates(kit) if self._task == "experts" else frozenset()

    def question(self, query: Row) -> pipeline.Question:
        return self._finder.question(f"{query['text']} {query.get('body') or ''}".strip(), self._reader)

    def rank(self, question: pipeline.Question, query: Row, names: Sequence[str]) -> dict[str, dict[str, float]]:
        """For one judged question, by pipeline: ids of documents with their scores, or of people with how likely each
        is to answer; best first."""
        catalogue = self._finder.catalogue
        if self._task != "experts":
            lane = LANES.index("procedures" if self._task == "procedures" else "answers")
            runs = {name: pipeline.texts(question, lane, name) for name in names}
            return {
                name: dict(zip(map(catalogue.document_id, run.documents), run.score.tolist(), strict=True))
                for name, run in runs.items()
            }
        lanes = {lane: pipeline.texts(question, number) for number, lane in enumerate(LANES)}
        found: dict[str, dict[str, float]] = {}
        for name in names:
            asker = catalogue.authors.find(query.get("asker") or "")
            candidates = experts.rank(
                question, catalogue, lanes, self._now, tidy_tags(query.get("tags", ())), [asker] if asker >= 0 else [],
                limit=len(catalogue.authors.words), habits=self._habits(name),
            )  # fmt: skip
            chances = self._finder.calibration.people(candidates)
            ids = [catalogue.authors.words[code] for code in candidates.people]
            found[name] = {id: each for id, each in zip(ids, chances, strict=True) if id in self._candidates}
        return found

    def _habits(self, name: str) -> experts.Habits:
        """Those of the site; of one part alone, or all as shipped, where the pipeline says so."""
        if name == "shipped":
            return experts.Habits()
        return self._finder.habits.only(*PEOPLE[name]) if PEOPLE[name] else self._finder.habits

    def answers(self, question: pipeline.Question, name: str) -> list[str]:
        """Ids of answers in the order of their documents, inside each by their own best passage: that of the same
        pipeline, with answers for documents. Only of the documents that hold the first DEPTH passages."""
        columns, lane = question.columns, LANES.index("answers")
        documents = pipeline.texts(question, lane, name).documents
        answers = question.allowed & (columns.kind == _ANSWER) & np.isin(columns.document, documents)
        rows_of = np.bincount(columns.document[answers], minlength=int(columns.document.max(initial=-1)) + 1)
        enough = int(np.searchsorted(np.cumsum(rows_of[documents]), DEPTH)) + 1
        apart = replace(columns, document=self._answer_of_part[columns.part])
        alone = replace(question, sight=Sight(apart, answers & np.isin(columns.document, documents[:enough])), keys=())
        own = pipeline.texts(alone, lane, name)
        places = np.zeros(len(rows_of), np.int64)
        places[documents] = np.arange(len(documents))
        order = np.argsort(places[columns.document[own.rows]], kind="stable")
        parts = self._finder.catalogue.parts  # asked once: each time it looks whether the index is the newest
        return [parts.words[code] for code in own.documents[order]]

    @cached_property
    def _answer_of_part(self) -> NDArray[np.int32]:
        """(parts,): the code of the first window of the answer that each part belongs to; 0 for other parts."""
        parts = self._finder.catalogue.parts
        codes = [parts.find(part.partition("/")[0]) for part in parts.words]
        return np.maximum(np.array(codes, np.int32), 0)


def score(queries: Sequence[Row], ranked: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Means over `queries` ({"id", "relevant": {id: grade}}) of the usual measures; a query without a row counts as
    zero."""
    totals: dict[str, float] = {}
    for query in queries:
        for name, value in measures(query["relevant"], ranked.get(query["id"], ())).items():
            totals[name] = totals.get(name, 0.0) + value
    return {name: round(total / len(queries), 4) for name, total in totals.items()} | {"queries": len(queries)}


def measures(relevant: Mapping[str, int], ranked: Sequence[str]) -> dict[str, float]:
    """Reciprocal rank, average precision, precision at 1, success at 5, recall at 10 and nDCG at 10 (gain 2^grade -
    1)."""
    places = [place for place, id in enumerate(ranked, 1) if id in relevant]
    gain = sum((2 ** relevant[ranked[place - 1]] - 1) / math.log2(place + 1) for place in places if place <= 10)
    best = sorted(relevant.values(), reverse=True)[:10]
    ideal = sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(best, 1))
    return {
        "MRR": 1 / places[0] if places else 0.0,
        "MAP": sum(found / place for found, place in enumerate(places, 1)) / len(relevant),
        "P@1": float(bool(places) and places[0] == 1),
        "S@5": float(bool(places) and places[0] <= 5),
        "R@10": sum(place <= 10 for place in places) / len(relevant),
        "nDCG@10": gain / ideal,
    }


def _of_answers(queries: Sequence[Row], runs: Runs) -> dict[str, float]:
    if not runs.answers:
        return {}
    judged = [{"id": query["id"], "relevant": query[ANSWERS]} for query in queries if ANSWERS in query]
    return {"MAP of answers": score(judged, runs.answers)["MAP"]}


def _write_run(file: Path, runs: Runs) -> None:
    making = file.with_name(file.name + ".part")
    try:
        with making.open("w", encoding="utf-8") as lines:
            for id, found in runs.found.items():
                row: dict[str, object] = {"id": id, "ranked": found}
                if id in runs.chances:
                    row["chances"] = [runs.chances[id][each] for each in found]
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        making.replace(file)
    except OSError as error:
        raise Unreadable(f"The run cannot be written to {file}: {error.strerror}.") from error
