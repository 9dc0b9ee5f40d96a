"""Acknowledging on the pages: asked, read, said in one click, from the mail's link too; who has not yet, as a list."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient

import kb.campaigns
import kb.notices
from kb import approving
from kb.drafting import Text
from kb.mail import Part
from kb.model import Revision
from kb.outbox import Mail
from tests import official
from tests.official import KEY, approved, who
from tests.people import COMMON, START, Clock
from tests.web.conftest import Town
from web.mailing import message
from web.opening import speaking

FORM = {"spaces": COMMON, "deadline": "2026-12-23", "renew_months": "", "units": "", "sites": "", "roles": "",
        "people": "", "note": "Because of Act 13"}  # fmt: skip


@pytest.fixture
def office(town: Town) -> Town:
    official.found(town.store)
    return town


def start(office: Town, **form: str) -> str:
    """The address of a campaign's page."""
    answer = office.client("bob").post(f"/procedures/{KEY}/campaign", data=FORM | form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_one_click_on_the_procedures_page_after_reading(office: Town) -> None:
    alice = office.client("alice")
    assert "I have read it" not in alice.get(f"/procedures/{KEY}").text
    campaign = start(office)
    page = alice.get(f"/procedures/{KEY}").text
    assert page.index("say so at its end") < page.index("Books the train") < page.index("I have read it")
    assert "Because of Act 13" in page and f"/procedures/{KEY}" in alice.get("/tasks").text
    assert "1 official text waits for you" in alice.get("/").text
    assert alice.post(f"/procedures/{KEY}/acknowledge", data={"revision": "en.1"}).status_code == 303
    page = alice.get(f"/procedures/{KEY}").text
    assert "You acknowledged revision 1 on" in page and "I have read it" not in page
    assert "You have acknowledged all" in alice.get("/tasks").text
    assert "official text waits for you" not in alice.get("/").text
    assert "1 of 5 people" in office.client("bob").get(campaign).text
    assert "1 of 5 people" in office.client("bob").get("/tasks").text


def test_a_minor_text_says_why_one_is_not_asked_again(office: Town) -> None:
    start(office)
    alice = office.client("alice")
    alice.post(f"/procedures/{KEY}/acknowledge", data={"revision": "en.1"})
    approved(office.store, text=Text("T", "S", official.DUTIES, change="Second class", major=False))
    approving.publish_due(office.store)
    page = unescape(alice.get(f"/procedures/{KEY}").text)
    assert "what came after is minor. Revision 2, <q>Second class</q>" in page and "I have read it" not in page
    stale = office.client("dora").post(f"/procedures/{KEY}/acknowledge", data={"revision": "en.1"})
    assert stale.status_code == 409 and "Another text came into force" in stale.text


def test_whom_it_asks_is_shown_before_and_what_is_wrong_beside_its_field(office: Town) -> None:
    carla, address = office.client("carla"), f"/procedures/{KEY}/campaign"
    assert "Ask to acknowledge" in carla.get(f"/procedures/{KEY}").text and carla.get(address).status_code == 200
    seen = carla.post(address, data=FORM | {"action": "see"})
    assert seen.status_code == 200 and "It would ask 5 people." in seen.text and 'value="2026-12-23"' in seen.text
    assert carla.get("/tasks").text.count(KEY) == 0
    for change, field in (({"deadline": ""}, "deadline"), ({"deadline": "2020-01-01"}, "deadline"),
                          ({"renew_months": "x"}, "renew_months"), ({"spaces": ""}, "spaces"),
                          ({"people": "Nobody Here"}, "people"), ({"people": "charlie@partner.example"}, "people"),
                          ({"units": "Nowhere"}, "audience")):  # fmt: skip
        refused = carla.post(address, data=FORM | change)
        assert refused.status_code == 422 and f'id="{field}-error"' in refused.text, change
    for person in ("alice", "erik"):
        refused = office.client(person).get(address)
        assert refused.status_code == 403 and "compliance owners of its space ask others" in refused.text
        assert office.client(person).post(address, data=FORM).status_code == 403
        assert "Ask to acknowledge" not in office.client(person).get(f"/procedures/{KEY}").text
    assert office.client("charlie").get(address).status_code == 404


def test_who_has_not_yet_by_unit_and_as_a_list(office: Town) -> None:
    with office.store.write() as tx:
        tx.people.put([replace(each, unit="Sales") for each in (tx.people.get("alice"), tx.people.get("dora"))])
    campaign = start(office)
    office.client("alice").post(f"/procedures/{KEY}/acknowledge", data={"revision": "en.1"})
    bob = office.client("bob")
    page = bob.get(campaign).text
    assert re.search(r"Sales</span></a></td><td>1</td><td>2</td>", page) and "Dora Petit" in page
    assert "Alice Martin" not in page and "Erik Admin" not in bob.get(f"{campaign}?unit=Sales").text
    taken = bob.post(f"{campaign}/export")
    rows = taken.text.lstrip("\ufeff").splitlines()
    assert len(rows) == 6 and "Alice Martin,alice@example.org,Sales,,Acknowledged,,2026-11-23,en.1,," in rows
    assert any(row.startswith("Dora Petit,") and ",Not yet,2026-12-23," in row for row in rows)
    assert "Exported" in office.client("carla").get("/audit?about=campaign").text
    for method, path in (("get", ""), ("post", "/export"), ("post", "/end")):
        assert getattr(office.client("alice"), method)(campaign + path).status_code == 403
    assert office.client("carla").post(f"{campaign}/end").status_code == 303
    assert "I have read it" not in office.client("dora").get(f"/procedures/{KEY}").text


def mailed(office: Town, person: str) -> str:
    """The address in the mail that asks this person."""
    kb.campaigns.remind(office.store)
    told = kb.notices.inbox(office.store, who(office.store, person))
    asked = [each for each in told if each.notice.kind in kb.campaigns.KINDS]
    again = office.again(url="https://q.example", mail_from="q@q.example")
    with speaking(again.app, "en"):
        made = message(Mail("m", person, False, START, START), who(office.store, person), [Part(asked[0], "")], "en")
    body = made.get_body(("plain",))
    assert body is not None
    found = re.search(r"https://q\.example(/acknowledge/\S+)", body.get_content())
    assert found is not None, body.get_content()
    assert "before 23 December 2026" in body.get_content()
    return found[1]


def test_the_link_of_the_mail_is_enough_on_a_phone_without_a_sign_in(office: Town) -> None:
    campaign = start(office)
    link, stranger = mailed(office, "alice"), office.client()
    page = stranger.get(link)
    assert page.status_code == 200 and "Books the train" in page.text and "Who travels." in page.text
    assert "0 of 5" in office.client("bob").get(campaign).text, "opening the link says nothing"
    assert stranger.post(link, data={"revision": "en.7"}).status_code == 409
    said = stranger.post(link, data={"revision": "en.1"}, follow_redirects=True)
    assert "You acknowledged revision 1 on" in said.text and "Who travels." not in said.text
    assert "1 of 5" in office.client("bob").get(campaign).text
    assert "by the link of a mail: yes" in office.client("carla").get("/audit").text


def test_a_link_is_for_one_person_and_one_procedure_and_ends(office: Town, clock: Clock) -> None:
    start(office)
    link, stranger = mailed(office, "alice"), office.client()
    assert stranger.get(link[:-3]).status_code == 404 and stranger.get("/acknowledge/x").status_code == 404
    assert stranger.post(f"/procedures/{KEY}/acknowledge", data={"revision": "en.1"}).location.startswith("/sign-in")
    with office.store.write() as tx:
        alice = tx.people.get("alice")
        tx.people.put([replace(alice, ended=START)])
    assert stranger.get(link).status_code == 404 and stranger.post(link).status_code == 404
    with office.store.write() as tx:
        tx.people.put([alice])
    clock.forward(days=121)
    assert stranger.get(link).status_code == 404


def test_the_worker_tells_who_is_asked(office: Town, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from web.worker import Worker

    start(office)
    site = office.app.extensions["quisait"]
    worker = Worker(site.config, office.store, office.indexer._encoder, office.app)
    worker._remind_at = float("inf")
    worker.step()
    inbox = office.client("alice").get("/inbox").text
    assert "asks you to read “Travelling” and to say so before 23 December 2026" in inbox


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_open_in_both_languages(office: Town, language: str) -> None:
    campaign = start(office)
    link = mailed(office, "bob")
    bob: FlaskClient = office.client("bob", language)
    for address in (campaign, f"/procedures/{KEY}/campaign", f"/procedures/{KEY}", "/tasks", link):
        answer = bob.get(address)
        assert answer.status_code == 200 and f'<html lang="{language}">' in answer.text, address


def test_a_text_that_another_language_has_outrun_leads_to_that_one(office: Town, clock: Clock) -> None:
    start(office)
    with office.store.write() as tx:
        words = Revision(KEY, "fr", 1, "Voyager", "Qui voyage.", "", official.DUTIES[:1], created=tx.now)
        tx.procedures.add_revisions([words])
        tx.changes.add("put", "procedure", KEY)
    clock.forward(days=3)
    approved(office.store, text=Text("T", "S", official.DUTIES, change="Act 13"))
    approving.publish_due(office.store)
    alice = office.client("alice", "fr")
    page = unescape(alice.get(f"/procedures/{KEY}?language=fr").text)
    assert "Lisez ce texte-là" in page and "J’ai lu ce texte" not in page and "Act 13" in page
    others = unescape(office.client("erik", "fr").get(f"/procedures/{KEY}?language=fr").text)
    assert "celui-ci ne le dit pas encore" in others and "Lire en anglais" in others, "whoever reads it is told"
    refused = alice.post(f"/procedures/{KEY}/acknowledge", data={"revision": "fr.1"})
    assert refused.status_code == 409 and "autre langue" in refused.text
