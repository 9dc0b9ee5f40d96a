"""A space that approves: what the tests of the official layer start from.

In the common space Carla keeps the rules (compliance owner); Alice approves first, for the works council, then Erik,
for the board. Bob keeps TRV-01, Dora is his deputy; its first text is in force.
"""

from __future__ import annotations

from datetime import date, timedelta

from kb import Store, approving, charters, drafting
from kb.lifecycle import digest
from kb.model import Duty, Membership, Person, Procedure, Revision, Role
from kb.official import Approver, Charter, Proposal
from tests import people
from tests.people import COMMON, START

KEY = "TRV-01"
DUTIES = (Duty("1", "Traveller", "Books the train in the portal", "Act 12"), Duty("2", "Manager", "Approves", "Act 13"))
TEXT = drafting.Text(
    "Travelling", "Who travels, how, and who pays.", DUTIES, "Second class.", ("travel",), "New: Act 13"
)


def found(store: Store) -> None:
    """Write the charter and the procedure into a settled store."""
    with store.write() as tx:
        tx.people.put([Person("carla", "Carla Keeps", "carla@example.org")])
        tx.spaces.put_members([Membership(COMMON, "carla", Role.COMPLIANCE_OWNER, START - timedelta(days=9))])
        tx.procedures.put([Procedure(KEY, COMMON, "bob", "dora", review_months=12, satisfies=("Act 12",),
                                     reviewed=date(2026, 6, 1))])  # fmt: skip
        tx.procedures.add_revisions(
            [Revision(KEY, "en", 1, "Travelling", "Who travels.", "", DUTIES[:1], created=tx.now - timedelta(days=99),
                      effective=date(2026, 6, 1))]
        )  # fmt: skip
        tx.changes.add("put", "procedure", KEY)
    approvers = (Approver("alice", 1, "Works council"), Approver("erik", 2, "Board"))
    charters.put(store, who(store, "carla"), Charter(COMMON, approvers, minimum=2))


def who(store: Store, id: str) -> Person:
    return people.get(store, id)


def submitted(store: Store, author: str = "bob", text: drafting.Text = TEXT, language: str = "en") -> Revision:
    """A text written and given to its approvers."""
    writer = who(store, author)
    draft = drafting.begin(store, writer, KEY, language)
    saved = drafting.save(store, writer, KEY, language, text, draft.saves)
    return drafting.submit(store, writer, KEY, language, saved.saves)


def sign(store: Store, person: str, revision: Revision) -> Proposal:
    return approving.approve(store, who(store, person), revision.procedure, revision.name, digest(revision))


def approved(store: Store, **given: object) -> Revision:
    revision = submitted(store, **given)  # type: ignore[arg-type]
    for person in ("alice", "erik"):
        sign(store, person, revision)
    return revision


def in_force(store: Store, language: str = "en") -> Revision:
    with store.read() as tx:
        return tx.procedures.get(KEY).revision(language)


def statuses(store: Store) -> dict[str, str]:
    with store.read() as tx:
        return {each.name: each.status.value for each in tx.procedures.history(KEY)}
