"""Who may do what, in one place.

A person's effective roles (`Person.roles`: one entry for each space they may read) decide nearly everything; the rest
is authorship and the administrator's mark. Everything else in the house asks `can` or filters by `visible_spaces`.
"""

from __future__ import annotations

from enum import StrEnum

from kb.errors import Forbidden, NotFound
from kb.model import Answer, Comment, Person, PersonKind, Procedure, Question, Role, Space

Thing = Space | Question | Answer | Comment | Procedure | Person
KEEPERS = frozenset({Role.ANIMATOR, Role.COMPLIANCE_OWNER})


class Action(StrEnum):
    READ = "read"
    ASK = "ask"
    ANSWER = "answer"
    COMMENT = "comment"
    VOTE = "vote"
    ACCEPT = "accept"
    EDIT = "edit"
    DELETE = "delete"
    CLOSE = "close"
    MANAGE = "manage"


_BY_WRITERS = frozenset({Action.ASK, Action.ANSWER, Action.COMMENT})


def visible_spaces(person: Person) -> frozenset[str]:
    """Ids of the spaces whose content `person` may read."""
    return frozenset(person.roles)


def can(person: Person, action: Action, thing: Thing, space: str | None = None) -> bool:
    """Whether `person` may do `action` to `thing`. Answers and comments know only their question: pass its `space`."""
    if person.ended is not None:
        return False
    if isinstance(thing, Person):
        return _can_person(person, action, thing)
    role = person.roles.get(_space_of(thing, space))
    if role is None:
        return False
    if action is Action.READ:
        return True
    if action is Action.MANAGE:
        return person.admin or role in KEEPERS
    if role is Role.READER:
        return False
    if action in _BY_WRITERS:
        return True
    author = getattr(thing, "author", None)
    if action is Action.VOTE:
        return author != person.id
    if action is Action.ACCEPT:
        return author == person.id or (author is None and role in KEEPERS)
    if isinstance(thing, Procedure):
        return role is Role.COMPLIANCE_OWNER or person.id in (thing.owner, thing.deputy)
    return author == person.id or role in KEEPERS


def require(person: Person, action: Action, thing: Thing, space: str | None = None) -> None:
    """Raise Forbidden when `person` may not do `action`, NotFound when they may not even know of `thing`."""
    if can(person, action, thing, space):
        return
    kind = type(thing).__name__.lower()
    id = thing.key if isinstance(thing, Procedure) else thing.id
    if not can(person, Action.READ, thing, space):
        raise NotFound(kind, id)
    raise Forbidden(action, kind, id)


def require_administrator(person: Person) -> None:
    """Raise Forbidden for what administrators alone may open: people, and spaces that nobody keeps."""
    if not person.admin or person.ended is not None:
        raise Forbidden("open", "administration", "")


def _space_of(thing: Thing, space: str | None) -> str:
    if isinstance(thing, Space):
        return thing.id
    if isinstance(thing, Question | Procedure):
        return thing.space
    if space is None:
        raise ValueError("an answer or a comment is judged with the space of its question")
    return space


def _can_person(person: Person, action: Action, other: Person) -> bool:
    """Employees know each other; a guest knows only those who share a space that the guest is in by name."""
    if action is Action.READ:
        if person.id == other.id or person.kind is PersonKind.EMPLOYEE:
            return True
        return bool(person.member_of & other.member_of)
    if action is Action.EDIT:
        return person.id == other.id or person.admin
    return person.admin
