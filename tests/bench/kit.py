"""A kit in a knowledge base and an index of its own below the data folder, kept there, so that a second run starts at
once and an interrupted one goes on."""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.encoder import Encoder
from indexer.finder import Finder
from indexer.language import detect
from indexer.sync import Indexer
from kb import Store
from kb.loading import load
from kb.model import Person, Role

Row = dict[str, Any]
Progress = Callable[[str, int, int | None], None]


class Shown:
    """Progress on one line of the terminal, at most five times a second."""

    def __init__(self) -> None:
        self._said = 0.0

    def __call__(self, what: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._said > 0.2 or done == total:
            self._said = now
            print(f"\r\x1b[K{what} {done}" + (f" of {total}" if total else ""), end="", file=sys.stderr, flush=True)

    def done(self) -> None:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Site:
    """A kit loaded and indexed, with somebody who may read every space."""

    folder: Path
    store: Store
    finder: Finder
    reader: Person

    @property
    def index(self) -> Path:
        return self.folder / "index"


@contextmanager
def opened(kit: Path, data: Path, encoder: Encoder, progress: Progress) -> Iterator[Site]:
    """The kit's site in the folder of its name below `data`, loaded and indexed first as far as it is not."""
    folder = data / kit.name
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{folder / 'kb.sqlite'}")
    try:
        load(store, [kit], progress=progress, detect=detect)
        indexer = Indexer(store, folder / "index", encoder)
        indexer.catch_up(progress)
        indexer.close()
        yield Site(folder, store, Finder(store, folder / "index", encoder), everywhere(store))
    finally:
        store.close()


def everywhere(store: Store) -> Person:
    """Somebody who may read every space."""
    with store.read() as tx:
        return Person("bench", "", roles={space.id: Role.READER for space in tx.spaces.list()})


def judged(kit: Path) -> list[Row]:
    """The kit's judged questions."""
    return list(rows(kit / "queries.jsonl.gz"))


def rows(file: Path) -> Iterator[Row]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def task(kit: Path) -> str:
    """What is ranked: "answers", "procedures" or "experts"."""
    return str(json.loads((kit / "kit.json").read_text("utf-8"))["task"])
