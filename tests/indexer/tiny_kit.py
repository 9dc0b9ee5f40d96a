"""A kit of six subjects that fits on a screen: as many questions, each answered once, and as many judged ones."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

SUBJECTS = ("train ticket", "laser cutter", "crane log", "travel portal", "safety shoes", "holiday claim")
CREATED = "2025-01-01T00:00:00Z"


def write(file: Path, rows: list[dict[str, Any]]) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def tiny_kit(folder: Path) -> Path:
    """Six questions by four people, and as many judged ones."""
    folder.mkdir()
    people = [{"id": f"p{n}", "name": f"P{n}", "candidate": n != 3} for n in range(4)]
    questions = [
        {"id": f"q{n}", "title": f"About the {each}", "body": "", "author": "p3", "created": CREATED,
         "tags": [f"t{n % 2}"]}
        for n, each in enumerate(SUBJECTS)
    ]  # fmt: skip
    answers = [
        {"id": f"a{n}", "question": f"q{n}", "author": f"p{n % 4}", "body": f"Mind the {each}.", "created": CREATED,
         "score": 0, "accepted": n == 0}
        for n, each in enumerate(SUBJECTS)
    ]  # fmt: skip
    for name, rows in (("people", people), ("questions", questions), ("answers", answers), ("queries", judged())):
        write(folder / f"{name}.jsonl.gz", rows)
    (folder / "kit.json").write_text('{"task": "answers", "language": "en"}')
    return folder


def judged() -> list[dict[str, Any]]:
    return [
        {"id": f"j{n}", "text": f"the {each} please", "body": "", "relevant": {f"q{n}": 2, f"q{(n + 1) % 6}": 1}}
        for n, each in enumerate(SUBJECTS)
    ]


def to_experts(kit: Path) -> None:
    """Make people of what is judged."""
    (kit / "kit.json").write_text('{"task": "experts", "asof": "2025-02-01"}')
    queries = [
        {"id": f"j{n}", "text": f"the {each} please", "body": "", "asker": "p1", "tags": [],
         "relevant": {f"p{n % 3}": 1}}
        for n, each in enumerate(SUBJECTS)
    ]  # fmt: skip
    write(kit / "queries.jsonl.gz", queries)


def to_answers(kit: Path) -> None:
    """Judge answers too: of the first question, a second answer about something else is not right."""
    other = {"id": "a9", "question": "q0", "author": "p1", "body": "Mind the safety shoes.", "created": CREATED,
             "score": 0, "accepted": False}  # fmt: skip
    with gzip.open(kit / "answers.jsonl.gz", "at", encoding="utf-8") as lines:
        lines.write(json.dumps(other) + "\n")
    write(kit / "queries.jsonl.gz", [{**each, "relevant_answers": {f"a{n}": 1}} for n, each in enumerate(judged())])
