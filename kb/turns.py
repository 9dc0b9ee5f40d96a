"""Whose turn it is: who of the candidates is asked now, when their request starts, who must wait.

Pure rules over `kb.routing.Standing`; nothing here looks at a clock or a database. A person is asked within their caps,
about what they know best when there is more than that (`worth`), about no subject much more often than its other
experts (`used_up`), and of two who are equally likely to know the one asked less is first (`by_turns`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from kb.calendars import Calendar, Preferences
from kb.routing import Candidate, Choice, Circle, Numbers, Reason, Stage, Standing, subjects_of

EXPECTED, SURE = 0.25, 4  # the share of requests that are answered, and after how many one's own counts half
OFTEN = 3  # questions of a subject answered in a year
LEAST = 3  # requests about it that are nobody's share yet
ASKED_FOR = frozenset({"named", "recommended"})  # reasons of those whom a person chose
OTHERWISE = ASKED_FOR | {"expert", "newcomer"}  # and of those who are asked whatever their chances


def in_circle(candidates: Sequence[Candidate], stage: Stage, also: Sequence[Candidate] = ()) -> list[Candidate]:
    """The candidates of a stage; `also`: the animators, in the last one."""
    if stage is Stage.KEEPERS:
        own = [each for each in candidates if each.circle is Circle.KEEPER]
        return [*own[:1], *also[:1], *own[1:], *also[1:]]
    wanted = {Circle.NEAR} if stage is Stage.FIRST else {Circle.NEAR, Circle.WIDE}
    return [each for each in candidates if each.circle in wanted]


def choose(
    candidates: Sequence[Candidate], standings: Mapping[str, Standing], subjects: Collection[str], numbers: Numbers,
    now: datetime, want: int, wider: Sequence[Candidate] = (), sparing: bool = False,
) -> Choice:  # fmt: skip
    """The first `want` of `candidates` who can be asked on the next working day that any of them has: those for whom it
    is worth a turn. Where it is for none, those of the `wider` circle for whom it is; where nobody else can be asked,
    the others too, unless we are `sparing`."""
    here, farther = (
        [each for each in circle if _willing(each, standings.get(each.person), subjects)]
        for circle in (candidates, wider)
    )
    worthy = [each for each in here if _is_worth(each, standings[each.person].worth)]
    pools = [worthy]
    if here and not worthy:
        pools.append([each for each in farther if _is_worth(each, standings[each.person].worth)])
    if not sparing:
        pools.append(here)
    choices = [_chosen(each, standings, numbers, now, want) for each in pools]
    return next((each for each in choices if each.asks), choices[-1])


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


def told(
    choice: Choice, candidates: Sequence[Candidate], standings: Mapping[str, Standing], tags: Collection[str]
) -> Choice:
    """The same, with a reason for each who is asked while likelier `candidates` (who were not asked before) are spared:
    they had their share, or their turns are kept for what they know better."""

    def is_spared(candidate: Candidate) -> bool:
        standing = standings.get(candidate.person)
        if standing is None or _is_asked_anyway(candidate) or not _willing(candidate, standing, tags):
            return False
        return candidate.probability < standing.worth or bool(standing.used_up.intersection(tags))

    asked = {each.person for each, _ in choice.asks}
    spared = [each for each in candidates if each.person not in asked and is_spared(each)]

    def because(candidate: Candidate) -> Candidate:
        count = sum(each.probability > candidate.probability for each in spared)
        if not count or _is_asked_anyway(candidate):
            return candidate
        return replace(candidate, reasons=(*candidate.reasons, Reason("spared", count=count)))

    return replace(choice, asks=tuple((because(each), starts) for each, starts in choice.asks))


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
    subjects: Collection[str], numbers: Numbers, now: datetime, want: int, wider: Sequence[Candidate] = (),
    sparing: bool = False,
) -> Choice:  # fmt: skip
    """As `choose`, with the last slot for the first of `newcomers` who can be asked now."""
    welcome = choose(newcomers, standings, subjects, numbers, now, 1)
    if not welcome.asks:
        return choose(candidates, standings, subjects, numbers, now, want, wider, sparing)
    (chosen, _starts), *_none = welcome.asks
    others, farther = ([each for each in circle if each.person != chosen.person] for circle in (candidates, wider))
    rest = choose(others, standings, subjects, numbers, now, want - 1, farther, sparing)
    return Choice((*rest.asks, *welcome.asks), rest.later)


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


def used_up(requests: Mapping[str, int], answered: Mapping[str, int], numbers: Numbers) -> frozenset[str]:
    """Who had their share of the `requests` about a subject (of each person, in a year): with one more it would be more
    than `fair` times the mean of those who `answered` it often. Nobody has where nobody did; its only one never has."""
    sharing = experts(answered)
    if not numbers.fair or not sharing:
        return frozenset()
    mean = sum(requests.get(each, 0) for each in sharing) / len(sharing)
    return frozenset(person for person, count in requests.items() if count + 1 > max(numbers.fair * mean, LEAST))


def experts(answered: Mapping[str, int]) -> frozenset[str]:
    """Those who answered so much about a subject in a year that they take their share of it."""
    return frozenset(person for person, count in answered.items() if count >= OFTEN)


def circles(
    candidates: Sequence[Candidate], stage: Stage, passed: Collection[str], standings: Mapping[str, Standing],
    tags: Collection[str], also: Sequence[Candidate] = (),
) -> tuple[list[Candidate], list[Candidate]]:  # fmt: skip
    """Who of a stage may be asked, but those whom it has `passed`; and in the first one, who of the wider circle may
    be."""

    def left(stage: Stage) -> list[Candidate]:
        here = {each.person: each for each in reversed(in_circle(candidates, stage, also)) if each.person not in passed}
        return _fairly([*here.values()][::-1], standings, tags, stage)

    return left(stage), left(Stage.SECOND) if stage is Stage.FIRST else []


def _fairly(
    candidates: Sequence[Candidate], standings: Mapping[str, Standing], tags: Collection[str], stage: Stage
) -> list[Candidate]:
    """Those who had not their share of the question's subjects. Where all had who are willing, the next wave is asked
    instead; in that one, all of them."""
    had = {person for person, standing in standings.items() if standing.used_up.intersection(tags)}
    fair = [each for each in candidates if each.person not in had or _is_asked_anyway(each)]
    willing = any(_willing(each, standings.get(each.person), tags) for each in fair)
    return fair if willing or stage is Stage.FIRST else list(candidates)


def _is_worth(candidate: Candidate, worth: float) -> bool:
    return _is_asked_anyway(candidate) or candidate.probability >= worth


def _is_asked_anyway(candidate: Candidate) -> bool:
    """Keepers, experts of the space, newcomers and those whom somebody named are asked for another reason than their
    chances."""
    return candidate.circle is Circle.KEEPER or any(each.kind in OTHERWISE for each in candidate.reasons)


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
