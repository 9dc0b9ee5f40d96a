"""How a community does, as numbers: pure rules over questions, answers, routes and requests. Never a person's.

Groups of fewer than five people are not told: they are counted together, and where even that would tell of fewer than
five, the next smallest group joins them, so that nothing can be found by subtracting.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.model import Answer, Person, Question
from kb.routing import Invitation, InvitationStatus, Route

FEWEST = 5  # people of a group that is told, requests of a bar of the calibration
BARS = 5
MONTHS = 12
_KNEW = frozenset({InvitationStatus.ANSWERED, InvitationStatus.ACCEPTED, InvitationStatus.KNOWN})
_REFUSED = frozenset({InvitationStatus.DECLINED, InvitationStatus.BUSY, InvitationStatus.REFERRED})
_OPEN = frozenset({InvitationStatus.WAITING, InvitationStatus.RELEASED})


@dataclass(frozen=True, slots=True)
class Month:
    """`month` as 2026-11; `hours` until the first answer, the median in working hours of the asker."""

    month: str
    asked: int
    answered: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """People of one unit or site; `name` is empty for the small ones together."""

    name: str
    people: int
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Bar:
    """Requests whose probability to be answered was from `low` on: the mean of what was expected, and what came."""

    low: float
    requests: int
    expected: float
    came: float


@dataclass(frozen=True, slots=True)
class Routing:
    """`hits`: of the questions for which somebody was asked, those that one of the first wave answered. Shares are None
    where there are too few to tell."""

    questions: int
    hits: float | None
    requests: int
    refused: float | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Answers that went from one site to another."""

    asked_at: str
    answered_at: str
    answers: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """Ninety days, to be held against the ninety before."""

    asked: int
    answered: float | None
    hours: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """How well what is written is looked after: practices, how many of them are verified today, how many answers are,
    and what is overdue."""

    practices: int
    verified: float | None
    practices_overdue: int
    procedures_overdue: int
    answers: int
    answers_overdue: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`spread`: Gini of the answers given by those who gave one, 0 all alike, towards 1 one alone; `load`: of the
    requests to those who got one. `typing`: searches that ended with "this answers me". `beyond`: the share of answers
    that did not come from the busiest tenth. `away`: the share that came from another site than the question's."""

    asked: int
    answered: float | None
    accepted: float | None
    hours: float | None
    slow_hours: float | None
    spread: float | None
    typing: int
    months: tuple[Month, ...]
    units: tuple[Group, ...]
    sites: tuple[Group, ...]
    roles: tuple[Group, ...]
    routing: Routing
    load: float | None
    beyond: float | None
    away: float | None
    links: tuple[Link, ...]
    now: Quarter
    before: Quarter
    kept: Kept


def by_month(questions: Sequence[Question], hours: Mapping[str, float], until: datetime) -> tuple[Month, ...]:
    """The last twelve months, oldest first; `hours`: until its first answer, by question."""
    names = [f"{year}-{month:02}" for year, month in _months(until)]
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for each in questions:
        if each.created is not None:
            asked[each.created.strftime("%Y-%m")].append(each.id)
    found = []
    for name in names:
        times = [hours[id] for id in asked[name] if id in hours]
        found.append(Month(name, len(asked[name]), len(times), quantile(times, 0.5)))
    return tuple(found)


