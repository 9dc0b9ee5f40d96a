"""Becoming a member without being put in by hand: by a rule over unit, site or title, or by accepting an invitation.

A rule makes members of those who fit and takes out those it made who fit no longer; whoever was put in by hand is left
alone. It is applied when it is made, when somebody's facts change, and by the worker.
"""

from __future__ import annotations

from kb import audit
from kb.entry import Attribute, MembershipRule, SpaceInvitation
from kb.errors import Conflict, Invalid, NotFound
from kb.model import Membership, NoticeKind, Person, PersonKind, Role, Space, new_id
from kb.notices import settle, tell
from kb.permissions import Action, can, require
from kb.rules import clean
from kb.storage import Store, Transaction

GIVEN = (Role.READER, Role.MEMBER, Role.EXPERT)  # roles that a rule may give: keepers are named by hand


def rules(store: Store, keeper: Person, space: str) -> tuple[MembershipRule, ...]:
    """The rules of a space, for those who keep it."""
    with store.read() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(space))
        return tuple(tx.joining.rules(space))


def add_rule(store: Store, keeper: Person, space: str, attribute: str, value: str, role: Role) -> int:
    """Make a rule and the members that follow from it; how many those are."""
    value = clean("value", " ".join(value.split()), 120, required=True)
    if attribute not in set(Attribute):
        raise Invalid("attribute", "Choose unit, site or title.")
    if role not in GIVEN:
        raise Invalid("role", "Those who keep a space are named by hand. Choose reader, member or expert.")
    with store.write() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(space, lock=True))
        if any((each.attribute, each.value.casefold()) == (attribute, value.casefold())
               for each in tx.joining.rules(space)):  # fmt: skip
            raise Invalid("value", "There is a rule for this already.")
        rule = MembershipRule(new_id(), space, Attribute(attribute), value, role, keeper.id, tx.now)
        tx.joining.add_rule(rule)
        detail: dict[str, object] = {"attribute": attribute, "value": value, "role": role}
        audit.record(tx, keeper.id, "put rule", ("space", space), detail, space)
        return apply(tx, space)


def remove_rule(store: Store, keeper: Person, space: str, id: str) -> int:
    """Take a rule away and those out whom it made members; how many those are."""
    with store.write() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(space, lock=True))
        if id not in {each.id for each in tx.joining.rules(space)}:
            raise NotFound("rule", id)
        tx.joining.remove_rule(id)
        audit.record(tx, keeper.id, "remove rule", ("space", space), {}, space)
        return apply(tx, space)


def tend(store: Store) -> int:
    """Bring the members up to the rules; how many came or went."""
    with store.read() as tx:
        if not _ruled(tx):
            return 0
    with store.write() as tx:
        return apply(tx)


def _ruled(tx: Transaction, space: str | None = None) -> list[str]:
    """The spaces whose members rules make or made, in the order in which everybody locks them."""
    made = {each.space for each in tx.spaces.members(space) if each.rule}
    return sorted(made | {each.space for each in tx.joining.rules(space)})


def lock(tx: Transaction, space: str | None = None) -> None:
    """Keep the rows of the spaces with rules, of one or all, before anything else that `apply` comes after."""
    for place in _ruled(tx, space):
        tx.spaces.get(place, lock=True)


