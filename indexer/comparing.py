"""Is B better than A? Two rankings of the same judged questions, compared question by question.

A difference of means may be luck. If A and B were equally good, each question's difference could as well have had the
other sign: p is the share of 10,000 such worlds, drawn with a fixed seed, whose mean differs at least as much (Fisher's
randomisation test; Smucker, Allan and Carterette 2007). Under .05 luck is a poor explanation. What changed most is told
with its texts, so that an engineer sees why.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import kits
from indexer.evaluate import ANSWERS, DEPTH, Runs, measures, pipelines
from indexer.kits import Row
from kb.errors import Unreadable

FLIPS, SEED = 10_000, 20261123
MEASURES = ("MRR", "nDCG@10")
MOST_CHANGED = 10
_AT_ONCE = 500  # worlds drawn together

Rank = Callable[[Sequence[str]], Mapping[str, Runs]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure: the means of `a` and `b`, `p` as above, and on how many questions B won, lost, tied."""

    measure: str
    a: float
    b: float
    p: float
    won: int
    lost: int
    tied: int

    @property
    def gain(self) -> float:
        return self.b - self.a


@dataclass(frozen=True, slots=True)
class Changed:
    """One judged question: the rank of the first right id in A and in B (None: not found), the right id that the better
    of them found first, and what stood first in each."""

    id: str
    text: str
    rank_a: int | None
    rank_b: int | None
    right: str
    first_a: str | None
    first_b: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A against B on `queries` judged questions of a kit. `changed`: the most first; `titles`: what its ids are
    called."""

    kit: str
    a: str
    b: str
    queries: int
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]
    titles: Mapping[str, str]


def compare(kit: Path, a: str, b: str, rank: Rank) -> Comparison:
    """A and B are pipelines' names, which `rank` answers the kit's questions with, or run files (JSON Lines {"id",
    "ranked"}). Unreadable when one is neither."""
    kit = kit.resolve()
    queries, known = kits.queries(kit), pipelines(kit)
    files = {each: read_run(kit, Path(each), queries) for each in (a, b) if each not in known}
    named = [each for each in dict.fromkeys((a, b)) if each in known]
    runs = {**files, **(rank(named) if named else {})}
    changed = most_changed(queries, runs[a].found, runs[b].found)
    differences = [difference(queries, name, runs[a].found, runs[b].found) for name in MEASURES]
    if runs[a].answers and runs[b].answers:
        judged = [{"id": query["id"], "relevant": query[ANSWERS]} for query in queries if ANSWERS in query]
        of_answers = difference(judged, "MAP", runs[a].answers, runs[b].answers)
        differences.append(replace(of_answers, measure="MAP of answers"))
    titles = kits.titles(kit)
    told = {id for each in changed for id in (each.right, each.first_a, each.first_b) if id in titles}
    return Comparison(
        kit.name, a, b, len(queries), tuple(differences), tuple(changed), {id: titles[id] for id in sorted(told)}
    )


def difference(
    queries: Sequence[Row], measure: str, a: Mapping[str, Sequence[str]], b: Mapping[str, Sequence[str]]
) -> Difference:
    """One measure of two rankings; a question without a row counts as zero."""
    first, second = (
        np.array([measures(query["relevant"], ranked.get(query["id"], ()))[measure] for query in queries])
        for ranked in (a, b)
    )
    gains = second - first
    won, lost = int((gains > 0).sum()), int((gains < 0).sum())
    p = randomised(gains)
    return Difference(measure, float(first.mean()), float(second.mean()), p, won, lost, len(gains) - won - lost)


def randomised(gains: NDArray[np.float64]) -> float:
    """The two-sided p of a randomisation test on paired differences; 1 when none differs."""
    gains = gains[gains != 0]
    if not len(gains):
        return 1.0
    observed, chance, extreme = abs(float(gains.sum())), np.random.default_rng(SEED), 0
    for _ in range(FLIPS // _AT_ONCE):
        signs = chance.integers(0, 2, (_AT_ONCE, len(gains)), dtype=np.int8) * 2 - 1
        extreme += int((np.abs(signs @ gains) >= observed - 1e-9).sum())
    return (extreme + 1) / (FLIPS + 1)


def most_changed(
    queries: Sequence[Row], a: Mapping[str, Sequence[str]], b: Mapping[str, Sequence[str]]
) -> list[Changed]:
    """The questions whose first right id moved most, by reciprocal rank; those that did not move are left out."""
    moved: list[tuple[float, Changed]] = []
    for query in queries:
        ours, theirs = (list(ranked.get(query["id"], ())) for ranked in (a, b))
        rank_a, rank_b = (_first_right(query["relevant"], ranked) for ranked in (ours, theirs))
        if rank_a == rank_b:
            continue
        better, rank = (theirs, rank_b) if (rank_b or DEPTH + 1) < (rank_a or DEPTH + 1) else (ours, rank_a)
        assert rank is not None, "ranks differ, so one is known"
        firsts = next(iter(ours), None), next(iter(theirs), None)
        change = Changed(query["id"], query["text"], rank_a, rank_b, better[rank - 1], *firsts)
        moved.append((abs(_reciprocal(rank_b) - _reciprocal(rank_a)), change))
    moved.sort(key=lambda each: -each[0])
    return [change for _, change in moved[:MOST_CHANGED]]


def _first_right(relevant: Mapping[str, int], ranked: Sequence[str]) -> int | None:
    return next((place for place, id in enumerate(ranked, 1) if id in relevant), None)


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def read_run(kit: Path, file: Path, queries: Sequence[Row]) -> Runs:
    """A run file as it is scored: each id once, 200 at most, of an expert kit the candidates and never the asker."""
    if not file.is_file():
        raise Unreadable(f"{file} is neither a pipeline of {kit.name} ({', '.join(pipelines(kit))}) nor a run file.")
    asked = {query["id"]: query.get("asker") for query in queries}
    allowed = kits.candidates(kit) if kits.meta(kit)["task"] == "experts" else None
    found: dict[str, list[str]] = {}
    chances: dict[str, dict[str, float]] = {}
    for number, line in enumerate(_lines(file), 1):
        row = _row(line)
        if row is None:
            raise Unreadable(f'{file}, line {number}: a run has rows such as {{"id": "...", "ranked": ["...", ...]}}.')
        id, ranked, likely = row
        if id in asked:
            wanted = (each for each in ranked if allowed is None or (each in allowed and each != asked[id]))
            found[id] = list(dict.fromkeys(wanted))[:DEPTH]
            if likely is not None:
                chances[id] = dict(zip(ranked, likely, strict=True))
    if not found:
        raise Unreadable(f"{file} answers no question of {kit.name}: it is a run of another kit.")
    return Runs(found, chances)


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read ({error}).") from None


def _row(line: str) -> tuple[str, list[str], list[float] | None] | None:
    """The question's id, who or what was ranked, and how likely each person was said to answer, where that is told."""
    try:
        row = json.loads(line)
        id, ranked, chances = row["id"], row["ranked"], row.get("chances")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    good = isinstance(id, str) and isinstance(ranked, list) and all(isinstance(each, str) for each in ranked)
    if chances is not None:
        good = good and isinstance(chances, list) and len(chances) == len(ranked)
        good = good and all(isinstance(each, int | float) for each in chances)
    return (id, ranked, chances) if good else None
