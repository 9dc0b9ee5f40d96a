"""How long things take, one timing at a time.

Engines that are compared take turns question by question, in another order each time, so that whatever drifts on the
machine meets all of them; Python's cyclic garbage is collected outside the timings.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from kb.model import Answer, Person, new_id
from tests.bench.kit import Progress

NEEDLE = "The zorbulated frobnicator needs its quux reset before breakfast."
EVERY = 20  # questions between two collections of garbage


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of `count` timings."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, times: Sequence[float]) -> Spread:
        p50, p95, p99 = (float(cut) for cut in np.percentile(times, (50, 95, 99)))
        return cls(len(times), p50, p95, p99, max(times))


def milliseconds(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    work(*given)
    return (time.perf_counter() - began) * 1000


def in_turns(
    engines: Mapping[str, Callable[[str], object]], texts: Sequence[str], warm: int, times: dict[str, list[float]],
    progress: Progress,
) -> None:  # fmt: skip
    """Ask each engine each text and add the milliseconds to its list in `times`, the first `warm` texts aside."""
    names = list(engines)
    gc.collect()
    gc.disable()
    try:
        for turn, text in enumerate(texts):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                took = milliseconds(engines[name], text)
                if turn >= warm:
                    times[name].append(took)
            if turn % EVERY == 0:
                gc.collect()
            progress("timing, question", turn + 1, len(texts))
    finally:
        gc.enable()


def findable(store: Store, indexer: Indexer, finder: Finder, reader: Person, times: int = 5) -> Spread:
    """From the commit of a new answer until it is found; the answers are taken back."""
    took: list[float] = []
    with store.read() as tx:
        question = tx.questions.list(limit=1)[0].id
    for turn in range(times):
        text, id = f"{NEEDLE} {turn}", new_id()
        with store.write() as tx:
            tx.answers.put([Answer(id, question, text, language="en")])
            tx.changes.add("answer", "question", question)
        try:
            began = time.perf_counter()
            indexer.catch_up()
            found = finder.find(text, reader)
            took.append((time.perf_counter() - began) * 1000)
            assert any(hit.question == question for hit in found.answers), "the new answer was not found"
        finally:
            with store.write() as tx:
                tx.answers.remove(id)
                tx.changes.add("delete answer", "question", question)
            indexer.catch_up()
    return Spread.of(took)
