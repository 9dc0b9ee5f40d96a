"""Did it solve it? From the mail of an answer without signing in; from the results, on the page they lead to."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import kb.mail
import kb.questions
from kb.model import QuestionStatus
from tests import people
from tests.smtp import MailServer, plain
from tests.web.conftest import Town
from web.mailing import Mailer


def link(town: Town, server: MailServer) -> str:
    """The address in Bob's mail by which he says whether it is solved."""
    site = town.app.extensions["quisait"]
    with town.store.write() as tx:
        tx.settings.set(kb.mail.SINCE, (tx.now - timedelta(days=1)).isoformat())
    sender = Mailer(site.config, site.store, town.app)
    while sender.step():
        pass
    found = re.search(r"https://\S+/outcome/\S+", plain(server.to("bob@example.org")[-1]))
    assert found is not None
    return urlsplit(found[0]).path


def status(town: Town) -> QuestionStatus:
    return kb.questions.thread(town.store, people.get(town.store, "bob"), town.open.id).question.status


def test_the_asker_says_from_the_mail_that_it_is_solved(posted: Town, server: MailServer) -> None:
    address, stranger = link(posted, server), posted.client()
    page = stranger.get(address)
    assert "Book the train in the travel portal." in page.text and status(posted) is QuestionStatus.OPEN
    done = stranger.post(address, data={"answer": posted.answer.id})
    assert done.status_code == 303 and status(posted) is QuestionStatus.ANSWERED
    assert "Thank you: noted." in stranger.get(address).text
    assert stranger.get("/").status_code == 303, "the link signs nobody in"


def test_the_asker_says_from_the_mail_that_it_is_not(posted: Town, server: MailServer) -> None:
    people.routed(posted.store, posted.open, "erik")
    address, stranger = link(posted, server), posted.client()
    assert stranger.post(address, data={"outcome": "no"}).status_code == 303
    with posted.store.read() as tx:
        route = tx.routes.find(posted.open.id)
        assert route is not None and route.outcome == "no"
        assert [each.person for each in tx.routes.invitations(posted.open.id)] == ["erik"]
    assert stranger.post(address, data={"outcome": "perhaps"}).status_code == 422


def test_such_a_link_ends_and_is_of_one_question(posted: Town, server: MailServer) -> None:
    address, stranger = link(posted, server), posted.client()
    other = kb.questions.ask(posted.store, people.get(posted.store, "alice"), "common", "Other?", language="en")
    given = kb.questions.answer(posted.store, people.get(posted.store, "bob"), other.id, "Yes.", "en")
    assert stranger.post(address, data={"answer": given.id}).status_code == 422
    assert stranger.get(address + "x").status_code == 404
    posted.store.clock.forward(days=15)  # type: ignore[attr-defined]
    assert stranger.post(address, data={"answer": posted.answer.id}).status_code == 404
    assert status(posted) is QuestionStatus.OPEN


def test_who_comes_from_the_results_ends_the_search_where_they_found_it(town: Town) -> None:
    client, address = town.client("dora"), f"/questions/{town.open.id}"
    came = {"Referer": "http://localhost/search?q=train+to+Lyon"}
    page = client.get(address, headers=came).text
    assert "You looked for “train to Lyon”" in page
    form = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.split("found-it")[1].split("</form>")[0])
    )
    assert form == {"kind": "question", "id": town.open.id, "answer": town.answer.id, "text": "train to Lyon"}
    assert client.post("/ask/answered", data=form).status_code == 303
    page = client.get(address).text
    assert "Answered one colleague" in page and "You looked for" not in page
    elsewhere = {"Referer": "http://elsewhere.example/search?q=train"}
    assert "You looked for" not in client.get(address, headers=elsewhere).text
    assert "You looked for" not in town.client("bob").get(address, headers=came).text, (
        "the asker has the answers anyway"
    )
    assert (
        "You looked for “train”"
        in client.get("/procedures/TRV/01", headers={"Referer": "http://localhost/?q=train"}).text
    )


def test_what_one_may_not_read_cannot_be_said_to_answer(town: Town) -> None:
    form = {"kind": "question", "id": town.secret.id, "text": "ledger"}
    assert town.client("bob").post("/ask/answered", data=form).status_code == 422
