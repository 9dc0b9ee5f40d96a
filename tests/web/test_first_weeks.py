"""The pages of the first weeks, of what procedures leave open, and of what a text changed."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

import kb.announcing
import kb.approving
import kb.coverage
import kb.drafting
from indexer.finder import Finder
from kb.lifecycle import digest
from kb.model import Band
from kb.official import Approver, Charter
from tests import people
from tests.people import COMMON, FINANCE
from tests.web.conftest import Town
from tests.web.test_practices import made
from web.coverage import nearest


def test_the_first_weeks_show_duties_practices_people_and_a_question(town: Town) -> None:
    made(town)
    town.client("dora").post("/practices/ppppppppp/verdict", data={"verdict": "works"})
    with town.store.write() as tx:
        tx.people.put([replace(people.get(town.store, "bob"), holds=("Traveller",), unit="Sales")])
    town.refresh()
    bob = town.client("bob")
    page = unescape(bob.get("/start").text)
    assert "Keeps the ticket" in page and "Booking a train to Lyon" in page
    assert "Alice Martin" in page and "Keeps TRV/01, which binds you" in page
    assert "/start" in bob.get("/duties").text
    ticked = bob.post("/start", data={"step": "procedure TRV/01", "done": "1", "at": "bound"})
    assert ticked.status_code == 303 and ticked.headers["Location"].endswith("#bound")
    assert 'aria-pressed="true"' in bob.get("/start").text
    assert 'aria-pressed="true"' not in town.client("alice").get("/start").text
    assert "Vos premières semaines" in town.client("bob", "fr").get("/start").text


def test_one_question_that_nobody_answered_waits_for_somebody_new(town: Town) -> None:
    shared = unescape(town.client("dora").get("/start").text)
    assert "Where is the crane log?" in shared
    assert "merger" not in shared


def test_what_procedures_leave_open_becomes_a_task_in_one_click(town: Town) -> None:
    alice = town.client("alice")
    page = unescape(alice.get("/spaces/finance/coverage").text)
    assert "FIN-9" in page and "Duties whose role nobody holds" in page and "Traveller" in page
    answer = alice.post("/spaces/finance/coverage/tasks", data={"hole": "unheld", "key": "FIN-9", "step": "1"})
    assert answer.status_code == 303
    assert "is a task already" in alice.get("/spaces/finance/coverage").text
    assert "Nobody holds the role of step 1" in unescape(alice.get("/tasks").text)
    assert town.client("bob").get("/spaces/common/coverage").status_code == 403
    assert town.client("bob").get("/spaces/finance/coverage").status_code == 404
    assert alice.post("/spaces/finance/coverage/tasks", data={"hole": "x", "key": "FIN-9"}).status_code == 422
    assert "Ce que les procédures laissent ouvert" in town.client("alice", "fr").get("/spaces/finance/coverage").text


def test_what_several_want_to_know_is_one_task_that_says_what(town: Town) -> None:
    alice = people.get(town.store, "alice")
    for _ in range(2):
        kb.coverage.miss(town.store, alice, "FIN-9", "a ledger for boats")
    client = town.client("alice")
    page = unescape(client.get("/spaces/finance/coverage").text)
    assert "Wanted 2 times" in page and "a ledger for boats" in page
    given = {"hole": "unanswered", "key": "FIN-9", "step": "?a ledger for boats"}
    assert client.post("/spaces/finance/coverage/tasks", data=given).status_code == 303
    assert "is a task already" in client.get("/spaces/finance/coverage").text
    assert "People want to know “a ledger for boats”" in unescape(client.get("/tasks").text)


def test_a_search_in_vain_is_kept_without_whoever_searched(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, search = town.client("alice"), Finder.search
    monkeypatch.setattr(Finder, "search", lambda *asked, **more: replace(search(*asked, **more), band=Band.ASK))
    for _ in range(2):
        alice.get("/search?q=close+the+Merger+of+the+other+kind")
    with town.store.read() as tx:
        (kept,) = tx.coverage.misses(["FIN-9", "TRV/01"], tx.now.date())
    assert (kept.text, kept.count) == ("close the merger of the other kind", 2)
    assert "alice" not in repr(kept).casefold()
    finder = town.app.extensions["quisait"].finder
    kb.coverage.write(town.store, FINANCE, "2026-48", nearest(finder), finder.heaped)
    assert "last gone through" in alice.get("/spaces/finance/coverage").text
    assert "leave open this week" in unescape(alice.get("/inbox").text)


def test_the_changed_duties_alone_are_a_page(town: Town) -> None:
    store = town.store
    with store.write() as tx:
        tx.charters.put(Charter(COMMON, (Approver("erik"),)))
        tx.people.put([replace(people.get(store, "bob"), holds=("Manager",), languages=("en",))])
    alice = people.get(store, "alice")
    draft = kb.drafting.begin(store, alice, "TRV/01", "en")
    words = kb.drafting.text_of(draft)
    duties = (words.duties[0], replace(words.duties[1], what="Approves within a day"))
    saved = kb.drafting.save(store, alice, "TRV/01", "en", replace(words, duties=duties, change="Faster"), draft.saves)
    sent = kb.drafting.submit(store, alice, "TRV/01", "en", saved.saves)
    kb.approving.approve(store, people.get(store, "erik"), "TRV/01", sent.name, digest(sent))
    kb.approving.publish_due(store)
    assert kb.announcing.announce(store, "TRV/01", sent.name) == 1
    bob = town.client("bob")
    assert "has changed for you: step 2a" in unescape(bob.get("/inbox").text)
    page = unescape(bob.get(f"/procedures/TRV/01/changes/{sent.name}").text)
    assert "within a day" in page and "yours" in page and "Keeps the ticket" not in page
    assert bob.get("/procedures/TRV/01/changes/en.7").status_code == 404
    assert "has changed for you" not in unescape(bob.get("/inbox").text)
