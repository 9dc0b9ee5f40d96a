"""People: one e-mail each, their own profile theirs to change, known only to those who share a place with them."""

from __future__ import annotations

import pytest

from kb import Store, evidence, people, questions, spaces
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import EvidenceKind, Membership, Person, PersonKind, Procedure, Revision, Role
from tests.people import COMMON, FINANCE, PARTNER, START


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


def test_charlie_knows_only_those_he_shares_a_space_with_by_name(settled: Store, charlie: Person, bob: Person) -> None:
    assert [each.id for each in people.readable(settled, charlie)] == ["alice", "charlie"]
    assert people.get(settled, charlie, "alice").name == "Alice Martin"
    for unknown in ("bob", "nobody"):
        with pytest.raises(NotFound, match=f"There is no person '{unknown}'"):
            people.get(settled, charlie, unknown)
    assert {each.id for each in people.readable(settled, bob)} == {"alice", "bob", "charlie", "dora", "erik"}
    assert set(people.names(settled, ["alice", None, "nobody"])) == {"alice"}


def test_a_guest_forgets_who_left_the_shared_space(settled: Store, charlie: Person) -> None:
    with settled.write() as tx:
        tx.spaces.put_members([Membership(PARTNER, "alice", Role.MEMBER, START, START)])
    with pytest.raises(NotFound):
        people.get(settled, charlie, "alice")


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
    given = Membership(FINANCE, "bob", Role.READER, START)
    with pytest.raises(NotFound):
        spaces.put_member(settled, bob, given)
    spaces.put_member(settled, alice, given)
    reader = people.get(settled, alice, "bob")
    assert reader.roles[FINANCE] is Role.READER
    with pytest.raises(Forbidden):
        spaces.remove_member(settled, reader, FINANCE, "alice")
    spaces.remove_member(settled, alice, FINANCE, "bob")
    assert FINANCE not in people.get(settled, alice, "bob").roles
    with pytest.raises(NotFound):
        spaces.put_member(settled, dora, Membership(COMMON, "nobody", Role.MEMBER, START))


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
