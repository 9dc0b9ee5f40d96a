"""People: one e-mail each, their own profile theirs to change, known only to those who share a place with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb import Store, accounts, evidence, guests, people, questions, spaces
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import EvidenceKind, Membership, Person, PersonKind, Procedure, Revision, Role
from tests.people import COMMON, FINANCE, PARTNER, START, Clock


def test_a_person_added_is_logged(settled: Store) -> None:
    added = people.put(settled, Person("new", "New"), actor="erik")
    assert COMMON in added.roles
    with settled.read() as tx:
        change = tx.changes.since(tx.changes.last() - 1)[0]
    assert (change.action, change.kind, change.id, change.actor) == ("put", "person", "new", "erik")


def test_an_email_belongs_to_one_person(settled: Store) -> None:
    with pytest.raises(Invalid, match="belongs to Alice Martin already") as caught:
        people.put(settled, Person("new", "New", "ALICE@example.org"))
    assert caught.value.field == "email"


def test_alice_edits_her_profile_and_bob_may_not(settled: Store, alice: Person, bob: Person, erik: Person) -> None:
    edited = people.edit_profile(settled, alice, "alice", [" SAP  FI ", "SAP FI", ""], ["en", "xx"], " Hello ")
    assert (edited.skills, edited.languages, edited.about) == (("SAP FI",), ("en",), "Hello")
    with pytest.raises(Forbidden):
        people.edit_profile(settled, bob, "alice", [], [], "")
    assert people.edit_profile(settled, erik, "alice", [], [], "").languages == ("en",)


@pytest.mark.parametrize(
    ("skills", "about", "field"),
    [([str(n) for n in range(31)], "", "skills"), (["x" * 61], "", "skills"), ([], "x" * 1001, "about")],
)
def test_a_profile_that_is_too_much_is_refused(
    settled: Store, alice: Person, skills: list[str], about: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        people.edit_profile(settled, alice, "alice", skills, ["fr"], about)
    assert caught.value.field == field


def test_charlie_knows_only_his_sponsor_before_he_takes_part(settled: Store, charlie: Person, bob: Person) -> None:
    assert [each.id for each in people.readable(settled, charlie)] == ["alice", "charlie"]
    assert people.get(settled, charlie, "alice").name == "Alice Martin"
    for unknown in ("bob", "nobody"):
        with pytest.raises(NotFound, match=f"There is no person '{unknown}'"):
            people.get(settled, charlie, unknown)
    assert {each.id for each in people.readable(settled, bob)} == {"alice", "bob", "charlie", "dora", "erik"}
    assert set(people.names(settled, bob, ["alice", None, "nobody"])) == {"alice"}


def test_spaces_are_seen_by_those_who_may(
    settled: Store, alice: Person, bob: Person, charlie: Person, erik: Person
) -> None:
    def seen(person: Person) -> set[str]:
        return {each.id for each in spaces.readable(settled, person)}

    assert seen(alice) == {COMMON, FINANCE, PARTNER}
    assert seen(bob) == seen(erik) == {COMMON, PARTNER}
    assert seen(charlie) == {PARTNER}
    for space in (FINANCE, "nowhere"):
        with pytest.raises(NotFound, match=f"There is no space '{space}'"):
            spaces.get(settled, bob, space)
    assert {each.person for each in spaces.members(settled, charlie, PARTNER)} == {"alice", "charlie"}


def test_keepers_manage_members_and_others_do_not(settled: Store, alice: Person, bob: Person, dora: Person) -> None:
    with pytest.raises(NotFound):
        spaces.put_member(settled, bob, FINANCE, "bob", Role.READER)
    spaces.put_member(settled, alice, FINANCE, "bob", Role.READER)
    reader = people.get(settled, alice, "bob")
    assert reader.roles[FINANCE] is Role.READER
    with pytest.raises(Forbidden):
        spaces.remove_member(settled, reader, FINANCE, "alice")
    spaces.remove_member(settled, alice, FINANCE, "bob")
    assert FINANCE not in people.get(settled, alice, "bob").roles
    with pytest.raises(NotFound):
        spaces.put_member(settled, dora, COMMON, "nobody", Role.MEMBER)


def test_a_guest_made_member_of_an_open_space_still_sees_the_partner_space_only(settled: Store) -> None:
    with settled.write() as tx:
        tx.people.put([Person("guest", "Guest", kind=PersonKind.GUEST)])
        tx.spaces.put_members(
            [Membership(COMMON, "guest", Role.ANIMATOR, START), Membership(FINANCE, "guest", Role.MEMBER, START)]
        )
        assert tx.people.get("guest").roles == {}


def test_evidence_is_what_the_reader_may_read(settled: Store, alice: Person, bob: Person, dora: Person) -> None:
    for space in (COMMON, FINANCE):
        asked = questions.ask(settled, alice, space, f"How in {space}?")
        given = questions.answer(settled, alice, asked.id, "So.")
    questions.accept(settled, alice, asked.id, given.id)
    with settled.write() as tx:
        tx.procedures.put([Procedure("FIN-1", FINANCE, "alice")])
        tx.procedures.add_revisions([Revision("FIN-1", "fr", 1, "Achats", created=START)])

    def kinds(reader: Person) -> set[tuple[EvidenceKind, str | None]]:
        return {(each.kind, each.space) for each in evidence.of_person(settled, reader, "alice")}

    assert kinds(bob) == {(EvidenceKind.ANSWERED, COMMON), (EvidenceKind.ASKED, COMMON)}
    assert kinds(alice) == kinds(bob) | {
        (EvidenceKind.ACCEPTED, FINANCE), (EvidenceKind.ASKED, FINANCE), (EvidenceKind.OWNS, FINANCE),
    }  # fmt: skip
    assert [each.kind for each in evidence.of_person(settled, alice, "bob")] == [EvidenceKind.DECLARED]


def _logged(store: Store) -> tuple[str, str, str, str | None]:
    with store.read() as tx:
        change = tx.changes.since(tx.changes.last() - 1)[0]
    return change.action, change.kind, change.id, change.actor


def test_an_administrator_makes_another_and_ends_it(settled: Store, erik: Person) -> None:
    assert people.set_administrator(settled, erik, "bob", True).admin
    assert _logged(settled) == ("appoint", "person", "bob", "erik")
    assert not people.set_administrator(settled, erik, "erik", False).admin
    assert _logged(settled) == ("dismiss", "person", "erik", "erik")


def test_the_last_administrator_stays_one(settled: Store, erik: Person) -> None:
    for change in (people.set_administrator, people.set_left):
        with pytest.raises(Invalid, match="Erik Admin is the last administrator") as caught:
            change(settled, erik, "erik", change is people.set_left)
        assert caught.value.field == "person"
    with settled.write() as tx:  # one who has left is no second
        tx.people.put([replace(tx.people.get("fanny"), admin=True)])
    with pytest.raises(Invalid, match="last administrator"):
        people.set_administrator(settled, erik, "erik", False)


def test_who_has_left_cannot_come_in_and_what_they_wrote_stays(settled: Store, alice: Person, erik: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "How?")
    session, token = accounts.open_session(settled, alice), accounts.issue_token(settled, alice, "t")
    people.set_administrator(settled, erik, "alice", True)
    left = people.set_left(settled, erik, "alice", True)
    assert (left.ended, left.admin) == (START, False)
    assert _logged(settled) == ("leave", "person", "alice", "erik")
    assert accounts.find_session(settled, session) is None and accounts.find_token(settled, token) is None
    assert questions.thread(settled, erik, asked.id).question.author == "alice"
    assert [each.id for each in people.left(settled, erik)] == ["alice", "fanny"]
    with pytest.raises(Invalid, match="Alice Martin has left"):
        people.set_administrator(settled, erik, "alice", True)
    assert people.set_left(settled, erik, "alice", False).ended is None
    assert _logged(settled) == ("return", "person", "alice", "erik")
    assert accounts.find_session(settled, session) is None and accounts.find_token(settled, token) is None


def test_others_change_nobody_and_see_nobody_who_left(settled: Store, alice: Person, charlie: Person) -> None:
    for change in (people.set_administrator, people.set_left):
        with pytest.raises(Forbidden):
            change(settled, alice, "alice", True)
        with pytest.raises(NotFound):
            change(settled, charlie, "bob", True)
    with pytest.raises(Forbidden):
        people.left(settled, alice)


def test_who_comes_back_after_their_last_day_stays_and_a_guest_needs_a_new_one(
    settled: Store, erik: Person, clock: Clock
) -> None:
    for who in ("alice", "charlie"):
        with settled.write() as tx:
            tx.people.put([replace(tx.people.get(who), ends=tx.now.date())])
    clock.now += timedelta(days=3)
    assert guests.tend(settled) == 2
    assert people.set_left(settled, erik, "alice", False).ends is None
    with pytest.raises(Invalid, match="last day of Charlie"):
        people.set_left(settled, erik, "charlie", False)
    assert guests.tend(settled) == 0 and people.get(settled, erik, "alice").ended is None
