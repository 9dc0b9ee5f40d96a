"""Spaces as a reader sees them, and the rights on them."""

from __future__ import annotations

from kb import audit
from kb.errors import NotFound
from kb.model import Membership, Person, Space
from kb.permissions import Action, can, require
from kb.storage import Store


def readable(store: Store, reader: Person) -> tuple[Space, ...]:
    """The spaces `reader` may read, by name."""
    with store.read() as tx:
        return tuple(each for each in tx.spaces.list() if can(reader, Action.READ, each))


def get(store: Store, reader: Person, id: str) -> Space:
    """The space, or NotFound when `reader` may not know of it."""
    with store.read() as tx:
        space = tx.spaces.get(id)
    if not can(reader, Action.READ, space):
        raise NotFound("space", id)
    return space


def members(store: Store, reader: Person, space: str) -> tuple[Membership, ...]:
    """Named memberships of a space whose people `reader` may know of."""
    with store.read() as tx:
        require(reader, Action.READ, tx.spaces.get(space))
        memberships = tx.spaces.members(space)
        people = {each.id: each for each in tx.people.list({each.person for each in memberships})}
    return tuple(each for each in memberships if can(reader, Action.READ, people[each.person]))


def put_member(store: Store, manager: Person, membership: Membership) -> None:
    """Give somebody a role in a space, or change it."""
    with store.write() as tx:
        require(manager, Action.MANAGE, tx.spaces.get(membership.space))
        before = tx.people.get(membership.person, lock=True)
        tx.spaces.put_members([membership])
        tx.changes.add("put member", "person", membership.person, manager.id)
        roles = {"before": before.roles.get(membership.space), "role": membership.role}
        detail = {"person": membership.person, **roles}
        audit.record(tx, manager.id, "put member", ("space", membership.space), detail, membership.space)


def remove_member(store: Store, manager: Person, space: str, person: str) -> None:
    with store.write() as tx:
        require(manager, Action.MANAGE, tx.spaces.get(space))
        tx.spaces.remove_member(space, person)
        tx.changes.add("remove member", "person", person, manager.id)
        audit.record(tx, manager.id, "remove member", ("space", space), {"person": person}, space)
