"""Following by one button, the list of it, feeds at secret addresses, and "catch me up" on the page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import kb.questions
from tests import people
from tests.people import COMMON
from tests.web.conftest import Town

ATOM = "{http://www.w3.org/2005/Atom}"


def test_one_button_follows_and_stops_and_the_inbox_says_why(town: Town) -> None:
    client, form = town.client("dora"), {"of": "tag", "subject": "travel", "next": "/tags/travel"}
    pages = (f"/questions/{town.open.id}", "/people/alice", "/procedures/TRV/01", "/spaces/common", "/tags/travel")
    assert all('action="/following"' in client.get(address).text for address in pages)
    assert client.post("/following", data=form).location == "/tags/travel"
    kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, "Trains to Nice?", "", ["travel"], "en")
    page = client.get("/inbox").text
    assert "Bob Dupont asks: “Trains to Nice?”" in page and "You follow the tag travel ·" in page
    assert 'href="/tags/travel"' in client.get("/following").text
    client.post("/following", data=form | {"stop": "1"})
    assert 'href="/tags/travel"' not in client.get("/following").text
    assert client.post("/following", data={"of": "question", "subject": town.secret.id}).status_code == 404
    assert client.post("/following", data=form | {"next": "https://elsewhere.example"}).location == "/following"


def test_feeds_show_what_their_owner_may_read_until_they_end(town: Town) -> None:
    client, stranger = town.client("bob"), town.client()
    client.post("/following", data={"of": "tag", "subject": "travel"})
    client.post("/following", data={"of": "person", "subject": "alice"})
    page = client.post("/feeds").text
    addresses = re.findall(r"<code>(?:http://localhost)?(/feed/[^<]+)</code>", page)
    assert len(addresses) == 5 and page.count(addresses[0]) == 1
    for address in addresses:
        got = stranger.get(address + ("train" if address.endswith("q=") else ""))
        assert got.status_code == 200 and got.content_type.startswith("application/atom+xml")
        titles = [each.text for each in ElementTree.fromstring(got.data).iter(f"{ATOM}title")]
        assert ("partner" in address) or "How do I book a train to Lyon?" in titles, address
        assert "ledger" not in got.text
    secret = addresses[0].split("/")[2]
    assert stranger.get(f"/feed/{secret}/space/finance.atom").status_code == 404
    assert stranger.get("/feed/guess/space/common.atom").status_code == 404
    client.post("/feeds/end")
    assert stranger.get(addresses[0]).status_code == 404


def test_a_title_cannot_break_a_feed(town: Town) -> None:
    kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, "<b>&amp;]]> ?", "", (), "en")
    page = town.client("bob").post("/feeds").text
    address = next(each for each in re.findall(r"(/feed/[^<]+)</code>", page) if "/space/common" in each)
    titles = [each.text for each in ElementTree.fromstring(town.client().get(address).data).iter(f"{ATOM}title")]
    assert any(each is not None and each.startswith("<b>&amp;]]>") for each in titles)


def test_catch_me_up_stands_above_a_thread_for_who_comes_back(town: Town) -> None:
    client, address = town.client("dora"), f"/questions/{town.open.id}"
    assert "Catch me up" not in client.get(address).text
    town.store.clock.forward(days=1)  # type: ignore[attr-defined]
    kb.questions.comment(town.store, people.get(town.store, "bob"), town.open.id, "Which one?")
    kb.questions.accept(town.store, people.get(town.store, "bob"), town.open.id, town.answer.id)
    page = client.get(address).text
    assert "Catch me up" in page and "Solved by Alice Martin:" in page and "1 comment (Bob Dupont)" in page
