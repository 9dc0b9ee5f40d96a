"""Pairs to be judged, as JSON Lines: `{"id", "language", "duty", "practice"}`, one a line, `.gz` or not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pair:
    id: str
    duty: str
    practice: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no pair, and why, in words for the one who wrote it."""

    number: int
    reason: str


def pairs(file: Path) -> Iterator[Pair | BadLine]:
    """Every line of the file, empty ones left out. The language is not needed: the rules read both."""
    with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _pair(number, line)


def _pair(number: int, line: bytes) -> Pair | BadLine:
    try:
        row = json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        return BadLine(number, f"not JSON in UTF-8: {error}.")
    if not isinstance(row, dict):
        return BadLine(number, "a pair is an object with id, duty and practice.")
    for name in ("id", "duty", "practice"):
        if name not in row:
            return BadLine(number, f"“{name}” is missing.")
    if not isinstance(row["duty"], str) or not isinstance(row["practice"], str):
        return BadLine(number, "“duty” and “practice” are texts.")
    return Pair(str(row["id"]), row["duty"], row["practice"])
