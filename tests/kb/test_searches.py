"""Searches in vain: words and a count, never who; shown to keepers who read what the searcher read."""

from __future__ import annotations

from datetime import timedelta

from kb import Store, searches
from tests import people
from tests.people import Clock


def found(store: Store, who: str) -> list[tuple[str, int]]:
    return [(each.text, each.count) for each in searches.empty(store, people.get(store, who))]


def test_words_are_counted_whoever_typed_them_and_however(settled: Store) -> None:
    for who, text in (("bob", "Parking  permit"), ("dora", "parking permit"), ("erik", "moving house"), ("bob", " ")):
        searches.keep(settled, people.get(settled, who), text)
    assert found(settled, "dora") == found(settled, "erik") == [("parking permit", 2), ("moving house", 1)]


def test_only_those_who_keep_a_space_see_them(settled: Store) -> None:
    searches.keep(settled, people.get(settled, "bob"), "parking")
    assert found(settled, "bob") == found(settled, "charlie") == found(settled, "fanny") == []


def test_words_of_somebody_who_reads_a_restricted_space_are_for_those_who_read_it_too(settled: Store) -> None:
    searches.keep(settled, people.get(settled, "alice"), "merger ledger")
    searches.keep(settled, people.get(settled, "bob"), "merger ledger")
    assert found(settled, "alice") == [("merger ledger", 2)]
    assert found(settled, "dora") == [("merger ledger", 1)]


def test_after_ninety_days_they_are_forgotten(settled: Store, clock: Clock) -> None:
    searches.keep(settled, people.get(settled, "bob"), "parking")
    clock.now += timedelta(days=91)
    assert found(settled, "dora") == []


def test_what_was_forgotten_is_counted_from_one_again(settled: Store, clock: Clock) -> None:
    searches.keep(settled, people.get(settled, "bob"), "parking")
    clock.now += timedelta(days=91)
    searches.keep(settled, people.get(settled, "bob"), "parking")
    assert found(settled, "dora") == [("parking", 1)]
