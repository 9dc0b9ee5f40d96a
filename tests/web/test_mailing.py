"""Mails through a real server on this machine: what they say, in whose language, how they thread, stop and wait."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

import kb.confirming
import kb.mail
import kb.people
import kb.practices
import kb.questions
from kb.advice import Verdict
from kb.model import NoticeKind
from kb.notices import tell
from kb.outbox import MailChoice
from kb.practices import Words
from tests import people
from tests.people import COMMON
from tests.smtp import MailServer, part, plain
from tests.web.conftest import Town
from web.config import Smtp
from web.mailing import AT_ONCE, Mailer


def mailer(town: Town) -> Mailer:
    site = town.app.extensions["quisait"]
    with town.store.write() as tx:
        tx.settings.set(kb.mail.SINCE, (tx.now - timedelta(days=1)).isoformat())
    return Mailer(site.config, site.store, town.app)


def deliver(town: Town) -> None:
    sender = mailer(town)
    while sender.step():
        pass


def links(message: EmailMessage) -> list[str]:
    return re.findall(r"https://\S+", plain(message))


def test_an_answer_arrives_whole_in_the_readers_language_under_the_writers_name(
    posted: Town, server: MailServer
) -> None:
    bob = people.get(posted.store, "bob")
    kb.people.edit_profile(posted.store, bob, "bob", [], ["fr"], "")
    deliver(posted)
    (message,) = server.to("bob@example.org")
    assert str(message["From"]) == "Alice Martin · Quisait Testville <quisait@testville.example>"
    assert message["Subject"] == "Re: How do I book a train to Lyon?"
    assert message["Content-Language"] == "fr" and "Alice Martin a répondu à" in plain(message)
    assert "Book the train in the travel portal." in plain(message)
    assert "<p>Book the train in the travel portal.</p>" in part(message, "html")
    assert links(message)[0].startswith(f"https://quisait.testville.example/questions/{posted.open.id}/")
    deliver(posted)
    assert len(server.messages) == 1


def test_mails_about_one_question_are_one_conversation(posted: Town, server: MailServer) -> None:
    kb.questions.answer(posted.store, people.get(posted.store, "dora"), posted.open.id, "Or by phone.", "en")
    deliver(posted)
    first, second = server.to("bob@example.org")
    assert first["References"] == second["References"] == f"<question.{posted.open.id}@testville.example>"
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Auto-Submitted"] == "auto-generated"


def test_one_click_stops_without_a_sign_in_and_a_look_changes_nothing(posted: Town, server: MailServer) -> None:
    deliver(posted)
    (message,) = server.to("bob@example.org")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = urlsplit(message["List-Unsubscribe"].strip("<>")).path
    stranger, bob = posted.client(), people.get(posted.store, "bob")
    assert "Stop these mails" in stranger.get(path).text
    assert kb.mail.choices(posted.store, bob, "bob")[NoticeKind.ANSWERED] is MailChoice.NOW
    stopped = stranger.post(path, data={"List-Unsubscribe": "One-Click"})
    assert stopped.status_code == 200 and "no longer sent" in stopped.text
    assert kb.mail.choices(posted.store, bob, "bob")[NoticeKind.ANSWERED] is MailChoice.OFF
    assert stranger.get(path[:-3] + "xyz").status_code == 404
    assert stranger.post(path + "x").status_code == 404


def test_a_digest_has_one_line_each_and_one_click_of_its_own(posted: Town, server: MailServer) -> None:
    bob = people.get(posted.store, "bob")
    daily = {NoticeKind.ANSWERED: MailChoice.DAILY, NoticeKind.COMMENTED: MailChoice.DAILY}
    kb.mail.choose(posted.store, bob, "bob", daily, "en")
    kb.questions.comment(posted.store, people.get(posted.store, "dora"), posted.open.id, "Which class?")
    deliver(posted)
    assert server.messages == []
    posted.store.clock.forward(days=1)  # type: ignore[attr-defined]
    deliver(posted)
    (message,) = server.messages
    assert message["Subject"] == "Quisait: 2 things to know"
    assert str(message["From"]) == "Quisait Testville <quisait@testville.example>"
    assert "Alice Martin answered" in plain(message) and "Dora Petit commented" in plain(message)
    assert "“Which class?”" in plain(message) and "Which class?" in part(message, "html")
    path = urlsplit(message["List-Unsubscribe"].strip("<>")).path
    posted.client().post(path)
    chosen = kb.mail.choices(posted.store, bob, "bob")
    assert chosen[NoticeKind.COMMENTED] is MailChoice.OFF and chosen[NoticeKind.ANSWERED] is MailChoice.OFF
    assert chosen[NoticeKind.INVITED] is MailChoice.NOW


def test_an_address_that_the_server_does_not_know_is_given_up_and_the_others_go_out(
    posted: Town, server: MailServer
) -> None:
    server.refuse["bob@example.org"] = "550 No such user"
    kb.questions.answer(posted.store, people.get(posted.store, "bob"), posted.shared.id, "By the crane.", "en")
    deliver(posted)
    assert [str(each["To"]) for each in server.messages] == ["Charlie Guest <charlie@partner.example>"]
    with posted.store.read() as tx:
        ((failed),) = tx.mails.failed()
    assert failed.person == "bob" and failed.error == "550 No such user"


def test_a_server_that_is_busy_or_away_is_waited_for(
    posted: Town, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.at_end = "451 Try later"
    deliver(posted)
    posted.store.clock.forward(minutes=6)  # type: ignore[attr-defined]
    site = posted.app.extensions["quisait"]
    gone = Mailer(replace(site.config, smtp=Smtp("127.0.0.1", 1, "no", "u", "secret!")), site.store, posted.app)
    assert gone.step() and not gone.step(), "a server that is away is left alone for a while"
    assert [record.levelno for record in caplog.records] == [logging.ERROR] and "secret!" not in caplog.text
    server.at_end = ""
    posted.store.clock.forward(minutes=1)  # type: ignore[attr-defined]
    deliver(posted)
    assert len(server.messages) == 1


def test_a_name_or_a_title_cannot_add_a_header(posted: Town, server: MailServer) -> None:
    alice = people.get(posted.store, "alice")
    kb.people.put(posted.store, replace(alice, name='Alice "<x@y.example>,\tMartin'))
    kb.questions.answer(posted.store, alice, posted.open.id, "Again.", "en")
    deliver(posted)
    for message in server.messages:
        assert message["Bcc"] is None
        (sender,) = message["From"].addresses
        assert sender.addr_spec == "quisait@testville.example"


def test_many_messages_go_out_a_few_at_a_time(posted: Town, server: MailServer) -> None:
    dora = people.get(posted.store, "dora")
    for number in range(AT_ONCE + 3):
        asked = kb.questions.ask(posted.store, people.get(posted.store, "erik"), COMMON, f"Question {number}?")
        kb.questions.answer(posted.store, dora, asked.id, "So.", "en")
    sender = mailer(posted)
    sender.step()
    assert len(server.messages) == AT_ONCE
    while sender.step():
        pass
    assert len(server.messages) == AT_ONCE + 4
    assert len({each["Message-ID"] for each in server.messages}) == AT_ONCE + 4


def test_what_one_is_sent_is_chosen_on_a_page(posted: Town) -> None:
    client, bob = posted.client("bob"), people.get(posted.store, "bob")
    page = client.get("/people/bob/mail").text
    assert "What a digest would say now" in page and "Alice Martin answered" in page
    chosen = dict.fromkeys(NoticeKind, "weekly") | {"language": "fr"}
    assert client.post("/people/bob/mail", data=chosen).status_code == 303
    assert set(kb.mail.choices(posted.store, bob, "bob").values()) == {MailChoice.WEEKLY}
    assert client.post("/people/bob/mail", data=chosen | {"answered": "hourly"}).status_code == 422
    assert client.get("/people/alice/mail").status_code == 403
    assert posted.client("alice").post("/people/bob/mail", data=chosen).status_code == 403


def test_without_a_mail_server_the_page_says_so(town: Town) -> None:
    assert "No mail server is set up here yet" in town.client("bob").get("/people/bob/mail").text


def test_a_mail_says_what_stands_behind_a_text_as_every_page_does(posted: Town, server: MailServer) -> None:
    store, alice = posted.store, people.get(posted.store, "alice")
    words = Words("Booking a train", "In the portal.", authors=("alice",), keeper="alice", language="en")
    kb.practices.promote(store, people.get(store, "dora"), COMMON, words, [posted.answer.id], id="p1")
    kb.practices.verify(store, people.get(store, "dora"), "p1", date(2027, 5, 1))
    at_once = dict.fromkeys((NoticeKind.DOUBTED, NoticeKind.CHANGED), MailChoice.NOW)
    kb.mail.choose(store, alice, "alice", at_once, "en")
    kb.confirming.judge_practice(store, people.get(store, "bob"), "p1", Verdict.OUTDATED)
    with store.write() as tx:
        changed = {"revision": "en.1", "steps": "1"}
        tell(tx, "alice", NoticeKind.CHANGED, tx.procedures.get("TRV/01"), changed, key="changed TRV/01@en.1")
    deliver(posted)
    said = {message["Subject"]: plain(message) for message in server.messages}
    assert "Verified practice, until 1 May 2027" in said["Re: Booking a train"]
    assert "Official, duty 1, revision 1" in said["Re: Travel expenses"]
    assert "Keeps the ticket" in said["Re: Travel expenses"]
