"""Twins: who asked or solved the same elsewhere, by consent across spaces, by name and subject alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from kb import Store, twins
from kb.errors import NotFound
from kb.model import Answer, Question
from tests import people
from tests.people import COMMON, FINANCE, PARTNER, START


@pytest.fixture
def asked(settled: Store) -> Store:
    """Bob asks at Lyon; Alice asked the same in finance and Dora solved it there; Erik asked the same openly."""
    days = timedelta(days=1)
    with settled.write() as tx:
        for id, site in (("bob", "Lyon"), ("alice", "Dublin"), ("dora", "Nantes"), ("erik", "Nantes")):
            tx.people.put([replace(people.get(settled, id), site=site)])
        tx.questions.put(
            [
                Question("mine", COMMON, "Ledger?", "", "bob", "en", ("ledger", "vat"), created=START),
                Question("hidden", FINANCE, "Secret ledger", "", "alice", "en", ("vat",), created=START - 20 * days),
                Question("open", COMMON, "A ledger", "", "erik", "en", (), created=START - 30 * days),
                Question("old", COMMON, "Old ledger", "", "dora", "en", (), created=START - 100 * days),
            ]
        )
        tx.answers.put([Answer("a", "hidden", "So.", "dora", "en", 0, START - days, START - 2 * days)])
    return settled


def names(store: Store, who: str = "bob", near: Sequence[str] = ("hidden", "open", "old")) -> list[str]:
    return [each.person.id for each in twins.among(store, people.get(store, who), "mine", near)]


def agree(store: Store, *ids: str) -> None:
    with store.write() as tx:
        tx.people.put([replace(people.get(store, id), twins=True) for id in ids])


def test_across_spaces_nobody_is_named_who_did_not_agree(asked: Store) -> None:
    assert names(asked) == ["erik"]
    agree(asked, "alice", "dora")
    assert names(asked) == ["dora", "alice", "erik"]


def test_of_a_hidden_question_only_the_tag_in_common_is_told(asked: Store) -> None:
    agree(asked, "alice", "dora")
    dora, alice, erik = twins.among(asked, people.get(asked, "bob"), "mine", ("hidden", "open"))
    assert (dora.solved, dora.question, dora.subject) == (True, None, "vat")
    assert (alice.solved, alice.question, alice.subject) == (False, None, "vat")
    assert erik.question is not None and erik.question.title == "A ledger"
    assert "Secret" not in repr((dora, alice))


def test_neither_what_is_old_nor_who_sits_beside_nor_who_left(asked: Store) -> None:
    with asked.write() as tx:
        tx.people.put([replace(people.get(asked, "erik"), site="Lyon")])
    assert names(asked) == []
    agree(asked, "alice")
    with asked.write() as tx:
        tx.people.put([replace(people.get(asked, "alice"), ended=START)])
    assert names(asked) == []


def test_a_guest_meets_nobody_new_and_a_stranger_none(asked: Store) -> None:
    agree(asked, "dora")
    with asked.write() as tx:
        tx.questions.put([Question("theirs", PARTNER, "Ledger?", "", "charlie", "en", created=START)])
    assert [each.person.id for each in twins.among(asked, people.get(asked, "charlie"), "theirs", ["hidden"])] == []
    with pytest.raises(NotFound):
        twins.among(asked, people.get(asked, "charlie"), "mine", [])
