"""What waits for one person's yes: edits by anyone, words of a colleague; earlier texts put back; votes
with a reason."""

from __future__ import annotations

import pytest

from kb import Store, elsewhere, notices, questions, suggesting
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Against, NoticeKind, Person, Question, QuestionStatus
from tests import people
from tests.people import COMMON, FINANCE, Clock


@pytest.fixture
def asked(settled: Store, bob: Person) -> Question:
    return questions.ask(settled, bob, COMMON, "Where is teh key?", "Tell.", ["key"])


def told(store: Store, who: str) -> list[NoticeKind]:
    return [each.notice.kind for each in notices.inbox(store, people.get(store, who))]


def test_an_edit_suggested_by_anyone_is_taken_by_the_author_and_both_hear(
    settled: Store, asked: Question, alice: Person, bob: Person
) -> None:
    made = suggesting.suggest(settled, alice, asked.id, None, "Where is the key?", "Tell me.", ["key", "desk"], "Typo")
    assert told(settled, "bob") == [NoticeKind.SUGGESTED]
    assert suggesting.waiting(settled, alice, asked.id) == () and len(suggesting.waiting(settled, bob, asked.id)) == 1
    for who in ("alice", "erik"):
        with pytest.raises(Forbidden):
            suggesting.take(settled, people.get(settled, who), made.id)
    suggesting.take(settled, bob, made.id)
    now = questions.thread(settled, bob, asked.id).question
    assert (now.title, now.body, now.tags) == ("Where is the key?", "Tell me.", ("key", "desk"))
    (earlier,) = questions.history(settled, bob, asked.id)
    assert (earlier.title, earlier.person) == ("Where is teh key?", "alice")
    assert told(settled, "alice") == [NoticeKind.TAKEN_UP] and told(settled, "bob") == []
    with pytest.raises(Conflict):
        suggesting.decline(settled, bob, made.id)


def test_a_suggestion_is_left_and_one_overtaken_is_not_taken_blindly(
    settled: Store, asked: Question, alice: Person, bob: Person, dora: Person, clock: Clock
) -> None:
    given = questions.answer(settled, alice, asked.id, "At teh desk.")
    for body in ("At teh desk.", " "):
        with pytest.raises(Invalid):
            suggesting.suggest(settled, bob, asked.id, given.id, "", body)
    left, late = (suggesting.suggest(settled, bob, asked.id, given.id, "", body) for body in ("No.", "At the desk."))
    assert len(suggesting.waiting(settled, alice, asked.id)) == 2
    suggesting.decline(settled, dora, left.id)
    assert NoticeKind.NOT_TAKEN_UP in told(settled, "bob")
    clock.forward(hours=1)
    questions.edit_answer(settled, alice, given.id, "At the gate.")
    with pytest.raises(Conflict, match="edited since"):
        suggesting.take(settled, alice, late.id)
    assert questions.thread(settled, bob, asked.id).answers[0].body == "At the gate."


def test_an_earlier_text_is_put_back_and_nothing_is_lost(settled: Store, asked: Question, bob: Person) -> None:
    questions.edit_question(settled, bob, asked.id, "Where?", "", ["key"])
    (edit,) = questions.history(settled, bob, asked.id)
    with pytest.raises(Forbidden):
        suggesting.put_back(settled, people.get(settled, "alice"), asked.id, edit.id)
    suggesting.put_back(settled, bob, asked.id, edit.id)
    now = questions.thread(settled, bob, asked.id).question
    assert (now.title, now.body, now.tags) == ("Where is teh key?", "Tell.", ("key",))
    assert {each.title for each in questions.history(settled, bob, asked.id)} == {"Where?", "Where is teh key?"}


def test_what_a_colleague_said_is_theirs_once_they_confirm_it_and_solves_it(
    settled: Store, asked: Question, alice: Person, bob: Person
) -> None:
    people.routed(settled, asked, "erik", "alice")
    said = elsewhere.write_down(settled, bob, asked.id, "alice", "In teh drawer.", "en")
    assert NoticeKind.SAID in told(settled, "alice") and questions.thread(settled, bob, asked.id).answers == ()
    assert [
        len(elsewhere.waiting(settled, people.get(settled, who), asked.id)) for who in ("alice", "bob", "erik")
    ] == [1, 1, 0]
    for who in ("bob", "erik"):
        with pytest.raises(NotFound):
            elsewhere.confirm(settled, people.get(settled, who), said.id)
    elsewhere.confirm(settled, alice, said.id, "In the drawer.")
    thread = questions.thread(settled, bob, asked.id)
    assert thread.question.status is QuestionStatus.ANSWERED
    assert [(each.author, each.body, each.accepted is not None) for each in thread.answers] == [
        ("alice", "In the drawer.", True)
    ]
    assert NoticeKind.RELEASED not in told(settled, "alice") and NoticeKind.SAID not in told(settled, "alice")
    with pytest.raises(Conflict):
        elsewhere.deny(settled, alice, said.id)


def test_what_was_not_said_is_not_posted(settled: Store, asked: Question, alice: Person, bob: Person) -> None:
    said = elsewhere.write_down(settled, bob, asked.id, "alice", "In the drawer.", "en")
    elsewhere.deny(settled, alice, said.id)
    assert questions.thread(settled, bob, asked.id).answers == () and told(settled, "bob") == [NoticeKind.DENIED]
    with pytest.raises(Forbidden, match="Only whoever asked"):
        elsewhere.write_down(settled, alice, asked.id, "erik", "x", "en")
    hidden = questions.ask(settled, alice, FINANCE, "Which ledger?")
    for who, body in (("bob", "x"), ("alice", "x"), ("fanny", "x")):
        with pytest.raises(Invalid):
            elsewhere.write_down(settled, alice, hidden.id, who, body, "en")


def test_a_vote_against_says_why_and_all_see_how_many(settled: Store, asked: Question, alice: Person) -> None:
    given = questions.answer(settled, alice, asked.id, "At the desk.")
    for who, reason in (("bob", "outdated"), ("dora", "outdated"), ("erik", "wrong")):
        questions.vote(settled, people.get(settled, who), asked.id, given.id, -1, reason)
    thread = questions.thread(settled, alice, asked.id)
    assert thread.against == {given.id: {Against.OUTDATED: 2, Against.WRONG: 1}} and thread.answers[0].score == -3
    questions.vote(settled, people.get(settled, "erik"), asked.id, given.id, 1)
    assert questions.thread(settled, alice, asked.id).against == {given.id: {Against.OUTDATED: 2}}
    with pytest.raises(Invalid):
        questions.vote(settled, people.get(settled, "erik"), asked.id, given.id, -1, "boring")
