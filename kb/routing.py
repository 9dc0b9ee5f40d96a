"""Routing as records: stages, candidates, requests, and the numbers that an administrator sets.

A question goes through stages: two of the nearest candidates, three more of a wider circle, the keeper of the subject
and the space's animator, then the list of gaps. Within a stage whoever says no is replaced at once. Whose turn it is
stands in `kb.turns`, what is done about it in `kb.waves`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kb.calendars import Calendar
from kb.model import Band


class Stage(StrEnum):
    FIRST = "first"
    SECOND = "second"
    KEEPERS = "keepers"
    GAP = "gap"
    CLOSED = "closed"


ORDER = (Stage.FIRST, Stage.SECOND, Stage.KEEPERS, Stage.GAP)
ENDED = frozenset({Stage.GAP, Stage.CLOSED})


class InvitationStatus(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"  # "I will answer"
    ANSWERED = "answered"
    DECLINED = "declined"  # "not me"
    BUSY = "busy"
    REFERRED = "referred"  # "ask X instead"
    KNOWN = "known"  # "already answered here"
    RELEASED = "released"  # no longer needed
    LAPSED = "lapsed"  # never came back to it


OPEN = frozenset({InvitationStatus.WAITING, InvitationStatus.ACCEPTED})
HELPED = frozenset({InvitationStatus.ANSWERED, InvitationStatus.KNOWN})
PASSED = frozenset({InvitationStatus.DECLINED, InvitationStatus.REFERRED, InvitationStatus.LAPSED})
REMEMBERED = timedelta(days=90)  # for so long an outcome weighs in whose turn it is
SHARED = timedelta(days=365)  # for so long a request counts in how those about a subject are shared out


class Circle(StrEnum):
    """How a candidate came in: among the nearest, from farther away, or as a keeper of the subject."""

    NEAR = "near"
    WIDE = "wide"
    KEEPER = "keeper"


class SubjectUse(StrEnum):
    """What a person allows with a subject of theirs."""

    ROUTED = "routed"  # shown, and asked about it
    SHOWN = "shown"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is asked, as a fact: the kinds of finding (answered, owns, tagged, ...) and our own (named,
    recommended, expert, animator, newcomer; turn, spared and load: why earlier, why later). `of` says what `subject`
    is the id of; a title is read anew when it is shown."""

    kind: str
    title: str = ""
    of: str | None = None
    subject: str | None = None
    at: datetime | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person considered for a query: score on the ranker's scale, probability that they would answer."""

    person: str
    score: float
    probability: float
    circle: Circle = Circle.NEAR
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One question's path. `question` is None while nothing was posted ("this answers me" ends there). `since` is when
    its stage began, `due` when to look at it again."""

    id: str
    asker: str | None
    question: str | None
    text: str
    band: Band
    probability: float
    scorer: str
    candidates: tuple[Candidate, ...]
    outcome: str | None
    created: datetime
    stage: Stage = Stage.CLOSED
    since: datetime | None = None
    due: datetime | None = None
    struck: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invitation:
    """Asking one candidate, from `starts` on (in their working time). `closed` is when they replied, `until` the last
    day on which they are busy, `detail` whom they named or where they say it is answered, `by` who recommended them."""

    id: str
    route: str
    question: str
    person: str
    wave: int
    status: InvitationStatus
    reasons: tuple[Reason, ...]
    created: datetime
    starts: datetime
    closed: datetime | None = None
    until: date | None = None
    detail: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the administrator may set. Patience is in working hours of those who are asked; `spared` is how much less,
    in percent, somebody counts who was asked up to their cap, `newcomers` one slot in so many (0: none),
    `recommendations` how many one colleague may make in seven days. Whoever had more chances in `best_weeks` than the
    caps leave turns is asked first about the best of them (0: about any); nobody is asked about a subject more than
    `fair` times as often as those who answer it are on average (0: as often as it comes)."""

    first: int = 2
    second: int = 3
    near: int = 5
    wide: int = 20
    day_cap: int = 1
    week_cap: int = 3
    patience_first: int = 4
    patience_second: int = 8
    patience_keepers: int = 8
    patience_accepted: int = 8
    patience_outcome: int = 24
    refusals: int = 2
    link_days: int = 14
    spared: int = 50
    newcomers: int = 10
    recommendations: int = 5
    best_weeks: int = 4
    fair: int = 3

    @property
    def reach(self) -> int:
        """How many of the likeliest may be asked at all: those of the wider circle, the nearest among them."""
        return max(self.near, self.wide)

    def patience(self, stage: Stage) -> int:
        return {Stage.FIRST: self.patience_first, Stage.SECOND: self.patience_second}.get(stage, self.patience_keepers)


LIMITS: Mapping[str, tuple[int, int]] = {
    "first": (1, 5), "second": (0, 10), "near": (1, 20), "wide": (1, 50), "day_cap": (0, 20), "week_cap": (0, 50),
    "patience_first": (1, 80), "patience_second": (1, 80), "patience_keepers": (1, 200), "patience_accepted": (1, 80),
    "patience_outcome": (1, 400),
    "refusals": (1, 10), "link_days": (1, 60), "spared": (0, 100), "newcomers": (0, 100),
    "recommendations": (0, 50), "best_weeks": (0, 12), "fair": (0, 10),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a person decides whether they are asked now. `asked`: when their requests of these weeks start, `may`:
    they are there and may answer, `busy`: the last day they said they are, `refused`: subjects they do not want,
    `outcomes`: how many requests of late came to an end with them, and how many of these they answered, `worth`: the
    probability from which asking them is worth one of their turns, `used_up`: subjects about which they had their share
    of requests."""

    calendar: Calendar
    may: bool = True
    asked: tuple[datetime, ...] = ()
    busy: date | None = None
    refused: frozenset[str] = frozenset()
    outcomes: tuple[int, int] = (0, 0)
    worth: float = 0.0
    used_up: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is asked, and from when; `later`: somebody else could be asked on another day."""

    asks: tuple[tuple[Candidate, datetime], ...]
    later: bool


def subjects_of(tags: Collection[str], reasons: Collection[Reason] = ()) -> frozenset[str]:
    """The subjects of a question for one candidate: its tags, and the tags and skills that made them one."""
    named = {each.title for each in reasons if each.kind in ("tagged", "declared", "newcomer")}
    return frozenset(each.casefold() for each in (*tags, *named))
