"""Who knows about a subject, drawn from what was answered: people by site, and how many of their answers fall in each
quarter of the last two years. Only questions that the reader may read count; whoever wants to be neither shown nor
asked about the subject is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kb.model import Person
from kb.permissions import Action, can, visible_spaces
from kb.routing import SubjectUse
from kb.storage import Store

QUARTERS, PEOPLE, QUESTIONS = 8, 24, 2000
Quarter = tuple[int, int]


@dataclass(slots=True)
class Line:
    """One person: their answers by quarter, how many of all were accepted, and how many are older than the map."""

    person: Person
    answers: Counter[Quarter] = field(default_factory=Counter)
    accepted: int = 0
    older: int = 0

    @property
    def total(self) -> int:
        return self.answers.total() + self.older


@dataclass(frozen=True, slots=True)
class Map:
    """`sites` holds the lines of each site, the one where most was answered first; `quarters` run to today's."""

    quarters: tuple[Quarter, ...]
    sites: Mapping[str, Sequence[Line]]
    questions: int
    most: int  # answers of one person in one quarter


def map_of(store: Store, reader: Person, tag: str) -> Map:
    """The map of what stands under `tag`, of its latest questions."""
    with store.read() as tx:
        questions = tx.questions.list(spaces=visible_spaces(reader), tag=tag, limit=QUESTIONS)
        answers = tx.answers.list([each.id for each in questions])
        known = {each.id: each for each in tx.people.list({each.author for each in answers if each.author})}
        unwanted = {id for id, uses in tx.subjects.choices(known).items() if uses.get(tag) is SubjectUse.NEITHER}
        quarters = _quarters(tx.now)
    lines: dict[str, Line] = {}
    for each in answers:
        person = known.get(each.author or "")
        if person is None or person.ended is not None or each.created is None or not can(reader, Action.READ, person):
            continue
        if person.id in unwanted and person.id != reader.id:
            continue
        line = lines.setdefault(person.id, Line(person))
        quarter = _quarter(each.created)
        if quarter in quarters:
            line.answers[quarter] += 1
        else:
            line.older += 1
        line.accepted += each.accepted is not None
    shown = sorted(lines.values(), key=lambda line: (-line.accepted, -line.total, line.person.id))[:PEOPLE]
    sites: defaultdict[str, list[Line]] = defaultdict(list)
    for line in shown:
        sites[line.person.site].append(line)
    ranked = sorted(sites.items(), key=lambda each: (-sum(line.total for line in each[1]), each[0]))
    most = max((count for line in shown for count in line.answers.values()), default=0)
    return Map(quarters, dict(ranked), len(questions), most)


def _quarter(moment: datetime) -> Quarter:
    return moment.year, (moment.month + 2) // 3


def _quarters(now: datetime) -> tuple[Quarter, ...]:
    last = now.year * 4 + (now.month + 2) // 3 - 1
    return tuple((each // 4, each % 4 + 1) for each in range(last - QUARTERS + 1, last + 1))
