"""Who may do what, in one place.

A person's effective roles (`Person.roles`: one entry for each space they may read) decide nearly everything; the rest
is authorship and the administrator's mark. Everything else in the house asks `can` or filters by `visible_spaces`.
"""

from __future__ import annotations

from enum import StrEnum

from kb.advice import Practice
from kb.errors import Forbidden, NotFound
from kb.lifecycle import SHOWN, turn
from kb.model import (
    Answer,
    Comment,
    Listed,
    Person,
    PersonKind,
    Procedure,
    ProcedureStatus,
    Question,
    RevisionStatus,
    Role,
    Space,
)
from kb.official import Proposal
from kb.records import ExternalDocument

Thing = Space | Question | Answer | Comment | Procedure | Proposal | Person | Listed | ExternalDocument | Practice
KEEPERS = frozenset({Role.ANIMATOR, Role.COMPLIANCE_OWNER})
ADVISERS = KEEPERS | {Role.EXPERT}


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
    DRAFT = "draft"
    APPROVE = "approve"
    RETIRE = "retire"
    PROMOTE = "promote"
    VERIFY = "verify"
    CONFIRM = "confirm"


_BY_WRITERS = frozenset({Action.ASK, Action.ANSWER, Action.COMMENT})


def visible_spaces(person: Person) -> frozenset[str]:
    """Ids of the spaces whose content `person` may read."""
    return frozenset(person.roles)


def audited_spaces(person: Person) -> frozenset[str]:
    """Ids of the spaces whose official life `person` oversees: a compliance owner's own, an administrator's all (as far
    as they may read them)."""
    if person.ended is not None:
        return frozenset()
    return frozenset(space for space, role in person.roles.items() if person.admin or role is Role.COMPLIANCE_OWNER)


def oversees(person: Person) -> bool:
    """Whether the audit trail shows `person` anything."""
    return person.ended is None and (person.admin or bool(audited_spaces(person)))


def require_overseer(person: Person) -> None:
    """Raise Forbidden unless the audit trail shows `person` anything."""
    if not oversees(person):
        raise Forbidden("audit", "records", "", "This is for compliance owners and administrators.")


def can(person: Person, action: Action, thing: Thing, space: str | None = None) -> bool:
    """Whether `person` may do `action` to `thing`. Answers and comments know only their question: pass its `space`. A
    procedure that has nothing but a draft exists for those who may edit it."""
    if person.ended is not None:
        return False
    if isinstance(thing, Person | Listed):
        return _can_person(person, action, thing)
    if isinstance(thing, Proposal):
        return _can_proposal(person, action, thing)
    role = person.roles.get(_space_of(thing, space))
    if role is None:
        return False
    unborn = isinstance(thing, Procedure) and thing.status is ProcedureStatus.DRAFT
    if action is Action.READ and not unborn:
        return True
    if action is Action.MANAGE:
        return person.admin or role in KEEPERS
    if role is Role.READER:
        return False
    if action in _BY_WRITERS:
        return True
    if action is Action.DRAFT:
        return role in KEEPERS and isinstance(thing, Space)
    if action is Action.PROMOTE:
        return role in ADVISERS and isinstance(thing, Space)
    if action in (Action.VERIFY, Action.CONFIRM):
        authors = thing.authors if isinstance(thing, Practice) else (getattr(thing, "author", None),)
        advises = role in ADVISERS or action is Action.CONFIRM
        return isinstance(thing, Practice | Answer) and advises and person.id not in authors
    if isinstance(thing, Practice):
        return role in ADVISERS or person.id == thing.keeper or person.id in thing.authors
    if action in (Action.APPROVE, Action.RETIRE) and not isinstance(thing, Procedure):
        return False
    author = getattr(thing, "author", None)
    if action is Action.VOTE:
        return author != person.id
    if action is Action.ACCEPT:
        return author == person.id or (author is None and role in KEEPERS)
    if isinstance(thing, ExternalDocument):
        return role in KEEPERS or thing.owner == person.id
    if isinstance(thing, Procedure):
        keeps = person.id in (thing.owner, thing.deputy) and (action is not Action.RETIRE or not thing.satisfies)
        return role is Role.COMPLIANCE_OWNER or keeps
    return author == person.id or role in KEEPERS


_MEMBERS = frozenset({Action.ASK, Action.ANSWER, Action.COMMENT, Action.VOTE, Action.CONFIRM})  # what these may do


def require(person: Person, action: Action, thing: Thing, space: str | None = None) -> None:
    """Raise Forbidden when `person` may not do `action`, NotFound when they may not even know of `thing`."""
    if can(person, action, thing, space):
        return
    kind = type(thing).__name__.lower()
    id = thing.key if isinstance(thing, Procedure) else thing.revision.id if isinstance(thing, Proposal) else thing.id
    if not can(person, Action.READ, thing, space):
        raise NotFound(kind, id)
    standing = None if isinstance(thing, Person | Listed | Proposal) else person.roles[_space_of(thing, space)]
    if standing is Role.READER and action in _MEMBERS:
        raise Forbidden(
            action, kind, id,
            "You read this space without writing in it. Those who keep it can make you a member: ask one of them.",
        )  # fmt: skip
    raise Forbidden(action, kind, id)


def require_administrator(person: Person) -> None:
    """Raise Forbidden for what administrators alone may open: people, and spaces that nobody keeps."""
    if not person.admin or person.ended is not None:
        raise Forbidden("open", "administration", "")


def _space_of(thing: Thing, space: str | None) -> str:
    if isinstance(thing, Space):
        return thing.id
    if isinstance(thing, Question | Procedure | ExternalDocument | Practice):
        return thing.space
    if space is None:
        raise ValueError("an answer or a comment is judged with the space of its question")
    return space


def _can_proposal(person: Person, action: Action, proposal: Proposal) -> bool:
    """A text that was in force is read by whoever reads the space; one in work by those who may edit the procedure,
    and from its submission on by its approvers. They decide when it is their turn, never on a text they wrote."""
    procedure, status = proposal.procedure, proposal.revision.status
    if person.ended is not None or procedure.space not in person.roles:
        return False
    if action is Action.APPROVE:
        return any(each.person == person.id for each in turn(proposal))
    if action is not Action.READ:
        return can(person, action, procedure)
    if status in SHOWN or can(person, Action.EDIT, procedure):
        return True
    waiting = status in (RevisionStatus.IN_REVIEW, RevisionStatus.APPROVED)
    return waiting and any(each.person == person.id for each in proposal.charter.approvers)


def _can_person(person: Person, action: Action, other: Person | Listed) -> bool:
    """Employees know each other; a guest knows only those who write in the threads they take part in."""
    if action is Action.READ:
        if person.id == other.id or person.kind is PersonKind.EMPLOYEE:
            return True
        return other.id in person.met
    if action is Action.EDIT:
        return person.id == other.id or person.admin
    return person.admin
