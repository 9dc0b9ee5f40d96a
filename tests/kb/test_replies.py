"""Replies to a request, and what they set going: whoever need not answer is released, whoever lets it pass comes
later."""

from __future__ import annotations

from datetime import date

import pytest

from kb import Store, notices, questions, replies, routes
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import NoticeKind, NoticeState, Person, Question, QuestionStatus
from kb.routing import Reason, Stage
from tests import people
from tests.kb.crowd import S, ask, request_of, requests, stage, told, work
from tests.people import FINANCE, Clock, routed


@pytest.fixture
def asked(crowd: Store) -> Question:
    return ask(crowd)



def test_one_who_will_answer_releases_the_others(crowd: Store, asked: Question, clock: Clock) -> None:
    routed(crowd, asked, "bob", "more0", "more1")
    notices.seen(crowd, people.get(crowd, "more0"), asked)
    replies.will_answer(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"))
    assert requests(crowd, asked, S.RELEASED) == ["more0"] and requests(crowd, asked, S.ACCEPTED) == ["bob"]
    assert told(crowd, "alice") == [NoticeKind.TAKEN] and told(crowd, "more0") == [NoticeKind.RELEASED]
    work(crowd, clock, 6)
    assert requests(crowd, asked) == ["bob", "more0"], "nobody else is asked meanwhile"


def test_who_never_heard_of_a_request_is_not_told_that_it_is_over(crowd: Store, asked: Question) -> None:
    routed(crowd, asked, "bob", "more0")
    replies.will_answer(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"))
    assert told(crowd, "more0") == []


def test_who_said_they_would_answer_is_reminded_once_and_then_others_are_asked(
    crowd: Store, asked: Question, clock: Clock
) -> None:
    routed(crowd, asked, "bob", "more0", "more1")
    replies.will_answer(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"))
    work(crowd, clock, 8)
    assert NoticeKind.REMINDED in told(crowd, "bob")
    work(crowd, clock, 1)
    assert told(crowd, "bob").count(NoticeKind.REMINDED) == 1
    work(crowd, clock, 24)
    assert requests(crowd, asked, S.LAPSED) == ["bob"] and requests(crowd, asked, S.WAITING) == ["more1"]
    assert told(crowd, "bob") == []


def test_an_answer_releases_everybody(crowd: Store, asked: Question, clock: Clock) -> None:
    routed(crowd, asked, "bob", "more0", "more1")
    replies.will_answer(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"))
    questions.answer(crowd, people.get(crowd, "more5"), asked.id, "So.")
    assert requests(crowd, asked, S.WAITING, S.ACCEPTED) == [] and stage(crowd, asked) is Stage.CLOSED
    work(crowd, clock, 200)
    assert requests(crowd, asked) == ["bob", "more0"]


def test_closing_as_asked_before_releases_too_and_opening_again_goes_on(
    crowd: Store, asked: Question, dora: Person
) -> None:
    original = ask(crowd, "First?")
    routed(crowd, asked, "bob", "more0")
    questions.close_as_duplicate(crowd, dora, asked.id, original.id)
    assert requests(crowd, asked, S.WAITING) == [] and stage(crowd, asked) is Stage.CLOSED
    questions.close_as_duplicate(crowd, dora, asked.id, None)
    assert stage(crowd, asked) is Stage.KEEPERS, "those released are not asked again"


def test_an_answer_taken_back_lets_it_go_on(crowd: Store, asked: Question) -> None:
    routed(crowd, asked, "bob", "more0", "more1", "more2")
    bob = people.get(crowd, "bob")
    given = questions.answer(crowd, bob, asked.id, "So.")
    questions.delete_answer(crowd, bob, given.id)
    assert requests(crowd, asked, S.WAITING) == ["more1", "more2"]


def test_busy_people_are_left_alone_until_that_day(crowd: Store, asked: Question, clock: Clock) -> None:
    routed(crowd, asked, "bob", "more0", "more1")
    bob = people.get(crowd, "bob")
    with pytest.raises(Invalid):
        replies.busy(crowd, bob, request_of(crowd, "bob"), date(2026, 11, 22))
    replies.busy(crowd, bob, request_of(crowd, "bob"), date(2026, 11, 25))
    assert requests(crowd, asked, S.WAITING) == ["more0", "more1"]
    clock.forward(days=2)
    second = ask(crowd, "Two?")
    routed(crowd, second, "bob", "more2")
    assert requests(crowd, second) == ["more2"]
    clock.forward(days=1)
    third = ask(crowd, "Three?")
    routed(crowd, third, "bob")
    assert requests(crowd, third) == ["bob"]


def test_whoever_is_no_longer_busy_says_so(crowd: Store, asked: Question, clock: Clock) -> None:
    routed(crowd, asked, "bob")
    bob = people.get(crowd, "bob")
    replies.busy(crowd, bob, request_of(crowd, "bob"), date(2026, 12, 25))
    replies.not_busy(crowd, bob)
    clock.forward(days=1)
    second = ask(crowd, "Two?")
    routed(crowd, second, "bob")
    assert requests(crowd, second) == ["bob"]


def test_a_colleague_named_instead_is_asked_next_and_told_by_whom(crowd: Store, asked: Question) -> None:
    routed(crowd, asked, "bob", "more0", "more1")
    replies.ask_instead(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"), "more7")
    assert requests(crowd, asked, S.WAITING) == ["more0", "more7"]
    (request,) = routes.waiting_for(crowd, people.get(crowd, "more7"))
    assert request.reasons == (Reason("recommended", "", "person", "bob"),)


@pytest.mark.parametrize("other", ["alice", "bob", "more0", "fanny", "charlie", "nobody"])
def test_not_everybody_can_be_named_instead(crowd: Store, asked: Question, other: str) -> None:
    routed(crowd, asked, "bob", "more0")
    with pytest.raises(Invalid) as refused:
        replies.ask_instead(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"), other)
    assert refused.value.field == "other"
    assert requests(crowd, asked, S.WAITING) == ["bob", "more0"]


def test_where_it_is_answered_already_is_shown_to_the_asker_who_says_whether(
    crowd: Store, asked: Question, alice: Person
) -> None:
    earlier = ask(crowd, "Earlier?", "dora")
    routed(crowd, asked, "bob", "more0")
    mine = request_of(crowd, "bob")
    replies.known(crowd, people.get(crowd, "bob"), mine, "question", earlier.id)
    assert told(crowd, "alice") == [NoticeKind.KNOWN]
    with pytest.raises(Forbidden):
        replies.answers_me(crowd, people.get(crowd, "bob"), mine)
    replies.answers_me(crowd, alice, mine)
    closed = questions.thread(crowd, alice, asked.id).question
    assert (closed.status, closed.duplicate_of) == (QuestionStatus.DUPLICATE, earlier.id)
    assert requests(crowd, asked, S.WAITING) == [] and routes.outcome(crowd, alice, asked.id) == "solved"


def test_what_the_asker_may_not_read_is_no_answer(crowd: Store, clock: Clock) -> None:
    secret = ask(crowd, "Merger?", "alice", FINANCE)
    asked = ask(crowd, "Ledger?", "bob")
    routed(crowd, asked, "alice")
    mine = request_of(crowd, "alice")
    for of, subject in (("question", secret.id), ("question", asked.id), ("procedure", "none"), ("question", "none")):
        with pytest.raises(Invalid) as refused:
            replies.known(crowd, people.get(crowd, "alice"), mine, of, subject)
        assert refused.value.field == "where"


def test_a_request_is_replied_to_once_by_whom_it_is_for(crowd: Store, asked: Question) -> None:
    routed(crowd, asked, "bob", "more0")
    bob, mine = people.get(crowd, "bob"), request_of(crowd, "bob")
    for act in (replies.not_me, replies.will_answer):
        with pytest.raises(NotFound):
            act(crowd, people.get(crowd, "more0"), mine)
        with pytest.raises(NotFound):
            act(crowd, bob, "nothing")
    replies.not_me(crowd, bob, mine)
    for act in (replies.not_me, replies.will_answer):
        with pytest.raises(Conflict, match="replied to this already"):
            act(crowd, bob, mine)
    questions.answer(crowd, people.get(crowd, "dora"), asked.id, "So.")
    with crowd.read() as tx:
        (released,) = tx.routes.invitations(asked.id, "more0")
    with pytest.raises(Conflict, match="settled meanwhile"):
        replies.not_me(crowd, people.get(crowd, "more0"), released.id)


def test_whoever_lets_requests_pass_comes_later_for_ninety_days(crowd: Store, clock: Clock) -> None:
    for number in range(2):
        passed = ask(crowd, f"How {number}?")
        routed(crowd, passed, "more0", "more1")
        replies.not_me(crowd, people.get(crowd, "more0"), request_of(crowd, "more0"))
        questions.answer(crowd, people.get(crowd, "more1"), passed.id, "So.", "en")
        clock.forward(days=8)  # no load is left of it
    lately = ask(crowd, "How now?")
    routed(crowd, lately, "more0", "more2", "more3")
    assert requests(crowd, lately) == ["more2", "more3"]
    clock.forward(days=100)
    later = ask(crowd, "How later?")
    routed(crowd, later, "more0", "more2", "more3")
    assert requests(crowd, later) == ["more0", "more2"]


def test_a_request_is_done_in_the_inbox_when_it_is_replied_to(crowd: Store, asked: Question) -> None:
    routed(crowd, asked, "bob", "more0")
    bob = people.get(crowd, "bob")
    replies.not_me(crowd, bob, request_of(crowd, "bob"))
    assert told(crowd, "bob") == []
    assert [each.notice.kind for each in notices.inbox(crowd, bob, NoticeState.DONE)] == [NoticeKind.INVITED]
