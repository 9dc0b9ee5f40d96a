"""Which files a path stands for, and what each holds.

A folder is looked through for the names of a community folder (down to two levels of sub-folders), for Markdown
procedures at any depth, and for a Stack Exchange dump; a single file is known by its name, else by the fields of its
first row.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kb.errors import Unreadable
from kb.loading.lines import json_rows
from kb.loading.report import LoadReport
from kb.rules import slug

COMMUNITY = {
    "people": "person", "spaces": "space", "procedures": "procedure", "questions": "question", "answers": "answer",
    "comments": "comment", "votes": "vote", "practices": "practice",
    "confirmations": "confirmation",
}  # fmt: skip
DEPTH = 2
MARKDOWN, CSV, STACK_EXCHANGE = "markdown", "csv", "stack exchange"
_CHATTER = {"readme.md", "changelog.md", "contributing.md", "licence.md", "license.md"}


@dataclass(frozen=True, slots=True)
class Source:
    """`holds` is a kind of row (then JSON Lines), MARKDOWN, CSV or STACK_EXCHANGE; `name` is how problems call the
    file; `space` the name of the space for rows that name none."""

    file: Path
    holds: str
    name: str
    space: str


def find_sources(paths: Sequence[Path], report: LoadReport) -> list[Source]:
    """Every file to read, each once. Unreadable when a path does not exist or holds nothing that can be loaded."""
    found: dict[Path, Source] = {}
    for path in paths:
        if not path.exists():
            raise Unreadable(f"{path} does not exist. Check the path.")
        sources = list(_folder(path, report)) if path.is_dir() else [_file(path)]
        if not sources:
            raise Unreadable(
                f"{path} holds nothing to load. A folder holds procedures (*.md) or a community (people.jsonl, "
                "questions.jsonl, answers.jsonl, procedures.jsonl, each optionally .gz)."
            )
        for source in sources:
            found.setdefault(source.file.resolve(), source)
    return list(found.values())


def space_name(folder: Path) -> str:
    """The name of a folder as the name of a space."""
    name = folder.resolve().name
    return name if slug(name) else "loaded"


def _folder(root: Path, report: LoadReport) -> Iterator[Source]:
    if not os.access(root, os.R_OK | os.X_OK):
        raise Unreadable(f"The folder {root} cannot be read. Give this user the right to read it.")
    for place, folders, names in os.walk(
        root, onerror=lambda error: report.note(str(error.filename), None, "Cannot be read.")
    ):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        folder = Path(place)
        depth = len(folder.relative_to(root).parts)
        if "Posts.xml" in names and depth <= DEPTH:
            yield Source(folder, STACK_EXCHANGE, _short(folder, root), space_name(folder))
        for name in sorted(names):
            file = folder / name
            holds = _by_name(name)
            if name.startswith(".") or holds is None or (holds != MARKDOWN and depth > DEPTH):
                continue
            if holds == MARKDOWN and name.lower() in _CHATTER and not file.read_bytes().startswith(b"---"):
                continue
            if name.endswith(".jsonl.gz") and name.removesuffix(".gz") in names:
                report.note(
                    _short(file, root), None, f"{name.removesuffix('.gz')} stands beside it and was read instead."
                )
                continue
            yield Source(file, holds, _short(file, root), space_name(root if holds == MARKDOWN else folder))


def _by_name(name: str) -> str | None:
    """What a file *in a folder* holds; None for what is not ours (kit.json, queries.jsonl.gz)."""
    lower = name.lower()
    if lower.endswith(".md"):
        return MARKDOWN
    stem = lower.removesuffix(".gz").removesuffix(".jsonl")
    if stem != lower.removesuffix(".gz") and stem in COMMUNITY:
        return COMMUNITY[stem]
    return CSV if lower in ("people.csv", "personnes.csv") else None


def _file(file: Path) -> Source:
    lower = file.name.lower()
    space = space_name(file.resolve().parent)
    if lower.endswith(".md"):
        return Source(file, MARKDOWN, file.name, space)
    if lower.endswith((".csv", ".tsv")):
        return Source(file, CSV, file.name, space)
    if lower.endswith((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")):
        stem = lower.split(".")[0]
        holds = next((kind for name, kind in COMMUNITY.items() if stem.startswith(name)), None) or _by_fields(file)
        return Source(file, holds, file.name, space)
    if lower.endswith((".xlsx", ".xls", ".ods")):
        raise Unreadable(f"{file} is a spreadsheet. Save it as CSV (UTF-8) and load that.")
    if lower.endswith(".xml"):
        raise Unreadable(f"{file} is XML. Of a Stack Exchange dump, load the folder that holds Posts.xml.")
    raise Unreadable(f"{file} is not a kind of file that can be loaded: give .md, .csv, .jsonl or .jsonl.gz.")


def _by_fields(file: Path) -> str:
    complaints: list[str] = []
    for _, row in islice(json_rows(file, lambda line, reason: complaints.append(reason)), 1):
        names = frozenset(row)
        if "answers" in names and "title" in names:
            return "practice"
        if "question" in names:
            return "answer"
        if "verdict" in names:
            return "confirmation"
        if "on" in names:
            return "vote" if "value" in names else "comment"
        if "key" in names:
            return "procedure" if names & {"title", "language", "body"} else "space"
        if "title" in names and "name" not in names:
            return "question"
        if "name" in names:
            return "person"
    why = f" {complaints[0]}" if complaints else ""
    raise Unreadable(
        f"{file}: neither its name nor its first row says what it holds.{why} Name it people, spaces, procedures, "
        "questions, answers, comments, votes, practices or confirmations, with .jsonl or .jsonl.gz."
    )


def _short(file: Path, root: Path) -> str:
    return str(file.relative_to(root)) if file != root else file.name
