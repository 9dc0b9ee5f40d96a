"""What would go with somebody: subjects that one or two people know, and what leaves with whoever's last day is known.

An expert of a subject is whoever is here and answered it twice, or solved it once, in two years; a subject is a tag
that was asked about three times. Shown to those who keep a space, of that space only: it is about subjects that need a
second head, so experts are never counted against each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kb.advice import Practice, TaskKind
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import NoticeKind, Person, PersonKind, Procedure, ProcedureStatus, Question
from kb.notices import tell
from kb.permissions import KEEPERS, Action, can
from kb.storage import Store, Transaction
from kb.tasks import Thing, open_task

WINDOW = timedelta(days=730)
AHEAD = timedelta(days=180)  # of a last day, from which on it is shown
ASKED, ANSWERED, SOLVED = 3, 2, 1  # questions that make a subject, answers and solutions that make an expert
FEW, QUESTIONS = 2, 10


@dataclass(frozen=True, slots=True)
class Subject:
    """A tag of a space, with how often it was asked and the ids of those who know it, by name."""

    space: str
    name: str
    asked: int
    experts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something to hand over or to write down; `asked`: they have been asked to."""

    about: Thing
    asked: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """`subjects`: with what each is best written from, one's latest answered question of it."""

    person: Person
    subjects: tuple[tuple[Subject, Item | None], ...]
    owns: tuple[Item, ...]
    questions: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    leaving: tuple[Leaving, ...]
    thin: tuple[Subject, ...]
    people: Mapping[str, Person]


def kept_spaces(person: Person) -> frozenset[str]:
    """The spaces whose future `person` looks after: those they keep; an administrator's all that they read."""
    if person.ended is not None or person.kind is not PersonKind.EMPLOYEE:
        return frozenset()
    return frozenset(space for space, role in person.roles.items() if person.admin or role in KEEPERS)


def outlook(store: Store, keeper: Person) -> Outlook:
    """Who leaves with what, and the subjects with no expert or one. Forbidden for whoever keeps no space."""
    spaces = kept_spaces(keeper)
    if not spaces:
        raise Forbidden("open", "handover", "")
    with store.read() as tx:
        known = _subjects(tx, spaces)
        soon = [each for each in tx.people.ending(tx.now.date() + AHEAD) if can(keeper, Action.READ, each)]
        leaving = [_leaving(tx, each, spaces, known) for each in soon]
        thin = [each for each in known if len(each.experts) < FEW]
        names = tx.people.list({id for each in known for id in each.experts})
    told = [each for each in leaving if each.subjects or each.owns or each.questions]
    return Outlook(tuple(told), tuple(thin), {each.id: each for each in names})


def ask_for(store: Store, keeper: Person, person: str, of: str, subject: str) -> None:
    """Ask whoever leaves to hand something over, or to write down what they know: a task of theirs, once."""
    spaces = kept_spaces(keeper)
    with store.write() as tx:
        leaving = tx.people.get(person, lock=True)
        if not can(keeper, Action.READ, leaving) or leaving.ended or leaving.ends is None:
            raise NotFound("person", person)
        thing = _thing(tx, of, subject)
        if thing is None or thing.space not in spaces or not can(keeper, Action.READ, thing):
            raise NotFound(of, subject)
        if not can(leaving, Action.READ, thing):
            raise Invalid("person", "%(name)s no longer reads this space.", name=leaving.name)
        kind = TaskKind.WRITE_DOWN if isinstance(thing, Question) else TaskKind.HAND_OVER
        open_task(tx, person, kind, thing, {"day": leaving.ends.isoformat()}, keeper.id)
        facts = {"by": keeper.id, "day": leaving.ends.isoformat()}
        tell(tx, person, NoticeKind.HAND_OVER, thing, facts, key=f"hand over {of} {subject}")
        tx.changes.add("ask for", "person", person, keeper.id)


def _thing(tx: Transaction, of: str, subject: str) -> Thing | None:
    if of == "question":
        return tx.questions.find(subject)
    return tx.practices.find(subject) if of == "practice" else tx.procedures.find(subject)


def _subjects(tx: Transaction, spaces: Collection[str]) -> list[Subject]:
    """Every subject of these spaces, by space and name."""
    since = tx.now - WINDOW
    experts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for space, tag, person, answered, solved in tx.subjects.known(spaces, since):
        if answered >= ANSWERED or solved >= SOLVED:
            experts[space, tag].append(person)
    here = {each.id: each.name for each in tx.people.list({id for ids in experts.values() for id in ids})
            if each.ended is None}  # fmt: skip
    named = {place: sorted((id for id in ids if id in here), key=here.__getitem__) for place, ids in experts.items()}
    return [
        Subject(space, tag, asked, tuple(named.get((space, tag), ())))
        for (space, tag), asked in sorted(tx.subjects.asked(spaces, since).items()) if asked >= ASKED
    ]  # fmt: skip


def _leaving(tx: Transaction, person: Person, spaces: Collection[str], known: Sequence[Subject]) -> Leaving:
    asked = {(each.of, each.subject) for each in tx.tasks.open(person.id)}

    def item(thing: Practice | Procedure | Question) -> Item:
        of, id = type(thing).__name__.lower(), thing.key if isinstance(thing, Procedure) else thing.id
        return Item(thing, (of, id) in asked)

    mine = [each for each in known if person.id in each.experts and len(each.experts) <= FEW]
    latest = {each: tx.subjects.latest_answered(person.id, each.space, each.name) or "" for each in mine}
    questions = {each.id: each for each in tx.questions.list(set(latest.values()))}
    procedures = [
        each for each in tx.procedures.list(spaces=spaces)
        if person.id in (each.owner, each.deputy) and each.status is not ProcedureStatus.RETIRED and each.revisions
    ]  # fmt: skip
    practices = [each for each in tx.practices.list(spaces=spaces) if each.keeper == person.id and not each.ended]
    alone = tx.questions.list(tx.subjects.answered_alone(person.id, spaces, QUESTIONS))
    alone = sorted(alone, key=lambda each: (-each.score, each.title))
    subjects = [(each, item(questions[latest[each]]) if latest[each] in questions else None) for each in mine]
    owns = [*map(item, procedures), *map(item, practices)]
    return Leaving(person, tuple(subjects), tuple(owns), tuple(map(item, alone)))
