"""The subjects a person is known for, and what they allow with each: shown and asked about, shown only, neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.model import Person
from kb.permissions import Action, require, visible_spaces
from kb.routing import SubjectUse
from kb.rules import clean
from kb.storage import Store

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Subject:
    """`answers`: in how many questions of this tag they answered; `declared`: they name it as a skill."""

    name: str
    answers: int
    declared: bool
    use: SubjectUse


def of_person(store: Store, reader: Person, id: str) -> tuple[Subject, ...]:
    """The subjects of a person in the spaces `reader` may read, with what they allow; for themselves to choose."""
    with store.read() as tx:
        person = tx.people.get(id)
        require(reader, Action.EDIT, person)
        answered, chosen = tx.subjects.answered(id, visible_spaces(reader)), tx.subjects.choices([id]).get(id, {})
    names = dict.fromkeys([*person.skills, *answered, *chosen])
    declared = {each.casefold() for each in person.skills}
    kept: dict[str, Subject] = {}
    for name in names:
        folded = name.casefold()
        use = chosen.get(folded, SubjectUse.ROUTED)
        kept.setdefault(folded, Subject(name, answered.get(folded, 0), folded in declared, use))
    return tuple(kept.values())[:SHOWN]


def choose(store: Store, editor: Person, person: str, uses: Mapping[str, SubjectUse]) -> None:
    """Say what one allows with subjects of one's own."""
    named = {clean("subject", name, 60, required=True): use for name, use in uses.items()}
    with store.write() as tx:
        require(editor, Action.EDIT, tx.people.get(person, lock=True))
        tx.subjects.choose(person, named)
        tx.changes.add("choose subjects", "person", person, editor.id)
