"""The page of whoever keeps a space, its letter, its guides, and the clinic of the form for asking."""

from __future__ import annotations

from datetime import timedelta

import kb.mail
from kb.model import NoticeKind
from kb.outbox import MailChoice
from tests import people
from tests.smtp import MailServer, plain
from tests.web.conftest import Town
from web.mailing import Mailer


def test_the_animator_finds_a_drafted_letter_and_sends_it(posted: Town, server: MailServer) -> None:
    dora, bob = posted.client("dora"), posted.client("bob")
    assert bob.get("/spaces/common/animate").status_code == 403
    bob.post("/following", data={"of": "space", "subject": "common"})
    kb.mail.choose(posted.store, people.get(posted.store, "bob"), "bob", {NoticeKind.LETTER: MailChoice.NOW}, "en")
    page = dora.get("/spaces/common/animate").text
    assert "1 question was asked this week." in page and "Everybody: the week to" in page
    form = {"subject": "Our week", "body": "Hello **all**.", "id": "abcdefgh"}
    assert bob.post("/unsent", data=form | {"place": "letter common"}).status_code == 403
    assert dora.post("/unsent", data=form | {"place": "letter common"}).status_code == 204
    kept = dora.get("/spaces/common/animate").text
    assert 'value="Our week"' in kept and "Hello **all**." in kept and "Throw it away" in kept
    assert dora.post("/spaces/common/letter", data=form | {"body": ""}).status_code == 422
    sent = dora.post("/spaces/common/letter", data=form)
    assert dora.post("/spaces/common/letter", data=form).location == sent.location
    assert 'value="Our week"' not in dora.get("/spaces/common/animate").text
    assert "<strong>all</strong>" in bob.get(sent.location).text
    assert "Dora Petit writes to the members of Everybody: “Our week”" in bob.get("/inbox").text
    assert posted.client("charlie").get(sent.location).status_code == 404
    with posted.store.write() as tx:
        tx.settings.set(kb.mail.SINCE, (tx.now - timedelta(days=1)).isoformat())
    site = posted.app.extensions["quisait"]
    mailer = Mailer(site.config, site.store, posted.app)
    while mailer.step():
        pass
    [mail] = [each for each in server.to("bob@example.org") if each["Subject"] == "Our week"]
    assert "Hello **all**." in plain(mail) and "/letters/abcdefgh" in plain(mail)


def test_a_poor_question_is_looked_at_once_and_never_held_up(town: Town) -> None:
    bob = town.client("bob")
    form = {"title": "Badge ?", "space": "common", "id": "abcdefgh"}
    shown = bob.post("/ask", data=form)
    assert shown.status_code == 200 and "It is very short" in shown.text and 'name="advised" value="1"' in shown.text
    assert 'value="Badge ?"' in shown.text
    assert bob.post("/ask", data=form | {"advised": "1"}).location.startswith("/questions/abcdefgh")


def test_guides_stand_beside_the_forms_and_the_clinic_can_be_closed(town: Town) -> None:
    bob, dora = town.client("bob"), town.client("dora")
    assert bob.get("/spaces/common/guides").status_code == 403
    guides = {"ask": "Tool:\nTried:", "answer": "Steps first."}
    assert dora.post("/spaces/common/guides", data=guides).status_code == 303
    assert dora.post("/spaces/common/guides", data=guides | {"ask": "x" * 3000}).status_code == 422
    assert "What helps in this space" in bob.get("/ask?space=common").text
    begun = bob.post("/ask", data={"title": "Badge ?", "space": "common", "action": "guide"})
    assert "Tool:\nTried:" in begun.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert "Steps first." in bob.get(f"/questions/{town.open.id}").text
    assert bob.post("/ask", data={"title": "Badge ?", "space": "common", "id": "abcdefgh"}).status_code == 303
