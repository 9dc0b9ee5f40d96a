"""The first page below its box: what waits for the reader, then what is new, arranged as they like."""

from __future__ import annotations

import re

from tests.web.conftest import Town


def headings(page: str) -> list[str]:
    return [re.sub("<[^>]+>", "", each).strip() for each in re.findall(r"<h3[^>]*>(.*?)</h3>", page, re.S)]


def test_it_says_what_waits_and_then_what_is_new(town: Town) -> None:
    page = town.client("charlie").get("/").text
    assert page.index("What waits for you") < page.index("New in your spaces")
    assert headings(page)[0] == "Your open questions" and "Where is the crane log?" in page
    assert "The official texts you look after" not in page


def test_a_compliance_owner_sees_first_how_the_texts_stand_that_they_look_after(town: Town) -> None:
    assert headings(town.client("alice").get("/").text)[0] == "The official texts you look after"


def test_blocks_move_hide_and_come_back(town: Town) -> None:
    bob = town.client("bob")
    assert "Official texts, the newest" in bob.get("/").text
    moved = bob.post("/home", data={"block": "texts", "move": "hide"})
    assert (moved.status_code, moved.headers["Location"]) == (303, "/home?block=texts&move=hide")
    assert "Official texts, the newest" not in bob.get("/").text
    assert "Official texts, the newest" in town.client("charlie").get("/home").text
    page = bob.post("/home", data={"block": "recent", "move": "up"}, follow_redirects=True).text
    assert re.search(r'value="up" autofocus>.*?Up: Recently answered', page, re.S), "where the keyboard was"
    assert page.index('id="block-recent"') < page.index('id="block-unanswered"')
    bob.post("/home", data={"back": "1"})
    assert "Official texts, the newest" in bob.get("/").text
    assert bob.post("/home", data={"block": "weather", "move": "up"}).status_code == 422


def test_what_the_reader_may_not_read_is_in_no_block(town: Town) -> None:
    page = town.client("bob").get("/").text
    assert "merger" not in page and "FIN-9" not in page
