"""The five replies from the mail itself, without signing in: the links of a real message, followed by a stranger's
browser."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import kb.mail
import kb.questions
import kb.subjects
from kb.model import Question
from kb.routing import InvitationStatus, SubjectUse
from tests import people
from tests.people import COMMON
from tests.smtp import MailServer, part, plain
from tests.web.conftest import Town
from web.mailing import Mailer

ACTS = ("answer", "will_answer", "not_me", "busy", "ask_instead", "known")


def ask(town: Town, title: str = "Who mends the coffee machine?", *tags: str) -> Question:
    return kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, title, "It leaks.", tags, "en")


def links(town: Town, server: MailServer) -> dict[str, str]:
    """The addresses in the last invitation that Alice was mailed, by what they do."""
    site = town.app.extensions["quisait"]
    with town.store.write() as tx:
        tx.settings.set(kb.mail.SINCE, (tx.now - timedelta(days=1)).isoformat())
    sender = Mailer(site.config, site.store, town.app)
    while sender.step():
        pass
    message = [each for each in server.to("alice@example.org") if "/reply/" in plain(each)][-1]
    found = {urlsplit(each).path for each in re.findall(r"https://\S+/reply/\S+", plain(message))}
    assert found == set(re.findall(r'testville.example(/reply/[^"]+)', part(message, "html")))
    return {path.rpartition("/")[2]: path for path in found}


def state(town: Town, question: Question, person: str = "alice") -> InvitationStatus:
    with town.store.read() as tx:
        return next(each.status for each in tx.routes.invitations(question.id) if each.person == person)


def invited(town: Town, server: MailServer) -> tuple[Question, dict[str, str]]:
    asked = ask(town)
    people.routed(town.store, asked, "alice", "erik")
    return asked, links(town, server)


def test_the_mail_says_why_and_holds_six_links_and_looking_changes_nothing(posted: Town, server: MailServer) -> None:
    asked, found = invited(posted, server)
    assert set(found) == set(ACTS)
    text = plain(server.to("alice@example.org")[-1])
    assert "1 " in text and "excel" in text, "why, and how many this week"
    stranger = posted.client()
    for act in ACTS:
        page = stranger.get(found[act])
        assert page.status_code == 200 and "It leaks." in page.text and "Alice Martin" in page.text
    assert state(posted, asked) is InvitationStatus.WAITING


def test_an_answer_is_posted_without_signing_in_and_only_once(posted: Town, server: MailServer) -> None:
    asked, found = invited(posted, server)
    stranger = posted.client()
    refused = stranger.post(found["answer"], data={"body": " "})
    assert refused.status_code == 422 and "wrong" in refused.text
    given = stranger.post(found["answer"], data={"body": "Bob the builder mends it."})
    assert given.status_code == 303 and "Votre réponse est là" in stranger.get(given.location).text
    again = stranger.post(found["answer"], data={"body": "Once more."})
    assert again.status_code == 303
    thread = kb.questions.thread(posted.store, people.get(posted.store, "bob"), asked.id)
    assert [(each.author, each.body) for each in thread.answers] == [("alice", "Bob the builder mends it.")]
    assert state(posted, asked, "erik") is InvitationStatus.RELEASED
    assert posted.client().get(again.location).status_code == 200
    assert stranger.get("/").status_code == 303, "the link signs nobody in"


def test_one_click_takes_it_on_and_the_same_mail_then_answers(posted: Town, server: MailServer) -> None:
    asked, found = invited(posted, server)
    stranger = posted.client()
    page = stranger.get(stranger.post(found["will_answer"]).location)
    assert state(posted, asked) is InvitationStatus.ACCEPTED and "textarea" in page.text
    stranger.post(found["answer"], data={"body": "The workshop."})
    assert state(posted, asked) is InvitationStatus.ANSWERED


def test_busy_instead_and_known_say_what_is_wrong_beside_the_field(posted: Town, server: MailServer) -> None:
    asked, found = invited(posted, server)
    stranger = posted.client()
    wrong = (("busy", "until", "2020-01-01"), ("ask_instead", "other", "Nobody"), ("known", "where", "there"))
    for act, field, value in wrong:
        refused = stranger.post(found[act], data={field: value})
        assert refused.status_code == 422 and f'value="{value}"' in refused.text
        assert f'id="{field}-error"' in refused.text
    assert state(posted, asked) is InvitationStatus.WAITING
    done = stranger.post(found["ask_instead"], data={"other": "Dora Petit"})
    assert state(posted, asked) is InvitationStatus.REFERRED
    assert state(posted, asked, "dora") is InvitationStatus.WAITING
    assert "Dora Petit" in stranger.get(done.location).text
    assert "Dora Petit" in stranger.get(found["busy"]).text, "every link of a closed request says how it ended"


def test_after_two_refusals_the_link_asks_whether_to_stop(posted: Town, server: MailServer) -> None:
    stranger, locations = posted.client(), []
    for number in range(2):
        asked = ask(posted, f"Coffee {number}?", "coffee")
        people.routed(posted.store, asked, "alice")
        locations.append(stranger.post(links(posted, server)["not_me"]).location)
        posted.store.clock.forward(days=1)  # type: ignore[attr-defined]
    assert "/stop" not in locations[0] and "subject=coffee" in locations[1]
    assert "coffee" in stranger.get(locations[1]).text
    assert stranger.post(locations[1], data={"subject": "tea", "stop": "1"}).status_code == 422
    done = stranger.post(locations[1], data={"subject": "coffee", "stop": "1"})
    assert "coffee" in stranger.get(done.location).text
    subjects = kb.subjects.of_person(posted.store, people.get(posted.store, "alice"), "alice")
    assert {each.name: each.use for each in subjects}["coffee"] is SubjectUse.SHOWN


def test_a_link_ends_cannot_be_forged_and_goes_with_the_right_to_read(posted: Town, server: MailServer) -> None:
    asked, found = invited(posted, server)
    stranger = posted.client()
    assert stranger.get(found["not_me"].replace("/reply/", "/reply/x")).status_code == 404
    assert stranger.post(found["not_me"].replace("/reply/", "/reply/x")).status_code == 404
    posted.store.clock.forward(days=15)  # type: ignore[attr-defined]
    ended = stranger.post(found["not_me"])
    assert ended.status_code == 404 and state(posted, asked) is not InvitationStatus.DECLINED
    posted.store.clock.forward(days=-15)  # type: ignore[attr-defined]
    kb.questions.delete_question(posted.store, people.get(posted.store, "dora"), asked.id)
    assert stranger.get(found["not_me"]).status_code == 404
    assert stranger.post(found["answer"], data={"body": "Too late."}).status_code == 404


def test_another_site_cannot_press_the_button(posted: Town, server: MailServer) -> None:
    asked, found = invited(posted, server)
    refused = posted.client().post(found["not_me"], headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403 and state(posted, asked) is InvitationStatus.WAITING
