"""The records of proof, frozen like those of `kb.model`: what was done and by whom, in an order nobody can change
unseen; what the regulation asks, and the documents of others that are kept beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the audit trail. `actor` did `action` to the `kind` called `id`, in `space` when it belongs to one;
    `detail` is JSON. `hash` binds it to `previous`, the hash of the entry before: see `kb.rules_audit`."""

    number: int
    at: datetime
    actor: str | None
    action: str
    kind: str
    id: str
    space: str | None
    detail: Mapping[str, object]
    salt: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """How many entries there are and the hash of the last, kept apart from them."""

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What to look for in the trail; days are whole days in UTC, both included. `about` is an id, or a kind."""

    actor: str | None = None
    action: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


class AuditFaultKind(StrEnum):
    ALTERED = "altered"
    MISSING = "missing"
    UNLINKED = "unlinked"
    TRUNCATED = "truncated"
    BEYOND = "beyond"
    HEAD = "head"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AuditFault:
    """What is wrong with the entries `first` to `last` of the trail."""

    kind: AuditFaultKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Verification:
    """`head` is the hash of the last entry there is; `faults` holds the first of `fault_count`."""

    count: int
    head: str
    faults: tuple[AuditFault, ...]
    fault_count: int

    @property
    def sound(self) -> bool:
        return self.fault_count == 0


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement of a regulation. `id` is its reference in normal form, `also` holds other ways of writing it."""

    id: str
    reference: str
    regulation: str = ""
    title: str = ""
    also: tuple[str, ...] = ()
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExternalDocument:
    """A document of external origin: a standard, a supplier's manual, a decree. It is where its link leads; here is who
    keeps it and when somebody looks again whether it is still the edition in force."""

    id: str
    space: str
    title: str
    issuer: str = ""
    edition: str = ""
    link: str = ""
    owner: str | None = None
    next_check: date | None = None
    check_months: int = 12
    note: str = ""
    checked: date | None = None
    checked_by: str | None = None
    created: datetime | None = None


class DriftDecision(StrEnum):
    """What a compliance owner says of a pair. OPEN: nothing yet."""

    OPEN = "open"
    PROCEDURE_RIGHT = "procedure right"
    PRACTICE_RIGHT = "practice right"
    NO_CONFLICT = "no conflict"


@dataclass(frozen=True, slots=True)
class Drift:
    """A duty and what is done, that a judge found not to fit together. `of` says what `source` is the id of: "answer"
    or "practice". `digest` is of both texts as they were judged: other words are another pair. `kind` is what the judge
    found, `judge` its version."""

    id: str
    procedure: str
    space: str
    language: str
    step: str
    of: str
    source: str
    digest: str
    kind: str
    judge: str
    found: datetime | None = None
    decision: DriftDecision = DriftDecision.OPEN
    by: str | None = None
    decided: datetime | None = None
    note: str = ""
