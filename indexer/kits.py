"""A kit on disk: a community folder with judged questions (`queries.jsonl.gz`) and its task (`kit.json`).

Whatever is wrong with one is Unreadable, one sentence that names the file.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kb.errors import Unreadable

Row = dict[str, Any]
_NAMED = {"answers": ("questions", "id", "title"), "procedures": ("procedures", "key", "title"),
          "experts": ("people", "id", "name")}  # fmt: skip


def meta(kit: Path) -> Row:
    """What `kit.json` says; its `task` is answers, procedures or experts."""
    try:
        found = json.loads((kit / "kit.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Unreadable(f"{kit} is no kit: a kit.json with its task is missing or cannot be read.") from None
    if not isinstance(found, dict) or found.get("task") not in _NAMED:
        raise Unreadable(f"{kit}: the task in kit.json is not answers, procedures or experts.")
    return found


def queries(kit: Path) -> list[Row]:
    """The judged questions: {"id", "text", "relevant": {id: grade}, ...}, one at least."""
    file = kit / "queries.jsonl.gz"
    found = list(rows(file))
    for number, row in enumerate(found, 1):
        grades = row.get("relevant") if isinstance(row, dict) else None
        judged = isinstance(grades, dict) and all(isinstance(grade, int) and grade > 0 for grade in grades.values())
        if not (judged and grades and isinstance(row.get("id"), str) and isinstance(row.get("text"), str)):
            raise Unreadable(f"{file}, line {number}: a judged question has an id, a text and graded relevant ids.")
    if not found:
        raise Unreadable(f"{file} holds no judged question.")
    return found


def candidates(kit: Path) -> frozenset[str]:
    """The people that an expert kit ranks."""
    return frozenset(each["id"] for each in rows(kit / "people.jsonl.gz") if each.get("candidate") and each.get("id"))


def titles(kit: Path) -> dict[str, str]:
    """What the ids that the kit ranks are called."""
    name, id, title = _NAMED[meta(kit)["task"]]
    found: dict[str, str] = {}
    for file in sorted(kit.glob(f"{name}.jsonl.gz")):
        for row in rows(file):
            found.setdefault(str(row.get(id)), str(row.get(title) or ""))
    return found


def ends(kit: Path) -> datetime | None:
    """The moment after which nothing of the kit is known (its `asof`; without a zone it is UTC)."""
    text = meta(kit).get("asof")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Unreadable(f"{kit}: asof in kit.json is not a moment such as 2026-11-23T08:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def fingerprint(kit: Path) -> str:
    """8 hex letters of all that is loaded: the judged questions aside."""
    digest = hashlib.sha256()
    for file in sorted(kit.glob("*.jsonl*")):
        if not file.name.startswith("queries"):
            digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:8]


def rows(path: Path) -> Iterator[Row]:
    """The rows of a JSON Lines file, packed with gzip."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise Unreadable(f"{path} cannot be read ({error}).") from None
