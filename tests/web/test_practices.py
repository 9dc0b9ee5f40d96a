"""The pages of practices: from an answer to verified advice, in both languages, by the right people."""

from __future__ import annotations

import re
from html import unescape

from werkzeug.test import TestResponse

import kb.practices
import kb.verifying
from tests import people
from tests.web.conftest import Town

FORM = {
    "title": "Booking a train to Lyon", "body": "In the **travel portal**.", "authors": "Alice Martin",
    "helps": "TRV/01#1", "keeper": "Dora Petit", "tags": "travel", "language": "en", "id": "ppppppppp",
}  # fmt: skip


def made(town: Town, **form: str) -> str:
    answer = town.client("dora").post("/practices/new", data=FORM | {"answer": town.answer.id} | form)
    assert answer.status_code == 303, unescape(answer.text)
    return str(answer.headers["Location"])


def test_an_answer_becomes_a_practice_on_one_form(town: Town) -> None:
    page = unescape(town.client("dora").get(f"/questions/{town.open.id}").text)
    assert f"/practices/new?answer={town.answer.id}" in page
    form = unescape(town.client("dora").get(f"/practices/new?answer={town.answer.id}").text)
    assert "Book the train in the travel portal." in form and "Alice Martin" in form and "Dora Petit" in form
    address = made(town)
    shown = unescape(town.client("bob").get(address).text)
    assert "Not verified yet" in shown and "Keeps the ticket" in shown and "How do I book a train" in shown
    assert "Made a practice:" in town.client("bob").get(f"/questions/{town.open.id}").text
    assert "Booking a train to Lyon" in town.client("bob").get("/procedures/TRV/01").text
    assert "Booking a train to Lyon" in town.client("bob").get("/practices").text
    assert "Booking a train to Lyon" in town.client("bob").get("/spaces/common").text


def test_what_is_wrong_stands_beside_its_field(town: Town) -> None:
    dora = town.client("dora")
    refused = dora.post("/practices/new", data=FORM | {"answer": town.answer.id, "helps": "NO-7"})
    assert refused.status_code == 422 and 'id="helps-error"' in refused.text and "NO-7" in refused.text
    refused = dora.post("/practices/new", data=FORM)
    assert refused.status_code == 422 and 'id="answers-error"' in refused.text
    refused = dora.post("/practices/new", data=FORM | {"answer": town.answer.id, "authors": "Nobody Known"})
    assert refused.status_code == 422 and 'id="authors-error"' in refused.text
    more = dora.post("/practices/new", data=FORM | {"action": "more", "more": f"/questions/{town.open.id}/how"})
    assert more.status_code == 200 and town.answer.id in more.text


def verify(town: Town, who: str, until: str) -> TestResponse:
    """Somebody puts their name to the practice as it stands on the page."""
    practice = kb.practices.get(town.store, people.get(town.store, who), "ppppppppp").practice
    given = {"until": until, "seen": kb.verifying.digest(practice)}
    return town.client(who).post("/practices/ppppppppp/verify", data=given)


def test_it_is_verified_edited_and_taken_back(town: Town) -> None:
    made(town)
    dora, bob = town.client("dora"), town.client("bob")
    assert verify(town, "bob", "2027-05-01").status_code == 403
    assert verify(town, "dora", "2020-05-01").status_code == 422
    assert verify(town, "dora", "2027-05-01").status_code == 303
    page = unescape(bob.get("/practices/ppppppppp").text)
    assert "Verified" in page and "Dora Petit" in page and "1 May 2027" in page
    assert "1er mai 2027" in unescape(town.client("bob", "fr").get("/practices/ppppppppp").text)
    assert bob.get("/practices/ppppppppp/edit").status_code == 403
    assert "TRV/01#1" in dora.get("/practices/ppppppppp/edit").text
    assert dora.post("/practices/ppppppppp/edit", data=FORM | {"body": "By phone."}).status_code == 303
    assert "Not verified yet" in bob.get("/practices/ppppppppp").text
    assert "<ins>" in bob.get("/practices/ppppppppp/history").text
    assert dora.post("/practices/ppppppppp/withdraw", data={"reason": ""}).status_code == 422
    assert dora.post("/practices/ppppppppp/withdraw", data={"reason": "The portal is gone."}).status_code == 303
    assert "The portal is gone." in bob.get("/practices/ppppppppp").text
    assert "Booking a train to Lyon" not in bob.get("/procedures/TRV/01").text


def test_a_practice_is_found_and_opened_from_the_search(town: Town) -> None:
    made(town)
    town.refresh()
    page = unescape(town.client("bob").get("/search?q=booking+train+Lyon&kind=practice").text)
    assert "/practices/ppppppppp/booking-a-train-to-lyon" in page
    found = town.client("bob").get("/api/v1/search?q=booking train kind:practice").get_json()
    assert [(each["id"], each["practice"]) for each in found["answers"]] == [("ppppppppp", "ppppppppp")]


