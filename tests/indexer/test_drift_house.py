"""Duties of the house against what stands near them in meaning: accepted answers and practices."""

from __future__ import annotations

import kb.questions
from indexer.drift.house import compare
from kb.model import Duty, Revision
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
