"""Replies by mail through real servers on this machine: to our own door, and from a mailbox; posted once, under the
writer's name, or told why not."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, cast

import pytest

import kb.mail
import kb.notices
import kb.questions
from kb.model import NoticeKind, Question
from kb.outbox import MailChoice
from kb.routing import InvitationStatus
from kb.rules import BODY_LIMIT
from tests import people
from tests.files import PROGRAM, picture
from tests.imap import Mailbox
from tests.people import COMMON
from tests.smtp import MailServer, _free_port, plain
from tests.web.conftest import Town
from tests.web.words import WordEncoder
from web.config import Imap, Smtp
from web.mailing import Mailer
from web.receiving import Receiver, replied, reply_address
from web.worker import Worker


@pytest.fixture
def posted(town: Town, server: MailServer) -> Town:
    return town.again(
        smtp=Smtp("127.0.0.1", server.port, "no"), mail_from="quisait@testville.example",
        url="https://quisait.testville.example", mail_listen=("127.0.0.1", _free_port()),
    )  # fmt: skip


@pytest.fixture
def door(posted: Town) -> Iterator[int]:
    """The port at which replies are taken."""
    site = posted.app.extensions["quisait"]
    receiver = Receiver(site.config, site.store)
    receiver.open()
    yield site.config.mail_listen[1]
    receiver.close()


def deliver(town: Town) -> None:
    site = town.app.extensions["quisait"]
    with town.store.write() as tx:
        tx.settings.set(kb.mail.SINCE, (tx.now - timedelta(days=1)).isoformat())
    sender = Mailer(site.config, site.store, town.app)
    while sender.step():
        pass


def reply(mail: EmailMessage, text: str, sender: str | None = None, id: str = "<1@home.example>") -> EmailMessage:
    """What a mail program makes of "reply"."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender or str(mail["To"]), mail["Reply-To"], f"Re: {mail['Subject']}"
    made["Message-ID"], made["In-Reply-To"] = id, mail["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in plain(mail).splitlines())
    made.set_content(f"{text}\n\nOn Monday, Quisait <quisait@testville.example> wrote:\n{quoted}\n")
    return made


def send(port: int, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port) as sending:
        sending.send_message(mail)


def invited(town: Town, server: MailServer) -> tuple[Question, EmailMessage]:
    asked = kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, "Who mends it?", "It leaks.", (), "en")
    people.routed(town.store, asked, "alice", "erik")
    deliver(town)
    return asked, server.to("alice@example.org")[-1]


def thread(town: Town, question: str) -> kb.questions.Thread:
    return kb.questions.thread(town.store, people.get(town.store, "bob"), question)


def told(town: Town, who: str) -> list[str]:
    inbox = kb.notices.inbox(town.store, people.get(town.store, who))
    return [str(each.notice.params["why"]) for each in inbox if each.notice.kind is NoticeKind.NOT_POSTED]


def test_a_reply_to_a_request_is_an_answer_and_the_next_a_comment_on_it(
    posted: Town, server: MailServer, door: int
) -> None:
    asked, mail = invited(posted, server)
    send(door, reply(mail, "The workshop does.\nRing first."))
    (answer,) = thread(posted, asked.id).answers
    assert (answer.author, answer.body, answer.language) == ("alice", "The workshop does.\nRing first.", "en")
    with posted.store.read() as tx:
        statuses = {each.person: each.status for each in tx.routes.invitations(asked.id)}
    assert statuses == {"alice": InvitationStatus.ANSWERED, "erik": InvitationStatus.RELEASED}
    send(door, reply(mail, "Before noon.", id="<2@home.example>"))
    shown = thread(posted, asked.id)
    assert len(shown.answers) == 1 and [(each.answer, each.body) for each in shown.comments] == [
        (answer.id, "Before noon.")
    ]


def test_a_reply_to_an_answer_is_a_comment_on_it_and_is_mailed_to_its_author(
    posted: Town, server: MailServer, door: int
) -> None:
    deliver(posted)
    send(door, reply(server.to("bob@example.org")[-1], "Which portal?"))
    (comment,) = thread(posted, posted.open.id).comments
    assert (comment.author, comment.answer, comment.body) == ("bob", posted.answer.id, "Which portal?")
    posted.store.clock.forward(days=1)  # type: ignore[attr-defined]
    deliver(posted)
    assert any("Bob Dupont" in plain(each) for each in server.to("alice@example.org"))


