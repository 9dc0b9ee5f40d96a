"""Adding and correcting people is for administrators, naming the members of a space for those who keep it."""

from __future__ import annotations

from html import unescape

import pytest

from kb.model import PersonKind, Role
from tests import people
from tests.people import COMMON, FINANCE, PARTNER
from tests.web.conftest import Town

GRACE = {"name": "Grâce  Ndiaye", "email": "grace@example.org", "title": "Nurse", "unit": "Health", "site": "Lyon",
         "kind": "employee"}  # fmt: skip


def post(town: Town, who: str, address: str, **form: str) -> tuple[int, str, str]:
    answer = town.client(who).post(address, data=form)
    return answer.status_code, unescape(answer.text), answer.headers.get("Location", "")


def role(town: Town, who: str, space: str) -> Role | None:
    """The role of a running membership by name."""
    with town.store.read() as tx:
        return next((each.role for each in tx.spaces.members(space) if each.person == who), None)


def test_an_administrator_adds_a_person(town: Town) -> None:
    erik = town.client("erik")
    assert 'name="email"' in erik.get("/admin/people/new").text
    saved = erik.post("/admin/people/new", data=GRACE)
    assert saved.status_code == 303
    page = erik.get(saved.headers["Location"]).text
    assert "Grâce Ndiaye is added" in page and 'value="grace-ndiaye"' in page and 'value="bob"' not in page
    added = people.get(town.store, "grace-ndiaye")
    assert (added.name, added.email, added.title, added.unit, added.site) == (
        "Grâce Ndiaye", "grace@example.org", "Nurse", "Health", "Lyon",
    )  # fmt: skip
    assert added.kind is PersonKind.EMPLOYEE and not added.admin
    assert "Grâce Ndiaye" in town.client("bob").get("/people").text


def test_a_second_person_of_the_same_name_does_not_replace_the_first(town: Town) -> None:
    assert post(town, "erik", "/admin/people/new", **GRACE)[0] == 303
    assert post(town, "erik", "/admin/people/new", **GRACE | {"email": "other@example.org"})[0] == 303
    with town.store.read() as tx:
        found = [each for each in tx.people.list() if each.name == "Grâce Ndiaye"]
    assert sorted(each.email or "" for each in found) == ["grace@example.org", "other@example.org"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", " ", "This is empty"), ("name", "x" * 200, "Shorten it"), ("email", "grace", "no e-mail address"),
        ("email", "a b@example.org", "no e-mail address"), ("email", "ALICE@example.org", "belongs to Alice Martin"),
        ("kind", "king", "Choose employee or guest"), ("site", "a\x00b", "cannot be stored"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_beside_its_field(town: Town, field: str, value: str, told: str) -> None:
    status, page, _ = post(town, "erik", "/admin/people/new", **GRACE | {field: value})
    assert status == 422
    assert f'id="{field}-error"' in page and told in page
    assert 'value="Nurse"' in page


def test_an_administrator_corrects_a_person_and_keeps_what_is_theirs(town: Town) -> None:
    page = town.client("erik").get("/admin/people/bob").text
    assert 'value="bob@example.org"' in page
    form = {"name": "Robert Dupont", "email": "bob@example.org", "title": "Chemist", "kind": "employee"}
    assert post(town, "erik", "/admin/people/bob", **form)[0] == 303
    bob = people.get(town.store, "bob")
    assert (bob.name, bob.title, bob.skills) == ("Robert Dupont", "Chemist", ("excel",))
    assert "/admin/people/bob" in town.client("erik").get("/people/bob").text


def test_making_somebody_a_guest_closes_the_open_spaces_to_them(town: Town) -> None:
    form = {"name": "Bob Dupont", "email": "bob@example.org", "kind": "guest"}
    assert post(town, "erik", "/admin/people/bob", **form)[0] == 422, "without a sponsor and a last day"
    form |= {"sponsor": "Alice Martin", "ends": "2027-03-31"}
    assert post(town, "erik", "/admin/people/bob", **form)[0] == 303
    assert town.client("bob").get(f"/spaces/{COMMON}").status_code == 404


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "dora"])
def test_others_may_not_add_or_correct_people(town: Town, who: str) -> None:
    for address in ("/admin/people/new", "/admin/people/bob"):
        refused = town.client(who).get(address)
        assert refused.status_code == 403 and "for administrators" in refused.text
        assert post(town, who, address, **GRACE)[0] == 403
    assert "/admin/" not in town.client(who).get("/people/bob").text


