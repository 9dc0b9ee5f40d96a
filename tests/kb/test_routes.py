"""Routes and invitations: nobody twice, nobody over their cap, nobody who may not read, and a way to say no."""

from __future__ import annotations

import pytest

from kb import Store, questions, routes
from kb.errors import NotFound
from kb.model import Band, Candidate, InvitationStatus, Person, Route
from tests.people import COMMON, FINANCE, Clock

WHY = ("wrote about trains",)


def _routed(store: Store, asker: Person, space: str = COMMON) -> Route:
    asked = questions.ask(store, asker, space, "How?")
    return routes.record(store, asker.id, "How?", Band.ASK, 0.2, "v1", [Candidate("bob", 1.0, 0.5)], asked.id)


def test_a_route_that_ended_before_posting_is_kept_and_invites_nobody(settled: Store, alice: Person) -> None:
    route = routes.record(settled, alice.id, "How?" * 20_000, Band.ANSWERED, 0.9, "v1", [], outcome="this answers me")
    assert route.question is None and len(route.text) == 30_000
    assert routes.invite(settled, route, 1, [("bob", WHY)]) == ()


def test_nobody_is_invited_twice_to_one_question(
    settled: Store, alice: Person, bob: Person, dora: Person, clock: Clock
) -> None:
    route = _routed(settled, alice)
    assert [each.person for each in routes.invite(settled, route, 1, [("bob", WHY)])] == ["bob"]
    clock.forward(days=8)
    assert [each.person for each in routes.invite(settled, route, 2, [("bob", WHY), ("dora", WHY)])] == ["dora"]
    ((invitation, question),) = routes.waiting_for(settled, bob)
    assert (invitation.reasons, invitation.wave, question.id) == (WHY, 1, route.question)


def test_nobody_is_asked_more_than_once_a_day_or_three_times_a_week(
    settled: Store, alice: Person, clock: Clock
) -> None:
    asked = []
    for day in range(9):
        asked.append(len(routes.invite(settled, _routed(settled, alice), 1, [("bob", WHY)])))
        assert routes.invite(settled, _routed(settled, alice), 1, [("bob", WHY)]) == ()
        clock.forward(days=1)
        assert day < 9
    assert asked == [1, 1, 1, 0, 0, 0, 0, 1, 1]


def test_who_may_not_answer_is_not_invited(settled: Store, alice: Person) -> None:
    in_finance = _routed(settled, alice, FINANCE)
    invited = [("bob", WHY), ("charlie", WHY), ("fanny", WHY), ("alice", WHY)]
    assert [each.person for each in routes.invite(settled, in_finance, 1, invited)] == ["alice"]


def test_not_me_ends_ones_own_waiting_invitation_only(settled: Store, alice: Person, bob: Person, clock: Clock) -> None:
    (invited,) = routes.invite(settled, _routed(settled, alice), 1, [("bob", WHY)])
    for person, id in ((alice, invited.id), (bob, "nothing")):
        with pytest.raises(NotFound):
            routes.decline(settled, person, id)
    assert routes.decline(settled, bob, invited.id) == invited.question
    assert routes.waiting_for(settled, bob) == ()
    assert [each.status for each in routes.of_question(settled, alice, invited.question)] == [InvitationStatus.DECLINED]
    clock.forward(days=1)
    (second,) = routes.invite(settled, _routed(settled, alice), 1, [("bob", WHY)])
    questions.answer(settled, bob, second.question, "So.")
    with pytest.raises(NotFound):  # answered: it cannot become a refusal afterwards
        routes.decline(settled, bob, second.id)


def test_who_was_asked_is_told_to_those_who_read_the_question(
    settled: Store, alice: Person, bob: Person, charlie: Person
) -> None:
    (invited,) = routes.invite(settled, _routed(settled, alice, FINANCE), 1, [("alice", WHY)])
    assert routes.of_question(settled, alice, invited.question) == (invited,)
    for person in (bob, charlie):
        with pytest.raises(NotFound):
            routes.of_question(settled, person, invited.question)


def test_a_deleted_question_takes_its_invitations_with_it(settled: Store, alice: Person, bob: Person) -> None:
    route = _routed(settled, alice)
    routes.invite(settled, route, 1, [("bob", WHY)])
    assert route.question is not None
    questions.delete_question(settled, alice, route.question)
    assert routes.waiting_for(settled, bob) == ()
    assert routes.invite(settled, route, 2, [("dora", WHY)]) == ()
