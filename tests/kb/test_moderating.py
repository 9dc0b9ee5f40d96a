"""Flags and approval before posting: decided by those who keep the space, and everybody concerned learns why."""

from __future__ import annotations

import pytest

from kb import Store, deleting, holding, moderating, notices, questions
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import NoticeKind, Person, Question
from tests import people
from tests.people import COMMON, FINANCE, PARTNER


@pytest.fixture
def asked(settled: Store, bob: Person) -> Question:
    return questions.ask(settled, bob, COMMON, "Where is the key?", "Tell me.")


def told(store: Store, who: str) -> dict[NoticeKind, object]:
    inbox = notices.inbox(store, people.get(store, who))
    return {each.notice.kind: each.notice.params.get("reason") for each in inbox}


def waiting(store: Store, keeper: Person) -> list[tuple[str, str]]:
    return sorted((each.kind, each.person) for each in moderating.queue(store, keeper).held)


def test_a_flagged_answer_is_deleted_with_a_reason_that_author_and_flagger_learn(
    settled: Store, asked: Question, alice: Person, bob: Person, dora: Person
) -> None:
    given = questions.answer(settled, alice, asked.id, "Ask Erik, who is on sick leave.")
    for person in (bob, bob, people.get(settled, "erik")):
        moderating.flag(settled, person, asked.id, given.id, None, "personal", "Health.")
    assert NoticeKind.FLAGGED in told(settled, "dora") and NoticeKind.FLAGGED not in told(settled, "alice")
    flagged = moderating.queue(settled, dora).flagged
    assert {each.flag.person for each in flagged} == {"bob", "erik"} and flagged[0].post == given
    with pytest.raises(Invalid):
        moderating.decide(settled, dora, flagged[0].flag.id, True, " ")
    moderating.decide(settled, dora, flagged[0].flag.id, True, "Nobody's health belongs here.")
    assert questions.thread(settled, bob, asked.id).answers == () and moderating.queue(settled, dora).flagged == ()
    why = "Nobody's health belongs here."
    assert told(settled, "bob")[NoticeKind.FLAG_REMOVED] == told(settled, "erik")[NoticeKind.FLAG_REMOVED] == why
    assert told(settled, "alice")[NoticeKind.REMOVED] == why and NoticeKind.FLAGGED not in told(settled, "dora")
    deleting.restore(settled, dora, given.id)
    assert moderating.queue(settled, dora).flagged == (), "it was decided"


def test_what_is_left_is_told_too(settled: Store, asked: Question, alice: Person, bob: Person, dora: Person) -> None:
    made = questions.comment(settled, bob, asked.id, "Hm.")
    raised = moderating.flag(settled, alice, asked.id, None, made.id, "rude")
    moderating.decide(settled, dora, raised.id, False, "It is only short.")
    assert told(settled, "alice")[NoticeKind.FLAG_KEPT] == "It is only short."
    assert len(questions.thread(settled, bob, asked.id).comments) == 1 and NoticeKind.REMOVED not in told(
        settled, "bob"
    )


def test_only_keepers_see_and_decide_and_nobody_flags_what_they_cannot_read(
    settled: Store, asked: Question, alice: Person, bob: Person
) -> None:
    hidden = questions.ask(settled, alice, FINANCE, "Which ledger?")
    with pytest.raises(NotFound):
        moderating.flag(settled, bob, hidden.id, None, None, "rude")
    raised = moderating.flag(settled, alice, asked.id, None, None, "not here")
    for who in ("alice", "bob"):
        assert moderating.queue(settled, people.get(settled, who)).flagged == ()
        with pytest.raises(Forbidden):
            moderating.decide(settled, people.get(settled, who), raised.id, True, "So.")
    with pytest.raises(Invalid):
        moderating.flag(settled, bob, asked.id, None, None, "boring")


def test_what_waits_is_nowhere_until_it_is_posted_as_its_author(settled: Store, dora: Person, bob: Person) -> None:
    holding.choose(settled, dora, COMMON, ["member"])
    sent = questions.ask(settled, bob, COMMON, "Where is the key?", "Tell.", ["key"], "en", struck=["alice"])
    questions.ask(settled, bob, COMMON, "Where is the key?", "Tell.", ["key"], "en", id=sent.id)
    assert questions.readable(settled, bob) == () and waiting(settled, dora) == [("question", "bob")]
    assert [each.id for each in moderating.queue(settled, bob).own] == [sent.id]
    assert NoticeKind.TO_MODERATE in told(settled, "dora")
    question = moderating.approve(settled, dora, sent.id)
    assert (question.id, question.author, question.tags) == (sent.id, "bob", ("key",))
    assert NoticeKind.APPROVED in told(settled, "bob") and waiting(settled, dora) == []
    with settled.write() as tx:
        jobs = [job.payload for job, _lease in iter(tx.jobs.lease, None) if job.kind == "route"]
    assert jobs == [{"question": sent.id, "struck": ["alice"]}]


def test_answers_and_comments_wait_too_however_they_are_sent(
    settled: Store, asked: Question, alice: Person, dora: Person, bob: Person
) -> None:
    people.routed(settled, asked, "alice")
    holding.choose(settled, dora, COMMON, ["member"])
    given = questions.answer(settled, alice, asked.id, "At the desk.")
    questions.comment(settled, alice, asked.id, "Which?")
    assert questions.thread(settled, bob, asked.id).answers == ()
    assert waiting(settled, dora) == [("answer", "alice"), ("comment", "alice")] and told(settled, "bob") == {}
    moderating.approve(settled, dora, given.id)
    assert [each.author for each in questions.thread(settled, bob, asked.id).answers] == ["alice"]
    assert NoticeKind.ANSWERED in told(settled, "bob")
    comment = moderating.queue(settled, dora).held[0]
    with pytest.raises(Invalid):
        moderating.refuse(settled, dora, comment.id, "")
    moderating.refuse(settled, dora, comment.id, "Ask at the desk.")
    assert told(settled, "alice")[NoticeKind.NOT_APPROVED] == "Ask at the desk."
    assert questions.thread(settled, bob, asked.id).comments == ()


def test_guests_alone_may_wait_keepers_never_do_and_only_keepers_choose(
    settled: Store, alice: Person, charlie: Person, dora: Person, bob: Person
) -> None:
    with settled.write() as tx:
        tx.settings.set(f"approval before posting {PARTNER}", ["guest"])
    assert holding.waits(settled, charlie, PARTNER) and not holding.waits(settled, alice, PARTNER)
    holding.choose(settled, dora, COMMON, ["guest", "member", "expert"])
    assert not holding.waits(settled, dora, COMMON) and holding.waits(settled, bob, COMMON)
    assert not holding.waits(settled, bob, FINANCE)
    with pytest.raises(Forbidden):
        holding.choose(settled, bob, COMMON, [])
    with pytest.raises(Invalid):
        holding.choose(settled, dora, COMMON, ["animator"])
    sent = questions.ask(settled, bob, COMMON, "May I?")
    for who in ("bob", "alice"):
        with pytest.raises(Forbidden):
            moderating.approve(settled, people.get(settled, who), sent.id)
