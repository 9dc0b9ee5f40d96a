"""Spaces as a reader sees them, who is in them, and making new ones.

A space is kept by its animators and compliance owners. The last of them can neither go nor be made less, or nobody
could mend it; where that has happened all the same (a load made the space, the last keeper left the organisation), an
administrator names a keeper, without being in the space.
"""

from __future__ import annotations

from dataclasses import replace

from kb import audit
from kb.errors import Invalid, NotFound
from kb.model import Membership, Person, PersonKind, Role, Space, Visibility, new_id
from kb.permissions import KEEPERS, Action, can, require, require_administrator
from kb.rules import COMMENT_LIMIT, clean, slug
from kb.storage import Store, Transaction

NAME_LIMIT = 120


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


def put_member(store: Store, manager: Person, space: str, person: str, role: Role) -> None:
    """Give somebody a role in a space, or change it (since when they are in stays). Invalid for a guest in a space that
    is not shared, for who has left, and when nobody would be left to keep the space."""
    with store.write() as tx:
        found = tx.spaces.get(space, lock=True)
        require(manager, Action.MANAGE, found)
        member = tx.people.get(person, lock=True)
        if role not in KEEPERS:
            _refuse_last(tx, found, member)
        _put(tx, manager, found, member, role)


def remove_member(store: Store, manager: Person, space: str, person: str) -> None:
    """Take somebody out. Invalid when nobody would be left to keep the space, and for whom a rule would bring back."""
    with store.write() as tx:
        found = tx.spaces.get(space, lock=True)
        require(manager, Action.MANAGE, found)
        taken = tx.people.get(person)
        _refuse_last(tx, found, taken)
        if any(each.rule is not None for each in tx.spaces.members(space, [person])):
            raise Invalid("id", "A rule makes %(name)s a member. Remove the rule first.", name=taken.name)
        tx.spaces.remove_member(space, person)
        tx.changes.add("remove member", "person", person, manager.id)
        audit.record(tx, manager.id, "remove member", ("space", space), {"person": person}, space)


def create(
    store: Store, admin: Person, name: str, visibility: Visibility, keeper: str, description: str = ""
) -> Space:  # fmt: skip
    """A new space, kept by `keeper` (its animator). Invalid for a name that a space the administrator reads has."""
    require_administrator(admin)
    name = clean("name", " ".join(name.split()), NAME_LIMIT, required=True)
    description = clean("description", description, COMMENT_LIMIT)
    with store.write() as tx:
        standing = tx.spaces.find(slug(name))
        if standing is not None and can(admin, Action.READ, standing):
            raise Invalid("name", "A space has this name already. Choose another.")
        return add(tx, admin, name, visibility, keeper, description)


def add(
    tx: Transaction, admin: Person, name: str, visibility: Visibility, keeper: str, description: str = ""
) -> Space:  # fmt: skip
    """A new space called `name`, under an id that is free."""
    id = slug(name)
    if not id or tx.spaces.find(id) is not None:
        id = f"{id}-{new_id()[:4]}".lstrip("-")
    space = Space(id, name, description, visibility, tx.now)
    tx.spaces.put([space])
    tx.changes.add("create", "space", id, admin.id)
    audit.record(tx, admin.id, "add", ("space", id), {"visibility": visibility}, id)
    _put(tx, admin, space, tx.people.get(keeper), Role.ANIMATOR)
    return space


def activity(store: Store, reader: Person, space: str) -> tuple[int, ...]:
    """How many questions and answers came in each of the last twelve months, the oldest first."""
    with store.read() as tx:
        require(reader, Action.READ, tx.spaces.get(space))
        last = tx.now.year * 12 + tx.now.month - 1
        months = [f"{each // 12:04}-{each % 12 + 1:02}" for each in range(last - 11, last + 1)]
        found = tx.questions.by_month(space, months[0])
        return tuple(found.get(month, 0) for month in months)


def unkept(store: Store, admin: Person) -> tuple[Space, ...]:
    """The spaces that nobody keeps, those the administrator may not read too: only they can be given a keeper."""
    require_administrator(admin)
    with store.read() as tx:
        kept = keepers(tx)
        return tuple(each for each in tx.spaces.list() if each.id not in kept)


def entrust(store: Store, admin: Person, space: str, person: str) -> Space:
    """Make somebody the animator of a space that nobody keeps; NotFound for any other."""
    require_administrator(admin)
    with store.write() as tx:
        found = tx.spaces.get(space, lock=True)
        if space in keepers(tx, space):
            raise NotFound("space", space)
        _put(tx, admin, found, tx.people.get(person), Role.ANIMATOR)
    return found


def _put(tx: Transaction, by: Person, space: Space, person: Person, role: Role) -> None:
    if person.ended is not None:
        raise Invalid("person", "%(name)s has left.", name=person.name)
    if person.kind is PersonKind.GUEST and space.visibility is not Visibility.PARTNER:
        raise Invalid("person", "%(name)s is a guest: guests enter shared spaces only.", name=person.name)
    if person.kind is PersonKind.GUEST and person.member_of - {space.id}:
        raise Invalid("person", "%(name)s is a guest and in another space: guests see one.", name=person.name)
    running = [each for each in tx.spaces.members(space.id, [person.id]) if each.until is None or each.until > tx.now]
    before = running[0] if running else Membership(space.id, person.id, role, tx.now)
    tx.spaces.put_members([replace(before, role=role, rule=None)])
    tx.changes.add("put member", "person", person.id, by.id)
    detail = {"person": person.id, "before": person.roles.get(space.id), "role": role}
    audit.record(tx, by.id, "put member", ("space", space.id), detail, space.id)


def keepers(tx: Transaction, space: str | None = None) -> dict[str, set[str]]:
    """Who keeps each space (with `space`, at least that one is told): nobody who has left, nor whose time is over."""
    kept: dict[str, set[str]] = {}
    for person in tx.people.list({each.person for each in tx.spaces.members(space) if each.role in KEEPERS}):
        for id in (id for id, role in person.roles.items() if role in KEEPERS and person.ended is None):
            kept.setdefault(id, set()).add(person.id)
    return kept


def _refuse_last(tx: Transaction, space: Space, person: Person) -> None:
    if keepers(tx, space.id).get(space.id) == {person.id}:
        raise Invalid("person", "%(name)s is the last to keep this space. Name another animator first.",
                      name=person.name)  # fmt: skip
