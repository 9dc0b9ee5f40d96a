"""A kit as a simulation reads it: its later questions as cases, its past as history.

The ranking is that of the default pipeline, computed or read from a run file (`evaluate --run`). It is frozen at the
moment the kit ends, as all that it holds.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from indexer import kits
from indexer.evaluate import Runs
from indexer.simulation import Case, History
from kb.errors import Unreadable
from kb.loading import tidy_tags

FEW = 3  # answers from which how long somebody takes is read


def cases(kit: Path, runs: Runs) -> list[Case]:
    """The later questions of an expert kit; Unreadable when one has no moment."""
    found = []
    for row in kits.queries(kit):
        at = _moment(row.get("created"))
        if at is None:
            raise Unreadable(f"{kit}: question {row['id']} says not when it was asked, and cannot be replayed.")
        people, chances = runs.found.get(row["id"], []), runs.chances.get(row["id"])
        told = () if chances is None else tuple(chances[each] for each in people)
        asker, right = str(row.get("asker") or ""), frozenset(row["relevant"])
        found.append(Case(row["id"], asker, at, _subject(row), tuple(people), right, told))
    return found


def history(kit: Path) -> History:
    """Who answered what, when and how fast, until the kit ends."""
    asked = {row["id"]: (_moment(row.get("created")), _subject(row)) for row in kits.rows(kit / "questions.jsonl.gz")}
    candidates = kits.candidates(kit)
    answers: list[tuple[str, datetime, str]] = []
    hours: defaultdict[str, list[float]] = defaultdict(list)
    for row in kits.rows(kit / "answers.jsonl.gz"):
        began, subject = asked.get(row.get("question"), (None, ""))
        at = _moment(row.get("created"))
        if at is None or began is None or row.get("author") not in candidates:
            continue
        answers.append((row["author"], at, subject))
        hours[row["author"]].append((at - began).total_seconds() / 3600)
    ends = kits.ends(kit) or max((at for _, at, _ in answers), default=datetime.now(UTC))
    return History(
        ends, answers, {person: statistics.median(each) for person, each in hours.items() if len(each) >= FEW}
    )


def _subject(row: kits.Row) -> str:
    """The first tag: in the kits, the stream or forum that a question was asked in."""
    tags = tidy_tags(row.get("tags") or ())
    return tags[0] if tags else ""


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
