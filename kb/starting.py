"""The first weeks of somebody new: the duties that bind them, the practices that people like them used most in their
first 90 days, five people to know and why.

People like one share a role, a unit or a site. What one has ticked off is one's own: nobody else reads it, and neither
the change log nor the trail says anything of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from kb.advice import Confirmation, Practice, Verdict
from kb.model import Person, PersonKind, Procedure, Role
from kb.permissions import Action, can, visible_spaces
from kb.procedures import Bound, duties
from kb.roles import concerns, role_key
from kb.rules import clean, slug
from kb.storage import Store, Transaction

FIRST, SETTLING = timedelta(days=90), timedelta(days=7)
PRACTICES, PEOPLE = 10, 5
STEP_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Used:
    """A practice, how many people like the reader said in their first 90 days that it works, and how many ever did."""

    practice: Practice
    early: int
    ever: int


@dataclass(slots=True)
class Known:
    """Somebody to know: the procedures they keep that bind the reader, the practices that are theirs, whether they do
    the same work, the spaces they animate (by name)."""

    person: Person
    keeps: list[Procedure] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
    peer: bool = False
    animates: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        return len(self.keeps) + len(self.practices) + (1.5 if self.peer else 0) + 0.5 * len(self.animates)


@dataclass(frozen=True, slots=True)
class Path:
    """`done` holds what the reader ticked off: "procedure TRV-01", "practice p1", "person claire"."""

    bound: tuple[tuple[Bound, ...], ...]
    practices: tuple[Used, ...]
    people: tuple[Known, ...]
    done: frozenset[str]


def path(store: Store, reader: Person, language: str) -> Path:
    """The first weeks of `reader`, of what they may read only."""
    groups: dict[str, list[Bound]] = {}
    for each in duties(store, reader, language):
        if each.mine and concerns(each.procedure.audience, reader):
            groups.setdefault(each.procedure.key, []).append(each)
    own_first = sorted(groups.values(), key=lambda group: all(each.everybody for each in group))
    with store.read() as tx:
        everybody = [each for each in tx.people.list() if each.ended is None and can(reader, Action.READ, each)]
        used = _used(tx, reader, everybody)
        known = _known(tx, reader, everybody, [group[0].procedure for group in own_first], used)
        done = tx.progress.list(reader.id)
    return Path(tuple(map(tuple, own_first)), tuple(used), tuple(known), frozenset(done))


def tick(store: Store, reader: Person, step: str, done: bool) -> None:
    """Tick a step off, or take the tick away: one's own bookkeeping."""
    step = clean("step", step, STEP_LIMIT, required=True)
    with store.write() as tx:
        tx.progress.set(reader.id, step, done)


def is_new(store: Store, person: Person) -> bool:
    """Whether these are the person's first 90 days; those who were there from the beginning are not new."""
    with store.read() as tx:
        began = tx.people.first_created()
        if person.created is None or began is None or person.created - began < SETTLING:
            return False
        return tx.now - person.created < FIRST


def likeness(one: Person, other: Person) -> int:
    """3 for a role in common, 2 for the unit, 1 for the site."""

    def roles(person: Person) -> set[str]:
        return {role_key(name) for name in (*person.holds, person.title) if name}

    unit, site = slug(one.unit) == slug(other.unit) != "", slug(one.site) == slug(other.site) != ""
    return 3 * bool(roles(one) & roles(other)) + 2 * unit + site


def _used(tx: Transaction, reader: Person, everybody: Sequence[Person]) -> list[Used]:
    people = {each.id: each for each in everybody if each.id != reader.id}
    practices = [each for each in tx.practices.list(spaces=visible_spaces(reader)) if each.ended is None]
    said = tx.confirmations.of_practices([each.id for each in practices])
    scored: list[tuple[int, Used]] = []
    for practice in practices:
        works = [each for each in said.get(practice.id, ()) if each.verdict is Verdict.WORKS and each.person in people]
        like = [(each, likeness(reader, people[each.person])) for each in works]
        like = [(each, weight) for each, weight in like if weight]
        early = [(each, weight) for each, weight in like if _early(each, people[each.person])]
        score = 100 * sum(weight for _, weight in early) + 10 * sum(weight for _, weight in like) + len(works)
        if works:
            scored.append((score, Used(practice, len(early), len(like) or len(works))))
    scored.sort(key=lambda each: (-each[0], each[1].practice.title))
    return [each for _, each in scored[:PRACTICES]]


def _early(said: Confirmation, person: Person) -> bool:
    return person.created is not None and timedelta(0) <= said.first - person.created <= FIRST


def _known(
    tx: Transaction, reader: Person, everybody: Sequence[Person], bound: Sequence[Procedure], used: Sequence[Used]
) -> list[Known]:
    found: Mapping[str, Known] = {each.id: Known(each) for each in everybody if each.id != reader.id}
    for procedure in bound:
        if procedure.owner and procedure.owner in found:
            found[procedure.owner].keeps.append(procedure)
    for each in used:
        for person in dict.fromkeys((*each.practice.authors, each.practice.verifier)):
            if person and person in found:
                found[person].practices.append(each.practice)
    for known in found.values():
        known.peer = known.person.kind is PersonKind.EMPLOYEE and likeness(reader, known.person) >= 2
    names = {each.id: each.name for each in tx.spaces.list()}
    roles: defaultdict[str, list[str]] = defaultdict(list)
    for member in tx.spaces.members():
        if member.role is Role.ANIMATOR and member.space in visible_spaces(reader):
            roles[member.person].append(names[member.space])
    for person, spaces in roles.items():
        if person in found:
            found[person].animates = spaces
    ranked = sorted((each for each in found.values() if each.score), key=lambda each: (-each.score, each.person.name))
    peers = [each for each in ranked if each.peer][:2]  # whoever does the same work is worth knowing first
    return [*peers, *(each for each in ranked if each not in peers)][:PEOPLE]
