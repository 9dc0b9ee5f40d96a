"""The inbox: what one was told, in one's own language, with why; read, done, and only what one may read."""

from __future__ import annotations

from html import unescape

import kb.notices
import kb.questions
from kb.model import NoticeKind, NoticeState
from tests import people
from tests.web.conftest import Town
from web.telling import TELLINGS


def test_the_inbox_says_who_did_what_and_why_one_is_told(town: Town) -> None:
    page = unescape(town.client("bob").get("/inbox").text)
    assert "Alice Martin answered “How do I book a train to Lyon?”" in page
    assert "You asked this question ·" in page
    assert f"/questions/{town.open.id}/how-do-i-book-a-train-to-lyon#answer-{town.answer.id}" in page
    assert "Vous avez posé cette question ·" in unescape(town.client("bob", "fr").get("/inbox").text)


def test_every_page_counts_what_is_unread(town: Town) -> None:
    assert '<span class="count">1' in town.client("bob").get("/spaces").text
    assert '<span class="count">' not in town.client("dora").get("/spaces").text


def test_opening_the_question_makes_it_read(town: Town) -> None:
    client = town.client("bob")
    client.get(f"/questions/{town.open.id}")
    assert "Alice Martin" not in client.get("/inbox").text
    assert "Alice Martin" in client.get("/inbox?show=read").text


def test_done_by_a_plain_form_and_back(town: Town) -> None:
    client, bob = town.client("bob"), people.get(town.store, "bob")
    (told,) = kb.notices.inbox(town.store, bob)
    answer = client.post(f"/inbox/{told.notice.id}", data={"state": "done"})
    assert answer.status_code == 303 and "Alice Martin" in client.get("/inbox?show=done").text
    client.post(f"/inbox/{told.notice.id}", data={"state": "unread"})
    assert client.post("/inbox").status_code == 303
    assert len(kb.notices.inbox(town.store, bob, NoticeState.READ)) == 1


def test_what_cannot_be_taken_changes_nothing(town: Town) -> None:
    bob = people.get(town.store, "bob")
    (told,) = kb.notices.inbox(town.store, bob)
    assert town.client("bob").post(f"/inbox/{told.notice.id}", data={"state": "gone"}).status_code == 422
    assert town.client("alice").post(f"/inbox/{told.notice.id}", data={"state": "done"}).status_code == 404
    assert town.client("bob").post("/inbox/nothing", data={"state": "done"}).status_code == 404
    assert kb.notices.inbox(town.store, bob) == (told,)


def test_every_kind_of_notice_has_its_sentence() -> None:
    assert set(TELLINGS) == set(NoticeKind)


def test_a_name_with_a_percent_sign_is_only_a_name(town: Town) -> None:
    alice = people.get(town.store, "alice")
    asked = kb.questions.ask(town.store, alice, "common", "Is 5 %(title)s a lot? 100 %")
    kb.questions.answer(town.store, people.get(town.store, "bob"), asked.id, "Yes")
    assert "“Is 5 %(title)s a lot? 100 %”" in unescape(town.client("alice").get("/inbox").text)
