"""What somebody is writing and has not sent: kept on the server, theirs alone, until it is posted or thrown away.

A place is where it is written: "ask", "answer ID" or "comment ID" of a question, "letter ID" of a space. It is removed
in the transaction that posts it, and holds the id under which it will be posted, so that what is sent twice is posted
once. It is in no archive, no index, and nobody else's page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kb.errors import NotFound
from kb.model import Person
from kb.permissions import Action, require
from kb.rules import BODY_LIMIT
from kb.storage import Store, Transaction

FIELDS = ("id", "title", "subject", "body", "tags", "space", "language", "named", "answer", "attached")
_SAID = ("title", "subject", "body", "tags")  # without any of these nothing was written


@dataclass(frozen=True, slots=True)
class Unsent:
    fields: Mapping[str, str]
    saved: datetime


def keep(store: Store, person: Person, place: str, fields: Mapping[str, str]) -> bool:
    """Keep what is being written, in place of what was kept there; whether there was anything to keep."""
    kept = {name: fields[name][:BODY_LIMIT].replace("\0", "") for name in FIELDS if fields.get(name, "").strip()}
    with store.write() as tx:
        _require_place(tx, person, place)
        if not any(name in kept for name in _SAID) or _posted(tx, place, kept.get("id")):
            tx.unsent.remove(person.id, place)
            return False
        tx.unsent.put(person.id, place, kept)
        return True


def find(store: Store, person: Person, place: str) -> Unsent | None:
    with store.read() as tx:
        found = tx.unsent.find(person.id, place)
        return Unsent(*found) if found else None


def throw_away(store: Store, person: Person, place: str) -> None:
    with store.write() as tx:
        tx.unsent.remove(person.id, place)


def _posted(tx: Transaction, place: str, id: str | None) -> bool:
    """Whether it was posted already: what was on its way when the form was sent may arrive after it."""
    if id is None:
        return False
    if place == "ask":
        return tx.questions.find(id) is not None
    if place.startswith("letter "):
        return tx.letters.find(id) is not None
    return bool(tx.answers.find(id) or tx.comments.find_all([id]))


def _require_place(tx: Transaction, person: Person, place: str) -> None:
    kind, _space, id = place.partition(" ")
    if place == "ask":
        return
    if kind == "letter":
        require(person, Action.MANAGE, tx.spaces.get(id))
        return
    if kind not in ("answer", "comment"):
        raise NotFound("place", place)
    require(person, Action.READ, tx.questions.get(id))
