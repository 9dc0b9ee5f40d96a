"""The list of what was kept long enough, on its page and in the terminal; released by two people."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kb import approving, charters
from tests import official
from tests.official import KEY, approved, who
from tests.people import COMMON, Clock
from tests.web.conftest import Town

OLD = f"{KEY}@en.1"
PAGE = "/register/retention"


@pytest.fixture
def office(town: Town, clock: Clock) -> Town:
    official.found(town.store)
    with town.store.read() as tx:
        charter = tx.charters.get(COMMON)
    charters.put(town.store, who(town.store, "carla"), replace(charter, keep_months=12))
    approved(town.store)
    approving.publish_due(town.store)
    clock.forward(days=366)
    return town


def test_two_people_release_what_was_kept_long_enough(office: Town) -> None:
    carla, erik = office.client("carla"), office.client("erik")
    page = carla.get(PAGE).text
    assert "Kept for 12 months" in page and f'value="{OLD}"' in page
    refused = carla.post(PAGE, data={"space": COMMON})
    assert refused.status_code == 422 and "Choose at least one text." in refused.text
    assert carla.post(PAGE, data={"space": COMMON, "texts": [OLD]}).status_code == 303
    page = carla.get(PAGE).text
    assert "somebody else confirms it" in page and "Release them for good" not in page
    found = re.search(rf"{PAGE}/(\w+)/confirm", erik.get(PAGE).text)
    assert found is not None
    address = f"{PAGE}/{found[1]}/confirm"
    assert "1 proposal waits for a second person" in erik.get("/tasks").text and PAGE not in carla.get("/tasks").text
    assert carla.post(address).status_code == 403 and office.client("bob").post(address).status_code == 404
    assert erik.post(address).status_code == 303
    assert "Released" in carla.get(f"/procedures/{KEY}/history").text
    assert carla.get(f"/procedures/{KEY}/signed/en.1").status_code == 404
    assert "Texts released" in carla.get("/audit").text


def test_others_have_no_such_page(office: Town) -> None:
    assert office.client("bob").get(PAGE).status_code == 403
    assert PAGE not in office.client("bob").get("/register/documents").text
    assert PAGE in office.client("carla").get("/register/documents").text


def test_the_charter_says_how_long(office: Town) -> None:
    carla, address = office.client("carla"), f"/spaces/{COMMON}/charter"
    assert re.search(r'name="keep_months"[^>]*value="12"', carla.get(address).text)
    form = {"person": ["alice", "erik"], "stage": ["1", "2"], "body": ["", ""], "minimum": "2", "words": "300",
            "duties": "9", "keep_months": "0"}  # fmt: skip
    refused = carla.post(address, data=form)
    assert refused.status_code == 422 and 'id="keep_months-error"' in refused.text
    assert carla.post(address, data={**form, "keep_months": ""}).status_code == 303
    assert "Kept for ever." in carla.get(PAGE).text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_opens_in_both_languages(office: Town, language: str) -> None:
    assert f'<html lang="{language}">' in office.client("carla", language).get(PAGE).text
