"""Recognition as records: a skill that a colleague confirms by naming where it was shown, and thanks in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Endorsement:
    """`by` confirms a skill of `person`. `of` says what `subject` is: the id of a question, practice or procedure, or
    ("project") the name of a project."""

    id: str
    person: str
    skill: str
    by: str
    of: str
    subject: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Thanks:
    """`by` thanks the author of an answer, in words."""

    id: str
    question: str
    answer: str
    by: str
    words: str
    created: datetime
