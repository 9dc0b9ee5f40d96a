"""How questions end: the asker is reminded once, then the animator may say it; who found it without asking says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb import Store, notices, outcomes, questions, routes
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Band, NoticeKind, NoticeState, Person, Question, QuestionStatus
from tests import people
from tests.people import COMMON, FINANCE, Clock


def told(store: Store, who: str) -> list[NoticeKind]:
    return [each.notice.kind for each in notices.inbox(store, people.get(store, who))]


def work(store: Store, clock: Clock, days: float) -> None:
    """Days go by with a worker at work."""
    end = clock.now + timedelta(days=days)
    while clock.now < end:
        clock.forward(hours=6)
        with store.write() as tx:
            due = [job for job in iter(lambda: tx.jobs.lease(1), None)]
            for job, lease in due:
                tx.jobs.finish(job.id, lease)
        for job, _lease in due:
            if job.kind == outcomes.JOB:
                outcomes.follow_up(store, str(job.payload["question"]))


@pytest.fixture
def answered(settled: Store, bob: Person, alice: Person) -> Question:
    """Bob asked in the common space, Alice answered."""
    asked = questions.ask(settled, bob, COMMON, "Where is the key?")
    people.routed(settled, asked, "alice")
    questions.answer(settled, alice, asked.id, "At the desk.")
    return asked


def ended(
    store: Store, who: Person, of: str, subject: str, answer: str | None = None, text: str = "key?"
) -> routes.Route:
    return outcomes.answered_me(store, who, text, of, subject, answer, Band.ANSWERED, 0.9, "v1", [])


def test_the_asker_is_reminded_once_in_their_working_time_then_the_animator_is_asked(
    settled: Store, answered: Question, clock: Clock
) -> None:
    work(settled, clock, 2)
    assert NoticeKind.OUTCOME not in told(settled, "bob"), "24 working hours have not passed"
    work(settled, clock, 2)
    assert told(settled, "bob").count(NoticeKind.OUTCOME) == 1 and told(settled, "dora") == []
    questions.answer(settled, people.get(settled, "erik"), answered.id, "Or at the gate.")
    work(settled, clock, 14)
    assert told(settled, "bob").count(NoticeKind.OUTCOME) == 1, "no second reminder"
    assert told(settled, "dora") == [NoticeKind.OFFERED] and told(settled, "alice") == []


@pytest.mark.parametrize("said", ["solved", "partly", "no"])
def test_who_said_it_is_not_reminded(settled: Store, answered: Question, bob: Person, clock: Clock, said: str) -> None:
    if said == "solved":
        (given,) = questions.thread(settled, bob, answered.id).answers
        questions.accept(settled, bob, answered.id, given.id)
    else:
        routes.judge(settled, bob, answered.id, said)
    work(settled, clock, 14)
    assert NoticeKind.OUTCOME not in told(settled, "bob") and NoticeKind.OFFERED not in told(settled, "dora")


def test_the_animator_may_mark_it_only_once_it_was_offered_and_the_asker_hears_of_it(
    settled: Store, answered: Question, dora: Person, bob: Person, clock: Clock
) -> None:
    (given,) = questions.thread(settled, bob, answered.id).answers
    for who in ("dora", "erik"):
        with pytest.raises(Forbidden):
            questions.accept(settled, people.get(settled, who), answered.id, given.id)
    work(settled, clock, 14)
    assert outcomes.may_settle(settled, dora, answered) and not outcomes.may_settle(
        settled, people.get(settled, "erik"), answered
    )
    questions.accept(settled, dora, answered.id, given.id)
    assert questions.thread(settled, bob, answered.id).question.status is QuestionStatus.ANSWERED
    assert NoticeKind.SETTLED in told(settled, "bob") and NoticeKind.OUTCOME not in told(settled, "bob")
    assert told(settled, "dora") == [] and NoticeKind.ACCEPTED in told(settled, "alice")
    done = notices.inbox(settled, dora, NoticeState.DONE)
    assert [each.notice.kind for each in done] == [NoticeKind.OFFERED]


def test_the_answer_of_somebody_who_asked_and_left_is_offered_to_the_animator(
    settled: Store, answered: Question, clock: Clock
) -> None:
    with settled.write() as tx:
        tx.people.put([replace(tx.people.get("bob"), ended=tx.now)])
    work(settled, clock, 7)
    assert told(settled, "dora") == [NoticeKind.OFFERED]


def test_this_answers_me_is_kept_counts_and_is_a_vote_once(settled: Store, answered: Question, dora: Person) -> None:
    (given,) = questions.thread(settled, dora, answered.id).answers
    for _ in range(2):
        kept = ended(settled, dora, "question", answered.id, given.id, "where is my key?" * 3000)
    assert kept.question is None and kept.outcome == f"answered by {answered.id}" and len(kept.text) == 30_000
    thread = questions.thread(settled, dora, answered.id)
    assert thread.answers[0].score == 1 and thread.votes == {given.id: 1}
    assert outcomes.answered_others(settled, dora, answered) == 2
    ended(settled, people.get(settled, "alice"), "question", answered.id, given.id)
    assert questions.thread(settled, dora, answered.id).answers[0].score == 1, "nobody votes for themselves"


def test_only_what_one_may_read_can_have_answered_one(settled: Store, alice: Person, bob: Person) -> None:
    hidden = questions.ask(settled, alice, FINANCE, "Which ledger?")
    for of, subject in (("question", hidden.id), ("question", "none"), ("procedure", "none"), ("person", "none")):
        with pytest.raises(Invalid):
            ended(settled, bob, of, subject)
    with pytest.raises(NotFound):
        outcomes.answered_others(settled, bob, hidden)
    assert not outcomes.may_settle(settled, bob, hidden)
    assert ended(settled, bob, "person", "alice").outcome == "answered by alice"
