"""Nobody opens the site: asked, the replies of one click, an answer written back, a talk about it, and how it ended, by
real mail servers; Alice reads French, Bob and the others English."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

import kb.mail
import kb.questions
from kb.model import Question, QuestionStatus
from kb.questions import Thread
from kb.routing import InvitationStatus
from tests import people
from tests.imap import Mailbox
from tests.people import COMMON, Clock
from tests.smtp import MailServer, part, plain
from tests.web.conftest import Town
from tests.web.test_receiving import reply
from web.config import Imap
from web.mailing import Mailer
from web.receiving import Receiver


class Post:
    """Everybody's mail program: what came, its links, and replies that go into the mailbox of the house."""

    def __init__(self, town: Town, box: Mailbox, server: MailServer, clock: Clock) -> None:
        self.imap = Imap("127.0.0.1", box.port, False, "quisait", "secret")
        self.town, self.box, self.server, self.clock, self.read = town.again(imap=self.imap), box, server, clock, 0
        site = self.town.app.extensions["quisait"]
        self.mailer = Mailer(site.config, town.store, self.town.app)
        self.receiver = Receiver(replace(site.config, imap=self.imap), town.store)

    def mail_to(self, who: str) -> EmailMessage:
        """The one that goes out to somebody now."""
        while self.mailer.step():
            pass
        new, self.read = self.server.messages[self.read :], len(self.server.messages)
        [found] = [each for each in new if str(each["To"]).startswith(who)]
        return found

    def click(self, mail: EmailMessage, act: str, **typed: str) -> None:
        """A link of the mail and its button, by a browser that is nobody's."""
        [path] = {urlsplit(each).path for each in re.findall(rf"https://\S+/{act}\S*", plain(mail))}
        assert self.town.client().get(path).status_code == 200
        assert self.town.client().post(path, data=typed).status_code == 303

    def write_back(self, mail: EmailMessage, text: str) -> None:
        self.box.add(reply(mail, text, id=f"<{len(self.box.mails)}@home.example>").as_bytes())
        assert self.receiver.look(self.imap) == 1

    def ask(self, title: str) -> Question:
        """A question of Bob's, a week later, for which Alice and then Erik are the likeliest."""
        self.clock.forward(days=7)
        asked = kb.questions.ask(self.town.store, people.get(self.town.store, "bob"), COMMON, title, "It leaks.")
        people.routed(self.town.store, asked, "alice", wide=("erik",))
        return asked

    def thread(self, question: str) -> Thread:
        return kb.questions.thread(self.town.store, people.get(self.town.store, "bob"), question)

    def state(self, question: str) -> InvitationStatus:
        with self.town.store.read() as tx:
            return next(each.status for each in tx.routes.invitations(question) if each.person == "alice")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_question_lives_by_mail_alone(posted: Town, server: MailServer, clock: Clock) -> None:
    with posted.store.write() as tx:
        tx.settings.set(kb.mail.SINCE, tx.now.isoformat())
    for who in ("bob", "dora", "erik"):
        kb.mail.choose(posted.store, people.get(posted.store, who), who, {}, "en")
    with Mailbox() as box:
        post = Post(posted, box, server, clock)

        asked = post.ask("Who mends the coffee machine?")
        asking = post.mail_to("Alice")
        assert "Bob Dupont demande" in plain(asking) and asking["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        post.write_back(asking, "The workshop does.\nRing first.")
        told = post.mail_to("Bob")
        assert "Alice Martin answered" in plain(told) and "Ring first." in plain(told)
        assert told["References"] == asking["References"] and told["Subject"] == f"Re: {asking['Subject']}"
        post.write_back(told, "Which number?")
        remark = post.mail_to("Alice")
        assert "Bob Dupont a commenté" in plain(remark) and "Which number?" in plain(remark)
        clock.forward(minutes=1)  # what is said at one moment has no order
        post.write_back(remark, "4711.")
        assert "4711." in plain(post.mail_to("Bob"))  # who talks along hears the rest
        shown = post.thread(asked.id)
        assert [(each.author, each.body) for each in shown.comments] == [("bob", "Which number?"), ("alice", "4711.")]
        post.click(told, "outcome/", answer=shown.answers[0].id)
        assert post.thread(asked.id).answers[0].accepted is not None
        clock.forward(days=1)
        digest = post.mail_to("Alice")
        assert "était la bonne" in plain(digest) and "«\xa0The workshop does. Ring first.\xa0»" in plain(digest)
        assert digest["Reply-To"] is None and "The workshop does. Ring first." in part(digest, "html")
        assert str(digest["Subject"]).startswith("Votre réponse à")  # one thing is named, several are counted

        again = post.ask("Who mends coffee makers?")
        post.click(post.mail_to("Alice"), "reply/[^/]+/known", where=f"/questions/{asked.id}")
        named = post.mail_to("Bob")  # with what is answered there, and a link that ends it
        assert "Who mends the coffee machine?" in plain(named) and "Ring first." in plain(named)
        with posted.store.read() as tx:
            [request] = [each.id for each in tx.routes.invitations(again.id) if each.person == "alice"]
        post.click(named, "outcome/", known=request)
        assert post.thread(again.id).question.status is QuestionStatus.DUPLICATE

        for title, act, typed, then, other in (
            ("Who orders paper?", "ask_instead", {"other": "Dora Petit"}, InvitationStatus.REFERRED, "Dora"),
            ("Who winds the clock?", "not_me", {}, InvitationStatus.DECLINED, "Erik"),
            ("Who waters the plants?", "busy", {"until": "2027-01-30"}, InvitationStatus.BUSY, "Erik"),
        ):
            question = post.ask(title)
            post.click(post.mail_to("Alice"), f"reply/[^/]+/{act}", **typed)
            assert post.state(question.id) is then
            assert f"Bob Dupont asks: “{title}”" in plain(post.mail_to(other))
        assert clock.now - people.START > timedelta(weeks=4)
