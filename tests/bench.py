"""How fast finding is, in the process that serves: `python -m tests.bench KIT [--data DIR] [--queries N]`.

Loads the kit into a knowledge base of its own (kept in DIR, resumed when interrupted), then asks its judged questions
one after the other with people, as the site does, and adds one answer. Prints milliseconds, seconds and megabytes; no
verdict. The machine should be doing nothing else.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from indexer.encoder import load_encoder
from indexer.finder import Finder
from indexer.language import detect
from indexer.sync import Indexer
from kb import Store
from kb.loading import load
from kb.model import Answer, Person, Role, new_id

NEEDLE = "The zorbulated frobnicator needs its quux reset before breakfast."


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
    indexer.catch_up(_progress)
    passages, took = indexer.status().passages, time.perf_counter() - began
    print(f"indexing {passages - before} of {passages} passages".ljust(45), f"{took:8.1f} s")
    began = time.perf_counter()
    finder = Finder(store, folder / "index", encoder)
    print(f"opening the finder                            {time.perf_counter() - began:8.1f} s")
    reader = _everywhere(store)
    texts = [f"{each['text']} {each['body']}".strip() for each in _queries(given.kit)][: given.queries]
    _asked("asking, cold", finder, reader, texts)
    _asked("asking, warm", finder, reader, texts)
    titles = [each["text"] for each in _queries(given.kit)][: given.queries]
    _asked("asking the title alone, warm", finder, reader, titles)
    _findable(store, indexer, finder, reader)
    print(f"memory of this process                        {psutil.Process().memory_info().rss / 2**20:8.0f} MB")


def _asked(what: str, finder: Finder, reader: Person, texts: Sequence[str]) -> None:
    times = []
    for text in texts:
        began = time.perf_counter()
        finder.find(text, reader)
        times.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(times, n=100)
    figures = f"p50 {cuts[49]:6.1f} ms   p95 {cuts[94]:6.1f} ms   p99 {cuts[98]:6.1f} ms"
    print(f"{what}, {len(times)} questions".ljust(45), figures)


def _findable(store: Store, indexer: Indexer, finder: Finder, reader: Person) -> None:
    """Seconds from the commit of a new answer until it is found, five times; the answers are taken back."""
    times = []
    with store.read() as tx:
        question = tx.questions.list(limit=1)[0].id
    for turn in range(5):
        text, id = f"{NEEDLE} {turn}", new_id()
        with store.write() as tx:
            tx.answers.put([Answer(id, question, text, language="en")])
            tx.changes.add("answer", "question", question)
        began = time.perf_counter()
        indexer.catch_up()
        found = finder.find(text, reader)
        times.append(time.perf_counter() - began)
        assert any(hit.question == question for hit in found.answers), "the new answer was not found"
        with store.write() as tx:
            tx.answers.remove(id)
            tx.changes.add("delete answer", "question", question)
        indexer.catch_up()
    figures = f"{statistics.median(times):8.3f} s   most {max(times):.3f} s"
    print(f"a new answer indexed and found, median of {len(times)}".ljust(45), figures)


def _everywhere(store: Store) -> Person:
    with store.read() as tx:
        return Person("bench", "", roles={space.id: Role.READER for space in tx.spaces.list()})


def _queries(kit: Path) -> list[dict[str, str]]:
    with gzip.open(kit / "queries.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _progress(what: str, done: int, total: int | None) -> None:
    print(f"\r{what} {done} of {total}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