def test_the_same_mail_delivered_twice_is_posted_once(posted: Town, server: MailServer, door: int) -> None:
    asked, mail = invited(posted, server)
    for _ in range(3):
        send(door, reply(mail, "The workshop does."))
    shown = thread(posted, asked.id)
    assert (len(shown.answers), len(shown.comments)) == (1, 0)


def test_what_nobody_wrote_is_refused_with_a_sentence(posted: Town, server: MailServer, door: int) -> None:
    asked, mail = invited(posted, server)
    absent = reply(mail, "I am away until Monday.")
    absent["Auto-Submitted"] = "auto-replied"
    with pytest.raises(smtplib.SMTPDataError, match="written by a program"):
        send(door, absent)
    with smtplib.SMTP("127.0.0.1", door) as sending, pytest.raises(smtplib.SMTPDataError):
        sending.send_message(reply(mail, "Undeliverable."), from_addr="")
    assert thread(posted, asked.id).answers == () and told(posted, "alice") == []


def test_only_addresses_that_were_made_here_are_served_and_nothing_is_relayed(
    posted: Town, server: MailServer, door: int
) -> None:
    _asked, mail = invited(posted, server)
    name, _at, domain = str(mail["Reply-To"]).partition("@")
    forged = f"{name[:-1]}{'a' if name[-1] != 'a' else 'b'}@{domain}"
    for address in (forged, "quisait@testville.example", "bob@elsewhere.example"):
        wrong = reply(mail, "Hello")
        wrong.replace_header("To", address)
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="Reply to a message that Quisait sent you"):
            send(door, wrong)
    config = posted.app.extensions["quisait"].config
    assert replied(config, str(mail["Reply-To"]).upper()) == str(mail["Message-ID"])[1:].partition("@")[0]
    assert replied(replace(config, secret_key="x" * 32), str(mail["Reply-To"])) is None
    assert len(reply_address(config, "abcdefghjkmn").partition("@")[0]) <= 64


def test_who_cannot_be_posted_is_told_why_in_their_language(posted: Town, server: MailServer, door: int) -> None:
    asked, mail = invited(posted, server)
    send(door, reply(mail, "", id="<empty@home.example>"))
    send(door, reply(mail, "I am Alice.", "mallory@elsewhere.example", "<other@home.example>"))
    assert thread(posted, asked.id).answers == () and set(told(posted, "alice")) == {"empty", "sender"}
    deliver(posted)
    said = " ".join(plain(each) for each in server.to("alice@example.org")[-2:])
    assert "n’a pas été publié" in said
    assert not any("mallory" in str(each["To"]) for each in server.messages)


def test_a_reply_that_is_no_longer_allowed_is_not_posted(posted: Town, server: MailServer, door: int) -> None:
    asked, mail = invited(posted, server)
    posted.store.clock.forward(days=200)  # type: ignore[attr-defined]
    send(door, reply(mail, "Late."))
    assert thread(posted, asked.id).answers == () and told(posted, "alice") == ["old"]
    kb.questions.delete_question(posted.store, people.get(posted.store, "dora"), asked.id)
    with pytest.raises(smtplib.SMTPDataError, match="550"):
        send(door, reply(mail, "Gone.", id="<3@home.example>"))


def test_a_comment_that_is_too_long_is_told(posted: Town, server: MailServer, door: int) -> None:
    deliver(posted)
    send(door, reply(server.to("bob@example.org")[-1], "word " * 500))
    assert thread(posted, posted.open.id).comments == () and told(posted, "bob") == ["long"]


def test_replies_are_taken_out_of_a_mailbox_and_marked(posted: Town, server: MailServer) -> None:
    asked, mail = invited(posted, server)
    site = posted.app.extensions["quisait"]
    with Mailbox() as box:
        for each in (reply(mail, "The workshop does."), reply(mail, "The workshop does.")):
            box.add(each.as_bytes())
        box.add(b"From: a@b.example\r\nTo: quisait@testville.example\r\nMessage-ID: <9@b>\r\n\r\nHello\r\n")
        imap = Imap("127.0.0.1", box.port, False, "quisait", "secret")
        receiver = Receiver(replace(site.config, mail_listen=None, imap=imap), posted.store)
        assert receiver.look(imap) == 3 and receiver.look(imap) == 0
        assert box.flags == {1: {"\\Seen"}, 2: {"\\Seen"}, 3: {"\\Seen", "\\Flagged"}}
    assert [each.body for each in thread(posted, asked.id).answers] == ["The workshop does."]