def test_a_keeper_adds_a_member_changes_the_role_and_removes_them(town: Town) -> None:
    address = f"/spaces/{FINANCE}/members"
    assert address in town.client("alice").get(f"/spaces/{FINANCE}").text
    assert town.client("bob").get(f"/questions/{town.secret.id}").status_code == 404
    status, _, onward = post(town, "alice", address, person="bob dupont", role="reader")
    assert (status, onward, role(town, "bob", FINANCE)) == (303, address, Role.READER)
    assert town.client("bob").get(f"/questions/{town.secret.id}").status_code == 200
    assert post(town, "alice", address, id="bob", role="expert")[0] == 303
    assert role(town, "bob", FINANCE) is Role.EXPERT
    assert post(town, "alice", f"{address}/remove", id="bob")[0] == 303
    assert role(town, "bob", FINANCE) is None
    assert town.client("bob").get(f"/questions/{town.secret.id}").status_code == 404


def test_a_new_role_keeps_since_when_they_are_a_member(town: Town) -> None:
    with town.store.read() as tx:
        before = {each.person: each.since for each in tx.spaces.members(PARTNER)}
    assert post(town, "erik", f"/spaces/{PARTNER}/members", id="charlie", role="reader")[0] == 303
    with town.store.read() as tx:
        assert {each.person: each.since for each in tx.spaces.members(PARTNER)} == before


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"person": "Nobody Atall", "role": "member"}, "Nobody has this name"),
        ({"person": "", "role": "member"}, "Write a name"),
        ({"person": "bob@example.org", "role": "queen"}, "Choose one of the roles"),
        ({"person": "charlie@partner.example", "role": "member"}, "is a guest"),
        ({"id": "alice", "role": "member"}, "last to keep this space"),
    ],
)  # fmt: skip
def test_a_member_who_cannot_be_taken_is_refused_with_a_sentence(town: Town, form: dict[str, str], told: str) -> None:
    status, page, _ = post(town, "alice", f"/spaces/{FINANCE}/members", **form)
    assert status == 422 and told in page
    assert role(town, "alice", FINANCE) is Role.COMPLIANCE_OWNER and role(town, "charlie", FINANCE) is None


def test_two_people_of_one_name_are_told_apart_by_their_address(town: Town) -> None:
    form = {"name": "Bob Dupont", "email": "bob2@example.org", "kind": "employee"}
    assert post(town, "erik", "/admin/people/new", **form)[0] == 303
    status, page, _ = post(town, "alice", f"/spaces/{FINANCE}/members", person="Bob Dupont", role="member")
    assert status == 422 and "Several people bear this name" in page
    assert post(town, "alice", f"/spaces/{FINANCE}/members", person="BOB@example.org", role="member")[0] == 303
    assert role(town, "bob", FINANCE) is Role.MEMBER


