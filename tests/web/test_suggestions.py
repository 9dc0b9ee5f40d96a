"""Suggested edits, earlier texts and "answered elsewhere" on pages and from a mail."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import kb.mail
import kb.questions
from tests import people
from tests.smtp import MailServer, plain
from tests.web.conftest import Town
from web.config import Smtp
from web.mailing import Mailer


def thread(town: Town) -> kb.questions.Thread:
    return kb.questions.thread(town.store, people.get(town.store, "bob"), town.open.id)


def test_an_edit_is_suggested_compared_and_taken(town: Town) -> None:
    address, suggester, author = f"/questions/{town.open.id}", town.client("bob"), town.client("alice")
    assert f"{address}/suggestions/new?answer={town.answer.id}" in suggester.get(address).text
    form = {"answer": town.answer.id, "body": "Book the train in the new portal."}
    assert suggester.post(f"{address}/suggestions/new", data=form | {"body": ""}).status_code == 422
    assert suggester.post(f"{address}/suggestions/new", data=form).status_code == 303
    assert "One edit is suggested" in author.get(address).text
    page = author.get(f"{address}/suggestions").text
    assert "<del>travel</del>" in page and "<ins>new</ins>" in page
    taken = re.search(r'action="(/questions/[^"]+/suggestions/[^"]+)"', page)
    assert taken is not None and suggester.post(taken[1], data={"take": "1"}).status_code == 403
    assert author.post(taken[1], data={"take": "1"}).status_code == 303
    assert thread(town).answers[0].body == "Book the train in the new portal."
    history = author.get(f"{address}/history?answer={town.answer.id}").text
    back = re.search(r'action="(/questions/[^"]+/put-back/[^"]+)"', history)
    assert back is not None and author.post(back[1]).status_code == 303
    assert thread(town).answers[0].body == "Book the train in the travel portal."


def test_what_a_colleague_said_is_confirmed_from_the_mail_without_signing_in(town: Town) -> None:
    with MailServer() as server:
        smtp = Smtp("127.0.0.1", server.port, "no")
        posted = town.again(smtp=smtp, mail_from="quisait@testville.example", url="https://q.example")
        address = f"/questions/{town.open.id}/elsewhere"
        asker, stranger = posted.client("bob"), posted.client()
        refused = asker.post(address, data={"colleague": "Nobody", "body": "By bus."})
        assert refused.status_code == 422 and "By bus." in refused.text
        assert asker.post(address, data={"colleague": "Dora Petit", "body": "By bus."}).status_code == 303
        assert "waits to be confirmed" in asker.get(f"/questions/{town.open.id}").text
        site = posted.app.extensions["quisait"]
        with town.store.write() as tx:
            tx.settings.set(kb.mail.SINCE, (tx.now - timedelta(days=1)).isoformat())
        sender = Mailer(site.config, site.store, posted.app)
        while sender.step():
            pass
        found = re.search(r"https://\S+/said/\S+", plain(server.to("dora@example.org")[-1]))
    assert found is not None
    link = urlsplit(found[0]).path
    assert "By bus." in stranger.get(link).text and len(thread(town).answers) == 1
    assert stranger.post(link, data={"body": ""}).status_code == 422
    assert stranger.post(link, data={"body": "By bus 4."}).status_code == 303
    assert [(each.author, each.body) for each in thread(town).answers if each.accepted] == [("dora", "By bus 4.")]
    assert stranger.post(link, data={"deny": "1"}).status_code == 303 and "You have replied" in stranger.get(link).text
    assert stranger.get(link + "x").status_code == 404


def test_a_vote_against_names_a_reason(town: Town) -> None:
    client, address = town.client("bob"), f"/questions/{town.open.id}"
    vote = {"answer": town.answer.id, "value": "-1"}
    assert client.post(f"{address}/vote", data=vote).status_code == 422
    assert client.post(f"{address}/vote", data=vote | {"reason": "outdated"}).status_code == 303
    assert "outdated × 1" in town.client("dora").get(address).text
