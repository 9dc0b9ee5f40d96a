"""Routing as records and pure rules: who of the candidates is asked now, when their request starts, who must wait.

A question goes through stages: two of the nearest candidates, three more of a wider circle, the keeper of the subject
and the space's animator, then the list of gaps. Within a stage whoever says no is replaced at once. Nothing here looks
at a clock or a database; `kb.waves` does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from kb.calendars import Calendar, Preferences
from kb.model import Band


class Stage(StrEnum):
    FIRST = "first"
    SECOND = "second"
    KEEPERS = "keepers"
    GAP = "gap"
    CLOSED = "closed"


EXPECTED, SURE = 0.25, 4  # the share of requests that are answered, and after how many one's own counts half
ASKED_FOR = frozenset({"named", "recommended"})  # reasons of those whom a person chose
OTHERWISE = ASKED_FOR | {"expert", "newcomer"}  # and of those who are asked whatever their chances
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
    recommended, expert, animator, newcomer; turn and load: why earlier, why later). `of` says what `subject` is the id
    of; a title is read anew when it is shown."""

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
    caps leave turns is asked first about the best of them (0: about any)."""

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

    def patience(self, stage: Stage) -> int:
        return {Stage.FIRST: self.patience_first, Stage.SECOND: self.patience_second}.get(stage, self.patience_keepers)


LIMITS: Mapping[str, tuple[int, int]] = {
    "first": (1, 5), "second": (0, 10), "near": (1, 20), "wide": (1, 50), "day_cap": (0, 20), "week_cap": (0, 50),
    "patience_first": (1, 80), "patience_second": (1, 80), "patience_keepers": (1, 200), "patience_accepted": (1, 80),
    "patience_outcome": (1, 400),
    "refusals": (1, 10), "link_days": (1, 60), "spared": (0, 100), "newcomers": (0, 100),
    "recommendations": (0, 50), "best_weeks": (0, 12),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a person decides whether they are asked now. `asked`: when their requests of these weeks start, `may`:
    they are there and may answer, `busy`: the last day they said they are, `refused`: subjects they do not want,
    `outcomes`: how many requests of late came to an end with them, and how many of these they answered, `worth`: the
    probability from which asking them is worth one of their turns."""

    calendar: Calendar
    may: bool = True
    asked: tuple[datetime, ...] = ()
    busy: date | None = None
    refused: frozenset[str] = frozenset()
    outcomes: tuple[int, int] = (0, 0)
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is asked, and from when; `later`: somebody else could be asked on another day."""

    asks: tuple[tuple[Candidate, datetime], ...]
    later: bool


def choose(
    candidates: Sequence[Candidate], standings: Mapping[str, Standing], subjects: Collection[str], numbers: Numbers,
    now: datetime, want: int, sparing: bool = False,
) -> Choice:  # fmt: skip
    """The first `want` of `candidates` who can be asked on the next working day that any of them has: those for whom it
    is worth a turn; where nobody else can be asked, the others too, unless we are `sparing`."""
    here = [each for each in candidates if _willing(each, standings.get(each.person), subjects)]
    worthy = [each for each in here if _is_worth(each, standings[each.person].worth)]
    choice = _chosen(worthy, standings, numbers, now, want)
    if sparing or choice.asks or len(worthy) == len(here):
        return choice
    return _chosen(here, standings, numbers, now, want)


def _chosen(
    here: Sequence[Candidate], standings: Mapping[str, Standing], numbers: Numbers, now: datetime, want: int
) -> Choice:
    asks: list[tuple[Candidate, datetime]] = []
    later = False
    week = now - timedelta(days=7)
    loads = {each.person: sum(at > week for at in standings[each.person].asked) for each in here}
    here = by_turns(here, loads, numbers, {each.person: standings[each.person].outcomes for each in here})
    opened = [_site_opens(standings[each.person].calendar, now) for each in here]
    first = min((each for each in opened if each is not None), default=now)
    for each in here:
        if len(asks) == want:
            break
        starts = _starts(standings[each.person], numbers, now, first)
        if starts is None:
            later = True
        else:
            asks.append((each, starts))
    return Choice(tuple(asks), later)


def by_turns(
    candidates: Sequence[Candidate], loads: Mapping[str, int], numbers: Numbers,
    outcomes: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> list[Candidate]:  # fmt: skip
    """Candidates of one circle with their turns spread: whoever was asked `loads` times in these seven days counts for
    less (by `spared` percent at the cap), so that of two who are equally likely to know the one asked less is first.
    `outcomes`: how often each was asked of late and how often they answered; whoever never does is asked less and less.
    Whoever comes before somebody likelier gets it among their reasons, and so does whoever comes later for having been
    asked. Those whom somebody named stay first."""

    def turn(candidate: Candidate) -> float:
        if any(each.kind in ASKED_FOR for each in candidate.reasons):
            return 1.0 + candidate.probability
        asked, answered = outcomes.get(candidate.person, (0, 0))
        answering = (answered + EXPECTED * SURE) / (asked + SURE) / EXPECTED
        load = min(loads.get(candidate.person, 0) / max(numbers.week_cap, 1), 1.0)
        return candidate.probability * answering * (1 - numbers.spared / 100 * load)

    turned = sorted(candidates, key=turn, reverse=True)
    found: list[Candidate] = []
    for place, each in enumerate(turned):
        chosen = any(reason.kind in ASKED_FOR for reason in each.reasons)
        later = () if chosen else turned[place + 1 :]
        spared = [other for other in later if other.probability > each.probability]
        load = loads.get(each.person, 0)
        passed = load > 0 and not chosen and any(_passes(other, each) for other in turned[:place])
        reasons = [Reason("turn", count=len(spared))] if spared else []
        reasons += [Reason("load", count=load)] if passed else []
        found.append(replace(each, reasons=(*each.reasons, *reasons)))
    return found


def _passes(before: Candidate, after: Candidate) -> bool:
    return before.probability < after.probability and not any(each.kind in ASKED_FOR for each in before.reasons)


def beside_newcomer(
    candidates: Sequence[Candidate], newcomers: Sequence[Candidate], standings: Mapping[str, Standing],
    subjects: Collection[str], numbers: Numbers, now: datetime, want: int, sparing: bool = False,
) -> Choice:  # fmt: skip
    """As `choose`, with the last slot for the first of `newcomers` who can be asked now."""
    welcome = choose(newcomers, standings, subjects, numbers, now, 1)
    if not welcome.asks:
        return choose(candidates, standings, subjects, numbers, now, want, sparing)
    (chosen, _starts), *_none = welcome.asks
    others = [each for each in candidates if each.person != chosen.person]
    rest = choose(others, standings, subjects, numbers, now, want - 1, sparing)
    return Choice((*rest.asks, *welcome.asks), rest.later)


def subjects_of(tags: Collection[str], reasons: Collection[Reason] = ()) -> frozenset[str]:
    """The subjects of a question for one candidate: its tags, and the tags and skills that made them one."""
    named = {each.title for each in reasons if each.kind in ("tagged", "declared", "newcomer")}
    return frozenset(each.casefold() for each in (*tags, *named))


def within_caps(asked: Collection[date], day: date, day_cap: int, week_cap: int) -> bool:
    """Whether one more request on `day` keeps every day and every seven days in a row under the caps."""
    if sum(each == day for each in asked) >= day_cap:
        return False
    near = [each for each in asked if abs((each - day).days) < 7]
    return all(
        sum(start <= each < start + timedelta(days=7) for each in near) < week_cap
        for start in (day - timedelta(days=back) for back in range(7))
    )


def caps(preferences: Preferences, numbers: Numbers) -> tuple[int, int]:
    """How many requests may reach somebody on a day and in seven: the house's numbers, or their own lower ones."""
    day, week = preferences.day_cap, preferences.week_cap
    return (
        min(numbers.day_cap, numbers.day_cap if day is None else day),
        min(numbers.week_cap, numbers.week_cap if week is None else week),
    )