def test_a_space_never_loses_its_last_keeper_but_a_keeper_may_go(town: Town) -> None:
    address = f"/spaces/{FINANCE}/members"
    assert post(town, "alice", f"{address}/remove", id="alice")[0] == 422
    assert post(town, "alice", address, person="dora@example.org", role="animator")[0] == 303
    status, _, onward = post(town, "alice", f"{address}/remove", id="alice")
    assert (status, onward) == (303, "/spaces")
    assert town.client("alice").get(f"/spaces/{FINANCE}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("alice", 403), ("charlie", 404)])
def test_others_may_not_manage_the_members(town: Town, who: str, status: int) -> None:
    address = f"/spaces/{COMMON}/members"
    assert address not in town.client(who).get(f"/spaces/{COMMON}").text
    refused = town.client(who).get(address)
    assert refused.status_code == status
    assert "Those who keep this space decide on this" in refused.text or status == 404
    assert post(town, who, address, person="Bob Dupont", role="animator")[0] == status
    assert post(town, who, f"{address}/remove", id="dora")[0] == status
    assert role(town, "dora", COMMON) is Role.ANIMATOR


@pytest.mark.parametrize("who", ["bob", "erik"])
def test_a_restricted_space_has_no_members_page_for_those_outside(town: Town, who: str) -> None:
    assert town.client(who).get(f"/spaces/{FINANCE}/members").status_code == 404
    assert post(town, who, f"/spaces/{FINANCE}/members", id=who, role="animator")[0] == 404


def test_leaving_asks_first_and_then_they_can_neither_come_in_nor_be_found(town: Town) -> None:
    erik, bob = town.client("erik"), town.client("bob")
    assert "/admin/people/bob/left" in erik.get("/admin/people/bob").text
    asked = erik.get("/admin/people/bob/left").text
    assert "Has Bob Dupont left?" in asked and bob.get("/").status_code == 200
    done = erik.post("/admin/people/bob/left", follow_redirects=True)
    assert "Bob Dupont has left and can no longer sign in." in done.text and "Make a link" not in done.text
    assert bob.get("/").status_code == 303
    town.refresh()
    for address in ("/people", "/people?q=excel"):
        assert "Bob Dupont" not in town.client("dora").get(address).text
    assert "Bob Dupont has left" in town.client("dora").get("/people/bob").text
    page = erik.get("/admin/people/bob").text
    assert "/admin/people/bob/back" in page and "/admin/people/bob/administrator" not in page
    assert "Bob Dupont is back." in erik.post("/admin/people/bob/back", follow_redirects=True).text
    assert town.client("bob").get("/").status_code == 200 and bob.get("/").status_code == 303  # a new session only


def test_when_the_last_keeper_leaves_the_space_is_given_to_another(town: Town) -> None:
    erik = town.client("erik")
    page = erik.post("/admin/people/alice/left", follow_redirects=True).text
    assert "last to keep a space" in page and "Finance team" in page
    named = erik.post(f"/admin/spaces/{FINANCE}/keeper", data={"person": "Bob Dupont"}, follow_redirects=True).text
    assert "Bob Dupont keeps Finance team now." in named
    assert role(town, "bob", FINANCE) is Role.ANIMATOR
    assert erik.get(f"/spaces/{FINANCE}").status_code == 404
    assert erik.post(f"/admin/spaces/{FINANCE}/keeper", data={"person": "erik@example.org"}).status_code == 404


def test_administration_is_given_and_taken_after_a_question(town: Town) -> None:
    erik = town.client("erik")
    assert "Make Bob Dupont an administrator?" in erik.get("/admin/people/bob/administrator").text
    assert not people.get(town.store, "bob").admin
    assert "Bob Dupont is an administrator." in erik.post("/admin/people/bob/administrator", follow_redirects=True).text
    assert town.client("bob").get("/admin/people").status_code == 200
    assert post(town, "bob", "/admin/people/erik/plain")[0] == 303
    assert erik.get("/admin/people").status_code == 403


@pytest.mark.parametrize("change", ["plain", "left"])
def test_the_last_administrator_is_kept_with_a_sentence(town: Town, change: str) -> None:
    status, page, _ = post(town, "erik", f"/admin/people/erik/{change}")
    assert status == 422 and "Erik Admin is the last administrator." in page
    assert people.get(town.store, "erik").admin and town.client("erik").get("/admin/people").status_code == 200


def test_who_ends_their_own_administration_is_led_home(town: Town) -> None:
    assert post(town, "erik", "/admin/people/bob/administrator")[0] == 303
    assert post(town, "erik", "/admin/people/erik/plain")[::2] == (303, "/")


SPACE = {"name": "Purchasing", "description": "Who buys what", "visibility": "restricted", "person": "Bob Dupont"}


def test_an_administrator_makes_a_space_and_its_keeper_goes_on(town: Town) -> None:
    erik = town.client("erik")
    assert "/admin/spaces" in erik.get("/spaces").text and "/admin/spaces" not in town.client("bob").get("/spaces").text
    made = erik.post("/admin/spaces", data=SPACE, follow_redirects=True).text
    assert "Purchasing is made, and Bob Dupont keeps it." in made
    assert role(town, "bob", "purchasing") is Role.ANIMATOR
    assert erik.get("/spaces/purchasing").status_code == 404
    assert "Who buys what" in town.client("bob").get("/spaces/purchasing").text
    assert post(town, "bob", "/spaces/purchasing/members", person="dora@example.org", role="member")[0] == 303
    onward = erik.post("/admin/spaces", data=SPACE | {"name": "Canteen", "visibility": "open"})
    assert onward.headers["Location"] == "/spaces/canteen/members"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", " ", "This is empty"), ("name", "Common", "A space has this name already"),
        ("visibility", "secret", "Choose one of those offered"), ("person", "Nobody", "Nobody has this name"),
        ("person", "charlie@partner.example", "is a guest"), ("description", "x" * 2001, "Shorten it"),
    ],
)  # fmt: skip
def test_a_space_that_cannot_be_made_is_refused_beside_its_field(town: Town, field: str, value: str, told: str) -> None:
    status, page, _ = post(town, "erik", "/admin/spaces", **SPACE | {field: value})
    assert status == 422 and f'id="{field}-error"' in page and told in page
    assert "Who buys what" in page or field == "description"
    with town.store.read() as tx:
        assert len(tx.spaces.list()) == 3


def test_a_keeper_who_cannot_be_named_is_refused_with_a_sentence(town: Town) -> None:
    status, page, _ = post(town, "erik", f"/admin/spaces/{PARTNER}/keeper", person="Nobody Atall")
    assert status == 422 and "Nobody has this name" in page and page.count("Nobody has this name") == 1


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "dora"])
def test_others_make_no_spaces_and_change_nobody(town: Town, who: str) -> None:
    for address in ("/admin/spaces", "/admin/people/bob/left", "/admin/people/bob/administrator"):
        assert town.client(who).get(address).status_code == 403
        assert post(town, who, address, **SPACE)[0] == 403
    assert post(town, who, f"/admin/spaces/{PARTNER}/keeper", person=who)[0] == 403
    assert town.client("erik").get("/admin/people/bob/nonsense").status_code == 404
