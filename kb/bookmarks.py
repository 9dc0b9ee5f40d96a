"""Bookmarks: what one keeps for later, with a note. One's own: nobody else reads them, no log says anything of them."""

from __future__ import annotations

from dataclasses import dataclass

from kb.advice import Practice
from kb.errors import Invalid, NotFound
from kb.kept import READ, Bookmark
from kb.model import Person, Procedure, ProcedureStatus, Question
from kb.permissions import Action, can
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction

MOST = 1_000
Thing = Question | Practice | Procedure


@dataclass(frozen=True, slots=True)
class Kept:
    bookmark: Bookmark
    thing: Thing


def keep(store: Store, person: Person, of: str, subject: str, note: str = "") -> None:
    """Keep something for later, or change the note. NotFound when it is not the person's to read."""
    note = clean("note", note, COMMENT_LIMIT)
    with store.write() as tx:
        readable(tx, person, of, subject)
        kept = tx.bookmarks.of_person(person.id)
        if len(kept) >= MOST and not any((each.of, each.subject) == (of, subject) for each in kept):
            raise Invalid("note", "You keep so much that you would not find it again. Let go of something first.")
        tx.bookmarks.put(Bookmark(person.id, of, subject, note, tx.now))


def let_go(store: Store, person: Person, of: str, subject: str) -> None:
    with store.write() as tx:
        tx.bookmarks.remove(person.id, of, subject)


def find(store: Store, person: Person, of: str, subject: str) -> Bookmark | None:
    with store.read() as tx:
        kept = tx.bookmarks.of_person(person.id)
    return next((each for each in kept if (each.of, each.subject) == (of, subject)), None)


def of_person(store: Store, person: Person) -> tuple[Kept, ...]:
    """What a person keeps and may still read, the latest first."""
    found: list[Kept] = []
    with store.read() as tx:
        for each in tx.bookmarks.of_person(person.id):
            thing = thing_of(tx, person, each.of, each.subject)
            if thing is not None:
                found.append(Kept(each, thing))
    return tuple(found)


def readable(tx: Transaction, reader: Person, of: str, subject: str) -> Thing:
    """What is named, or NotFound when `reader` may not read it."""
    thing = thing_of(tx, reader, of, subject)
    if thing is None:
        raise NotFound(of if of in READ else "thing", subject)
    return thing


def thing_of(tx: Transaction, reader: Person, of: str, subject: str) -> Thing | None:
    found: Thing | None = None
    if of == "question":
        found = tx.questions.find(subject)
    elif of == "practice":
        found = tx.practices.find(subject)
    elif of == "procedure":
        found = tx.procedures.find(subject)
        if found is not None and (not found.revisions or found.status is ProcedureStatus.DRAFT):
            return None
    return found if found is not None and can(reader, Action.READ, found) else None
