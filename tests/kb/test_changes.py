"""The change log: a row in the transaction of each change, numbered without gaps, and known when it was replaced."""

from __future__ import annotations

import pytest

from kb import Store, questions
from kb.model import Person
from tests.people import COMMON, START


def test_a_change_is_logged_with_its_actor_and_moment(settled: Store, alice: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "How?")
    with settled.read() as tx:
        change = tx.changes.since(tx.changes.last() - 1)[0]
    assert (change.actor, change.action, change.kind, change.id, change.at) == (
        "alice",
        "ask",
        "question",
        asked.id,
        START,
    )


def test_a_change_rolled_back_leaves_no_gap(settled: Store) -> None:
    with settled.read() as tx:
        before = tx.changes.last()
    with pytest.raises(RuntimeError), settled.write() as tx:
        assert tx.changes.add("put", "person", "x") == before + 1
        raise RuntimeError
    with settled.write() as tx:
        assert tx.changes.add("put", "person", "y") == before + 1


def test_many_changes_are_numbered_in_their_order(store: Store) -> None:
    with store.write() as tx:
        assert tx.changes.add_all("put", "person", []) == 0
        assert tx.changes.add_all("put", "person", (id for id in "abc")) == 3
        assert [(each.number, each.id) for each in tx.changes.since(0)] == [(1, "a"), (2, "b"), (3, "c")]
        assert [each.number for each in tx.changes.since(1, limit=1)] == [2]


def test_the_latest_change_of_each_subject_is_enough_for_a_follower(store: Store) -> None:
    with store.write() as tx:
        tx.changes.add_all("put", "person", ["a", "b", "a"])
        tx.changes.add("ask", "question", "a")
        assert tx.changes.latest_since(0) == [(2, "person", "b"), (3, "person", "a"), (4, "question", "a")]
        assert tx.changes.latest_since(3) == [(4, "question", "a")]


def test_a_log_is_itself_until_it_is_replaced(store: Store) -> None:
    with store.write() as tx:
        assert tx.changes.identity() == ""
        tx.changes.renew_identity()
        renewed = tx.changes.identity()
    with store.write() as tx:
        assert tx.changes.identity() == renewed != ""
        tx.changes.renew_identity()
        assert tx.changes.identity() != renewed
