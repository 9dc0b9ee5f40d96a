"""Twins: people of another unit or site who asked or solved the same within 90 days.

What is alike is searched for in every space, and only two things come back from a space that the reader does not read:
the name of somebody who agreed to be found so (a switch of their profile, off at first), and a tag that the reader's
own question bears.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from kb.model import Answer, Person, PersonKind, Question, Role
from kb.permissions import Action, can, require
from kb.storage import Store, Transaction

RECENT = timedelta(days=90)
MOST = 5


@dataclass(frozen=True, slots=True)
class Twin:
    """`question`: what they asked or solved, when the reader may read it; `subject`: the tag in common, else empty."""

    person: Person
    solved: bool
    question: Question | None
    subject: str


def eyes(store: Store, reader: Person) -> Person:
    """Somebody who reads every space, to search as; what they find is for `among` alone."""
    with store.read() as tx:
        roles = {each.id: Role.READER for each in tx.spaces.list()}
    return replace(reader, kind=PersonKind.EMPLOYEE, roles=MappingProxyType(roles))


def among(store: Store, reader: Person, question: str, near: Sequence[str]) -> tuple[Twin, ...]:
    """The twins of a question's reader among those behind the questions `near` it, the nearest first."""
    with store.read() as tx:
        asked = tx.questions.get(question)
        require(reader, Action.READ, asked)
        alike = {each.id: each for each in tx.questions.list(set(near) - {question})}
        behind = [
            (each, person, solved) for each in (alike[id] for id in near if id in alike)
            for person, solved in _behind(each, tx.answers.list({each.id}), tx.now - RECENT)
        ]  # fmt: skip
        people = {each.id: each for each in tx.people.list({person for _question, person, _solved in behind})}
        here = _here(tx, asked)
    found: dict[str, Twin] = {}
    for each, id, solved in behind:
        person, open = people.get(id), can(reader, Action.READ, each)
        if person is None or id in here or not _elsewhere(reader, person) or not (open or person.twins):
            continue
        common = next((tag for tag in asked.tags if tag in each.tags), "")
        found.setdefault(id, Twin(person, solved, each if open else None, common))
    return tuple(found.values())[:MOST]


def _behind(question: Question, answers: Sequence[Answer], since: datetime) -> list[tuple[str, bool]]:
    """Who solved it, then who asked it, since then."""
    solved = [(each.author, True) for each in answers if each.author and each.accepted and each.accepted >= since]
    asked = [(question.author, False)] if question.author and question.created and question.created >= since else []
    return [*solved, *asked]


def _here(tx: Transaction, question: Question) -> set[str | None]:
    return {question.author, *(each.author for each in tx.answers.list({question.id}))}


def _elsewhere(reader: Person, person: Person) -> bool:
    other = (person.unit, person.site) != (reader.unit, reader.site)
    return other and person.id != reader.id and person.ended is None and can(reader, Action.READ, person)
