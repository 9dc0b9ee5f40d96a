"""Standing advice, as frozen records: a *practice* is how something is really done, promoted from one or several
answers by the space that keeps it.

It names its authors, the duties it helps with, and who has verified it until when. A verification is of a text: whoever
changes the words ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kb.official import Duty


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
    `verifier` last found it true, `until` the day to which that holds, `extended` the moment at which those who use it
    last pushed that day on, `ended` when it was taken back and why."""

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
    extended: datetime | None = None
    ended: datetime | None = None
    reason: str = ""

    def is_verified(self, day: date) -> bool:
        """Whether somebody's word for it holds on that day."""
        return self.ended is None and self.until is not None and self.until >= day

    @property
    def settled(self) -> datetime | None:
        """The moment since which a doubt counts: the last one at which somebody stood for these words."""
        return max(filter(None, (self.verified, self.edited, self.created)), default=None)


@dataclass(frozen=True, slots=True)
class Verified:
    """The dated word of `person`, who advises in the space, that an answer is true, and until when one may rely on it.
    It is of the words that stand: other ones end it."""

    answer: str
    person: str
    at: datetime
    until: date

    def holds(self, day: date) -> bool:
        return self.until >= day


@dataclass(frozen=True, slots=True)
class PracticeEdit:
    """The words of a practice *before* an edit, with who replaced them and when."""

    id: str
    practice: str
    title: str
    body: str
    person: str | None
    created: datetime


class Verdict(StrEnum):
    """What somebody says of an answer or a practice after use."""

    WORKS = "works"
    OUTDATED = "outdated"
    DANGEROUS = "dangerous"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's one verdict on a practice or an answer, with the unit they were in. `first` is when they first said
    anything of it, `at` when they last did."""

    id: str
    person: str
    practice: str | None
    answer: str | None
    verdict: Verdict
    unit: str
    note: str
    first: datetime
    at: datetime


class TaskKind(StrEnum):
    """Why somebody has something to do; `web/tasks.py` has the sentence of each."""

    DOUBTED = "doubted"
    AMEND = "amend"
    WRITE = "write"
    UNOPENED = "unopened"
    UNHELD = "unheld"
    HAND_OVER = "hand over"
    WRITE_DOWN = "write down"


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person is to look at, until it is done. `of` says what `subject` is the id of, `params` are facts."""

    id: str
    person: str
    kind: TaskKind
    of: str  # "practice" | "procedure"
    subject: str
    params: Mapping[str, object]
    by: str | None
    created: datetime
    done: datetime | None = None


class AmendmentStatus(StrEnum):
    PROPOSED = "proposed"
    TAKEN = "taken"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Amendment:
    """A proposal to change the duties of a procedure, born from a practice: `duties` as proposed, in place of those of
    the text with the number `base`. Whoever keeps the procedure takes it into a draft, called `revision` ("fr.4"), or
    declines it for a `reason`."""

    id: str
    practice: str
    procedure: str
    language: str
    base: int
    duties: tuple[Duty, ...]
    why: str
    author: str
    created: datetime
    status: AmendmentStatus = AmendmentStatus.PROPOSED
    decided_by: str | None = None
    decided: datetime | None = None
    reason: str = ""
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """Words that were looked for near a procedure and answered by nothing; by whom is not known."""

    procedure: str
    text: str
    count: int
    last: date
