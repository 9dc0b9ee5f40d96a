"""Quisait as an app and in the browser's own box; what a stranger or a link preview learns: nothing."""

from __future__ import annotations

import re
import struct
from xml.etree import ElementTree

import pytest

from tests.web.conftest import Town


def test_it_can_be_installed_with_an_icon_of_its_own(town: Town) -> None:
    stranger = town.client()
    manifest = stranger.get("/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    said = manifest.get_json(force=True)
    assert (said["name"], said["start_url"], said["display"]) == ("Quisait · Testville", "/", "standalone")
    for icon in said["icons"]:
        drawn = stranger.get(icon["src"])
        assert drawn.status_code == 200 and drawn.headers["Content-Type"].startswith(icon["type"])
        if icon["type"] == "image/png":
            assert "{}x{}".format(*struct.unpack(">II", drawn.data[16:24])) == icon["sizes"]
        drawn.close()
    assert stranger.get("/icon-77.png").status_code == 404


def test_the_browsers_box_finds_here_and_suggests_what_its_reader_may_read(town: Town) -> None:
    described = town.client().get("/opensearch.xml")
    urls = ElementTree.fromstring(described.text).findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert {each.get("type"): each.get("template") for each in urls} == {
        "text/html": "http://localhost/search?q={searchTerms}",
        "application/x-suggestions+json": "http://localhost/suggestions?q={searchTerms}",
    }
    typed, titles, _kinds, places = town.client("bob").get("/suggestions?q=train+Lyon").get_json(force=True)
    assert typed == "train Lyon" and "How do I book a train to Lyon?" in titles
    assert all(each.startswith("http://localhost/") for each in places)


@pytest.mark.parametrize("who", [None, "bob"])
def test_it_suggests_nothing_that_is_hidden(town: Town, who: str | None) -> None:
    found = town.client(who).get("/suggestions?q=ledger+merger+costs").get_json(force=True)
    assert not [title for title in found[1] if "merger" in title]
    if who is None:
        assert found[1:] == [[], [], []]
    assert town.client("alice").get("/suggestions?q=ledger+merger+costs").get_json(force=True)[1]


def test_the_preview_of_a_link_tells_a_stranger_nothing(town: Town) -> None:
    page = town.client().get(f"/questions/{town.secret.id}", follow_redirects=True).text
    cards = re.findall(r'<meta property="og:[a-z_]+" content="([^"]*)">', page)
    assert cards == ["Quisait", "Quisait", "Only colleagues who are signed in can read this."]
    assert "merger" not in page and "ledger" not in page
