"""The records of the official layer: procedures with their revisions and duties; who approves in a space, what they
decided, what was found still valid.

A *charter* says how a space keeps its procedures: the approvers by name, each with the body they speak for and the
stage at which their turn comes, how many of them it takes, and how long a page may be. A *proposal* is a revision in
work together with all that its approval depends on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ProcedureStatus(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in review"
    PUBLISHED = "published"
    RETIRED = "retired"


class RevisionStatus(StrEnum):
    """Where one text is on its way; `kb.lifecycle` says which way leads where."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"
    RELEASED = "released"


class Decision(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Duty:
    """One row of a revision's table: `step` (text, so that 2a is possible), who, what, the rule it satisfies."""

    step: str
    role: str
    what: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One numbered text of a procedure in one language: it changes while it is a draft, never after. `summary` is its
    purpose, `body` the few essentials below the duties (Markdown), `change` what its author says is new in it.

    `base` is the number of the text it was written from, `saves` counts its savings, `writers` everybody who saved it;
    `submitted`, `published` and `ended` are the moments at which it went to its approvers, came into force, left it."""

    procedure: str
    language: str
    number: int
    title: str
    summary: str = ""
    body: str = ""
    duties: tuple[Duty, ...] = ()
    tags: tuple[str, ...] = ()
    status: RevisionStatus = RevisionStatus.PUBLISHED
    author: str | None = None
    change: str = ""
    created: datetime | None = None
    effective: date | None = None
    major: bool = True
    base: int | None = None
    saves: int = 0
    writers: tuple[str, ...] = ()
    submitted: datetime | None = None
    published: datetime | None = None
    ended: datetime | None = None

    @property
    def id(self) -> str:
        return f"{self.procedure}@{self.language}.{self.number}"

    @property
    def name(self) -> str:
        """What tells it from the other texts of its procedure, as addresses write it: `fr.3`."""
        return f"{self.language}.{self.number}"

    @property
    def since(self) -> date | None:
        """The day from which it holds (or held): its effective date, or the day it was published when that is later."""
        days = [self.effective, self.published.date() if self.published else None]
        return max(filter(None, days), default=None)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a procedure concerns: those of the roles, units and sites named. An empty list leaves nobody out."""

    roles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """The official text as an object: who keeps it, where and for whom it holds, what it satisfies. Its words are in
    revisions; `revisions` holds the one in force for each language (of a retired procedure, the one that was).

    `reviewed` is the day it was last found right, by a publication or a review; `reminded` how far its keepers were
    reminded of the next one; `retired`, `reason` and `successor` (a key) say when and why it ended, what follows."""

    key: str
    space: str
    owner: str | None = None
    deputy: str | None = None
    status: ProcedureStatus = ProcedureStatus.PUBLISHED
    review_months: int | None = None
    satisfies: tuple[str, ...] = ()
    created: datetime | None = None
    revisions: tuple[Revision, ...] = ()
    scope: str = ""
    audience: Audience = Audience()
    reviewed: date | None = None
    reminded: int = 0
    retired: datetime | None = None
    reason: str = ""
    successor: str | None = None

    def revision(self, language: str) -> Revision:
        """The text in force, in `language` if there is one, else in the first language that has one."""
        return next((each for each in self.revisions if each.language == language), self.revisions[0])


@dataclass(frozen=True, slots=True)
class Approver:
    """Stages are taken in order, from 1; those of one stage decide in any order. `body` is whom they speak for."""

    person: str
    stage: int = 1
    body: str = ""


@dataclass(frozen=True, slots=True)
class Charter:
    """`minimum` approvals at least; a page of at most about `words` words and `duties` duties. `keep_months`: how long
    a text is kept after it left force (None: for ever)."""

    space: str
    approvers: tuple[Approver, ...] = ()
    minimum: int = 1
    words: int = 400
    duties: int = 9
    keep_months: int | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A named person's dated decision on a revision. `sha256` is that of its canonical text at that moment."""

    id: str
    revision: str
    person: str
    stage: int
    body: str
    decision: Decision
    reason: str
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A named person's dated "still valid", with a note."""

    id: str
    procedure: str
    person: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Campaign:
    """People are asked to read a procedure and to say so: those who fit `audience` and read one of `spaces` (what is
    empty leaves nobody out), and those named in `people`.

    `deadline` holds for the texts in force at its start (`texts`, by name); `days` is how long one has, also for each
    later major text; after `renew_months` one is asked again. `kb.acknowledging` says who still is."""

    id: str
    procedure: str
    deadline: date
    days: int
    audience: Audience = Audience()
    spaces: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    renew_months: int | None = None
    texts: tuple[str, ...] = ()
    note: str = ""
    started_by: str | None = None
    created: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A named person's dated "I have read this text". `sha256` is that of its canonical form; `by_mail`: said by the
    link of a mail, without a sign-in."""

    id: str
    procedure: str
    revision: str
    person: str
    sha256: str
    by_mail: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Release:
    """A proposal to release the words of texts (ids of revisions) that were kept long enough; `closed` when another
    person confirmed it, or (without `confirmed_by`) when it was withdrawn."""

    id: str
    space: str
    texts: tuple[str, ...]
    proposed_by: str
    proposed: datetime | None = None
    confirmed_by: str | None = None
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A revision with its procedure, the charter of its space (its approvers as far as they may still decide) and
    every decision on it, oldest first."""

    procedure: Procedure
    revision: Revision
    charter: Charter
    approvals: tuple[Approval, ...] = ()