def test_a_mailbox_that_cannot_be_read_is_one_line_without_the_password(
    posted: Town, caplog: pytest.LogCaptureFixture
) -> None:
    site = posted.app.extensions["quisait"]
    with Mailbox("other") as box:
        imap = Imap("127.0.0.1", box.port, False, "quisait", "hunter2-secret")
        receiver = Receiver(replace(site.config, mail_listen=None, imap=imap), posted.store)
        assert not receiver.step() and not receiver.step()
    assert len(caplog.records) == 1 and "hunter2" not in caplog.text and "cannot be read" in caplog.text


def test_without_a_way_in_mails_say_nothing_of_replying(town: Town, server: MailServer) -> None:
    quiet = town.again(
        smtp=Smtp("127.0.0.1", server.port, "no"), mail_from="quisait@testville.example", url="https://q.example"
    )
    deliver(quiet)
    assert server.messages[-1]["Reply-To"] is None and "Reply to this mail" not in plain(server.messages[-1])


def test_a_mail_says_what_a_reply_becomes_and_a_digest_takes_none(posted: Town, server: MailServer) -> None:
    _asked, mail = invited(posted, server)
    assert "pour donner votre réponse" in plain(mail)
    bob = people.get(posted.store, "bob")
    assert "pour commenter" in plain(server.to("bob@example.org")[-1])
    kb.mail.choose(posted.store, bob, "bob", {NoticeKind.ANSWERED: MailChoice.DAILY}, "en")
    kb.questions.answer(posted.store, people.get(posted.store, "dora"), posted.open.id, "Or by phone.", "en")
    posted.store.clock.forward(days=1)  # type: ignore[attr-defined]
    deliver(posted)
    digest = server.to("bob@example.org")[-1]
    assert "Dora Petit answered" in plain(digest) and digest["Reply-To"] is None


def test_a_running_worker_takes_replies(posted: Town, server: MailServer) -> None:
    asked, mail = invited(posted, server)
    site, stop = posted.app.extensions["quisait"], threading.Event()
    worker = Worker(site.config, site.store, cast(Any, WordEncoder()), posted.app, site.finder)
    running = threading.Thread(target=worker.run, args=(stop,))
    running.start()
    try:
        wait_for(site.config.mail_listen[1])
        send(site.config.mail_listen[1], reply(mail, "The workshop does."))
    finally:
        stop.set()
        worker.wake.set()
        running.join(20)
    assert len(thread(posted, asked.id).answers) == 1


def wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("nobody listens")


def test_what_is_attached_to_a_reply_hangs_on_the_answer(posted: Town, server: MailServer, door: int) -> None:
    asked, mail = invited(posted, server)
    made = reply(mail, "As in the picture.")
    made.add_attachment(picture(), "image", "png", filename="valve.png")
    made.add_attachment(picture(3), "image", "png", filename="logo.png", disposition="inline", cid="<logo>")
    made.add_attachment(PROGRAM, "application", "octet-stream", filename="tool.exe")
    send(door, made)
    shown = thread(posted, asked.id)
    (answer,) = shown.answers
    assert [each.name for each in shown.attached[answer.id]] == ["valve.png"]
    assert answer.body.startswith("As in the picture.") and "Not attached: tool.exe" in answer.body
    file = shown.attached[answer.id][0]
    got = posted.client("bob").get(f"/attachments/{file.id}", buffered=True)
    assert got.data == picture()


def test_a_reply_that_is_full_is_posted_without_the_name_of_what_was_left_out(
    posted: Town, server: MailServer, door: int
) -> None:
    """Not kept for ever in front of the mails behind it; nor is one whose file is named with a control character."""
    asked, mail = invited(posted, server)
    made = reply(mail, "x" * BODY_LIMIT)
    made.add_attachment(PROGRAM, "application", "octet-stream", filename="to\x07ol.exe")
    send(door, made)
    (answer,) = thread(posted, asked.id).answers
    assert answer.body == "x" * BODY_LIMIT
