"""How latency, memory and size grow with the knowledge base: `make growth`.

    python -m tests.bench.growth KIT [--data DIR] [--sizes N ...] [--queries N] [--json FILE]

KIT is an expert kit. For each size a knowledge base is made (see `grown`; kept in DIR, resumed when interrupted) and
measured in a fresh process, as one that serves: encoder, finder, indexer.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import psutil

from indexer.encoder import Encoder, load_encoder
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from tests.bench.grown import grow
from tests.bench.kit import Shown, everywhere, judged, opened
from tests.bench.table import table
from tests.bench.timing import Spread, findable, milliseconds

SIZES = (10_000, 30_000, 107_000, 500_000)
WARM = 30  # questions before any time is taken
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one size; megabytes, seconds, and milliseconds in the spreads. `open` is the finder alone, the encoder being
    there; `first` from then until the first answer. `memory` is that of the whole process at the end, `before` what it
    was before the finder was opened: Python, PyTorch and the encoder."""

    passages: int
    typing: Spread
    asking: Spread
    new_answer: Spread
    memory: float
    before: float
    index: float
    database: float
    open: float
    first: float


def measure(folder: Path, titles: Sequence[str], encoder: Encoder) -> Figures:
    """The knowledge base in `folder`, asked `titles` (of which the first ones are not timed), typed and whole."""
    store = Store(f"sqlite:///{folder / 'kb.sqlite'}")
    try:
        before = _memory()
        began = time.perf_counter()
        finder = Finder(store, folder / "index", encoder)
        opened_after, reader = time.perf_counter() - began, everywhere(store)
        first = milliseconds(finder.find, titles[0], reader) / 1000
        warm = min(WARM, len(titles) // 2)
        find = partial(finder.find, typing=True)
        typing = [milliseconds(find, typed(title, turn), reader) for turn, title in enumerate(titles)][warm:]
        asking = [milliseconds(finder.find, title, reader) for title in titles][warm:]
        indexer = Indexer(store, folder / "index", encoder)
        found = findable(store, indexer, finder, reader)
        status = indexer.status()
        indexer.close()
        return Figures(
            status.passages, Spread.of(typing), Spread.of(asking), found, _memory(), before,
            _megabytes(folder / "index"), (folder / "kb.sqlite").stat().st_size / 2**20, opened_after, first,
        )  # fmt: skip
    finally:
        store.close()


def typed(title: str, turn: int) -> str:
    """What stands in the box while a title is typed: one to four words, the last not yet whole."""
    words = title.split()[: 1 + turn % 4]
    return " ".join([*words[:-1], words[-1][: max(3, 2 * len(words[-1]) // 3)]]) if words else title


def printed(figures: Sequence[Figures]) -> str:
    head = [
        "passages", "typing p50", "p95", "asking p50", "p95", "new answer", "most", "memory", "before", "index",
        "database", "opening", "first answer",
    ]  # fmt: skip
    rows = []
    for each in figures:
        times = (each.typing.p50, each.typing.p95, each.asking.p50, each.asking.p95)
        sizes = (each.memory, each.before, each.index, each.database)
        rows.append(
            [
                f"{each.passages:,}", *(f"{time:.1f} ms" for time in times),
                *(f"{time:.0f} ms" for time in (each.new_answer.p50, each.new_answer.most)),
                *(f"{size:.0f} MB" for size in sizes), f"{each.open:.1f} s", f"{each.first:.2f} s",
            ]
        )  # fmt: skip
    notes = [
        "Typing: one to four words of a later question's title, the last cut. Asking: the title. Both with everything",
        "the site shows, people and encoder included. New answer: from its commit until found, median and most (the",
        "first of five compares the halves of the index). Memory: of the whole process at the end; before: with the",
        "encoder alone. Opening: the finder; first answer: after that.",
        "Vectors are the encoder's own for the kit's texts; for the copies beyond them (a third of the longer words",
        "changed) they are the original's, turned a little and made of length 1 again: not the encoder's.",
    ]
    return "\n".join([*table(head, rows), "", *notes])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kit", type=Path)
    parser.add_argument("--data", type=Path, default=Path("data/bench"))
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="passages")
    parser.add_argument("--queries", type=int, default=200, help="titles typed and asked")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures as JSON too")
    given = parser.parse_args(arguments)
    if not (given.kit / "kit.json").exists():
        parser.error(f"{given.kit} is no kit")
    figures: list[Figures] = []
    try:
        _apart(_prepare, given.kit, given.data)
        titles = [query["text"] for query in judged(given.kit)[: WARM + given.queries]]
        for size in given.sizes:
            folder = given.data / "growth" / f"{given.kit.name}-{size}"
            _apart(_grow, given.kit, given.data, folder, size)
            figures.append(_apart(_measure, given.data, folder, titles))
    except KeyboardInterrupt:
        return 130
    finally:
        print(printed(figures))
        if given.json is not None:
            given.json.write_text(json.dumps([asdict(each) for each in figures], indent=1), encoding="utf-8")
    return 0


def _apart(work: Callable[..., T], *given: Any) -> T:
    """The work done in a fresh process, whose memory is all its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _prepare(kit: Path, data: Path) -> None:
    shown = Shown()
    with opened(kit, data, load_encoder(None, data, _say), shown):
        shown.done()


def _grow(kit: Path, data: Path, folder: Path, size: int) -> None:
    shown = Shown()
    encoded = grow(kit, data / kit.name / "index", folder, size, load_encoder(None, data, _say), shown)
    shown.done()
    if encoded:
        _say(f"{folder.name}: {encoded} texts were not in the kit's index and were encoded")


def _measure(data: Path, folder: Path, titles: Sequence[str]) -> Figures:
    return measure(folder, titles, load_encoder(None, data, _say))


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _memory() -> float:
    return float(psutil.Process().memory_info().rss / 2**20)


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
