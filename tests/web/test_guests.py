"""Guests and recommendations as pages: who may let whom in, and that nobody's name slips out."""

from __future__ import annotations

import pytest

import kb.questions
import kb.spaces
from kb.model import Membership, Role
from tests import people
from tests.people import COMMON, PARTNER, START, routed
from tests.web.conftest import Town

GINA = {"name": "Gina Grue", "email": "gina@partner.example", "sponsor": "Alice Martin", "ends": "2027-03-31"}


@pytest.fixture
def kept(town: Town) -> Town:
    with town.store.write() as tx:
        tx.spaces.put_members([Membership(PARTNER, "dora", Role.ANIMATOR, START)])
    return town


def test_a_keeper_lets_a_guest_in_and_sees_the_link_once(kept: Town) -> None:
    dora = kept.client("dora")
    assert f"/spaces/{PARTNER}/guest" in dora.get(f"/spaces/{PARTNER}/members").text
    made = dora.post(f"/spaces/{PARTNER}/guest", data=GINA)
    assert made.status_code == 200 and "/invite" in made.text and made.headers["Cache-Control"] == "no-store"
    assert "sponsor: Alice Martin" in dora.get(f"/spaces/{PARTNER}/members").text
    refused = dora.post(f"/spaces/{PARTNER}/guest", data=GINA | {"email": "g@partner.example", "ends": ""})
    assert refused.status_code == 422 and "at most a year away" in refused.text
    for who, space in (("bob", PARTNER), ("dora", COMMON), ("charlie", PARTNER)):
        assert kept.client(who).get(f"/spaces/{space}/guest").status_code in (403, 404)


def test_the_sponsor_prolongs_on_the_guests_page(kept: Town) -> None:
    kept.client("dora").post(f"/spaces/{PARTNER}/guest", data=GINA)
    alice = kept.client("alice")
    assert "/people/gina-grue/prolong" in alice.get("/people/gina-grue").text
    assert alice.post("/people/gina-grue/prolong", data={"ends": "2027-06-30"}).status_code == 303
    assert str(people.get(kept.store, "gina-grue").ends) == "2027-06-30"
    assert alice.post("/people/gina-grue/prolong", data={"ends": ""}).status_code == 422
    assert kept.client("bob").get("/people/gina-grue/prolong").status_code == 403


def test_a_guest_reads_a_thread_of_others_without_their_names(kept: Town) -> None:
    bob, dora = (people.get(kept.store, id) for id in ("bob", "dora"))
    asked = kb.questions.ask(kept.store, bob, PARTNER, "Where is the winch?", "", ["crane"], "en")
    kb.questions.answer(kept.store, dora, asked.id, "Behind the crane.", "en")
    kb.questions.comment(kept.store, bob, asked.id, "Thanks.")
    routed(kept.store, kb.questions.ask(kept.store, bob, PARTNER, "And the rope?"), "dora")
    kept.refresh()
    charlie = kept.client("charlie")
    places = [f"/questions/{asked.id}", f"/spaces/{PARTNER}", "/", "/questions", "/search?q=winch", "/people",
              "/tags/crane", "/people?q=winch", f"/api/v1/questions/{asked.id}", "/ask?title=a+winch"]  # fmt: skip
    for place in places:
        shown = charlie.get(place)
        assert shown.status_code == 200, place
        assert "Bob Dupont" not in shown.text and "Dora Petit" not in shown.text, place
    assert "A colleague" in charlie.get(f"/questions/{asked.id}").text
    kb.questions.comment(kept.store, people.get(kept.store, "charlie"), asked.id, "Behind, really?")
    assert "Bob Dupont" in charlie.get(f"/questions/{asked.id}").text


def test_a_colleague_is_recommended_from_the_question(town: Town) -> None:
    asked = kb.questions.ask(town.store, people.get(town.store, "alice"), COMMON, "Which form?", "", (), "en")
    routed(town.store, asked, "erik")
    bob = town.client("bob")
    assert f"/questions/{asked.id}/recommend" in bob.get(f"/questions/{asked.id}").text
    assert "5 more colleagues" in bob.get(f"/questions/{asked.id}/recommend").text
    refused = bob.post(f"/questions/{asked.id}/recommend", data={"other": "Alice Martin"})
    assert refused.status_code == 422 and "asks this" in refused.text
    assert bob.post(f"/questions/{asked.id}/recommend", data={"other": "Dora Petit"}).status_code == 303
    assert "Recommended by Bob Dupont" in town.client("dora").get(f"/questions/{asked.id}").text
    assert town.client("charlie").get(f"/questions/{asked.id}/recommend").status_code == 404
