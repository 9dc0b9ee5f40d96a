"""Following questions, tags, people, procedures and spaces: what is new there is told, once, with why.

`tell_followers` is called in the transaction of what happened. Whoever did it is not told, nor who was told it already
for another reason; rights are asked as for every notice, so following opens nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kb.errors import Invalid, NotFound
from kb.model import NoticeKind, Person, Procedure, Question, Space
from kb.notices import tell
from kb.permissions import Action, can
from kb.storage import Store, Transaction
from kb.tags import settled

OF = ("question", "tag", "person", "procedure", "space")
_MOST = 500


@dataclass(frozen=True, slots=True)
class Followed:
    """Something the reader follows; `thing` is None for a tag."""

    of: str
    subject: str
    thing: Question | Person | Procedure | Space | None


def follow(store: Store, person: Person, of: str, subject: str) -> None:
    """Hear of what is new there. NotFound when it is not the person's to read."""
    with store.write() as tx:
        subject = _subject(tx, person, of, subject)
        if of != "tag":
            _require(tx, person, of, subject)
        if len(tx.follows.of_person(person.id)) >= _MOST:
            raise Invalid("subject", "You follow so much that nothing would stand out. Stop following something first.")
        tx.follows.add(person.id, of, subject)


def unfollow(store: Store, person: Person, of: str, subject: str) -> None:
    with store.write() as tx:
        tx.follows.remove(person.id, of, _subject(tx, person, of, subject))


def follows(store: Store, person: Person, of: str, subject: str) -> bool:
    with store.read() as tx:
        return (of, subject) in tx.follows.of_person(person.id)


def followed(store: Store, person: Person) -> tuple[Followed, ...]:
    """What a person follows and may still read."""
    found: list[Followed] = []
    with store.read() as tx:
        for of, subject in tx.follows.of_person(person.id):
            thing = None if of == "tag" else _thing(tx, of, subject)
            if of == "tag" or (thing is not None and can(person, Action.READ, thing)):
                found.append(Followed(of, subject, thing))
    return tuple(found)


def tell_followers(
    tx: Transaction, asked: Question, event: str, by: str, key: str, facts: Mapping[str, object],
    told: Collection[str | None] = (),
) -> None:  # fmt: skip
    """Tell whoever follows the question (a question: also its tags and space) or `by` that something was written there.
    `event` is "asked", "answered" or "commented", `key` names it, `told` are those who hear of it anyway."""
    things = [("question", asked.id)] if event != "asked" else [("tag", tag) for tag in asked.tags]
    things += [("person", by)] if event != "commented" else []
    things += [("space", asked.space)] if event == "asked" else []
    for person, of, subject in tx.follows.followers(things):
        if person != by and person not in told:
            params = {**facts, "by": by, "event": event, "via": of, "followed": subject}
            tell(tx, person, NoticeKind.FOLLOWED, asked, params, key=f"followed {key}")


def tell_followers_of_procedure(tx: Transaction, procedure: Procedure, revision: str, key: str) -> None:
    """Tell whoever follows a procedure that a new text of it is in force."""
    for person, _of, _subject in tx.follows.followers([("procedure", procedure.key)]):
        if person not in (procedure.owner, procedure.deputy):
            params = {"event": "published", "via": "procedure", "revision": revision}
            tell(tx, person, NoticeKind.FOLLOWED, procedure, params, key=f"followed {key}")


def _subject(tx: Transaction, person: Person, of: str, subject: str) -> str:
    if of not in OF:
        raise Invalid("of", "This cannot be followed.")
    return subject if of != "tag" else next(iter(settled(tx, person, [subject])), "")


def _thing(tx: Transaction, of: str, subject: str) -> Question | Person | Procedure | Space | None:
    match of:
        case "question":
            return tx.questions.find(subject)
        case "person":
            return tx.people.find(subject)
        case "procedure":
            return tx.procedures.find(subject)
    return tx.spaces.find(subject)


def _require(tx: Transaction, person: Person, of: str, subject: str) -> None:
    thing = _thing(tx, of, subject)
    if thing is None or not can(person, Action.READ, thing):
        raise NotFound(of, subject)