def worth(chances: Collection[float], week_cap: int, numbers: Numbers) -> float:
    """The least of somebody's best `chances` (probabilities that they would answer what was asked in these weeks), as
    many of them as the cap leaves turns; 0 while they had no more chances than that."""
    turns = week_cap * numbers.best_weeks
    return sorted(chances, reverse=True)[turns - 1] if 0 < turns < len(chances) else 0.0


def _is_worth(candidate: Candidate, worth: float) -> bool:
    """Keepers, experts of the space, newcomers and those whom somebody named are asked for another reason than their
    chances."""
    other = candidate.circle is Circle.KEEPER or any(each.kind in OTHERWISE for each in candidate.reasons)
    return other or candidate.probability >= worth


def _willing(candidate: Candidate, standing: Standing | None, subjects: Collection[str]) -> bool:
    if standing is None or not standing.may:
        return False
    return not standing.refused & subjects_of(subjects, candidate.reasons)


def _starts(standing: Standing, numbers: Numbers, now: datetime, first: datetime) -> datetime | None:
    """When a request would reach them; None when not on the working day of `first`, or not within their caps."""
    calendar = standing.calendar
    day = calendar.day(first)
    if not calendar.works_on(day) or (standing.busy is not None and standing.busy >= day):
        return None
    starts = calendar.next_open(now)
    if starts is None:
        return None
    day_cap, week_cap = caps(calendar.preferences, numbers)
    asked = [calendar.day(each) for each in standing.asked]
    return starts if within_caps(asked, calendar.day(starts), day_cap, week_cap) else None


def _site_opens(calendar: Calendar, now: datetime) -> datetime | None:
    """When their site opens next, whatever they say of their own days."""
    return replace(calendar, preferences=Preferences(calendar.preferences.person), absences=()).next_open(now)