def _months(until: datetime) -> list[tuple[int, int]]:
    last = until.year * 12 + until.month - 1
    return [(number // 12, number % 12 + 1) for number in range(last - MONTHS + 1, last + 1)]


def groups(
    people: Iterable[Person], questions: Sequence[Question], answers: Sequence[Answer], by: str
) -> tuple[Group, ...]:
    """Who uses it, by `unit` or `site`, the largest group first; the small ones together, last."""
    asked = Counter(each.author for each in questions)
    answered = Counter(each.author for each in answers)
    members: defaultdict[str, set[str]] = defaultdict(set)
    for each in people:
        if getattr(each, by) and (asked[each.id] or answered[each.id]):
            members[getattr(each, by)].add(each.id)
    ordered = sorted(members, key=lambda name: (-len(members[name]), name))
    small: set[str] = set()
    while ordered and (len(members[ordered[-1]]) < FEWEST or 0 < len(small) < FEWEST):
        small |= members[ordered.pop()]
    told = [(name, members[name]) for name in ordered]
    if len(small) >= FEWEST:
        told.append(("", small))
    return tuple(
        Group(name, len(ids), sum(asked[id] for id in ids), sum(answered[id] for id in ids)) for name, ids in told
    )


def beyond(counts: Sequence[int]) -> float | None:
    """The share of what is counted that the busiest tenth (one of ten, rounded up) did not do."""
    if len(counts) < FEWEST or not sum(counts):
        return None
    busiest = sorted(counts, reverse=True)[: math.ceil(len(counts) / 10)]
    return 1 - sum(busiest) / sum(counts)


def links(
    people: Iterable[Person], questions: Sequence[Question], answers: Sequence[Answer]
) -> tuple[float | None, tuple[Link, ...]]:
    """The share of answers that came from another site, and which sites those were, the most first. Told only of sites
    where at least five people take part, and of at least five answers."""
    site = {each.id: each.site for each in people}
    asker = {each.id: each.author for each in questions}
    pairs = [(asker.get(each.question), each.author) for each in answers]
    met = [(one, other) for one, other in pairs if one and other and site.get(one) and site.get(other)]
    taking: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in met:
        taking[site[one]].add(one)
        taking[site[other]].add(other)
    counted = Counter((site[one], site[other]) for one, other in met if site[one] != site[other])
    told = [
        Link(one, other, count) for (one, other), count in counted.items()
        if count >= FEWEST and len(taking[one]) >= FEWEST and len(taking[other]) >= FEWEST
    ]  # fmt: skip
    return share(counted.total(), len(met)), tuple(sorted(told, key=lambda each: (-each.answers, each.asked_at)))


def quarter(questions: Sequence[Question], hours: Mapping[str, float], since: datetime, until: datetime) -> Quarter:
    """What was asked between two moments, and how it was answered."""
    asked = [each.id for each in questions if each.created is not None and since <= each.created < until]
    times = [hours[id] for id in asked if id in hours]
    return Quarter(len(asked), share(len(times), len(asked)), quantile(times, 0.5) if len(times) >= FEWEST else None)


def routing(routes: Sequence[Route], invitations: Sequence[Invitation]) -> Routing:
    """How well those were chosen who were asked."""
    asked = {each.question for each in invitations}
    answered = {each.question for each in invitations if each.wave == 1 and each.status is InvitationStatus.ANSWERED}
    over = [each for each in invitations if each.status not in _OPEN]
    refused = sum(each.status in _REFUSED for each in over)
    return Routing(
        len(asked), share(len(answered), len(asked)), len(invitations), share(refused, len(over)), _bars(routes, over)
    )


def _bars(routes: Sequence[Route], over: Sequence[Invitation]) -> tuple[Bar, ...]:
    """What was expected of those asked beside what came; bars of few requests are left out."""
    expected = {(route.id, each.person): each.probability for route in routes for each in route.candidates}
    pairs = [(expected[key], each.status in _KNEW) for each in over if (key := (each.route, each.person)) in expected]
    found = []
    for number in range(BARS):
        low, high = number / BARS, (number + 1) / BARS
        inside = [(p, came) for p, came in pairs if low <= p < high or (p == 1.0 and number == BARS - 1)]
        if len(inside) >= FEWEST:
            mean, came = (sum(each[side] for each in inside) / len(inside) for side in (0, 1))
            found.append(Bar(low, len(inside), mean, came))
    return tuple(found)


def share(part: int, whole: int) -> float | None:
    return part / whole if whole >= FEWEST else None


def quantile(values: Sequence[float], at: float) -> float | None:
    """The value below which that share of them lies; None without any."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(at * len(ordered)) - 1)] if ordered else None


def gini(counts: Sequence[int]) -> float | None:
    """0 when all are alike, towards 1 when one has all; None for fewer than five."""
    if len(counts) < FEWEST or not sum(counts):
        return None
    ordered = sorted(counts)
    weighted = sum(place * count for place, count in enumerate(ordered, 1))
    return 2 * weighted / (len(ordered) * sum(ordered)) - (len(ordered) + 1) / len(ordered)
