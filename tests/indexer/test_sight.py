"""A sight lays the visible passages out by document, and colleagues who may see the same share one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sight import Lane
from tests.indexer.conftest import Town

NOTHING = np.zeros(0, np.int64)


def laid(documents: list[int], where: list[bool]) -> tuple[Lane, np.ndarray]:
    """A lane of passages in their order of indexing, and the mask as the lane has it."""
    codes = np.array(documents, np.int64)
    rows = np.argsort(codes, kind="stable")
    sorted_codes = codes[rows]
    starts = np.flatnonzero(np.diff(sorted_codes, prepend=-1))
    mask = np.array(where, np.bool_)[rows]
    everywhere = np.ones(len(rows), np.bool_)
    return Lane(rows, sorted_codes[starts], starts, mask, everywhere, ~mask, mask.astype(np.int32)), mask


passages = st.lists(st.tuples(st.integers(0, 5), st.floats(-9, 9, width=32), st.booleans()))


@given(passages)
def test_the_best_of_each_document_is_a_plain_maximum(rows: list[tuple[int, float, bool]]) -> None:
    lane, mask = laid([row[0] for row in rows], [row[2] for row in rows])
    values = np.array([row[1] for row in rows], np.float32)[lane.rows]
    best, led = lane.part().best(values), lane.part("lead", "encoded").best(values)
    for document, whole, lead in zip(lane.documents, best, led, strict=True):
        assert whole == max(value for code, value, _ in rows if code == document)
        assert lead == max((value for code, value, there in rows if code == document and there), default=0)
    for part in (lane.part("lead"), lane.in_language(1)):
        assert part.there.tolist() == [any(there for code, _, there in rows if code == each) for each in lane.documents]
    assert not lane.part("lead", "english").there.any() and not lane.in_language(7).there.any()


@given(passages, st.data())
def test_the_passages_of_some_documents_come_with_their_owner(
    rows: list[tuple[int, float, bool]], data: st.DataObject
) -> None:
    lane, _ = laid([row[0] for row in rows], [row[2] for row in rows])
    wanted = data.draw(st.permutations(range(8)))[: len(lane.documents)]
    places = lane.places(np.array(wanted, np.int64))
    assert lane.documents[places].tolist() == [each for each in wanted if each in lane.documents]
    found, owner = lane.passages(places)
    pairs = [(rows[lane.rows[place]][0], int(lane.rows[place])) for place in found]
    assert pairs == [(int(lane.documents[places[each]]), pair[1]) for each, pair in zip(owner, pairs, strict=True)]
    assert sorted(row for _, row in pairs) == [
        row for row, each in enumerate(rows) if each[0] in lane.documents[places]
    ]


def test_an_empty_lane_has_nothing_and_bears_every_question() -> None:
    lane, _ = laid([], [])
    assert not len(lane.part().best(np.zeros(0, np.float32))) and not len(lane.part("lead").there)
    assert not len(lane.places(NOTHING))
    assert not len(lane.places(np.array([3]))) and not len(lane.passages(NOTHING)[0])


def test_colleagues_share_a_sight_until_something_is_new(sqlite_town: Town, tmp_path: Path) -> None:
    finder = sqlite_town.finder()
    alice, bob = sqlite_town.person("alice"), sqlite_town.person("bob")
    before = finder.question("train", bob).sight
    assert finder.question("ticket", bob).sight is before
    same = alice.roles.keys() == bob.roles.keys()
    assert (finder.question("train", alice).sight is before) == same
    sqlite_town.answer("dora", sqlite_town.ask("bob", "How is the plotter refilled?"), "With ink.")
    sqlite_town.follow()
    after = finder.question("train", bob).sight
    assert after is not before and len(after.columns.number) > len(before.columns.number)


@pytest.mark.parametrize("who", ["alice", "bob", "dora", "erik"])
def test_a_sight_holds_what_its_reader_may_read_and_no_more(sqlite_town: Town, who: str) -> None:
    reader = sqlite_town.person(who)
    sight = sqlite_town.finder().question("train", reader).sight
    words = sqlite_town.finder().catalogue.spaces.words
    seen = {words[code] for code in sight.columns.space[sight.allowed & (sight.columns.lane != 2)]}
    assert seen <= set(reader.roles)
    assert sight.without(int(sight.columns.document[0])).allowed.sum() < sight.allowed.sum()
