"""Who would be asked if a question were posted now: what is foreseen is what happens."""

from __future__ import annotations

import pytest

from kb import Store, routes
from kb.model import Band, Person, Question
from kb.routing import Candidate, Circle
from tests.kb.crowd import ask, requests, work
from tests.people import COMMON, FINANCE, Clock, routed


@pytest.fixture
def asked(crowd: Store) -> Question:
    return ask(crowd)


def test_what_is_foreseen_is_what_happens(crowd: Store, asked: Question, clock: Clock, alice: Person) -> None:
    near = [Candidate(id, 1.0, 0.5) for id in ("bob", "more0", "more1", "more2", "more3")]
    foreseen = routes.foresee(crowd, alice, COMMON, near, struck=["more0"])
    routes.begin(crowd, asked.id, Band.ASK, 0.1, "v1", near, struck=["more0"])
    first, second = foreseen.waves
    assert requests(crowd, asked) == sorted(candidate.person for candidate, _ in first.asks) == ["bob", "more1"]
    clock.now = first.ends
    work(crowd, clock)
    assert requests(crowd, asked) == ["bob", "more1", "more2", "more3"]
    assert [candidate.person for candidate, _ in second.asks] == ["more2", "more3"]
    assert [each.person for each in foreseen.keepers] == ["dora"] and foreseen.readers == 12


def test_where_all_of_the_first_have_their_request_of_the_day_the_next_are_foreseen_when_patience_ends(
    crowd: Store, asked: Question, clock: Clock, alice: Person
) -> None:
    routed(crowd, ask(crowd), "bob")
    found = [Candidate("bob", 1.0, 0.5), Candidate("more1", 0.5, 0.2, Circle.WIDE)]
    first, second = routes.foresee(crowd, alice, COMMON, found).waves
    routes.begin(crowd, asked.id, Band.ASK, 0.1, "v1", found)
    assert requests(crowd, asked) == [*first.asks] == [] and first.ends > clock.now
    clock.now = first.ends
    work(crowd, clock)
    assert requests(crowd, asked) == [candidate.person for candidate, _ in second.asks] == ["more1"]
    assert [starts for _, starts in second.asks] == [first.ends]


def test_foreseeing_writes_nothing_and_counts_who_can_read(crowd: Store, alice: Person) -> None:
    seen = routes.foresee(crowd, alice, FINANCE, [Candidate("bob", 1.0, 0.5)])
    assert [wave.asks for wave in seen.waves] == [(), ()] and seen.readers == 1
    assert routes.foresee(crowd, alice, "partner", []).readers == 13
    with crowd.read() as tx:
        assert tx.routes.find("") is None and tx.jobs.waiting() == 0
