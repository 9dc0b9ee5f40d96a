"""How fast finding is, in the process that serves: `python -m tests.bench KIT [--data DIR] [--queries N]`.

Loads the kit into a knowledge base of its own (kept in DIR, resumed when interrupted), then asks its judged questions
one after the other with people, as the site does, and adds one answer. Prints milliseconds, seconds and megabytes; no
verdict. The machine should be doing nothing else.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psutil

from indexer.encoder import load_encoder
from indexer.finder import Finder
from indexer.language import detect
from indexer.sync import Indexer
from kb import Store
from kb.loading import load
from kb.model import Person
from tests.bench.kit import Shown, everywhere, judged
from tests.bench.timing import Spread, findable, milliseconds

PEOPLE, PAUSE = 16, 0.5  # who type at once, and the seconds between two of their requests


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kit", type=Path)
    parser.add_argument("--data", type=Path, default=Path("data/bench"))
    parser.add_argument("--queries", type=int, default=300)
    given = parser.parse_args(arguments)
    folder = given.data / given.kit.name
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{folder / 'kb.sqlite'}")
    began = time.perf_counter()
    load(store, [given.kit], detect=detect)
    print(f"loading (nothing new when loaded before)      {time.perf_counter() - began:8.1f} s")
    began = time.perf_counter()
    encoder = load_encoder(None, given.data, lambda line: print(line, file=sys.stderr))
    print(f"loading the encoder                           {time.perf_counter() - began:8.1f} s")
    indexer = Indexer(store, folder / "index", encoder)
    began, before = time.perf_counter(), indexer.status().passages
    indexer.catch_up(progress := Shown())
    progress.done()
    passages, took = indexer.status().passages, time.perf_counter() - began
    print(f"indexing {passages - before} of {passages} passages".ljust(45), f"{took:8.1f} s")
    began = time.perf_counter()
    finder = Finder(store, folder / "index", encoder)
    print(f"opening the finder                            {time.perf_counter() - began:8.1f} s")
    reader = everywhere(store)
    queries = judged(given.kit)[: given.queries]
    texts = [f"{each['text']} {each['body']}".strip() for each in queries]
    _asked("asking, cold", finder.find, reader, texts)
    _asked("asking, warm", finder.find, reader, texts)
    _asked("asking the title alone, warm", finder.find, reader, [each["text"] for each in queries])
    typed = [" ".join(each["text"].split()[: 3 + place % 6]) for place, each in enumerate(queries)]
    _asked("typing, one person", partial(finder.find, typing=True), reader, typed)
    _at_once(finder, reader, typed)
    times = findable(store, indexer, finder, reader)
    figures = f"{times.p50 / 1000:8.3f} s   most {times.most / 1000:.3f} s"
    print(f"a new answer indexed and found, median of {times.count}".ljust(45), figures)
    print(f"memory of this process                        {psutil.Process().memory_info().rss / 2**20:8.0f} MB")


def _asked(what: str, find: Callable[..., object], reader: Person, texts: Sequence[str]) -> None:
    _print(what, Spread.of([milliseconds(find, text, reader) for text in texts]))


def _at_once(finder: Finder, reader: Person, texts: Sequence[str]) -> None:
    """Sixteen people, each typing on as soon as an answer is there and half a second has passed."""

    def types(person: int) -> list[float]:
        times = []
        for text in texts[person::PEOPLE]:
            times.append(milliseconds(partial(finder.find, typing=True), text, reader))
            time.sleep(PAUSE)
        return times

    with ThreadPoolExecutor(PEOPLE) as people:
        _print(
            f"typing, {PEOPLE} people at once",
            Spread.of([one for each in people.map(types, range(PEOPLE)) for one in each]),
        )


def _print(what: str, times: Spread) -> None:
    figures = f"p50 {times.p50:6.1f} ms   p95 {times.p95:6.1f} ms   p99 {times.p99:6.1f} ms"
    print(f"{what}, {times.count} questions".ljust(45), figures)


if __name__ == "__main__":
    main(sys.argv[1:])
