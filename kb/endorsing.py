"""Skills, confirmed: a colleague says that they saw it, and names where: a question, procedure, practice or project.

What was confirmed with something that the reader may not read is not told, nor counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from kb.bookmarks import thing_of
from kb.errors import Invalid, NotFound
from kb.model import Person, Procedure, new_id
from kb.permissions import Action, can, require
from kb.recognised import Endorsement
from kb.rules import clean
from kb.storage import Store, Transaction

PROJECT = "project"
PROJECT_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who confirms a skill and with what: `title` as it is called now."""

    endorsement: Endorsement
    by: Person
    title: str


def endorse(store: Store, by: Person, person: str, skill: str, of: str, subject: str) -> Endorsement:
    """Confirm a skill that the person names, with what showed it."""
    with store.write() as tx:
        found = tx.people.get(person, lock=True)
        require(by, Action.READ, found)
        if found.id == by.id:
            raise Invalid("skill", "Somebody else confirms your skills.")
        named = next((each for each in found.skills if each.casefold() == skill.casefold()), None)
        if named is None:
            raise Invalid("skill", "%(name)s does not name this skill.", name=found.name)
        if of == PROJECT:
            subject = clean("where", " ".join(subject.split()), PROJECT_LIMIT, required=True)
        elif _title(tx, by, of, subject) is None:
            raise Invalid("where", "There is nothing at that address. Copy it from the page that shows the skill.")
        made = Endorsement(new_id(), person, named.casefold(), by.id, of, subject, tx.now)
        tx.recognition.endorse(made)
        tx.changes.add("endorse", "person", person, by.id)
        return made


def withdraw(store: Store, by: Person, person: str, skill: str) -> None:
    """Take one's own confirmation back."""
    with store.write() as tx:
        require(by, Action.READ, tx.people.get(person))
        if not tx.recognition.withdraw(person, skill.casefold(), by.id):
            raise NotFound("endorsement", skill)
        tx.changes.add("withdraw", "person", person, by.id)


def of_person(store: Store, reader: Person, id: str) -> dict[str, list[Confirmed]]:
    """What colleagues confirm of a person, by skill in lower case, as far as `reader` may read it."""
    with store.read() as tx:
        require(reader, Action.READ, tx.people.get(id))
        return confirmed(tx, reader, id)


def confirmed(tx: Transaction, reader: Person, id: str) -> dict[str, list[Confirmed]]:
    """The same, of somebody whom `reader` knows."""
    found: dict[str, list[Confirmed]] = {}
    given = tx.recognition.endorsements(id)
    people = {each.id: each for each in tx.people.list({each.by for each in given})} if given else {}
    for each in given:
        title = each.subject if each.of == PROJECT else _title(tx, reader, each.of, each.subject)
        if title is not None and each.by in people and can(reader, Action.READ, people[each.by]):
            found.setdefault(each.skill, []).append(Confirmed(each, people[each.by], title))
    return found


def _title(tx: Transaction, reader: Person, of: str, subject: str) -> str | None:
    """What the thing is called, when it is there and the reader's to read."""
    thing = thing_of(tx, reader, of, subject)
    if isinstance(thing, Procedure):
        return f"{thing.key} {thing.revisions[0].title}"
    return thing.title if thing is not None else None
