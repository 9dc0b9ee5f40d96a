"""How somebody becomes a member, as records: a rule over what the directory says of people, an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.model import Role


class Attribute(StrEnum):
    """What a rule may ask of a person."""

    UNIT = "unit"
    SITE = "site"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class MembershipRule:
    """Employees whose `attribute` is `value` (case aside) have this role in the space."""

    id: str
    space: str
    attribute: Attribute
    value: str
    role: Role
    by: str
    created: datetime


@dataclass(frozen=True, slots=True)
class SpaceInvitation:
    """`by` invites `person` into a space; `taken` says how it was closed."""

    id: str
    space: str
    person: str
    role: Role
    by: str
    created: datetime
    closed: datetime | None = None
    taken: bool | None = None
