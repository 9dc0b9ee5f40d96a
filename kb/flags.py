"""Flags and posts that wait for approval, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FlagReason(StrEnum):
    CONFIDENTIAL = "confidential"
    PERSONAL = "personal"
    RUDE = "rude"
    NOT_HERE = "not here"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Flag:
    """Somebody says that a post should be looked at: a question, one of its answers, or a comment below."""

    id: str
    question: str
    answer: str | None
    comment: str | None
    person: str
    reason: FlagReason
    note: str
    created: datetime
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A post that its author sent and nobody else reads yet. `kind` is "question", "answer" or "comment"; `fields`
    holds what it will be posted with, under the same `id`."""

    id: str
    space: str
    person: str
    kind: str
    question: str | None
    fields: Mapping[str, object]
    created: datetime
