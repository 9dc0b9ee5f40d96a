"""A new text is announced only to those whom it changes something for, with the changed duties alone.

For each person that is: the changed duties whose role is theirs, and those they used: they wrote, verified or confirmed
a practice that helps with one, or a search of theirs was answered by the procedure. Nobody else is told. Everybody is
told of the language they would read, in a job after the publication, so that it may be many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.comparing import Kind, Pair, compare
from kb.model import NoticeKind, Person, Procedure, Revision, RevisionStatus
from kb.notices import tell
from kb.permissions import Action, can, require
from kb.roles import concerns, holds, is_everybody
from kb.storage import Store, Transaction

BATCH = 200  # people told in one transaction
JOB = "announce"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a text changed in the duties of the one it replaced (all of them when it is the first); `mine` are the
    places in `pairs` that the reader was told of."""

    procedure: Procedure
    revision: Revision
    pairs: tuple[Pair, ...]
    mine: frozenset[int] = frozenset()


def enqueue(tx: Transaction, revision: Revision) -> None:
    """Have it announced: in the transaction that brings the text into force."""
    tx.jobs.add(JOB, {"procedure": revision.procedure, "revision": revision.name}, once=f"{JOB} {revision.id}")


def announce(store: Store, key: str, name: str) -> int:
    """Tell everybody whom the text called `name` changes something for; how many were told now."""
    with store.read() as tx:
        found = _changed(tx, key, name)
        if found is None or not found.pairs:
            return 0
        used = _used(tx, found)
        people = [each for each in tx.people.list() if _reads(each, found)]
    told = 0
    for start in range(0, len(people), BATCH):
        with store.write() as tx:
            for person in people[start : start + BATCH]:
                mine = _concerning(person, found, used)
                if mine:
                    told += _tell(tx, person, found, mine)
    return told


def changes(store: Store, reader: Person, key: str, name: str) -> Changed | None:
    """The changed duties alone, with those that concern `reader`; None when that text changed none, or is not in
    force."""
    with store.read() as tx:
        require(reader, Action.READ, tx.procedures.get(key))
        found = _changed(tx, key, name)
        if found is None:
            return None
        return replace(found, mine=frozenset(_concerning(reader, found, _used(tx, found))))


def _changed(tx: Transaction, key: str, name: str) -> Changed | None:
    procedure = tx.procedures.find(key)
    history = tx.procedures.history(key)
    shown = (RevisionStatus.PUBLISHED, RevisionStatus.SUPERSEDED)
    revision = next((each for each in history if each.name == name and each.status in shown), None)
    if procedure is None or revision is None:
        return None
    same = [each for each in history if each.language == revision.language and each.number == revision.base]
    if not same:
        return Changed(procedure, revision, tuple(Pair(None, each) for each in revision.duties))
    pairs = compare(same[0], revision).duties
    return Changed(procedure, revision, tuple(each for each in pairs if each.kind is not Kind.SAME))


def _reads(person: Person, found: Changed) -> bool:
    """Whether this is the text that the person reads, and they do not know it from writing it."""
    written = [each.language for each in found.procedure.revisions]
    language = next((each for each in person.languages if each in written), found.revision.language)
    knows = person.id in (found.procedure.owner, *found.revision.writers)
    return language == found.revision.language and not knows and can(person, Action.READ, found.procedure)


def _used(tx: Transaction, found: Changed) -> dict[str, set[str]]:
    """Who used which steps of the procedure; the step "" stands for all of it."""
    key, used = found.procedure.key, defaultdict[str, set[str]](set)
    practices = [each for each in tx.practices.list() if any(help.procedure == key for help in each.helps)]
    said = tx.confirmations.of_practices([each.id for each in practices])
    for practice in practices:
        steps = {help.step for help in practice.helps if help.procedure == key}
        people = {*practice.authors, practice.verifier, *(each.person for each in said.get(practice.id, ()))}
        for person in people - {None}:
            used[str(person)] |= steps
    for person in tx.routes.answered(f"answered by {key}"):
        used[person].add("")
    return used


def _concerning(person: Person, found: Changed, used: dict[str, set[str]]) -> Sequence[int]:
    """The places of the changed duties that are this person's, by their role or by use."""
    audience = replace(found.procedure.audience, roles=())
    steps = used.get(person.id, set())
    return [
        place for place, pair in enumerate(found.pairs)
        if _roles(pair, person) and concerns(audience, person) or "" in steps or steps & set(_steps(pair))
    ]  # fmt: skip


def _roles(pair: Pair, person: Person) -> bool:
    names = [each.role for each in (pair.before, pair.after) if each]
    return any(map(is_everybody, names)) or holds(person, names)


def _steps(pair: Pair) -> Iterator[str]:
    for each in (pair.before, pair.after):
        if each:
            yield each.step


def _tell(tx: Transaction, person: Person, found: Changed, mine: Sequence[int]) -> bool:
    shown = [found.pairs[place].after or found.pairs[place].before for place in mine]
    facts = {"revision": found.revision.name, "steps": ", ".join(each.step for each in shown if each)}
    return tell(tx, person.id, NoticeKind.CHANGED, found.procedure, facts, key=f"changed {found.revision.id}")
