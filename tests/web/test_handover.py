"""The page *Handover*, for those who keep a space."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import kb.questions
from tests import people
from tests.people import COMMON, START
from tests.web.conftest import Town


def test_keepers_see_what_would_go_and_ask_for_it(town: Town) -> None:
    with town.store.write() as tx:
        tx.people.put([replace(people.get(town.store, "alice"), ends=START.date() + timedelta(days=30))])
    dora = town.client("dora")
    assert "/handover" in dora.get("/spaces").text and "/handover" not in town.client("bob").get("/spaces").text
    page = dora.get("/handover").text
    assert "How do I book a train to Lyon?" in page and "TRV/01" in page
    question = {"person": "alice", "of": "question", "subject": town.open.id}
    assert dora.post("/handover", data=question).status_code == 303
    assert "asked for" in dora.get("/handover").text
    tasks = town.client("alice").get("/tasks").text
    assert "you alone answered this" in tasks and "December" in tasks
    assert "hand over or write down" in town.client("alice").get("/inbox").text
    hidden = {"person": "alice", "of": "question", "subject": town.secret.id}
    assert dora.post("/handover", data=hidden).status_code == 404
    for who in ("bob", "charlie"):
        assert town.client(who).get("/handover").status_code == 403


def test_a_subject_of_one_is_listed_with_who_knows_it(town: Town) -> None:
    alice = people.get(town.store, "alice")
    for number in range(2):
        asked = kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, f"Train {number}?", "", ["travel"])
        kb.questions.answer(town.store, alice, asked.id, "So.")
    assert "Alice Martin" in town.client("dora").get("/handover").text
