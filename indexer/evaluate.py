"""How good is finding? Judged questions of a kit, answered by each pipeline, scored.

A kit is a community folder with `queries.jsonl.gz` and `kit.json` (`task`: answers, procedures or experts). It is
loaded and indexed in a folder of its own below the data folder, never into the real knowledge base, and kept there, so
that a second evaluation starts at once and an interrupted one goes on. Expert kits are asked at the moment they end:
nothing later is known.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indexer import experts, language, pipeline
from indexer.catalogue import LANES
from indexer.encoder import Encoder
from indexer.finder import Finder
from indexer.sync import Indexer, Progress
from kb import Store
from kb.errors import Unreadable
from kb.loading import load, tidy_tags
from kb.model import Person, Role

DEPTH = 200  # ranked ids kept of each query
PEOPLE: Mapping[str, Mapping[str, float]] = {
    "votes": {"votes": 1.0},
    "tags": {"tags": 1.0},
    "declared": {"declared": 1.0},
    "experts": experts.WEIGHTS,
}
TEXTS = tuple(pipeline.PIPELINES)
Row = dict[str, Any]


def pipelines(kit: Path) -> tuple[str, ...]:
    """The pipelines that a kit can be evaluated with; the last one is the default."""
    return tuple(PEOPLE) if _meta(kit)["task"] == "experts" else TEXTS


def evaluate(
    kit: Path, data: Path, encoder: Encoder, only: str | None = None, run_file: Path | None = None,
    detect: Callable[[str], str] | None = None, progress: Progress = lambda what, done, total: None,
) -> list[dict[str, Any]]:  # fmt: skip
    """One row a pipeline: its name, MRR, MAP, P@1, S@5, R@10, nDCG@10 and the number of queries. `run_file` gets the
    run of the last pipeline as JSON Lines {"id", "ranked"}. Unreadable when the folder is no kit."""
    kit = kit.resolve()
    meta = _meta(kit)
    names = pipelines(kit)
    if only is not None and only not in names:
        raise Unreadable(f"{kit.name} has no pipeline {only!r}: choose {', '.join(names)}.")
    queries = _queries(kit)
    asof = _moment(kit, meta.get("asof"))
    work = data / "evaluations" / f"{kit.name}-{_fingerprint(kit)}"
    work.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{work / 'kb.sqlite'}", clock=lambda: asof or datetime.now(UTC))
    ranked: dict[str, dict[str, list[str]]] = {name: {} for name in ([only] if only else names)}
    try:
        load(store, [kit], progress=progress, detect=detect or language.detect)
        Indexer(store, work / "index", encoder).catch_up(progress)
        finder = Finder(store, work / "index", encoder)
        community = _Community(kit, meta["task"], store, finder, (asof or datetime.now(UTC)).timestamp())
        for done, query in enumerate(queries, 1):
            for name, ids in community.rank(query, list(ranked)).items():
                ranked[name][query["id"]] = ids[:DEPTH]
            progress("asking", done, len(queries))
    finally:
        store.close()
    if run_file is not None:
        _write_run(run_file, list(ranked.values())[-1])
    return [{"pipeline": name, **score(queries, run)} for name, run in ranked.items()]


class _Community:
    """A kit, loaded and indexed, with every space readable."""

    def __init__(self, kit: Path, task: str, store: Store, finder: Finder, now: float) -> None:
        self._task, self._finder, self._now = task, finder, now
        with store.read() as tx:
            self._reader = Person("evaluation", "", roles={space.id: Role.READER for space in tx.spaces.list()})
        people = _rows(kit / "people.jsonl.gz") if task == "experts" else ()
        self._candidates = {each.get("id") for each in people if each.get("candidate")}

    def rank(self, query: Row, names: Sequence[str]) -> dict[str, list[str]]:
        """Ids of documents or people for one judged question, by pipeline."""
        question = self._finder.question(f"{query['text']} {query.get('body') or ''}".strip(), self._reader)
        catalogue = self._finder.catalogue
        if self._task != "experts":
            lane = LANES.index("procedures" if self._task == "procedures" else "answers")
            runs = {name: pipeline.texts(question, lane, name) for name in names}
            return {name: [catalogue.document_id(code) for code in run.documents] for name, run in runs.items()}
        lanes = {lane: pipeline.texts(question, number) for number, lane in enumerate(LANES)}
        found: dict[str, list[str]] = {}
        for name in names:
            asker = catalogue.authors.find(query.get("asker") or "")
            candidates = experts.rank(
                question, catalogue, lanes, self._now, tidy_tags(query.get("tags", ())), [asker] if asker >= 0 else [],
                limit=len(catalogue.authors.words), weights=PEOPLE[name],
            )  # fmt: skip
            ids = [catalogue.authors.words[code] for code in candidates.people]
            found[name] = [id for id in ids if id in self._candidates]
        return found


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


def _meta(kit: Path) -> Row:
    try:
        meta = json.loads((kit / "kit.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Unreadable(f"{kit} is no kit: a kit.json with its task is missing or cannot be read.") from None
    if not isinstance(meta, dict) or meta.get("task") not in ("answers", "procedures", "experts"):
        raise Unreadable(f"{kit}: the task in kit.json is not answers, procedures or experts.")
    return meta


def _queries(kit: Path) -> list[Row]:
    file = kit / "queries.jsonl.gz"
    queries = list(_rows(file))
    for number, row in enumerate(queries, 1):
        grades = row.get("relevant") if isinstance(row, dict) else None
        judged = isinstance(grades, dict) and all(isinstance(grade, int) and grade > 0 for grade in grades.values())
        if not (judged and grades and isinstance(row.get("id"), str) and isinstance(row.get("text"), str)):
            raise Unreadable(f"{file}, line {number}: a judged question has an id, a text and graded relevant ids.")
    if not queries:
        raise Unreadable(f"{file} holds no judged question.")
    return queries


def _rows(path: Path) -> Iterator[Row]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise Unreadable(f"{path} cannot be read ({error}).") from None


def _moment(kit: Path, text: str | None) -> datetime | None:
    """When the kit ends; without a zone it is UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Unreadable(f"{kit}: asof in kit.json is not a moment such as 2026-11-23T08:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fingerprint(kit: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(kit.glob("*.jsonl*")):
        if not file.name.startswith("queries"):
            digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:8]


def _write_run(file: Path, run: Mapping[str, Sequence[str]]) -> None:
    making = file.with_name(file.name + ".part")
    try:
        with making.open("w", encoding="utf-8") as lines:
            for id, ranked in run.items():
                lines.write(json.dumps({"id": id, "ranked": list(ranked)}, ensure_ascii=False) + "\n")
        making.replace(file)
    except OSError as error:
        raise Unreadable(f"The run cannot be written to {file}: {error.strerror}.") from error
