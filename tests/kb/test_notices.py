"""Being told: once, in the transaction of what happened, and only what one may read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb import Store, notices, questions
from kb.errors import NotFound
from kb.model import NoticeKind, NoticeState, Person
from tests import people
from tests.people import COMMON, FINANCE, Clock

A = NoticeKind.ANSWERED


def test_the_asker_is_told_of_an_answer_and_the_author_of_its_acceptance(
    settled: Store, alice: Person, bob: Person
) -> None:
    asked = questions.ask(settled, alice, COMMON, "Where is the key?")
    given = questions.answer(settled, bob, asked.id, "At the desk.")
    questions.accept(settled, alice, asked.id, given.id)
    (told,) = notices.inbox(settled, alice)
    assert (told.notice.kind, told.notice.params) == (A, {"by": "bob", "answer": given.id})
    assert told.about == questions.thread(settled, alice, asked.id).question
    (thanks,) = notices.inbox(settled, bob)
    assert thanks.notice.kind is NoticeKind.ACCEPTED


def test_nobody_is_told_of_what_they_did_themselves(settled: Store, alice: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "Where is the key?")
    given = questions.answer(settled, alice, asked.id, "Found it.")
    questions.comment(settled, alice, asked.id, "In my bag.", given.id)
    questions.accept(settled, alice, asked.id, given.id)
    assert notices.inbox(settled, alice) == ()


def test_a_comment_is_told_to_whoever_wrote_what_is_commented_on(
    settled: Store, alice: Person, bob: Person, dora: Person
) -> None:
    asked = questions.ask(settled, alice, COMMON, "Where is the key?")
    given = questions.answer(settled, bob, asked.id, "At the desk.")
    made = questions.comment(settled, dora, asked.id, "Which one?", given.id)
    assert [each.notice.params["comment"] for each in notices.inbox(settled, bob)] == [made.id]
    assert [each.notice.kind for each in notices.inbox(settled, alice)] == [A]


def test_the_same_key_is_told_once(settled: Store, alice: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "Where is the key?")
    with settled.write() as tx:
        assert notices.tell(tx, "bob", A, asked, {}, key="k")
        assert not notices.tell(tx, "bob", A, asked, {"later": 1}, key="k")
        assert notices.tell(tx, "dora", A, asked, {}, key="k")
    (told,) = notices.inbox(settled, people.get(settled, "bob"))
    assert told.notice.params == {}


def test_what_is_undone_was_never_told(settled: Store, alice: Person, bob: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "Where is the key?")
    with pytest.raises(RuntimeError), settled.write() as tx:
        notices.tell(tx, "bob", A, asked, {}, key="k")
        raise RuntimeError
    assert notices.inbox(settled, bob) == ()


def test_who_may_not_read_it_or_has_left_is_not_told(settled: Store, alice: Person) -> None:
    hidden = questions.ask(settled, alice, FINANCE, "Which ledger?")
    with settled.write() as tx:
        told = [notices.tell(tx, each, A, hidden, {}, key="k") for each in ("alice", "bob", "charlie", "fanny", None)]
        assert told == [True, False, False, False, False]


def test_who_loses_the_right_to_read_loses_the_notice_and_its_count(settled: Store, alice: Person, bob: Person) -> None:
    hidden = questions.ask(settled, alice, FINANCE, "Which ledger?")
    with settled.write() as tx:
        notices.tell(tx, "alice", A, hidden, {}, key="k")
    (told,) = notices.inbox(settled, alice)
    outside = replace(alice, roles=bob.roles)
    assert notices.inbox(settled, outside) == ()
    notices.set_state(settled, outside, NoticeState.READ)
    assert notices.inbox(settled, alice) == (told,)


def test_what_was_removed_is_told_no_more(settled: Store, alice: Person, bob: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "Where is the key?")
    questions.answer(settled, bob, asked.id, "At the desk.")
    questions.delete_question(settled, alice, asked.id)
    assert notices.inbox(settled, alice) == ()


def test_a_notice_goes_from_unread_to_read_to_done_and_back(
    settled: Store, alice: Person, bob: Person, clock: Clock
) -> None:
    asked = questions.ask(settled, alice, COMMON, "Where is the key?")
    questions.answer(settled, bob, asked.id, "At the desk.")
    (told,) = notices.inbox(settled, alice)
    clock.forward(minutes=1)
    notices.seen(settled, alice, asked)
    clock.forward(minutes=1)
    notices.seen(settled, alice, asked)
    (read,) = notices.inbox(settled, alice, NoticeState.READ)
    assert read.notice.read is not None and clock.now > read.notice.read
    notices.set_state(settled, alice, NoticeState.DONE, told.notice.id)
    assert notices.inbox(settled, alice, NoticeState.READ) == ()
    (done,) = notices.inbox(settled, alice, NoticeState.DONE)
    assert done.notice.read == read.notice.read and done.notice.state is NoticeState.DONE
    notices.set_state(settled, alice, NoticeState.UNREAD, told.notice.id)
    assert notices.inbox(settled, alice) == (told,)
    notices.set_state(settled, alice, NoticeState.READ)
    assert notices.inbox(settled, alice) == ()


def test_somebody_elses_notice_is_not_there(settled: Store, alice: Person, bob: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "Where is the key?")
    questions.answer(settled, bob, asked.id, "At the desk.")
    (told,) = notices.inbox(settled, alice)
    with pytest.raises(NotFound):
        notices.set_state(settled, bob, NoticeState.DONE, told.notice.id)
    assert notices.inbox(settled, alice) == (told,)


def test_what_was_asked_is_settled_for_one_person_and_one_thing(settled: Store, alice: Person, bob: Person) -> None:
    first, second = (questions.ask(settled, alice, COMMON, title) for title in ("One?", "Two?"))
    with settled.write() as tx:
        for person in ("bob", "dora"):
            for asked in (first, second):
                notices.tell(tx, person, NoticeKind.INVITED, asked, {}, key=f"invited {asked.id}")
        notices.tell(tx, "bob", NoticeKind.COMMENTED, first, {}, key="c")
        notices.settle(tx, "bob", first, [NoticeKind.INVITED])
    left = [(each.notice.kind, each.about.id) for each in notices.inbox(settled, bob)]  # type: ignore[union-attr]
    assert sorted(left) == sorted([(NoticeKind.COMMENTED, first.id), (NoticeKind.INVITED, second.id)])
    assert len(notices.inbox(settled, people.get(settled, "dora"))) == 2
