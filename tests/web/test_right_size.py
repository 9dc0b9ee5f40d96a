"""The measure beside a draft, and the use of duties on its page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from kb.model import Revision
from tests import official
from tests.official import DUTIES, KEY
from tests.people import START, Clock
from tests.web.conftest import Town
from web.reading import write_readings

FORM = {"saves": "0", "title": "Travelling", "summary": "Why.", "step": ["1", "2"], "role": ["Traveller", ""],
        "what": ["Click on the button Book", "Signs"], "rule": ["Act 12", ""], "body": "", "change": "New",
        "major": "minor", "action": "save"}  # fmt: skip


@pytest.fixture
def office(town: Town, clock: Clock) -> Town:
    official.found(town.store)
    with town.store.write() as tx:
        tx.procedures.add_revisions([Revision(KEY, "en", 2, "Travelling", "Who.", duties=DUTIES, created=tx.now)])
    town.refresh()
    return town


def test_the_measure_stands_beside_the_draft_and_stops_nothing(office: Town) -> None:
    bob = office.client("bob")
    bob.post(f"/procedures/{KEY}/drafts", data={"language": "en"})
    address = f"/procedures/{KEY}/drafts/en"
    assert "each with its rule" in bob.get(address).text
    assert bob.post(address, data=FORM).status_code == 303
    page = unescape(bob.get(address).text)
    assert "<q>Click on the button Book</q>" in page and "Says nobody" in page and "Names no rule" in page
    assert "of about 400 words" in page and "2 of 9 duties" in page


def test_what_is_typed_is_measured_before_it_is_saved(office: Town) -> None:
    bob, address = office.client("bob"), f"/procedures/{KEY}/drafts/en"
    bob.post(f"/procedures/{KEY}/drafts", data={"language": "en"})
    typed = {**FORM, "action": "preview", "effective": "2027-01-31", "change": "Not yet"}
    checked = bob.post(address, data=typed)
    page = unescape(checked.text)
    assert checked.status_code == 200 and "<q>Click on the button Book</q>" in page
    assert "Not yet" in page and "2027-01-31" in page, "what was typed stands in the form"
    part = unescape(bob.post(f"{address}/measure", data=typed).text)
    assert "<q>Click on the button Book</q>" in part and "<html" not in part
    assert "Click on the button Book" not in bob.get(address).text, "nothing is kept"
    assert office.client("alice").post(f"{address}/measure", data=typed).status_code in (403, 404)


def test_one_click_moves_a_paragraph_into_a_practice_and_links_it(office: Town) -> None:
    carla, bob, address = office.client("carla"), office.client("bob"), f"/procedures/{KEY}/drafts/en"
    carla.post(f"/procedures/{KEY}/drafts", data={"language": "en"})
    carla.post(address, data={**FORM, "body": "Second class.\n\nClick on the button Book, then scroll down."})
    page = carla.get(address).text
    assert "Move this paragraph into a practice" in page and 'name="paragraph" value="2"' in page
    assert "Move this paragraph" not in bob.get(address).text, "he keeps the procedure and advises nobody"
    refused = bob.post(f"{address}/move", data={"saves": "1", "paragraph": "2"})
    assert refused.status_code == 403 and "Those who advise in this space" in refused.text
    assert carla.post(f"{address}/move", data={"saves": "0", "paragraph": "2"}).status_code == 409
    assert carla.post(f"{address}/move", data={"saves": "1", "paragraph": "9"}).status_code == 422
    assert carla.post(f"{address}/move", data={"saves": "1", "paragraph": "2"}).status_code == 303
    page = unescape(carla.get(address).text)
    link = re.search(r"Second class\.\s+\[How: Travelling\]\((/practices/\w+)\)", page)
    assert link is not None and "then scroll down" not in page
    practice = office.client("alice").get(link[1])
    assert "then scroll down" in practice.text and f"/procedures/{KEY}" in practice.text


def test_what_was_opened_is_written_when_the_site_stops(office: Town) -> None:
    office.client("alice").get(f"/procedures/{KEY}?step=1")
    with office.store.read() as tx:
        assert tx.procedures.readings(KEY, START.date().replace(day=1)) == {}
    write_readings(office.app)
    with office.store.read() as tx:
        assert tx.procedures.readings(KEY, START.date().replace(day=1)) == {"": 1, "1": 1}


def test_what_was_found_and_opened_is_counted_and_the_rest_proposed_for_removal(office: Town, clock: Clock) -> None:
    clock.forward(days=400)
    alice, bob = office.client("alice"), office.client("bob")
    assert f"/procedures/{KEY}?language=en&step=1#step-1" in unescape(alice.get("/search?q=books+train+portal").text)
    for step in ("1", ""):
        assert alice.get(f"/procedures/{KEY}?language=en&step={step}").status_code == 200
    page = bob.get(f"/procedures/{KEY}/use?language=en").text
    assert "opened 2 times" in page and 'value="2" checked' in page and 'value="1" checked' not in page
    assert f"/procedures/{KEY}/use" in bob.get(f"/procedures/{KEY}").text
    refused = bob.post(f"/procedures/{KEY}/use", data={"language": "en"})
    assert refused.status_code == 422 and "Choose at least one duty." in refused.text
    begun = bob.post(f"/procedures/{KEY}/use", data={"language": "en", "steps": ["2"]})
    assert begun.location.endswith(f"/procedures/{KEY}/drafts/en")
    assert alice.get(f"/procedures/{KEY}/use").status_code == 403
    assert office.client("charlie").get(f"/procedures/{KEY}/use").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_use_opens_in_both_languages(office: Town, language: str) -> None:
    answer = office.client("carla", language).get(f"/procedures/{KEY}/use")
    assert answer.status_code == 200 and f'<html lang="{language}">' in answer.text
