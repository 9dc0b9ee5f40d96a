"""Why somebody can see a space, or why not: the one ground that decides, as `kb.rules.effective_roles` does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.entry import MembershipRule
from kb.errors import Forbidden
from kb.model import Membership, Person, PersonKind, Role, Space, Visibility
from kb.permissions import Action, require
from kb.storage import Store


class Ground(StrEnum):
    LEFT = "left"  # whoever left reads nothing
    HAND = "hand"  # put in by those who keep it, or by invitation
    RULE = "rule"
    OPEN = "open"  # every employee reads it
    GUEST = "guest"  # a guest, put into a shared space
    ENDED = "ended"  # was a member, and is no longer
    APART = "apart"  # nothing gives them sight of it
    CLOSED = "closed"  # a guest, and the space is not shared


@dataclass(frozen=True, slots=True)
class Right:
    """`role`: what they may do there, None when they do not read it; `rule` made the membership."""

    person: Person
    space: Space
    ground: Ground
    role: Role | None
    membership: Membership | None = None
    rule: MembershipRule | None = None


def explain(store: Store, reader: Person, space: str, person: str) -> Right:
    """Why `person` can or cannot read a space; for employees who read it themselves."""
    with store.read() as tx:
        place = tx.spaces.get(space)
        require(reader, Action.READ, place)
        if reader.kind is not PersonKind.EMPLOYEE:
            raise Forbidden("open", "rights", space)
        found = tx.people.get(person)
        require(reader, Action.READ, found)
        member = next(iter(tx.spaces.members(space, [person])), None)
        rule = next((each for each in tx.joining.rules(space) if member and each.id == member.rule), None)
        ended = member is not None and member.until is not None and member.until <= tx.now
    role = found.roles.get(space) if found.ended is None else None
    return Right(found, place, _ground(found, place, role, member, ended), role, member, rule)


def _ground(person: Person, space: Space, role: Role | None, member: Membership | None, ended: bool) -> Ground:
    if person.ended is not None:
        return Ground.LEFT
    if role is None:
        if person.kind is PersonKind.GUEST and space.visibility is not Visibility.PARTNER:
            return Ground.CLOSED
        return Ground.ENDED if ended else Ground.APART
    if person.kind is PersonKind.GUEST:
        return Ground.GUEST
    if member is None or ended:
        return Ground.OPEN
    return Ground.RULE if member.rule else Ground.HAND