def test_who_may_not_read_the_space_sees_nothing(town: Town) -> None:
    made(town)
    assert town.client("charlie").get("/practices/ppppppppp").status_code == 404
    assert "Booking a train to Lyon" not in town.client("charlie").get("/practices").text
    assert town.client("charlie").get(f"/practices/new?answer={town.answer.id}").status_code == 404


def test_still_true_is_one_click_and_no_opens_a_task(town: Town) -> None:
    made(town)
    dora, bob = town.client("dora"), town.client("bob")
    verify(town, "dora", "2027-05-01")
    assert "Still true?" in bob.get("/practices/ppppppppp").text
    assert bob.post("/practices/ppppppppp/verdict", data={"verdict": "works"}).status_code == 303
    page = unescape(bob.get("/practices/ppppppppp").text)
    assert "Works for 1 colleague" in page and 'aria-pressed="true"' in page
    refused = bob.post("/practices/ppppppppp/verdict", data={"verdict": "dangerous"})
    assert refused.status_code == 422 and "note-ppppppppp-error" in refused.text
    said = {"verdict": "outdated", "note": "The portal has moved."}
    assert bob.post("/practices/ppppppppp/verdict", data=said).status_code == 303
    tasks = unescape(dora.get("/tasks").text)
    assert "Booking a train to Lyon" in tasks and "no longer true" in tasks
    assert "doubts that" in unescape(dora.get("/inbox").text)
    id = re.findall(r"/tasks/(\w+)/done", tasks)[0]
    assert dora.post(f"/tasks/{id}/done").status_code == 303
    assert "no longer true" not in dora.get("/tasks").text
    assert town.client("alice").post("/practices/ppppppppp/verdict", data={"verdict": "works"}).status_code == 403


def test_any_answer_is_judged_after_use(town: Town) -> None:
    bob, address = town.client("bob"), f"/questions/{town.open.id}/verdict"
    assert bob.post(address, data={"answer": town.answer.id, "verdict": "works"}).status_code == 303
    assert "Works for 1 colleague" in bob.get(f"/questions/{town.open.id}").text
    refused = bob.post(address, data={"answer": town.answer.id, "verdict": "dangerous"})
    assert refused.status_code == 422 and f"note-{town.answer.id}-error" in refused.text
    assert bob.post(address, data={"answer": town.answer.id, "verdict": ""}).status_code == 303
    assert "Works for 1" not in bob.get(f"/questions/{town.open.id}").text


def test_standing_is_said_in_lanes_and_in_the_interface(town: Town) -> None:
    made(town)
    verify(town, "dora", "2027-05-01")
    town.client("bob").post(f"/questions/{town.open.id}/verdict", data={"answer": town.answer.id, "verdict": "works"})
    town.refresh()
    page = unescape(town.client("bob").get("/search?q=book+train+Lyon+portal").text)
    assert "Verified practice, by Dora Petit, until 1 May 2027" in page and "Experience, 1 confirmation" in page
    french = unescape(town.client("bob", "fr").get("/search?q=book+train+Lyon+portal").text)
    assert "Pratique vérifiée, par Dora Petit, jusqu’au 1er mai 2027" in french
    found = town.client("bob").get("/api/v1/ask?q=book train Lyon portal").get_json()
    said = {each["practice"] or each["id"]: each for each in found["answers"]}
    assert said["ppppppppp"]["standing"] == "verified practice" and said["ppppppppp"]["verified_until"] == "2027-05-01"
    assert said["ppppppppp"]["verified_by"]["name"] == "Dora Petit"
    assert said[town.answer.id]["confirmations"] == 1
    rules = town.client("bob").get("/api/v1/ask?q=Keeps the ticket of the travel expenses").get_json()["procedures"]
    assert {(each["standing"], each["revision"]) for each in rules} == {("official", 1)}


def test_whoever_was_answered_by_a_practice_is_asked_whether_it_still_holds(town: Town) -> None:
    made(town)
    town.refresh()
    form = {"text": "book a train", "kind": "practice", "id": "ppppppppp"}
    answer = town.client("bob").post("/ask/answered", data=form, follow_redirects=True)
    assert answer.status_code == 200 and "You used it: still true?" in unescape(answer.text)


def test_an_author_is_told_who_verifies_instead_of_the_form(town: Town) -> None:
    made(town, authors="Dora Petit")
    dora = town.client("dora")
    page = unescape(dora.get("/practices/ppppppppp").text)
    assert "somebody else who advises in this space" in page and "I have verified it" not in page
    refused = verify(town, "dora", "2027-05-01")
    assert refused.status_code == 403 and "your own practice" in unescape(refused.text)
