"""Rules, invitations, rights, confirmed skills and thanks, as pages."""

from __future__ import annotations

from dataclasses import replace

from kb.model import Role
from tests import people
from tests.people import FINANCE
from tests.web.conftest import Town


def test_a_rule_is_made_and_taken_away_on_the_members_page(town: Town) -> None:
    with town.store.write() as tx:
        tx.people.put([replace(people.get(town.store, "bob"), unit="Purchasing")])
    alice = town.client("alice")
    rule = {"attribute": "unit", "value": "Purchasing", "rule_role": "reader"}
    assert alice.post(f"/spaces/{FINANCE}/rules", data=rule).status_code == 303
    page = alice.get(f"/spaces/{FINANCE}/members").text
    assert "Unit: Purchasing" in page and "by rule" in page
    assert town.client("bob").get(f"/questions/{town.secret.id}").status_code == 200
    refused = alice.post(f"/spaces/{FINANCE}/rules", data=rule)
    assert refused.status_code == 422 and "rule for this already" in refused.text
    id = page.split('name="rule" value="')[1].split('"')[0]
    assert alice.post(f"/spaces/{FINANCE}/rules/remove", data={"rule": id}).status_code == 303
    assert town.client("bob").get(f"/questions/{town.secret.id}").status_code == 404
    assert town.client("bob").post(f"/spaces/{FINANCE}/rules", data=rule).status_code == 404


def test_an_invited_colleague_finds_it_in_the_inbox_and_says_yes(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    form = {"person": "Bob Dupont", "role": "member"}
    assert alice.post(f"/spaces/{FINANCE}/invite", data=form).status_code == 303
    assert "Bob Dupont" in alice.get(f"/spaces/{FINANCE}/members").text
    inbox = bob.get("/inbox").text
    assert "invites you into Finance team" in inbox
    address = "/joining/" + inbox.split("/joining/")[1].split('"')[0]
    assert "You are invited into Finance team" in bob.get(address).text
    assert town.client("dora").get(address).status_code == 404
    assert bob.post(address, data={"reply": "yes"}).headers["Location"] == f"/spaces/{FINANCE}"
    assert people.get(town.store, "bob").roles[FINANCE] is Role.MEMBER


def test_why_somebody_can_see_it(town: Town) -> None:
    alice = town.client("alice")
    assert f"/spaces/{FINANCE}/rights" in alice.get(f"/spaces/{FINANCE}").text
    assert "member by name" in alice.get(f"/spaces/{FINANCE}/rights?person=alice@example.org").text
    erik = alice.get(f"/spaces/{FINANCE}/rights?person=Erik+Admin").text
    assert "cannot read it" in erik and "that alone opens no space" in erik
    assert alice.get(f"/spaces/{FINANCE}/rights?person=nobody").status_code == 422
    assert town.client("bob").get(f"/spaces/{FINANCE}/rights").status_code == 404


def test_a_skill_is_confirmed_with_an_address_or_a_project(town: Town) -> None:
    dora = town.client("dora")
    assert "/people/bob/skills/confirm?skill=excel" in dora.get("/people/bob").text
    where = {"skill": "excel", "where": f"http://localhost/questions/{town.open.id}/how"}
    assert dora.post("/people/bob/skills/confirm", data=where).status_code == 303
    assert "How do I book a train to Lyon?" in town.client("alice").get("/people/bob").text
    hidden = {"skill": "excel", "where": f"http://localhost/questions/{town.secret.id}"}
    refused = dora.post("/people/bob/skills/confirm", data=hidden)
    assert refused.status_code == 422 and "nothing at that address" in refused.text
    assert dora.post("/people/bob/skills/confirm", data={"skill": "excel", "where": "Budget 2026"}).status_code == 303
    assert "Budget 2026" in town.client("alice").get("/people/bob").text
    assert dora.post("/people/bob/skills/withdraw", data={"skill": "excel"}).status_code == 303
    assert "Budget 2026" not in town.client("alice").get("/people/bob").text


def test_thanks_are_sent_from_below_an_answer_and_stand_on_the_profile(town: Town) -> None:
    bob, place = town.client("bob"), f"/questions/{town.open.id}/thank"
    assert f"{place}?answer={town.answer.id}" in bob.get(f"/questions/{town.open.id}").text
    assert bob.get(f"{place}?answer={town.answer.id}").status_code == 200
    assert bob.post(place, data={"answer": town.answer.id, "words": " "}).status_code == 422
    assert bob.post(place, data={"answer": town.answer.id, "words": "I caught it."}).status_code == 303
    assert "I caught it." in town.client("dora").get("/people/alice").text
    assert "thanks you" in town.client("alice").get("/inbox").text
    assert "I caught it." not in town.client("charlie").get("/people/alice").text
