"""One request in so many goes to a newcomer with the skill: in the last slot of a wave, seen beforehand, by choice of
the administrator."""

from __future__ import annotations

import pytest

import kb.routes
from kb import Store, questions, subjects
from kb.model import Person
from kb.newcomers import has_turn
from kb.routing import LIMITS, Candidate, Numbers, Reason, Stage, SubjectUse
from kb.waves import numbers
from tests import people
from tests.people import COMMON, START, Clock, routed

TURN = next(f"Où est SAP {n} ?" for n in range(99) if has_turn(f"Où est SAP {n} ?", Stage.FIRST, 2, 10))
NO_TURN = next(
    title for title in (f"Où est SAP {n} ?" for n in range(99))
    if not any(has_turn(title, stage, size, 10) for stage, size in ((Stage.FIRST, 2), (Stage.SECOND, 3)))
)  # fmt: skip


@pytest.fixture
def crowd(settled: Store) -> Store:
    """Three who have answered, and Nina, who has not and names SAP."""
    with settled.write() as tx:
        tx.people.put([Person(id, id.capitalize(), f"{id}@example.org", created=START) for id in ("ann", "ben", "cid")])
        tx.people.put([Person("nina", "Nina", "nina@example.org", skills=("Excel", "SAP"), created=START)])
    first = questions.ask(settled, people.get(settled, "dora"), COMMON, "Avant ?")
    for id in ("ann", "ben", "cid", "bob"):
        questions.answer(settled, people.get(settled, id), first.id, "Oui.")
    return settled


def asked(store: Store, title: str, *near: str) -> dict[str, list[str]]:
    """Who is asked at first, with the kinds of their reasons."""
    question = questions.ask(store, people.get(store, "alice"), COMMON, title)
    routed(store, question, *near)
    with store.read() as tx:
        return {each.person: [reason.kind for reason in each.reasons] for each in tx.routes.invitations(question.id)}


def test_one_slot_in_ten_is_a_newcomers() -> None:
    slots = turns = 0
    for number in range(2000):
        for stage, size in ((Stage.FIRST, 2), (Stage.SECOND, 3)):
            slots += size
            turns += has_turn(f"Question {number}", stage, size, 10)
    assert 0.09 < turns / slots < 0.11
    assert not has_turn(TURN, Stage.FIRST, 1, 10), "never in place of the one who knows best"
    assert not has_turn(TURN, Stage.FIRST, 2, 0)


def test_the_newcomer_gets_the_last_slot_and_the_reason_says_so(crowd: Store) -> None:
    found = asked(crowd, TURN, "ann", "ben", "cid")
    assert set(found) == {"ann", "nina"} and found["nina"] == ["newcomer"]
    with crowd.read() as tx:
        (mine,) = tx.routes.invitations(person="nina")
    assert mine.reasons == (Reason("newcomer", "SAP", count=10),)


def test_most_questions_go_to_those_who_have_shown_that_they_know(crowd: Store) -> None:
    assert set(asked(crowd, NO_TURN, "ann", "ben", "cid")) == {"ann", "ben"}


def test_it_is_foreseen_as_it_will_be(crowd: Store) -> None:
    alice = people.get(crowd, "alice")
    found = [Candidate(id, 1.0, 0.5) for id in ("ann", "ben", "cid")]
    for title, second in ((TURN, "nina"), (NO_TURN, "ben")):
        foresight = kb.routes.foresee(crowd, alice, COMMON, found, title=title)
        assert [each.person for each, _ in foresight.waves[0].asks] == ["ann", second]


def test_no_newcomer_is_asked_who_answered_refuses_the_subject_or_was_struck_out(crowd: Store) -> None:
    nina, alice = people.get(crowd, "nina"), people.get(crowd, "alice")
    found = [Candidate(id, 1.0, 0.5) for id in ("ann", "ben")]
    struck = kb.routes.foresee(crowd, alice, COMMON, found, struck=["nina"], title=TURN)
    assert [each.person for each, _ in struck.waves[0].asks] == ["ann", "ben"]
    subjects.choose(crowd, nina, "nina", {"SAP": SubjectUse.SHOWN})
    assert set(asked(crowd, TURN, "ann", "ben")) == {"ann", "ben"}
    subjects.choose(crowd, nina, "nina", {"SAP": SubjectUse.ROUTED})
    questions.answer(crowd, nina, questions.readable(crowd, nina)[0].id, "Par là.")
    assert set(asked(crowd, TURN, "cid", "bob")) == {"cid", "bob"}


def test_the_administrator_sets_both_numbers(crowd: Store) -> None:
    given = {name: str(getattr(Numbers(), name)) for name in LIMITS} | {"newcomers": "0", "spared": "100"}
    kb.routes.set_numbers(crowd, people.get(crowd, "erik"), given)
    assert set(asked(crowd, TURN, "ann", "ben", "cid")) == {"ann", "ben"}
    with crowd.read() as tx:
        assert (numbers(tx).newcomers, numbers(tx).spared) == (0, 100)


def test_who_was_asked_this_week_comes_later_and_both_are_told_why(crowd: Store, clock: Clock) -> None:
    asked(crowd, NO_TURN, "ann")
    clock.forward(days=1)
    found = [Candidate("ann", 1.0, 0.52), Candidate("ben", 1.0, 0.5)]
    (wave, *_later) = kb.routes.foresee(crowd, people.get(crowd, "alice"), COMMON, found, title=NO_TURN).waves
    assert [(each.person, each.reasons) for each, _ in wave.asks] == [
        ("ben", (Reason("turn"),)), ("ann", (Reason("load"),)),
    ]  # fmt: skip
