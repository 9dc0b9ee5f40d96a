"""A deleted post as a record: what it was, who deleted it, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT = timedelta(days=14)  # how long a deleted post can be brought back


@dataclass(frozen=True, slots=True)
class Binned:
    """`kind` is "question", "answer" or "comment", `question` the thread it was in, `title` its first words."""

    id: str
    kind: str
    question: str
    space: str
    title: str
    author: str | None
    person: str
    reason: str
    at: datetime
