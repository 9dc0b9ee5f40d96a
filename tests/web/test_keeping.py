"""Keeping procedures on the pages: reviews, the calendar, records, retirement, duties by role; and the worker."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import kb.accounts
from kb.advice import Verified
from kb.model import Duty, Procedure, Revision, SecretKind
from tests import official
from tests.official import KEY, approved, statuses, who
from tests.people import COMMON, START, Clock
from tests.web.conftest import Town
from web.ical import Event, calendar
from web.worker import Worker

DUE = date(2027, 6, 1)


@pytest.fixture
def office(town: Town) -> Town:
    official.found(town.store)
    with town.store.write() as tx:
        procedure = tx.procedures.get("TRV/01")
        tx.procedures.put([Procedure("SAF-1", COMMON, "dora")])
        duties = Duty("1", "Everyone", "Wears a helmet"), Duty("2", "Travellers or Crane operator", "Stays below")
        tx.procedures.add_revisions([Revision("SAF-1", "en", 1, "Safety", "All.", duties=duties)])
        tx.changes.add_all("put", "procedure", ["SAF-1", procedure.key])
    town.refresh()
    return town


def late(clock: Clock) -> None:
    clock.forward(days=(DUE - START.date()).days + 20)


def test_an_overdue_procedure_shows_a_band_and_one_step_takes_it_away(office: Town, clock: Clock) -> None:
    late(clock)
    bob, alice = office.client("bob"), office.client("alice")
    assert "Its review was due on" in alice.get(f"/procedures/{KEY}").text
    assert f"/procedures/{KEY}/review" in bob.get("/tasks").text
    assert bob.post(f"/procedures/{KEY}/review", data={"note": " "}).status_code == 422
    assert bob.post(f"/procedures/{KEY}/review", data={"note": "Fares checked."}).status_code == 303
    assert "Its review was due on" not in alice.get(f"/procedures/{KEY}").text
    assert "Fares checked." in alice.get(f"/procedures/{KEY}/history").text
    assert alice.post(f"/procedures/{KEY}/review", data={"note": "Mine"}).status_code == 403
    assert alice.get(f"/procedures/{KEY}/review").status_code == 403


def test_retiring_asks_what_follows_and_the_address_keeps_the_text_under_a_band(office: Town) -> None:
    carla, alice = office.client("carla"), office.client("alice")
    address = f"/procedures/{KEY}/retire"
    for data, field in (({"reason": "Merged"}, "follows"), ({"reason": "Merged", "follows": "one"}, "successor"),
                        ({"reason": "", "follows": "none"}, "reason"),
                        ({"reason": "x", "follows": "one", "successor": "NO"}, "successor")):  # fmt: skip
        refused = carla.post(address, data=data)
        assert refused.status_code == 422 and f'id="{field}-error"' in refused.text, data
    assert office.client("bob").post(address, data={"reason": "x", "follows": "none"}).status_code == 403
    assert carla.post(address, data={"reason": "Merged", "follows": "one", "successor": "SAF-1"}).status_code == 303
    page = unescape(alice.get(f"/procedures/{KEY}").text)
    assert "This procedure is retired." in page and "<q>Merged</q>" in page and "/procedures/SAF-1" in page
    assert "Who travels." in page
    listed = alice.get("/procedures").text
    assert listed.index("No longer in force") < listed.index(KEY)
    office.refresh()
    assert KEY not in alice.get("/suggest?q=who+travels").text
    assert KEY not in alice.get("/spaces/common").text and KEY not in alice.get("/duties").text
    assert alice.get("/api/v1/procedures").get_json()["procedures"][0]["key"] != KEY


def test_a_calendar_is_read_at_an_address_that_its_owner_can_end(office: Town) -> None:
    bob, stranger = office.client("bob"), office.client()
    shown = bob.post("/tasks/calendar")
    found = re.search(r"<code>\S*(/calendar/\S+\.ics)</code>", shown.text)
    assert found is not None and shown.headers["Cache-Control"] == "no-store"
    feed = stranger.get(found[1])
    assert feed.status_code == 200 and feed.mimetype == "text/calendar"
    assert "DTSTART;VALUE=DATE:20270601" in feed.text and f"SUMMARY:Review {KEY} Travelling" in feed.text
    with office.store.write() as tx:  # a word of Bob's for an answer, and his guest
        tx.verifications.put(Verified(office.answer.id, "bob", START, date(2027, 4, 1)))
        tx.people.put([replace(tx.people.get("charlie"), sponsor="bob", ends=date(2027, 5, 1))])
    feed = stranger.get(found[1])
    assert "VALUE=DATE:20270401" in feed.text and "SUMMARY:You verified “How do I book a train" in feed.text
    assert "VALUE=DATE:20270501" in feed.text and "Charlie Guest" in feed.text
    assert found[1] not in bob.get("/tasks/calendar").text
    again = re.search(r"<code>\S*(/calendar/\S+\.ics)</code>", bob.post("/tasks/calendar").text)
    assert again is not None and stranger.get(found[1]).status_code == 404
    assert bob.post("/tasks/calendar/end").status_code == 303
    assert stranger.get(again[1]).status_code == 404
    assert not kb.accounts.has_address(office.store, who(office.store, "bob"), SecretKind.CALENDAR)
    assert stranger.get("/calendar/guess.ics").status_code == 404


def test_a_calendar_file_folds_and_escapes_its_lines() -> None:
    text = calendar("Revues", [Event("a@q", date(2026, 12, 31), "Été; à, b\\c " + "é" * 60, "https://q/p")], START)
    assert "DTEND;VALUE=DATE:20270101\r\n" in text and "SUMMARY:Été\\; à\\, b\\\\c" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")) and text.endswith("END:VCALENDAR\r\n")
    assert "é" * 60 in text.replace("\r\n ", "")


def test_the_record_is_edited_by_names_and_shown_to_readers(office: Town) -> None:
    bob = office.client("bob")
    form = {"owner": "Dora Petit", "deputy": "bob@example.org", "scope": "All sites", "review_months": "6",
            "satisfies": "Act 12\nAct 13", "roles": "Traveller, Manager", "units": "", "sites": "Lyon"}  # fmt: skip
    for change, field in (({"owner": "Nobody"}, "owner"), ({"review_months": "soon"}, "review_months"),
                          ({"owner": ""}, "owner"), ({"deputy": "charlie@partner.example"}, "deputy")):  # fmt: skip
        refused = bob.post(f"/procedures/{KEY}/record", data={**form, **change})
        assert refused.status_code == 422 and f'id="{field}-error"' in refused.text, change
    assert bob.post(f"/procedures/{KEY}/record", data=form).status_code == 303
    page = office.client("alice").get(f"/procedures/{KEY}").text
    assert "All sites" in page and "Traveller, Manager · Lyon" in page and "Act 13" in page
    assert 'value="Dora Petit"' in bob.get(f"/procedures/{KEY}/record").text
    assert office.client("alice").get(f"/procedures/{KEY}/record").status_code == 403


def test_duties_are_found_by_role_and_ones_own_stand_first(office: Town) -> None:
    erik = office.client("erik")
    page = erik.get("/duties").text
    assert "Wears a helmet" in page and "Books the train" not in page
    assert erik.post("/duties", data={"holds": ["traveller"]}).status_code == 303
    page = erik.get("/duties").text
    assert "Books the train in the portal" in page and "Stays below" in page and "Keeps the ticket" in page
    assert page.index("Books the train") < page.index("Wears a helmet")
    assert f'href="/procedures/{KEY}?language=en#step-1"' in page
    assert "merger" not in page
    role = erik.get("/duties?role=Crane+operators").text
    assert "Stays below" in role and "Books the train" not in role
    assert erik.post("/duties", data={}).status_code == 303
    assert "Books the train" not in erik.get("/duties").text


def test_the_worker_publishes_what_is_due_and_reminds(office: Town, clock: Clock, tmp_path: Path) -> None:
    approved(office.store)
    site = office.app.extensions["quisait"]
    encoder: Any = office.indexer._encoder
    worker = Worker(site.config, office.store, encoder, office.app)
    assert worker.step() and statuses(office.store)["en.2"] == "published"
    assert "Second class." in office.client("alice").get(f"/procedures/{KEY}?language=en").text
    clock.forward(days=340)
    worker._remind_at = 0.0
    assert worker.tend() > 0
    assert "is to be looked at again" in office.client("bob").get("/inbox").text
    assert worker.tend() == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_of_keepers_open_in_both_languages(office: Town, language: str) -> None:
    carla = office.client("carla", language)
    for address in ("/duties", "/duties?role=Traveller", "/tasks", "/tasks/calendar", f"/procedures/{KEY}/review",
                    f"/procedures/{KEY}/record", f"/procedures/{KEY}/retire"):  # fmt: skip
        answer = carla.get(address)
        assert answer.status_code == 200 and f'<html lang="{language}">' in answer.text, address
