"""What every page is dressed in: letters of our own, one sprite, small answers, light or dark or strong contrast."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from fontTools.ttLib import TTFont

from tests.web.conftest import Town
from web import sparklines, typefaces

STATIC = Path(__file__).parents[2] / "web" / "static"
TEMPLATES = STATIC.parent / "templates"


def test_the_letters_come_from_here_and_are_kept_for_ever(town: Town) -> None:
    stranger = town.client()
    page = stranger.get("/sign-in").text
    addresses = re.findall(r'rel="preload" href="([^"]+)"', page)
    assert len(addresses) == len(typefaces.CUTS)
    for address in addresses:
        answer = stranger.get(address)
        assert answer.status_code == 200 and answer.data[:4] == b"wOF2"
        assert "immutable" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    assert stranger.get(f"/type/{typefaces.EDITION}/other.woff2").status_code == 404
    asked_for = set(re.findall(r"\.\.(/type/[^\"]+)", (STATIC / "quisait.css").read_text()))
    assert asked_for == set(addresses)


def test_every_letter_of_french_and_of_european_names_is_in_the_cut(tmp_path: Path) -> None:
    file = tmp_path / "text.woff2"
    file.write_bytes(typefaces.cut("text"))
    with TTFont(file) as font:
        known = font.getBestCmap()
    letters = "àâçéèêëîïôùûüÿœæÀÉÇŒ«»’—…€ Zieliński Dvořák Østergård Özgür Šimůnek"
    assert not [each for each in letters if ord(each) not in known]


def test_pages_go_out_packed_as_the_browser_takes_them(town: Town) -> None:
    bob = town.client("bob")
    plain = bob.get("/help").data
    for how, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = bob.get("/help", headers={"Accept-Encoding": how})
        assert answer.headers["Content-Encoding"] == how and "Accept-Encoding" in answer.headers["Vary"]
        assert unpack(answer.data) == plain and len(answer.data) < len(plain) / 2
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert "Content-Encoding" not in bob.get("/help", headers={"Accept-Encoding": "identity"}).headers


def test_a_part_of_a_file_is_sent_as_it_is(town: Town) -> None:
    asked = {"Accept-Encoding": "br", "Range": "bytes=0-4999"}
    part = town.client("bob").get("/static/quisait.css", headers=asked)
    assert part.status_code == 206 and "Content-Encoding" not in part.headers and len(part.data) == 5000
    part.close()


def test_a_packed_file_that_the_browser_has_is_not_sent_again(town: Town) -> None:
    bob = town.client("bob")
    first = bob.get("/static/quisait.css", headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    again = bob.get("/static/quisait.css", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    first.close()
    again.close()


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_the_choice_of_colours_is_kept_with_that_of_contrast(town: Town, choice: str) -> None:
    bob = town.client("bob")
    assert "data-scheme" not in bob.get("/help").text
    done = bob.post("/look", data={"scheme": choice, "next": "/spaces"})
    assert (done.status_code, done.headers["Location"]) == (303, "/spaces")
    bob.post("/look", data={"contrast": "more"})
    page = bob.get("/help").text
    assert f'data-scheme="{choice}"' in page and 'data-contrast="more"' in page
    bob.post("/look", data={"scheme": "nonsense"})
    assert "data-scheme" not in bob.get("/help").text and 'data-contrast="more"' in bob.get("/help").text


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "icons.svg").read_text()))
    named = set()
    for file in TEMPLATES.rglob("*.html"):
        named |= set(re.findall(r'icon\("([a-z-]+)"\)', file.read_text()))
    assert named and not named - drawn


def test_help_begins_with_the_page_one_came_from(town: Town) -> None:
    bob = town.client("bob")
    came = bob.get("/help?of=procedures").text
    assert came.index("A procedure says who does what") < came.index("Before posting you see")
    asking = bob.get("/help?of=ask").text
    assert asking.index("Before posting you see") < asking.index("A procedure says who does what")
    assert '/help?of=spaces"' in bob.get("/spaces").text


def test_the_accessibility_statement_can_be_read_by_a_stranger(town: Town) -> None:
    assert "WCAG 2.2" in town.client().get("/accessibility").text


def test_activity_is_drawn_and_said_on_spaces_people_and_maps(town: Town) -> None:
    bob = town.client("bob")
    assert 'aria-label="2 questions and answers in twelve months"' in bob.get("/spaces/common").text
    page = bob.get("/people/alice").text  # drawn and dated, not counted
    assert 'aria-label="Took part in twelve months, the last time on' in page
    page = bob.get("/map?tag=travel").text
    assert "Who knows about travel" in page and '<th scope="row"><a href="/people/alice">' in page
    assert "Nobody has answered anything about this" in bob.get("/map?tag=merger").text


def test_bars_are_as_high_as_the_greatest_allows_and_nothing_is_flat() -> None:
    drawn = sparklines.bars([0, 1, 50, 100])
    assert [each.height for each in drawn] == [0, 2, 12, 24]
    now = datetime(2026, 3, 5, tzinfo=UTC)
    days = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2025, 4, 30, tzinfo=UTC), datetime(2025, 3, 30, tzinfo=UTC))
    assert sparklines.by_month([*days, None], now) == [1, *[0] * 10, 1]
