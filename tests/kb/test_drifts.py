"""Pairs of a duty and a practice: kept, shown to who oversees both sides, decided once, remembered for those words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb import Store, audit, drifts, notices, practices, questions
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Person, Procedure, ProcedureStatus
from kb.practices import Words
from kb.records import AuditSearch, Drift, DriftDecision
from tests import official, people
from tests.people import COMMON, FINANCE

ANSWER, PRACTICE = "a1", "p1"


@pytest.fixture
def carla(store: Store, bob: Person, dora: Person) -> Person:
    """The compliance owner of the common space, where Bob answered and Dora made a practice of it."""
    official.found(store)
    asked = questions.ask(store, people.get(store, "erik"), COMMON, "How do I book a train?", id="q1")
    questions.answer(store, bob, asked.id, "Your manager books the train.", id=ANSWER)
    practices.promote(store, dora, COMMON, Words("Booking", "The manager books it."), [ANSWER], id=PRACTICE)
    return people.get(store, "carla")


def found(store: Store, of: str = "answer", source: str = ANSWER, key: str = official.KEY) -> Drift:
    with store.read() as tx:
        procedure = tx.procedures.get(key)
        text = tx.answers.list(ids=[source])[0] if of == "answer" else tx.practices.get(source)
    duty = drifts.duty_of(procedure, "en", "1")
    assert duty is not None
    words = drifts.digest(duty, text)
    id = drifts.name(key, "en", "1", source, words)
    return Drift(id, key, procedure.space, "en", "1", of, source, words, "role", "test")


def ids(store: Store, reader: Person, decided: bool = False) -> list[str]:
    return [each.drift.source for each in drifts.pairs(store, reader, decided)]


def test_what_is_found_is_shown_until_it_is_decided_and_then_never_again(store: Store, carla: Person) -> None:
    both = [found(store), found(store, "practice", PRACTICE)]
    assert drifts.keep(store, [official.KEY], both) == 2
    assert sorted(ids(store, carla)) == [ANSWER, PRACTICE]
    drifts.decide(store, carla, both[0].id, DriftDecision.NO_CONFLICT, "By agreement of 3 May")
    assert drifts.keep(store, [official.KEY], both) == 0
    assert ids(store, carla) == [PRACTICE] and ids(store, carla, decided=True) == [ANSWER]
    (told,) = audit.entries(store, carla, AuditSearch(action="decide"))
    assert (told.id, told.actor, told.detail["decision"]) == (official.KEY, "carla", "no conflict")
    with pytest.raises(Conflict):
        drifts.decide(store, carla, both[0].id, DriftDecision.PROCEDURE_RIGHT)


def test_what_is_no_longer_found_is_forgotten_unless_decided(store: Store, carla: Person) -> None:
    both = [found(store), found(store, "practice", PRACTICE)]
    drifts.keep(store, [official.KEY], both)
    drifts.decide(store, carla, both[0].id, DriftDecision.NO_CONFLICT)
    drifts.keep(store, [official.KEY], [])
    assert ids(store, carla) == [] and ids(store, carla, decided=True) == [ANSWER]


def test_a_decision_holds_for_the_words_it_was_taken_on(store: Store, carla: Person, bob: Person) -> None:
    pair = found(store)
    drifts.keep(store, [official.KEY], [pair])
    drifts.decide(store, carla, pair.id, DriftDecision.PROCEDURE_RIGHT)
    assert [each.step for each in drifts.warnings(store, bob, [ANSWER])[ANSWER]] == ["1"]
    questions.edit_answer(store, bob, ANSWER, "You book the train.")
    assert drifts.warnings(store, bob, [ANSWER]) == {} and ids(store, carla, decided=True) == []
    assert found(store).id != pair.id


def test_when_the_procedure_is_right_whoever_wrote_otherwise_is_told_once(
    store: Store, carla: Person, bob: Person
) -> None:
    pair = found(store, "practice", PRACTICE)
    drifts.keep(store, [official.KEY], [pair])
    drifts.decide(store, carla, pair.id, DriftDecision.PROCEDURE_RIGHT)
    for who in ("bob", "dora"):
        told = [each for each in notices.inbox(store, people.get(store, who)) if each.notice.kind == "drifted"]
        assert [each.notice.params["practice"] for each in told] == [PRACTICE]


def test_a_pair_is_seen_by_who_oversees_the_procedure_and_reads_the_practice(
    store: Store, carla: Person, alice: Person, bob: Person, dora: Person
) -> None:
    pair = found(store)
    hidden = questions.ask(store, alice, FINANCE, "Which ledger?", id="q2")
    questions.answer(store, alice, hidden.id, "The manager books.", id="a2")
    drifts.keep(store, [official.KEY], [pair, found(store, source="a2")])
    assert ids(store, carla) == [ANSWER]  # the other answer stands in a space that is not hers
    for who in (alice, bob, dora):
        assert ids(store, who) == []
        with pytest.raises(NotFound):
            drifts.decide(store, who, pair.id, DriftDecision.NO_CONFLICT)
        with pytest.raises(Forbidden) if who is not alice else pytest.raises(NotFound):
            drifts.look(store, who) if who is not alice else drifts.pair(store, who, pair.id)


def test_a_pair_needs_a_decision_by_its_name(store: Store, carla: Person) -> None:
    drifts.keep(store, [official.KEY], [found(store)])
    with pytest.raises(Invalid):
        drifts.decide(store, carla, found(store).id, DriftDecision.OPEN)
    with pytest.raises(NotFound):
        drifts.decide(store, carla, "nothing", DriftDecision.NO_CONFLICT)


def test_everything_is_compared_once_a_day_and_on_demand(store: Store, carla: Person) -> None:
    with store.write() as tx:
        tx.procedures.put([Procedure(f"K-{number:02}", COMMON) for number in range(drifts.CHUNK)])
    drifts.look_nightly(store, "2026-11-24")
    drifts.look_nightly(store, "2026-11-24")
    with store.write() as tx:
        jobs = [leased[0] for leased in iter(tx.jobs.lease, None) if leased]
    payloads = [each.payload["procedures"] for each in jobs if each.kind == drifts.JOB]
    assert [len(each) for each in payloads] == [drifts.CHUNK, 1]  # type: ignore[arg-type]
    assert drifts.look(store, carla) == drifts.CHUNK + 1


def test_a_retired_procedure_has_no_pair(store: Store, carla: Person) -> None:
    drifts.keep(store, [official.KEY], [found(store)])
    with store.write() as tx:
        tx.procedures.put([replace(tx.procedures.get(official.KEY), status=ProcedureStatus.RETIRED)])
    assert ids(store, carla) == []


def test_a_procedure_shows_what_is_decided_to_be_done_otherwise(
    store: Store, carla: Person, bob: Person, charlie: Person
) -> None:
    both = [found(store), found(store, "practice", PRACTICE)]
    drifts.keep(store, [official.KEY], both)
    assert drifts.contradicting(store, bob, official.KEY) == ()
    drifts.decide(store, carla, both[0].id, DriftDecision.PROCEDURE_RIGHT)
    drifts.decide(store, carla, both[1].id, DriftDecision.NO_CONFLICT)
    assert [each.drift.source for each in drifts.contradicting(store, bob, official.KEY)] == [ANSWER]
    assert drifts.contradicting(store, charlie, official.KEY) == ()
