"""What waits for one person's yes, as records: an edit suggested to an author, words ascribed to a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that `person` suggests in place of a question's (title, body, tags) or of an answer's (body)."""

    id: str
    question: str
    answer: str | None
    person: str
    title: str
    body: str
    tags: tuple[str, ...]
    note: str
    created: datetime
    closed: datetime | None = None
    taken: bool | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What `person` said elsewhere (by phone), as the asker `by` wrote it down; posted once they confirm."""

    id: str
    question: str
    person: str
    by: str
    body: str
    language: str
    created: datetime
    closed: datetime | None = None
