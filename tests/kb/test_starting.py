"""Somebody new: what binds them, what people like them use, whom to know; what they tick off is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb import Store, confirming, practices, questions, starting
from kb.advice import Verdict
from kb.model import Audience, Person
from kb.practices import Words
from tests import official, people
from tests.people import COMMON, FINANCE, START, Clock


@pytest.fixture
def newcomer(store: Store, settled: Store) -> Person:
    """Nora joined the IT unit as a traveller a week ago; Erik and Bob are of her unit, Alice of another."""
    official.found(store)
    with store.write() as tx:
        tx.people.put(
            [Person("nora", "Nora New", "nora@example.org", unit="IT", holds=("Traveller",), languages=("en",),
                    created=tx.now - timedelta(days=7))]
            + [replace(people.get(store, id), unit=unit, created=START - timedelta(days=days))
               for id, unit, days in (("erik", "IT", 30), ("bob", "IT", 400), ("alice", "Finance", 400))]
        )  # fmt: skip
        tx.changes.add("put", "person", "nora")
    return people.get(store, "nora")


def promoted(store: Store, id: str, title: str, *works: str, space: str = COMMON, by: str = "dora") -> None:
    asker, keeper = people.get(store, "carla"), people.get(store, by)
    asked = questions.ask(store, keeper if space == FINANCE else asker, space, title, id=f"q{id}")
    questions.answer(store, keeper, asked.id, "Like this.", id=f"a{id}")
    practices.promote(store, keeper, space, Words(title, "Like this."), [f"a{id}"], id)
    for each in works:
        confirming.judge_practice(store, people.get(store, each), id, Verdict.WORKS)


def test_the_duties_of_ones_roles_bind_one_and_only_where_the_procedure_concerns_one(
    store: Store, newcomer: Person
) -> None:
    bound = starting.path(store, newcomer, "en").bound
    assert [[each.duty.step for each in group] for group in bound] == [["1"]]
    with store.write() as tx:
        tx.procedures.put([replace(tx.procedures.get("TRV-01"), audience=Audience(units=("Finance",)))])
    assert starting.path(store, newcomer, "en").bound == ()


def test_what_people_like_one_used_in_their_first_90_days_comes_first(store: Store, newcomer: Person) -> None:
    promoted(store, "p1", "Popular elsewhere", "alice", "carla")
    promoted(store, "p2", "Of the unit", "bob")
    promoted(store, "p3", "Of somebody new in the unit", "erik")
    promoted(store, "p4", "Used by nobody")
    found = starting.path(store, newcomer, "en").practices
    assert [(each.practice.id, each.early, each.ever) for each in found] == [("p3", 1, 1), ("p2", 0, 1), ("p1", 0, 2)]


def test_people_to_know_come_with_reasons(store: Store, newcomer: Person) -> None:
    promoted(store, "p3", "Of the unit", "erik")
    known = {each.person.id: each for each in starting.path(store, newcomer, "en").people}
    assert [each.key for each in known["bob"].keeps] == ["TRV-01"] and known["bob"].peer and known["erik"].peer
    assert [each.id for each in known["dora"].practices] == ["p3"] and known["dora"].animates == ["Everybody"]
    assert "nora" not in known and "fanny" not in known and len(known) <= 5


def test_what_is_hidden_is_neither_shown_nor_a_reason(store: Store, newcomer: Person) -> None:
    promoted(store, "p5", "Of the finance team", space=FINANCE, by="alice")
    with store.write() as tx:
        given = confirming.Confirmation("c", "erik", "p5", None, Verdict.WORKS, "IT", "", tx.now, tx.now)
        tx.confirmations.put(given)
    found = starting.path(store, newcomer, "en")
    assert "p5" not in [each.practice.id for each in found.practices]
    assert all(advice.id != "p5" for each in found.people for advice in each.practices)


def test_what_one_ticks_off_is_ones_own_and_leaves_no_trace(store: Store, newcomer: Person) -> None:
    with store.read() as tx:
        before, head = tx.changes.last(), tx.audit.head()
    starting.tick(store, newcomer, "procedure TRV-01", True)
    starting.tick(store, newcomer, "procedure TRV-01", True)
    starting.tick(store, newcomer, "person bob", True)
    starting.tick(store, newcomer, "person bob", False)
    assert starting.path(store, newcomer, "en").done == {"procedure TRV-01"}
    assert starting.path(store, people.get(store, "bob"), "en").done == frozenset()
    with store.read() as tx:
        assert (tx.changes.last(), tx.audit.head()) == (before, head)


def test_the_first_weeks_end_after_90_days(store: Store, newcomer: Person, clock: Clock) -> None:
    assert starting.is_new(store, newcomer)
    assert not starting.is_new(store, people.get(store, "alice"))
    clock.forward(days=90)
    assert not starting.is_new(store, newcomer)
