"""The measure beside a draft, and the use of duties on its page."""

from __future__ import annotations

from html import unescape

import pytest

from kb.model import Revision
from tests import official
from tests.official import DUTIES, KEY
from tests.people import Clock
from tests.web.conftest import Town

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
