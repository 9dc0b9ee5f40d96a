""" "X recommends Y for this question": Y is asked, within Y's limits, and X has a quota."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb import Store, questions, recommending, routes, subjects
from kb.errors import Invalid, NotFound
from kb.model import Person, Question
from kb.routing import InvitationStatus, Numbers, Reason, Stage, SubjectUse
from kb.storage.people import People
from kb.waves import SETTING
from tests import people
from tests.people import COMMON, FINANCE, START, Clock, routed


@pytest.fixture
def asked(settled: Store) -> Question:
    with settled.write() as tx:
        tx.people.put([Person(id, id.capitalize(), f"{id}@example.org", created=START) for id in ("ann", "ben", "cid")])
    question = questions.ask(settled, people.get(settled, "alice"), COMMON, "How?", tags=["crane"])
    routed(settled, question, "ann", "ben")
    return question


def test_whoever_is_recommended_is_asked_and_reads_by_whom(settled: Store, asked: Question) -> None:
    made = recommending.recommend(settled, people.get(settled, "bob"), asked.id, "cid")
    (found,) = routes.waiting_for(settled, people.get(settled, "cid"))
    assert found.invitation.id == made.id and made.by == "bob"
    assert found.reasons == (Reason("recommended", of="person", subject="bob"),)
    assert recommending.left(settled, people.get(settled, "bob")) == Numbers().recommendations - 1


def test_all_whom_it_may_concern_are_locked_at_once(
    settled: Store, asked: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two questions at once could wait for each other for ever."""
    locked: list[set[str]] = []
    lock = People.lock
    monkeypatch.setattr(People, "lock", lambda self, ids: locked.append(set(ids)) or lock(self, ids))
    recommending.recommend(settled, people.get(settled, "bob"), asked.id, "cid")
    first, *later = locked
    assert later and {"ann", "ben", "cid", "alice"} <= first and all(each <= first for each in later)


def test_nobody_recommends_more_than_the_quota(settled: Store, asked: Question, clock: Clock) -> None:
    with settled.write() as tx:
        tx.settings.set(SETTING, {"recommendations": 1})
    bob = people.get(settled, "bob")
    recommending.recommend(settled, bob, asked.id, "cid")
    with pytest.raises(Invalid, match="as many colleagues"):
        recommending.recommend(settled, bob, asked.id, "dora")
    clock.forward(days=7, hours=1)
    recommending.recommend(settled, bob, asked.id, "dora")


def test_their_own_limits_hold(settled: Store, asked: Question) -> None:
    bob = people.get(settled, "bob")
    with pytest.raises(Invalid, match="asked already"):
        recommending.recommend(settled, bob, asked.id, "ann")
    other = questions.ask(settled, people.get(settled, "alice"), COMMON, "And how?")
    routed(settled, other, "cid")
    with pytest.raises(Invalid, match="cannot be asked now"):
        recommending.recommend(settled, bob, asked.id, "cid")  # one request a day
    subjects.choose(settled, people.get(settled, "dora"), "dora", {"crane": SubjectUse.SHOWN})
    with pytest.raises(Invalid, match="cannot be asked now"):
        recommending.recommend(settled, bob, asked.id, "dora")


def test_neither_oneself_nor_the_asker_nor_whoever_may_not_read_it(settled: Store, asked: Question) -> None:
    bob = people.get(settled, "bob")
    for other in ("bob", "alice", "charlie", "fanny", "nobody"):
        with pytest.raises(Invalid):
            recommending.recommend(settled, bob, asked.id, other)
    hidden = questions.ask(settled, people.get(settled, "alice"), FINANCE, "Secret?")
    with pytest.raises(NotFound):
        recommending.recommend(settled, bob, hidden.id, "cid")
    reader = people.get(settled, "bob")
    assert reader.roles.get(FINANCE) is None


def test_a_question_that_everybody_gave_up_is_asked_about_again(settled: Store, asked: Question, clock: Clock) -> None:
    with settled.write() as tx:
        route = tx.routes.find(asked.id)
        assert route is not None
        tx.routes.set_stage(route.id, Stage.GAP, tx.now, None)
    recommending.recommend(settled, people.get(settled, "bob"), asked.id, "cid")
    with settled.read() as tx:
        route = tx.routes.find(asked.id)
        assert route is not None and route.stage is Stage.KEEPERS
    clock.forward(days=14)
    routes.go_on(settled, route.id)
    with settled.read() as tx:
        (mine,) = tx.routes.invitations(asked.id, person="cid")
    assert mine.status is InvitationStatus.LAPSED and mine.created < START + timedelta(days=1)


def test_nobody_is_recommended_for_what_is_settled(settled: Store, asked: Question) -> None:
    questions.answer(settled, people.get(settled, "dora"), asked.id, "So.")
    with pytest.raises(Invalid, match="any more"):
        recommending.recommend(settled, people.get(settled, "bob"), asked.id, "cid")


def test_of_a_question_from_elsewhere_only_the_one_named_is_asked(settled: Store, asked: Question) -> None:
    old = Question("old", COMMON, "Where is the ladder?", author="alice", created=START - timedelta(days=400))
    with settled.write() as tx:
        tx.questions.put([old])
    recommending.recommend(settled, people.get(settled, "bob"), "old", "cid")
    with settled.read() as tx:
        assert [each.person for each in tx.routes.invitations("old")] == ["cid"]
    questions.answer(settled, people.get(settled, "cid"), "old", "In the shed.")
    routes.judge(settled, people.get(settled, "alice"), "old", "no")
    with settled.read() as tx:
        waiting = tx.routes.invitations("old", statuses=[InvitationStatus.WAITING])
    assert [each.person for each in waiting] == ["dora"], "the keepers, when it is said not to be solved"


def test_nobody_is_recommended_while_the_first_are_being_chosen(settled: Store, asked: Question, clock: Clock) -> None:
    late = questions.ask(settled, people.get(settled, "alice"), COMMON, "And where?")
    clock.forward(days=3)  # the worker stands still
    with pytest.raises(Invalid, match="just being chosen"):
        recommending.recommend(settled, people.get(settled, "bob"), late.id, "cid")
