"""Approval before posting: in a space whose keepers ask for it, what guests (or members) write is read by them first.

A post that waits stands in no table of posts, so nothing shows or indexes it. When it is approved it is posted as its
author, under the id it was sent with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kb.attachments import attach
from kb.errors import Invalid
from kb.flags import Held
from kb.model import NoticeKind, Person, PersonKind, Role
from kb.notices import tell
from kb.permissions import KEEPERS, Action, require
from kb.storage import Store, Transaction

GUEST = "guest"
WHOSE = (GUEST, Role.MEMBER.value, Role.EXPERT.value)  # whose posts may be asked to wait


def waits(store: Store, person: Person, space: str) -> bool:
    """Whether what `person` writes in `space` is read by its keepers first."""
    with store.read() as tx:
        return _waits(tx, person, space)


def whose_wait(store: Store, space: str) -> frozenset[str]:
    """Whose posts wait in a space."""
    with store.read() as tx:
        return _whose(tx, space)


def choose(store: Store, keeper: Person, space: str, whose: Collection[str]) -> None:
    """Say whose posts wait. What waits already is decided on all the same."""
    if set(whose) - set(WHOSE):
        raise Invalid("whose", "Choose among guests, members and experts.")
    with store.write() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(space))
        tx.settings.set(_name(space), sorted(whose))
        tx.changes.add("set", "setting", _name(space), keeper.id)


def hold(
    tx: Transaction, author: Person, space: str, kind: str, question: str | None, id: str, title: str,
    fields: Mapping[str, object], attached: Collection[str] | None = None,
) -> bool:  # fmt: skip
    """Keep a post back when its author's wait here; whether it was. Its keepers are told, once."""
    if not _waits(tx, author, space):
        return False
    if tx.held.add(Held(id, space, author.id, kind, question, fields, tx.now)):
        attach(tx, author, attached, "held", id)
        tx.unsent.remove(author.id, "ask" if kind == "question" else f"{kind} {question}")
        where = tx.spaces.get(space)
        for each in tx.spaces.members(space):
            if each.role in KEEPERS:
                facts = {"by": author.id, "titled": title}
                tell(tx, each.person, NoticeKind.TO_MODERATE, where, facts, key=f"held {id}")
    return True


def _waits(tx: Transaction, person: Person, space: str) -> bool:
    role, whose = person.roles.get(space), _whose(tx, space)
    if role is None or role in KEEPERS:
        return False
    return role.value in whose or (person.kind is PersonKind.GUEST and GUEST in whose)


def _whose(tx: Transaction, space: str) -> frozenset[str]:
    kept = tx.settings.find(_name(space))
    return frozenset(kept) & set(WHOSE) if isinstance(kept, list) else frozenset()


def _name(space: str) -> str:
    return f"approval before posting {space}"
