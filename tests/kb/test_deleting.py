"""Deleting can be undone whole for two weeks, then is final; merging keeps both askers informed."""

from __future__ import annotations

import pytest

from kb import Store, deleting, notices, questions
from kb.errors import Conflict, Invalid, NotFound
from kb.merging import close_as_duplicate, most_duplicated
from kb.model import NoticeKind, Person, Question, QuestionStatus
from tests import people
from tests.people import COMMON, FINANCE, Clock


@pytest.fixture
def lively(settled: Store, bob: Person, alice: Person, dora: Person) -> Question:
    """A question of Bob's with all that can hang on one."""
    asked = questions.ask(settled, bob, COMMON, "Where is the key?", "Which one?", ["key", "desk"])
    people.routed(settled, asked, "alice", "erik")
    given = questions.answer(settled, alice, asked.id, "At the **desk**.")
    questions.answer(settled, people.get(settled, "erik"), asked.id, "At the gate.")
    questions.comment(settled, dora, asked.id, "Which?", given.id)
    questions.comment(settled, dora, asked.id, "Hm")
    questions.vote(settled, dora, asked.id, given.id, 1)
    questions.edit_question(settled, bob, asked.id, "Where is the red key?", "", ["key", "desk"])
    questions.accept(settled, bob, asked.id, given.id)
    return questions.thread(settled, bob, asked.id).question


def told(store: Store, who: str, kind: NoticeKind) -> list[object]:
    inbox = notices.inbox(store, people.get(store, who))
    return [dict(each.notice.params) for each in inbox if each.notice.kind is kind]


def everything(store: Store, reader: Person, id: str) -> object:
    with store.read() as tx:
        routes = tx.routes.find(id), tx.routes.invitations(id)
    return questions.thread(store, reader, id), questions.history(store, reader, id), routes


def test_a_deleted_question_is_nowhere_and_comes_back_with_all_that_hung_on_it(
    settled: Store, lively: Question, bob: Person, dora: Person
) -> None:
    before = everything(settled, bob, lively.id)
    questions.delete_question(settled, bob, lively.id)
    with pytest.raises(NotFound):
        questions.thread(settled, bob, lively.id)
    assert questions.readable(settled, bob) == () and notices.inbox(settled, bob) == ()
    (kept,) = deleting.deleted(settled, bob)
    assert (kept.kind, kept.title, kept.author) == ("question", "Where is the red key?", "bob")
    deleting.restore(settled, bob, lively.id)
    assert everything(settled, bob, lively.id) == before and deleting.deleted(settled, bob) == ()


def test_an_answer_comes_back_below_its_question_with_its_mark(settled: Store, lively: Question, dora: Person) -> None:
    before = everything(settled, dora, lively.id)
    given = questions.thread(settled, dora, lively.id).answers[0]
    questions.delete_answer(settled, dora, given.id, "Out of date.")
    assert questions.thread(settled, dora, lively.id).question.status is QuestionStatus.OPEN
    assert told(settled, "alice", NoticeKind.REMOVED) == [
        {"by": "dora", "titled": "At the desk.", "reason": "Out of date."}
    ]
    deleting.restore(settled, dora, given.id)
    thread = questions.thread(settled, dora, lively.id)
    assert thread.question.status is QuestionStatus.ANSWERED
    assert everything(settled, dora, lively.id) == before


def test_only_who_deleted_it_and_the_keepers_bring_it_back_and_not_for_ever(
    settled: Store, lively: Question, bob: Person, dora: Person, clock: Clock
) -> None:
    comment = questions.thread(settled, bob, lively.id).comments[-1]
    questions.delete_comment(settled, dora, comment.id)
    for who in ("bob", "alice", "charlie"):
        assert deleting.deleted(settled, people.get(settled, who)) == ()
        with pytest.raises(NotFound):
            deleting.restore(settled, people.get(settled, who), comment.id)
    questions.delete_question(settled, bob, lively.id)
    assert len(deleting.deleted(settled, dora)) == 2
    with pytest.raises(Conflict, match="Bring that back first"):
        deleting.restore(settled, dora, comment.id)
    clock.forward(days=14)
    with pytest.raises(NotFound):
        deleting.restore(settled, bob, lively.id)
    clock.forward(days=1)
    with settled.write() as tx:
        kinds = {job.kind for job, _lease in iter(tx.jobs.lease, None)}
    assert deleting.JOB in kinds and deleting.empty_bin(settled) == 2 and deleting.deleted(settled, dora) == ()


def test_nobody_brings_back_what_they_may_no_longer_read(settled: Store, alice: Person) -> None:
    hidden = questions.ask(settled, alice, FINANCE, "Which ledger?")
    questions.delete_question(settled, alice, hidden.id)
    with settled.write() as tx:
        tx.spaces.remove_member(FINANCE, "alice")
    outsider = people.get(settled, "alice")
    assert deleting.deleted(settled, outsider) == ()
    with pytest.raises(NotFound):
        deleting.restore(settled, outsider, hidden.id)


def test_merging_moves_the_answers_and_tells_both_askers(settled: Store, lively: Question, dora: Person) -> None:
    alice = people.get(settled, "alice")
    again = questions.ask(settled, alice, COMMON, "Key where?")
    given = questions.answer(settled, dora, again.id, "In the drawer.")
    questions.comment(settled, alice, again.id, "Which drawer?", given.id)
    questions.accept(settled, alice, again.id, given.id)
    close_as_duplicate(settled, dora, again.id, lively.id, merge=True)
    first, closed = (questions.thread(settled, dora, id) for id in (lively.id, again.id))
    assert [each.body for each in first.answers if each.accepted] == ["At the **desk**."]
    assert given.id in {each.id for each in first.answers} and closed.answers == ()
    assert {each.body for each in first.comments} >= {"Which drawer?"} and first.duplicates == (closed.question,)
    assert closed.original is not None and closed.original.id == lively.id, "the old address leads to the first"
    assert told(settled, "alice", NoticeKind.CLOSED) == [{"by": "dora", "original": lively.id}]
    assert told(settled, "bob", NoticeKind.MERGED) == [{"by": "dora", "merged": again.id}]
    questions.answer(settled, people.get(settled, "erik"), lively.id, "It was moved.")
    assert len(told(settled, "alice", NoticeKind.ANSWERED)) == 2, "whoever asked the same hears of later answers"


def test_answers_do_not_go_to_another_space(settled: Store, lively: Question, alice: Person, dora: Person) -> None:
    hidden = questions.ask(settled, alice, FINANCE, "Which ledger?")
    questions.answer(settled, alice, hidden.id, "The blue one.")
    with pytest.raises(Invalid, match="same space"):
        close_as_duplicate(settled, alice, hidden.id, lively.id, merge=True)
    close_as_duplicate(settled, alice, hidden.id, lively.id)
    assert len(questions.thread(settled, alice, hidden.id).answers) == 1
    assert most_duplicated(settled, dora, 9) == () and questions.thread(settled, dora, lively.id).duplicates == ()
    assert [(each.id, times) for each, times in most_duplicated(settled, alice, 9)] == [(lively.id, 1)]
