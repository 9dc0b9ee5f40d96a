"""Standing advice, as frozen records: a *practice* is how something is really done, promoted from one or several
answers by the space that keeps it.

It names its authors, the duties it helps with, and who has verified it until when. A verification is of a text: whoever
changes the words ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Help:
    """What a practice helps with: a duty of a procedure, or (no `step`) the procedure as a whole."""

    procedure: str
    step: str = ""

    @classmethod
    def named(cls, name: str) -> Help:
        """Of `TRV-01#3` or `TRV-01`."""
        procedure, _, step = name.partition("#")
        return cls(procedure.strip(), step.strip())

    @property
    def name(self) -> str:
        return f"{self.procedure}#{self.step}" if self.step else self.procedure


@dataclass(frozen=True, slots=True)
class Practice:
    """`answers` are the ids of those it was made of, `keeper` whoever looks after it; `verified` the moment at which
    `verifier` last found it true, `until` the day to which that holds, `ended` when it was taken back and why."""

    id: str
    space: str
    title: str
    body: str
    language: str = "fr"
    authors: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()
    tags: tuple[str, ...] = ()
    keeper: str | None = None
    created: datetime | None = None
    edited: datetime | None = None
    verifier: str | None = None
    verified: datetime | None = None
    until: date | None = None
    ended: datetime | None = None
    reason: str = ""

    def is_verified(self, day: date) -> bool:
        """Whether somebody's word for it holds on that day."""
        return self.ended is None and self.until is not None and self.until >= day


@dataclass(frozen=True, slots=True)
class PracticeEdit:
    """The words of a practice *before* an edit, with who replaced them and when."""

    id: str
    practice: str
    title: str
    body: str
    person: str | None
    created: datetime
