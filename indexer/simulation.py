"""What routing would have done with questions whose answerers are known: who is asked, who answers, at what cost.

Questions are taken in the order of their times. Whoever is asked and did answer in truth answers, after as long as they
usually take; whoever did not says *not me* when they were around in the month before the kit ends (and is replaced in
their wave at once), else says nothing. An answer releases the others; no answer within a wave's patience asks the next
one. Caps are those of `kb.turns`, also for the ways it is compared with, but for *everybody in the tag*.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kb.routing import SHARED, Candidate, Numbers
from kb.turns import by_turns, experts, used_up, within_caps, worth

RECENT = timedelta(days=30)
HOURS_A_DAY = 8  # of work: patience is told in working hours, the kits' times go round the clock
UNKNOWN = 6.0  # hours until somebody answers of whom nothing is known
ENOUGH = 20  # requests in a subject before its spread is told
LIKELY = 0.6  # of the first ranked, halved: a guess at how likely they answer, where a run does not tell


@dataclass(frozen=True, slots=True)
class Case:
    """A later question: who asks when, its subject, the people ranked for it, who answered in truth; `chances`: how
    likely each of the ranked was said to answer, guessed from their places where the run tells none."""

    id: str
    asker: str
    at: datetime
    subject: str
    ranked: tuple[str, ...]
    right: frozenset[str]
    chances: tuple[float, ...] = ()


@dataclass(frozen=True)
class History:
    """What is known when the simulation begins. `answers`: (person, moment, subject), `hours`: how long each person's
    answers took."""

    ends: datetime
    answers: Sequence[tuple[str, datetime, str]]
    hours: Mapping[str, float]

    def active(self) -> Counter[str]:
        return Counter(person for person, at, _ in self.answers if at >= self.ends - RECENT)

    def of_subject(self) -> dict[str, Counter[str]]:
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for person, at, subject in self.answers:
            if at >= self.ends - 12 * RECENT:
                found[subject][person] += 1
        return dict(found)


@dataclass
class Diary:
    """What one way of asking came to."""

    first_hits: int = 0
    answered: int = 0
    refusals: int = 0
    asked: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    by_subject: dict[str, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, case: Case, person: str) -> None:
        self.asked[person].append(case.at.date())
        self.by_subject[case.subject].append((case.at.date(), person))


@dataclass(frozen=True, slots=True)
class Report:
    """`first_wave_hit`: of all questions, those that one of the first asked answered; `week_p95`, `week_most`: requests
    of a person in a week in which they had any; `spread`: in the worst subject, the most asked person's requests
    against the mean of its experts."""

    way: str
    questions: int
    first_wave_hit: float
    answered: float
    requests: int
    week_p95: float
    week_most: int
    refusals: int
    spread: float


Way = Callable[["Simulation", Case], None]


class Simulation:
    """One way of asking, question by question. What it finds out is in `diary`."""

    def __init__(self, cases: Sequence[Case], history: History, numbers: Numbers) -> None:
        self.history, self.numbers = history, numbers
        self.present: defaultdict[date, set[str]] = defaultdict(set)
        for case in cases:
            self.present[case.at.date()] |= case.right
        self.diary = Diary()
        self.outcomes: dict[str, tuple[int, int]] = {}  # how often each was asked, and answered
        self.chances: dict[str, list[tuple[datetime, float]]] = defaultdict(list)  # of each candidate, oldest first
        self.active, self.subjects = history.active(), history.of_subject()

    def ask(self, case: Case, person: str) -> bool:
        """Ask somebody; whether they answer in the end."""
        self.diary.note(case, person)
        asked, answered = self.outcomes.get(person, (0, 0))
        self.outcomes[person] = (asked + 1, answered + (person in case.right))
        if person in case.right:
            return True
        self.diary.refusals += self.around(case, person)
        return False

    def around(self, case: Case, person: str) -> bool:
        """Whether they answered another question of that day: they were there, and this was not theirs."""
        return person in self.present.get(case.at.date(), ())

    def free(self, case: Case, person: str) -> bool:
        """Whether they may be asked that day under the caps, and are not the asker."""
        day = case.at.date()
        asked = [each for each in self.diary.asked[person] if abs((each - day).days) < 7]
        return person != case.asker and within_caps(asked, day, self.numbers.day_cap, self.numbers.week_cap)

    def in_time(self, person: str, patience: int) -> bool:
        """Whether they answer before the next wave is asked."""
        return self.history.hours.get(person, UNKNOWN) <= patience * 24 / HOURS_A_DAY

    def consider(self, case: Case, people: Sequence[Candidate]) -> None:
        """They are the candidates for a question."""
        for each in people:
            self.chances[each.person].append((case.at, each.probability))

    def worthy(self, case: Case, people: Sequence[Candidate]) -> Sequence[Candidate]:
        """Those for whom it is worth one of their turns."""
        since = case.at - timedelta(weeks=self.numbers.best_weeks)

        def price(person: str) -> float:
            late = [chance for at, chance in self.chances[person][:-1] if at > since]  # the last is this one
            return worth(late, self.numbers.week_cap, self.numbers)

        return [each for each in people if each.probability >= price(each.person)]

    def free_of(self, case: Case, people: Sequence[Candidate]) -> Sequence[Candidate]:
        return [each for each in people if self.free(case, each.person)]

    def used_up(self, case: Case) -> frozenset[str]:
        """Who had their share of requests about its subject."""
        since = case.at.date() - SHARED
        requests = Counter(person for day, person in self.diary.by_subject[case.subject] if day > since)
        return used_up(requests, self.subjects.get(case.subject, Counter()), self.numbers)

    def load(self, case: Case, person: str) -> int:
        day = case.at.date()
        return sum((day - each).days < 7 for each in self.diary.asked[person])


def by_waves(simulation: Simulation, case: Case) -> None:
    """Ours: two, then three more of a wider circle; whoever refuses is replaced at once, as long as the wave asks no
    more than twice its size."""
    numbers, diary = simulation.numbers, simulation.diary
    chances = case.chances or [LIKELY / (place + 1) for place in range(1, len(case.ranked) + 1)]
    ranked = [Candidate(each, chance, chance) for each, chance in zip(case.ranked, chances, strict=True)]
    ranked = [each for each in ranked if each.person != case.asker]
    simulation.consider(case, ranked[: numbers.wide])
    stages = ((numbers.first, numbers.patience_first), (numbers.second, numbers.patience_second))
    asked: set[str] = set()
    late = False
    for wave, (size, patience) in enumerate(stages):
        here = _near(simulation, case, ranked) if wave == 0 else _wide(simulation, case, ranked, asked)
        loads = {each.person: simulation.load(case, each.person) for each in here}
        waiting = 0
        for place, each in enumerate(by_turns(here, loads, numbers, simulation.outcomes)[: 2 * size]):
            if waiting >= size:
                break
            asked.add(each.person)
            answers = simulation.ask(case, each.person)
            if answers and wave == 0 and place < size:
                diary.first_hits += 1
            if answers and simulation.in_time(each.person, patience):
                diary.answered += 1
                return
            late = late or answers
            waiting += answers or not simulation.around(case, each.person)
    diary.answered += late


def _near(simulation: Simulation, case: Case, ranked: Sequence[Candidate]) -> Sequence[Candidate]:
    """Whom the first wave may ask, as `kb.turns.choose` has it: the nearest for whom it is worth a turn; where it is
    for none of them, those of the wider circle for whom it is; else any of the nearest."""
    had = simulation.used_up(case)
    fair = [each for each in ranked[: simulation.numbers.near] if each.person not in had]
    worthy = simulation.worthy(case, fair)
    farther = [] if worthy or not fair else _wide(simulation, case, ranked, ())
    return next(filter(None, (simulation.free_of(case, each) for each in (worthy, farther, fair))), ())


def _wide(
    simulation: Simulation, case: Case, ranked: Sequence[Candidate], asked: Collection[str]
) -> Sequence[Candidate]:
    """Whom the second wave may ask: those for whom it is worth a turn; nobody who had their share, while another did
    not."""
    had = simulation.used_up(case)
    here = [each for each in ranked[: simulation.numbers.wide] if each.person not in asked]
    fair = [each for each in here if each.person not in had] or here
    return simulation.free_of(case, simulation.worthy(case, fair))


def the_busiest(simulation: Simulation, case: Case) -> None:
    """The two who answer most these days in its subject, then three more, under the same caps."""
    numbers, diary = simulation.numbers, simulation.diary
    known = [each for each, _ in simulation.subjects.get(case.subject, simulation.active).most_common()]
    free = [each for each in known if simulation.free(case, each)]
    first = [simulation.ask(case, each) for each in free[: numbers.first]]
    diary.first_hits += any(first)
    if any(first) or any([simulation.ask(case, each) for each in free[numbers.first :][: numbers.second]]):
        diary.answered += 1


def everybody(simulation: Simulation, case: Case) -> None:
    """Everybody who answered in its subject in the last year, at once, without caps."""
    answers = [simulation.ask(case, each) for each in simulation.subjects.get(case.subject, ()) if each != case.asker]
    simulation.diary.first_hits += any(answers)
    simulation.diary.answered += any(answers)


WAYS: Mapping[str, Way] = {"waves": by_waves, "the busiest": the_busiest, "everybody in the tag": everybody}


def simulate(cases: Sequence[Case], history: History, numbers: Numbers | None = None) -> list[Report]:
    """Every way of asking on the same questions, oldest first."""
    ordered = sorted(cases, key=lambda each: (each.at, each.id))
    reports = []
    for name, way in WAYS.items():
        simulation = Simulation(ordered, history, numbers or Numbers())
        for case in ordered:
            way(simulation, case)
        reports.append(_report(name, len(ordered), simulation))
    return reports


def _report(way: str, questions: int, simulation: Simulation) -> Report:
    diary = simulation.diary
    weeks = sorted(
        count for days in diary.asked.values() for count in Counter(each.isocalendar()[:2] for each in days).values()
    )  # fmt: skip
    return Report(
        way, questions, round(diary.first_hits / max(questions, 1), 4), round(diary.answered / max(questions, 1), 4),
        sum(map(len, diary.asked.values())), float(weeks[max(0, -(-95 * len(weeks) // 100) - 1)]) if weeks else 0.0,
        weeks[-1] if weeks else 0, diary.refusals, round(_spread(simulation), 2),
    )  # fmt: skip


def _spread(simulation: Simulation) -> float:
    """The worst subject's most asked person against the mean of its experts; of whoever was asked, where there is no
    expert or none of them was."""
    worst = 0.0
    for subject, asked in simulation.diary.by_subject.items():
        loads = Counter(person for _day, person in asked)
        known = experts(simulation.subjects.get(subject, Counter()))
        sharing = known if known & loads.keys() else loads.keys()
        if loads.total() >= ENOUGH:
            worst = max(worst, max(loads.values()) / statistics.mean(loads[each] for each in sharing))
    return worst
