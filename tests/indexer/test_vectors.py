"""Vectors of one byte a number are near enough to the exact ones, on every shape."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.vectors import Vectors


def random(rows: int, dimension: int, seed: int = 1) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def kept(rows: np.ndarray) -> Vectors:
    vectors = Vectors(rows.shape[1], len(rows))
    vectors.put(np.arange(len(rows)), rows)
    return vectors


@pytest.mark.parametrize("rows", [1, 2, 7, 500])
@pytest.mark.parametrize("dimension", [1, 5, 257, 384])
def test_nearness_is_the_cosine_to_a_hundredth(rows: int, dimension: int) -> None:
    exact, query = random(rows, dimension), random(1, dimension, seed=2)[0]
    assert kept(exact).nearness(query) == pytest.approx(exact @ query, abs=0.012)


def test_at_the_size_of_an_encoder_it_is_off_by_a_thousandth() -> None:
    exact, query = random(2000, 384), random(1, 384, seed=2)[0]
    off = kept(exact).nearness(query) - exact @ query
    assert np.abs(off).max() < 0.005 and off.std() < 0.0015


def test_the_largest_numbers_do_not_overflow() -> None:
    """255 x 63 twice is as much as sixteen bits hold: what processors without VNNI add up in."""
    exact = np.full((4, 384), 384**-0.5, np.float32) * np.array([[1], [-1], [1], [-1]], np.float32)
    assert kept(exact).nearness(exact[0]) == pytest.approx([1, -1, 1, -1], abs=1e-3)


def test_rows_of_zeros_are_rows_without_a_vector_and_a_query_of_zeros_is_near_to_none() -> None:
    rows = random(3, 8)
    rows[1] = 0
    vectors = kept(rows)
    assert vectors.there.tolist() == [True, False, True] and vectors.nearness(rows[0])[1] == 0
    assert not vectors.nearness(np.zeros(8, np.float32)).any()
    assert len(Vectors(0, 3).nearness(np.zeros(0, np.float32))) == 3 and len(Vectors(4).nearness(rows[0, :4])) == 0


def test_a_view_keeps_what_it_has_while_the_whole_grows() -> None:
    vectors = kept(random(3, 8))
    view, before = vectors.first(2), vectors.first(2).floats()
    grown = vectors.grown(10)
    grown.put(np.array([0, 5]), random(2, 8, seed=3))
    assert len(grown) == 10 and (view.floats() == before).all() and (grown.floats()[1:3] == vectors.floats()[1:3]).all()
