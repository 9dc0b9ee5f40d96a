"""The people and places every test knows, and a clock that only moves when told.

Alice is an employee, compliance owner in the finance team, whose space is restricted. Bob is an employee too, in no
team. Charlie is a guest from a partner, in the partner space by name, and Alice is his sponsor. Dora animates the
common space, Erik is an administrator, and Fanny has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import kb.routes
from kb import Store
from kb.model import Band, Membership, Person, PersonKind, Question, Role, Space, Visibility
from kb.routing import Candidate, Circle, Reason, Route

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
COMMON, FINANCE, PARTNER = "common", "finance", "partner"
SPACES = (
    Space(COMMON, "Everybody", visibility=Visibility.OPEN),
    Space(FINANCE, "Finance team", visibility=Visibility.RESTRICTED),
    Space(PARTNER, "With our partner", visibility=Visibility.PARTNER),
)
PEOPLE = (
    Person("alice", "Alice Martin", "alice@example.org", title="Accountant", languages=("fr", "en")),
    Person("bob", "Bob Dupont", "bob@example.org", skills=("excel",)),
    Person("charlie", "Charlie Guest", "charlie@partner.example", kind=PersonKind.GUEST, sponsor="alice"),
    Person("dora", "Dora Petit", "dora@example.org"),
    Person("erik", "Erik Admin", "erik@example.org", admin=True),
    Person("fanny", "Fanny Gone", "fanny@example.org", ended=START - timedelta(days=30)),
)
MEMBERSHIPS = (
    Membership(FINANCE, "alice", Role.COMPLIANCE_OWNER, START - timedelta(days=400)),
    Membership(PARTNER, "alice", Role.MEMBER, START - timedelta(days=400)),
    Membership(PARTNER, "charlie", Role.MEMBER, START - timedelta(days=40)),
    Membership(COMMON, "dora", Role.ANIMATOR, START - timedelta(days=400)),
)


@dataclass
class Clock:
    """Stands still; `clock.forward(minutes=5)` moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def settle(store: Store) -> None:
    """Put the people, spaces and memberships above into an empty knowledge base."""
    with store.write() as tx:
        tx.people.put(PEOPLE)
        tx.spaces.put(SPACES)
        tx.spaces.put_members(MEMBERSHIPS)
        tx.changes.add_all("put", "person", [each.id for each in PEOPLE])


def routed(store: Store, question: Question, *near: str, wide: Sequence[str] = (), keeper: str | None = None) -> Route:
    """Route a question to these candidates, best first, as the worker does."""
    candidates = [Candidate(id, 1.0, 0.5, reasons=(Reason("declared", "excel"),)) for id in near]
    candidates += [Candidate(id, 0.5, 0.2, Circle.WIDE) for id in wide]
    if keeper is not None:
        candidates.append(Candidate(keeper, 0.0, 0.0, Circle.KEEPER, (Reason("owns", "", "procedure", "P"),)))
    route = kb.routes.begin(store, question.id, Band.ASK, 0.2, "v1", candidates)
    assert route is not None
    return route


def get(store: Store, id: str) -> Person:
    """A person as storage knows them now, with their roles."""
    with store.read() as tx:
        return tx.people.get(id)
