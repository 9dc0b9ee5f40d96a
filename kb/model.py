"""The words of the house as frozen records that know no database.

Ids are text: those of loaded communities are kept, new ones come from `new_id`. Moments are timezone-aware UTC.
A record holds ids of other records, never the records themselves; what belongs to one page is put together by the
use cases. Statuses are `StrEnum`, so they read the same in code, table, JSON and URL. Those of the official layer are
written in `kb.official`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from kb.official import Audience as Audience
from kb.official import Duty as Duty
from kb.official import Procedure as Procedure
from kb.official import ProcedureStatus as ProcedureStatus
from kb.official import Revision as Revision
from kb.official import RevisionStatus as RevisionStatus

Languages = tuple[str, ...]
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """Twelve characters without look-alikes: about 58 bits, unguessable enough for an address, short enough to read."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


class PersonKind(StrEnum):
    EMPLOYEE = "employee"
    GUEST = "guest"


class Visibility(StrEnum):
    """Who reads a space: every employee; its members only; every employee and the partner's members."""

    OPEN = "open"
    RESTRICTED = "restricted"
    PARTNER = "partner"


class Role(StrEnum):
    READER = "reader"
    MEMBER = "member"
    EXPERT = "expert"
    ANIMATOR = "animator"
    COMPLIANCE_OWNER = "compliance owner"


class QuestionStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    DUPLICATE = "duplicate"


class Band(StrEnum):
    ANSWERED = "answered"
    MAYBE = "maybe"
    ASK = "ask"


class SecretKind(StrEnum):
    SESSION = "session"
    TOKEN = "token"
    INVITE = "invite"
    CALENDAR = "calendar"
    FEED = "feed"


