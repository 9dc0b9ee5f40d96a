"""Texts in heaps by meaning, and how near is near."""

from __future__ import annotations

import numpy as np

from indexer.heaps import heaps
from indexer.spread import Spread
from tests.indexer.conftest import Town


def test_what_lies_together_is_one_heap_and_the_rest_stands_alone() -> None:
    random = np.random.default_rng(7)
    lane = random.normal(size=(400, 32)).astype(np.float32)
    lane /= np.linalg.norm(lane, axis=1, keepdims=True)
    near = lane[:3] + random.normal(scale=0.02, size=(3, 32)).astype(np.float32)
    found = heaps(np.vstack([lane[:4], near]), Spread.of(lane))
    assert found == [[0, 4], [1, 5], [2, 6], [3]]
    assert heaps(lane[:0], Spread.of(lane)) == [] and heaps(lane[:1], Spread.of(lane)) == [[0]]


def test_a_cosine_is_measured_against_all_cosines_of_the_text() -> None:
    random = np.random.default_rng(7)
    lane = random.normal(size=(300, 16)).astype(np.float32)
    cosines = lane[:2] @ lane.T
    expected = (cosines - cosines.mean(axis=1, keepdims=True)) / cosines.std(axis=1, keepdims=True)
    assert np.allclose(Spread.of(lane).above(lane[:2], lane), expected, atol=1e-3)


def test_questions_and_searched_words_are_heaped_together(town: Town) -> None:
    for number in range(60):  # so few texts have no spread to measure by
        town.ask("bob", f"Matter{number} of kind{number} under heading{number}")
    town.follow()
    with town.store.read() as tx:
        title = tx.questions.get("train").title
    found = town.finder().heaped(["train", "laser", "gone"], [title, "boats"])
    assert [0, 3] in found and [2] in found, "the question and its own words; what the index does not know"
    assert sorted(place for heap in found for place in heap) == [0, 1, 2, 3, 4]
    assert town.finder().heaped([], []) == []
