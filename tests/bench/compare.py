"""Ours beside other engines, on the same texts and questions, in one run: `make bench`.

    python -m tests.bench.compare KITS [--data DIR] [--queries N] [--limit N] [--only KIT ...] [--latency KIT]
                                  [--json FILE]

Quality is measured on every kit of texts in KITS, scored as `quisait evaluate` does; latency on the titles of one kit's
questions, the engines taking turns question by question, one thread each. An engine that cannot be installed or built
is named with the reason. Interrupted, it prints what it has, and the next run goes on with what was loaded, encoded and
built.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from indexer.encoder import Encoder, load_encoder
from indexer.evaluate import score
from tests.bench import corpus as corpora
from tests.bench.corpus import Corpus
from tests.bench.engines import Bm25s, Engine, Fts5, PlainEncoder, Tantivy, Txtai, Whoosh, named
from tests.bench.kit import Progress, Row, Shown, Site, judged, opened, task
from tests.bench.ours import Quisait, WordsAlone
from tests.bench.table import table
from tests.bench.timing import Spread, in_turns

DEPTH = 400  # passages from which documents are ranked for quality: what ours looks at too
SHOWN = 50  # passages from which documents are ranked while the time is taken
WARM = 30  # questions asked before any time is taken
OURS = "Quisait"
RANKING = "Quisait, ranking alone"
WHOLE = ", whole documents"
WORDS = (Whoosh, Fts5, Tantivy, Bm25s)


@dataclass
class Figures:
    """What was measured so far: `quality` by engine and kit, `latency` by engine, `absent` engines with the reason."""

    kits: list[str] = field(default_factory=list)
    quality: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    latency: dict[str, Spread] = field(default_factory=dict)
    timed: str = ""
    absent: dict[str, str] = field(default_factory=dict)


class Bench:
    """One run. `encoder` and `model` (its folder) serve ours, the plain encoder and txtai."""

    def __init__(self, data: Path, encoder: Encoder, model: Path, progress: Progress) -> None:
        self.figures = Figures()
        self._data, self._encoder, self._model, self._progress = data, encoder, model, progress

    def quality(self, kit: Path, limit: int | None) -> None:
        """Every engine's ranking of the kit's judged questions, scored."""
        queries = judged(kit)[:limit]
        with opened(kit, self._data, self._encoder, self._progress) as site, ExitStack() as ending:
            passages = corpora.passages(site, task(kit))
            engines = self._engines(site, passages)
            engines |= {name + WHOLE: made for name, made in self._of_words(corpora.whole(passages)).items()}
            for engine in engines.values():
                ending.callback(engine.close)
            for name, engine in engines.items():
                ranked = {}
                for done, query in enumerate(queries, 1):
                    ranked[query["id"]] = engine.find(_asked(query), DEPTH)
                    self._progress(f"{kit.name}, {name}: question", done, len(queries))
                self.figures.quality.setdefault(name, {})[kit.name] = score(queries, ranked)
                self.figures.kits = list(self.figures.quality[OURS])

    def latency(self, kit: Path, count: int) -> None:
        """Every engine asked the titles of the kit's questions, in turns."""
        titles = [query["text"] for query in judged(kit)[: WARM + count]]
        with opened(kit, self._data, self._encoder, self._progress) as site, ExitStack() as ending:
            lane = "answers" if task(kit) == "experts" else task(kit)
            passages = corpora.passages(site, lane)
            engines = self._engines(site, passages)
            for engine in engines.values():
                ending.callback(engine.close)
            asked: dict[str, Callable[[str], object]] = {OURS: Quisait(site, lane).answer}
            names = {name: RANKING if name == OURS else name for name in engines}
            asked |= {names[name]: partial(_find, engine) for name, engine in engines.items()}
            documents = len(set(passages.documents))
            self.figures.timed = f"{kit.name}: {len(passages.texts)} passages of {documents} documents"
            times: dict[str, list[float]] = {name: [] for name in asked}
            try:
                with threadpool_limits(limits=1):  # of the libraries loaded by now, so not before
                    in_turns(asked, titles, min(WARM, len(titles) // 2), times, self._progress)
            finally:
                if all(times.values()):
                    self.figures.latency = {name: Spread.of(each) for name, each in times.items()}

    def _engines(self, site: Site, passages: Corpus) -> dict[str, Engine]:
        engines: dict[str, Engine] = {each.name: each(site, passages.lane) for each in (Quisait, WordsAlone)}
        engines |= self._of_words(passages)
        vectors = corpora.vectors(site, passages, self._encoder, self._progress)
        engines |= self._made(PlainEncoder, lambda: PlainEncoder(passages, vectors, self._encoder))
        engines |= self._made(Txtai, lambda: Txtai(passages, vectors, self._encoder, self._model))
        return engines

    def _of_words(self, passages: Corpus) -> dict[str, Engine]:
        engines: dict[str, Engine] = {}
        for each in WORDS:
            engines |= self._made(each, partial(each, passages))
        return engines

    def _made(self, engine: type[Engine], make: Callable[[], Engine]) -> dict[str, Engine]:
        """The engine under its name; nothing when it cannot be had, and why is told."""
        self._progress(f"building {engine.name}, if it is not:", 0, None)
        try:
            return {named(engine): make()}
        except ImportError as error:  # PackageNotFoundError too
            self.figures.absent[engine.name] = f"not installed ({error})"
        except Exception as error:
            reason = next(iter(str(error).splitlines()), "")
            self.figures.absent[engine.name] = f"cannot be built ({type(error).__name__}: {reason})"
        return {}


def _asked(query: Row) -> str:
    return f"{query['text']} {query.get('body') or ''}".strip()


def _find(engine: Engine, text: str) -> object:
    return engine.find(text, SHOWN)


def printed(figures: Figures) -> str:
    """Both halves of the table, what is absent, and what the rows mean."""
    lines: list[str] = []
    if figures.quality:
        head = [f"QUALITY  MRR {'nDCG@10':>7}", *(name for name in figures.kits), "mean MRR", "x ours"]
        lines += [*table(head, _quality_rows(figures)), ""]
    if figures.latency:
        lines += [*table(["LATENCY", "p50 ms", "p95 ms", "p50 x ours", "p95 x ours"], _latency_rows(figures)), ""]
    return "\n".join([*lines, *_notes(figures)])


def _quality_rows(figures: Figures) -> list[list[str]]:
    def mean(name: str) -> float:
        found = figures.quality[name]
        return sum(found[kit]["MRR"] for kit in found) / len(found)

    rows = []
    for name, found in figures.quality.items():
        cells = [f"{found[kit]['MRR']:.3f} {found[kit]['nDCG@10']:.3f}" if kit in found else "" for kit in figures.kits]
        whole = len(found) == len(figures.quality[OURS])
        ratio = f"{mean(name) / (mean(OURS) or 1):.2f}"
        rows.append([name, *cells, f"{mean(name):.3f}" if whole else "", ratio if whole else ""])
    return rows + _absent(figures)


def _latency_rows(figures: Figures) -> list[list[str]]:
    ours = figures.latency[OURS]
    rows = [
        [name, f"{each.p50:.1f}", f"{each.p95:.1f}", f"{each.p50 / ours.p50:.2f}", f"{each.p95 / ours.p95:.2f}"]
        for name, each in figures.latency.items()
    ]
    return rows + _absent(figures)


def _absent(figures: Figures) -> list[list[str]]:
    return [[f"{name}: absent, {reason}"] for name, reason in figures.absent.items()]


def _notes(figures: Figures) -> list[str]:
    notes = ["Every engine has the same passages, each with its title; a document counts by its best passage."]
    if figures.quality:
        counts = [f"{kit} {next(iter(figures.quality.values()))[kit]['queries']}" for kit in figures.kits]
        notes.append(f"Quality: MRR and nDCG@10 of judged questions ({', '.join(counts)}).")
        notes.append(f"'{WHOLE[2:]}': the same engine with each document in one piece.")
    if figures.latency:
        notes.append(
            f"Latency: {figures.latency[OURS].count} titles on {figures.timed}; in turns, one thread each, warm."
        )
        notes.append(
            f"'{OURS}' is all that the site answers: encoder, three lanes, excerpts, reasons, people. The others"
        )
        notes.append("rank ten documents or more and show nothing; so does 'ranking alone' (encoder, one lane).")
    return [*notes, "The plain encoder and txtai have every passage's vector, ours those in its index."]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.compare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kits", type=Path, help="the folder of kits")
    parser.add_argument("--data", type=Path, default=Path("data/bench"), help="where kits are kept, loaded and indexed")
    parser.add_argument("--queries", type=int, default=300, help="questions whose time is taken (0: none)")
    parser.add_argument("--limit", type=int, help="judged questions of each kit (all)")
    parser.add_argument("--only", nargs="*", metavar="KIT", help="the kits quality is measured on (all of texts)")
    parser.add_argument("--latency", default="lean-experts", metavar="KIT", help="the kit latency is measured on")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures as JSON too")
    given = parser.parse_args(arguments)
    texts = sorted(file.parent for file in given.kits.glob("*/kit.json") if task(file.parent) != "experts")
    chosen = [kit for kit in texts if given.only is None or kit.name in given.only]
    for name in [*(given.only or []), *([given.latency] if given.queries else [])]:
        if not (given.kits / name / "kit.json").exists():
            parser.error(f"{given.kits} holds no kit {name}")
    shown = Shown()
    encoder = load_encoder(None, given.data, lambda line: print(line, file=sys.stderr))
    bench = Bench(given.data, encoder, _model(given.data), shown)
    try:
        for kit in chosen:
            bench.quality(kit, given.limit)
        if given.queries:
            bench.latency(given.kits / given.latency, given.queries)
    except KeyboardInterrupt:
        return 130
    finally:
        shown.done()
        print(printed(bench.figures))
        if given.json is not None:
            given.json.write_text(json.dumps(_document(bench.figures), indent=1), encoding="utf-8")
    return 0


def _model(data: Path) -> Path:
    from indexer.encoder import describe_model

    folder = describe_model(None, data).folder
    assert folder is not None, "load_encoder has made it"
    return folder


def _document(figures: Figures) -> Mapping[str, Any]:
    machine = {"python": platform.python_version(), "processor": platform.machine(), "cores": os.cpu_count()}
    return {"made": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, **asdict(figures)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