def apply(tx: Transaction, space: str | None = None) -> int:
    """The same in the caller's transaction, of one space or of all. Their rows are locked before members are read, as
    by everybody who changes members: two at once would undo each other."""
    places = _ruled(tx, space)
    if not places:
        return 0
    lock(tx, space)
    standing = {(each.space, each.person): each for each in tx.spaces.members() if each.space in places}
    employees = [each for each in tx.people.list() if each.kind is PersonKind.EMPLOYEE and each.ended is None]
    wanted: dict[tuple[str, str], Membership] = {}
    for rule in tx.joining.rules(space):
        for each in employees:
            if getattr(each, rule.attribute.value).casefold() == rule.value.casefold():
                made = Membership(rule.space, each.id, rule.role, tx.now, rule=rule.id)
                wanted.setdefault((rule.space, each.id), made)
    kept = {key: each.rule for key, each in wanted.items()}
    gone = [key for key, each in standing.items() if each.rule and each.rule != kept.get(key)]
    came = [each for key, each in wanted.items() if key not in standing or key in gone]
    for place, person in gone:
        tx.spaces.remove_member(place, person)
    tx.spaces.put_members(came)
    changed = dict.fromkeys([person for _space, person in gone] + [each.person for each in came])
    tx.changes.add_all("put member", "person", list(changed))
    for place in dict.fromkeys([at for at, _person in gone] + [each.space for each in came]):
        detail: dict[str, object] = {
            "came": [each.person for each in came if each.space == place],
            "went": [person for at, person in gone if at == place],
        }
        audit.record(tx, None, "apply rules", ("space", place), detail, place)
    return len(changed)


def invite(store: Store, keeper: Person, space: str, person: str, role: Role) -> SpaceInvitation:
    """Invite a colleague, who says yes or no. Invalid for a guest, a member, whoever has left or was invited."""
    with store.write() as tx:
        place = tx.spaces.get(space, lock=True)
        require(keeper, Action.MANAGE, place)
        found = tx.people.get(person)
        require(keeper, Action.READ, found)
        if role not in GIVEN:
            raise Invalid("role", "Those who keep a space are named by hand. Choose reader, member or expert.")
        if found.ended is not None or found.kind is PersonKind.GUEST:
            raise Invalid("person", "Only colleagues who are here can be invited.")
        if space in found.member_of:
            raise Invalid("person", "%(name)s is a member already.", name=found.name)
        if tx.joining.open(space, person):
            raise Invalid("person", "%(name)s is invited already.", name=found.name)
        made = SpaceInvitation(new_id(), space, person, role, keeper.id, tx.now)
        tx.joining.invite(made)
        facts: dict[str, object] = {"by": keeper.id, "joining": made.id}
        tell(tx, person, NoticeKind.INVITED_IN, place, facts, key=f"invited in {made.id}")
        tx.changes.add("invite", "person", person, keeper.id)
        return made


def pending(store: Store, keeper: Person, space: str) -> tuple[SpaceInvitation, ...]:
    """Invitations that wait for a yes or no, for those who keep the space."""
    with store.read() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(space))
        return tuple(tx.joining.open(space))


def own(store: Store, person: Person, id: str) -> tuple[SpaceInvitation, Space]:
    """One's own open invitation with its space; NotFound when it is not theirs or was replied to."""
    with store.read() as tx:
        return _own(tx, person, id)


def reply(store: Store, person: Person, id: str, accept: bool) -> Space:
    """Say yes or no. Conflict when whoever invited no longer keeps the space."""
    with store.write() as tx:
        found, space = _own(tx, person, id)
        tx.spaces.get(space.id, lock=True)
        by = tx.people.find(found.by)
        if accept and (by is None or not can(by, Action.MANAGE, space) or not _may_enter(person)):
            raise Conflict("Whoever invited you no longer keeps this space. Ask those who do.")
        tx.joining.close(id, accept)
        settle(tx, person.id, space, [NoticeKind.INVITED_IN])
        if accept and space.id not in person.member_of:
            tx.spaces.put_members([Membership(space.id, person.id, found.role, tx.now)])
            detail: dict[str, object] = {"person": person.id, "role": found.role, "invited": found.by}
            audit.record(tx, person.id, "put member", ("space", space.id), detail, space.id)
        tx.changes.add("put member" if accept else "decline", "person", person.id, person.id)
        return space


def _own(tx: Transaction, person: Person, id: str) -> tuple[SpaceInvitation, Space]:
    found = tx.joining.get(id)
    if found.person != person.id or found.closed is not None or person.ended is not None:
        raise NotFound("invitation", id)
    return found, tx.spaces.get(found.space)


def _may_enter(person: Person) -> bool:
    return person.kind is PersonKind.EMPLOYEE and person.ended is None
