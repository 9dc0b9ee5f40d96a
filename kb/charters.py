"""How a space keeps its procedures: who approves them, in which order, how many; how long a page may be, and how long
old texts are kept."""

from __future__ import annotations

from dataclasses import replace

from kb import audit
from kb.errors import Invalid
from kb.model import Person
from kb.official import Approver, Charter
from kb.permissions import Action, require, visible_spaces
from kb.rules import clean
from kb.storage import Store, Transaction

STAGES, BODY_SPOKEN_FOR, KEPT = 9, 120, 1200


def get(store: Store, reader: Person, space: str) -> Charter:
    with store.read() as tx:
        require(reader, Action.READ, tx.spaces.get(space))
        return tx.charters.get(space)


def put(store: Store, keeper: Person, charter: Charter) -> Charter:
    """Write the charter of a space. Invalid when it could not be followed."""
    for name, value, most in (("minimum", charter.minimum, 20), ("words", charter.words, 5000),
                              ("duties", charter.duties, 100)):  # fmt: skip
        if not 1 <= value <= most:
            raise Invalid(name, "Write a number from 1 to %(most)d.", most=most)
    if charter.keep_months is not None and not 1 <= charter.keep_months <= KEPT:
        raise Invalid("keep_months", "Write a number from 1 to %(most)d.", most=KEPT)
    with store.write() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(charter.space))
        charter = replace(charter, approvers=_approvers(tx, charter))
        if charter.minimum > max(1, len(charter.approvers)):
            raise Invalid("minimum", "That is more than there are approvers. Name more of them, or ask for fewer.")
        tx.charters.put(charter)
        tx.changes.add("put charter", "space", charter.space, keeper.id)
        approvers = {each.person: each.stage for each in charter.approvers}
        detail: dict[str, object] = {"approvers": approvers, "minimum": charter.minimum}
        if charter.keep_months:
            detail["keep_months"] = charter.keep_months
        audit.record(tx, keeper.id, "put charter", ("space", charter.space), detail, charter.space)
        return charter


def _approvers(tx: Transaction, charter: Charter) -> tuple[Approver, ...]:
    people = {each.id: each for each in tx.people.list({each.person for each in charter.approvers})}
    kept: dict[str, Approver] = {}
    for each in charter.approvers:
        person = people.get(each.person)
        if person is None or person.ended is not None or charter.space not in visible_spaces(person):
            name = person.name if person else each.person
            raise Invalid("approvers", "%(name)s does not read this space, so cannot approve in it.", name=name)
        if each.person in kept:
            raise Invalid("approvers", "%(name)s is named twice. Keep one line.", name=person.name)
        if not 1 <= each.stage <= STAGES:
            raise Invalid("approvers", "The order is a number from 1 to %(most)d.", most=STAGES)
        kept[each.person] = replace(each, body=clean("approvers", each.body, BODY_SPOKEN_FOR))
    return tuple(sorted(kept.values(), key=lambda each: (each.stage, each.person)))