class Against(StrEnum):
    """Why a vote is against a post."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    NOT_HERE = "not here"
    UNCLEAR = "unclear"


class NoticeKind(StrEnum):
    """What a person is told of; `web/telling.py` holds the sentence of each and why they get it."""

    INVITED = "invited"
    ANSWERED = "answered"
    COMMENTED = "commented"
    MENTIONED = "mentioned"
    ACCEPTED = "accepted"
    TAKEN = "taken"
    KNOWN = "known"
    RELEASED = "released"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    UNANSWERED = "unanswered"
    NOT_POSTED = "not posted"
    OUTCOME = "outcome"
    OFFERED = "outcome offered"
    SETTLED = "settled"
    CLOSED = "closed"
    MERGED = "merged"
    REMOVED = "removed"
    FLAGGED = "flagged"
    FOLLOWED = "followed"
    SUGGESTED = "suggested"
    TAKEN_UP = "taken up"
    NOT_TAKEN_UP = "not taken up"
    SAID = "said"
    DENIED = "denied"
    FLAG_REMOVED = "flag removed"
    FLAG_KEPT = "flag kept"
    TO_MODERATE = "to moderate"
    APPROVED = "approved"
    NOT_APPROVED = "not approved"
    TO_APPROVE = "to approve"
    REFUSED = "refused"
    RETURNED = "returned"
    PUBLISHED = "published"
    REVIEW_DUE = "review due"
    DOUBTED = "doubted"
    CHANGED = "changed"
    GAPS = "gaps"
    AMENDED = "amended"
    AMENDMENT_DECIDED = "amendment decided"
    TO_ACKNOWLEDGE = "to acknowledge"
    STILL_TO_ACKNOWLEDGE = "still to acknowledge"
    DRIFTED = "drifted"
    POINTED = "pointed"
    LETTER = "letter"
    LETTER_DUE = "letter due"
    EDITED = "edited"
    GUEST_ENDS = "guest ends"
    HAND_OVER = "hand over"
    INVITED_IN = "invited in"
    THANKED = "thanked"
    VERIFIED = "verified"
    LAPSED = "lapsed"
    TO_RELEASE = "to release"


class NoticeState(StrEnum):
    UNREAD = "unread"
    READ = "read"
    DONE = "done"


class EvidenceKind(StrEnum):
    """Why a person is tied to a subject, strongest first; `indexer` learns how much each weighs."""

    PRACTICE = "practice"
    VERIFIED = "verified"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    UPVOTED = "upvoted"
    OWNS = "owns"
    DECLARED = "declared"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in the organisation. `roles` holds the *effective* role in every space this person may read (an employee
    is a member of every open space without a row saying so), `member_of` the spaces with a running membership; both are
    filled by storage: see `kb.rules.effective_roles`. `holds` are the roles that duties name ("Buyer") and that this
    person has said are theirs. `ends` is the last day they are here, where it is known; a guest has a `sponsor`, and
    knows by name whom they have `met` in the threads they take part in (filled by storage, for guests). `doing` is what
    they say they work on, since that day; `twins`: whoever has the same question elsewhere may learn their name."""

    id: str
    name: str
    email: str | None = None
    title: str = ""
    unit: str = ""
    site: str = ""
    languages: Languages = ()
    skills: tuple[str, ...] = ()
    about: str = ""
    kind: PersonKind = PersonKind.EMPLOYEE
    admin: bool = False
    created: datetime | None = None
    ended: datetime | None = None
    holds: tuple[str, ...] = ()
    sponsor: str | None = None
    ends: date | None = None
    doing: str = ""
    doing_since: date | None = None
    twins: bool = False
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    member_of: frozenset[str] = field(default=frozenset(), compare=False)
    met: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as a list of many shows them."""

    id: str
    name: str
    title: str = ""
    unit: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Space:
    id: str
    name: str
    description: str = ""
    visibility: Visibility = Visibility.OPEN
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    space: str
    person: str
    role: Role
    since: datetime
    until: datetime | None = None
    rule: str | None = None  # the id of the rule that made it


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    space: str
    title: str
    body: str = ""
    author: str | None = None
    language: str = "fr"
    tags: tuple[str, ...] = ()
    status: QuestionStatus = QuestionStatus.OPEN
    duplicate_of: str | None = None
    score: int = 0
    answers: int = 0
    created: datetime | None = None
    edited: datetime | None = None
    active: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    question: str
    body: str
    author: str | None = None
    language: str = "fr"
    score: int = 0
    accepted: datetime | None = None
    created: datetime | None = None
    edited: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on a question, or on one of its answers (`answer` set)."""

    id: str
    question: str
    body: str
    answer: str | None = None
    author: str | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    person: str
    question: str
    answer: str | None
    value: int
    created: datetime
    reason: Against | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """The text of a question or answer *before* an edit, with who replaced it and when."""

    id: str
    question: str
    answer: str | None
    title: str
    body: str
    person: str | None
    created: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """One dated fact that ties a person to a subject: an answered question, an owned procedure, a declared skill.
    `subject` is the id of the question, answer or procedure (or the skill's name), `space` None for a profile."""

    person: str
    kind: EvidenceKind
    subject: str
    title: str
    space: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Secret:
    """Something random handed to a person once; only its hash is kept. A session, an API token or a one-use invite."""

    hash: str
    kind: SecretKind
    person: str
    label: str
    created: datetime
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person is told: its kind, the thing it is about (`of` says what `subject` is the id of) and the facts
    of its sentence, which is made when it is read. Nobody is told the same `key` twice. `due` is when a mail may carry
    it (None: nobody looked yet), `mail` the message that does ("never": none will)."""

    id: str
    person: str
    kind: NoticeKind
    of: str  # "question" | "procedure" | "practice" | "space"
    subject: str
    params: Mapping[str, object]
    key: str
    created: datetime
    read: datetime | None = None
    done: datetime | None = None
    due: datetime | None = None
    mail: str | None = None

    @property
    def state(self) -> NoticeState:
        return NoticeState.DONE if self.done else NoticeState.READ if self.read else NoticeState.UNREAD


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change log, written in the transaction of the change itself. Numbers rise in commit order."""

    number: int
    at: datetime
    actor: str | None
    action: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done later: leased by one worker at a time, kept until done."""

    id: int
    kind: str
    payload: Mapping[str, object]
    run_at: datetime
    attempts: int
