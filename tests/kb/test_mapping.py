"""Who knows about a subject, by site and quarter; how much happens in a space, month by month."""

from __future__ import annotations

import pytest

import kb.mapping
import kb.questions
import kb.spaces
from kb import Store
from kb.errors import KnowledgeError
from kb.model import Person
from tests.people import COMMON, FINANCE, Clock


def test_the_map_counts_answers_by_person_and_quarter(
    store: Store, alice: Person, bob: Person, dora: Person, clock: Clock
) -> None:
    for n, who in enumerate((alice, alice, dora)):
        asked = kb.questions.ask(store, bob, COMMON, f"How do I book train {n}?", "", ["train"])
        given = kb.questions.answer(store, who, asked.id, "In the portal.")
        if n == 0:
            kb.questions.accept(store, bob, asked.id, given.id)
        clock.forward(days=95)
    found = kb.mapping.map_of(store, bob, "train")
    lines = {line.person.id: line for listed in found.sites.values() for line in listed}
    assert found.questions == 3 and found.most == 1 and len(found.quarters) == kb.mapping.QUARTERS
    assert (lines["alice"].total, lines["alice"].accepted, lines["dora"].total) == (2, 1, 1)
    assert len(lines["alice"].answers) == 2
    clock.forward(days=800)
    later = kb.mapping.map_of(store, bob, "train")
    assert later.most == 0 and sum(line.older for listed in later.sites.values() for line in listed) == 3


def test_the_map_knows_only_what_its_reader_may_read(store: Store, alice: Person, bob: Person) -> None:
    asked = kb.questions.ask(store, alice, FINANCE, "Which ledger takes the merger?", "", ["merger"])
    kb.questions.answer(store, alice, asked.id, "The second.")
    assert kb.mapping.map_of(store, alice, "merger").questions == 1
    hidden = kb.mapping.map_of(store, bob, "merger")
    assert hidden.questions == 0 and not hidden.sites


def test_a_space_tells_its_twelve_months(store: Store, alice: Person, bob: Person, clock: Clock) -> None:
    asked = kb.questions.ask(store, bob, COMMON, "How do I book a train?", "")
    clock.forward(days=62)
    kb.questions.answer(store, alice, asked.id, "In the portal.")
    months = kb.spaces.activity(store, bob, COMMON)
    assert len(months) == 12 and sum(months) == 2 and months[-1] == 1 and months[-2] == 0
    clock.forward(days=500)
    assert sum(kb.spaces.activity(store, bob, COMMON)) == 0
    with pytest.raises(KnowledgeError):
        kb.spaces.activity(store, bob, FINANCE)
