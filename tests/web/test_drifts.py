"""The page of written and done: pairs side by side, who is right, what follows."""

from __future__ import annotations

import pytest

import kb.questions
from indexer.drift.house import compare
from kb import drifts
from kb.model import Duty, Procedure, Revision
from tests import people
from tests.people import FINANCE
from tests.web.conftest import Town


@pytest.fixture
def apart(town: Town) -> Town:
    """In the finance space, which Alice oversees, an accepted answer says another time than the procedure."""
    alice = people.get(town.store, "alice")
    duties = (Duty("1", "Accountant", "Closes the merger ledger within 5 days", ""),)
    with town.store.write() as tx:
        tx.procedures.put([Procedure("FIN-10", FINANCE, "alice")])
        tx.procedures.add_revisions([Revision("FIN-10", "en", 1, "Merger ledger", "Closing it.", "", duties)])
        tx.changes.add("put", "procedure", "FIN-10")
    given = kb.questions.answer(town.store, alice, town.secret.id, "We close the merger ledger after ten days.", "en")
    kb.questions.accept(town.store, alice, town.secret.id, given.id)
    town.refresh()
    finder = town.app.extensions["quisait"].finder
    drifts.keep(town.store, ["FIN-10"], compare(town.store, finder, ["FIN-10"]))
    return town


def decide(town: Town, decision: str) -> str:
    client = town.client("alice")
    (found,) = drifts.pairs(town.store, people.get(town.store, "alice"))
    done = client.post(f"/register/drift/{found.drift.id}", data={"decision": decision, "note": "As agreed"})
    assert done.status_code == 303
    return client.get(done.headers["Location"]).text


def test_both_sides_stand_beside_each_other_with_the_words_that_differ(apart: Town) -> None:
    page = apart.client("alice").get("/register/drift").text
    assert "Another time" in page and "within 5 days" in page and "after ten days" in page and "FIN-10" in page
    page = apart.client("alice", "fr").get("/register/drift").text
    assert "Un autre délai" in page


def test_the_procedure_is_right_and_the_answer_says_so(apart: Town) -> None:
    assert "Nothing to decide" in decide(apart, "procedure right")
    page = apart.client("alice").get(f"/questions/{apart.secret.id}").text
    assert "The procedure says otherwise, and is right:" in page and "/procedures/FIN-10" in page
    assert "The procedure is right" in apart.client("alice").get("/register/drift?show=decided").text
    page = apart.client("alice").get("/procedures/FIN-10").text
    assert "Done otherwise" in page and f"/questions/{apart.secret.id}" in page and "the procedure is right" in page


def test_the_practice_is_right_and_a_draft_is_open(apart: Town) -> None:
    page = decide(apart, "practice right")
    assert "to be written and approved" in page and "Duty 1 after what is done" in page
    with apart.store.read() as tx:
        assert len(tx.procedures.history("FIN-10")) == 2


def test_no_conflict_is_remembered(apart: Town) -> None:
    assert "Nothing to decide" in decide(apart, "no conflict")
    assert "As agreed" in apart.client("alice").get("/register/drift?show=decided").text


def test_only_those_who_oversee_a_space_come_in_and_ask_for_a_comparison(apart: Town) -> None:
    assert apart.client("bob").get("/register/drift").status_code == 403
    assert apart.client("bob").post("/register/drift/look").status_code == 403
    asked = apart.client("alice").post("/register/drift/look")
    assert asked.status_code == 303
    with apart.store.read() as tx:
        assert tx.jobs.any_due()
    assert apart.client("alice").post("/register/drift/nothing", data={"decision": "x"}).status_code in (400, 422)
