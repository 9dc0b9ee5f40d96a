"""Duties of the house against what stands near them in meaning: accepted answers and practices."""

from __future__ import annotations

import pytest

import kb.practices
import kb.questions
from indexer.drift.house import compare
from kb.model import Duty, Revision
from kb.practices import Words
from tests.indexer.conftest import Town
from tests.people import COMMON


def test_an_accepted_answer_and_a_practice_that_say_otherwise_are_found(bare: Town) -> None:
    town = bare
    duties = (Duty("1", "Manager", "Approves the travel claim within 5 days"), Duty("2", "Clerk", "Files the claim"))
    town.keep("TRV-09", COMMON, "dora", Revision("TRV-09", "en", 1, "Travel claims", "How.", "", duties))
    town.ask("bob", "How long does the manager take for a travel claim?", id="q1")
    right = town.answer("dora", "q1", "The manager approves the travel claim after twenty days.")
    town.answer("erik", "q1", "The manager approves the travel claim after thirty days.")
    town.follow()
    assert compare(town.store, town.finder(), ["TRV-09"]) == []  # nobody has accepted either
    kb.questions.accept(town.store, town.person("bob"), "q1", right)
    town.follow()
    (found,) = compare(town.store, town.finder(), ["TRV-09"])
    assert (found.source, found.of, found.step, found.kind) == (right, "answer", "1", "time")
    assert compare(town.store, town.finder(), ["NONE"]) == []


def contradicted(town: Town, said: str, *duties: Duty) -> list[str]:
    """The steps that an accepted answer is found to contradict."""
    town.keep("TRV-09", COMMON, "dora", Revision("TRV-09", "en", 1, "Travel claims", "How.", "", duties))
    town.ask("bob", "How long does it take?", id="q1")
    given = town.answer("dora", "q1", said)
    kb.questions.accept(town.store, town.person("bob"), "q1", given)
    town.follow()
    return [each.step for each in compare(town.store, town.finder(), ["TRV-09"])]


def test_what_is_said_of_one_duty_is_not_held_against_the_next(bare: Town) -> None:
    claims = Duty("1", "Manager", "Approves the travel claim within 5 days")
    advances = Duty("2", "Manager", "Approves the cash advance for a long journey within 5 days")
    said = "The manager approves the cash advance for a long journey after twenty days."
    assert contradicted(bare, said, claims, advances) == ["2"]


@pytest.mark.parametrize(("days", "found"), [(20, []), (21, ["1"])])
def test_the_number_of_another_duty_of_the_same_text_is_no_drift(bare: Town, days: int, found: list[str]) -> None:
    claims = Duty("1", "Manager", "Approves the travel claim within 5 days")
    accounts = Duty("2", "Accountant", "Pays the claim within 20 days")
    assert contradicted(bare, f"The manager approves the travel claim within {days} days.", claims, accounts) == found


def test_a_practice_that_helps_with_a_duty_is_always_held_against_it(bare: Town) -> None:
    town = bare
    claims = Duty("1", "Manager", "Approves the travel claim within 5 days")
    advances = Duty("2", "Manager", "Approves the cash advance for a long journey within 5 days")
    said = "The manager approves the cash advance for a long journey after twenty days."
    assert contradicted(town, said, claims, advances) == ["2"]
    words = Words("Cash advance", said, helps=("TRV-09#1",))
    with town.store.read() as tx:
        (given,) = tx.answers.list(["q1"])
    advice = kb.practices.promote(town.store, town.person("dora"), COMMON, words, [given.id])
    town.follow()
    found = compare(town.store, town.finder(), ["TRV-09"])
    assert sorted((each.step, each.source) for each in found) == [("1", advice.id), ("2", advice.id)]
