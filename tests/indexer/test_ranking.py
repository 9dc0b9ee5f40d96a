"""The arithmetic of ranking."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ranking import best_of, decay, sigmoid, standardised


def test_standardised_counts_deviations_from_the_mean_of_all() -> None:
    everything = np.array([1.0, 5.0], np.float32)  # mean 3, deviation 2
    assert standardised(np.array([3.0, 5.0, 7.0], np.float32), everything).tolist() == [0.0, 1.0, 2.0]


def test_standardised_bears_a_lane_of_equals_and_an_empty_one() -> None:
    assert standardised(np.array([3.0, 3.0], np.float32), np.array([3.0, 3.0], np.float32)).tolist() == [0.0, 0.0]
    nothing = np.zeros(0, np.float32)
    assert standardised(nothing, nothing).tolist() == []
    assert standardised(np.array([3.0], np.float32), nothing).tolist() == [0.0]


def test_the_best_of_each_group_even_when_all_of_it_are_below_nothing() -> None:
    values, groups = np.array([1, 4, -2, -3], np.float32), np.array([0, 0, 2, 2])
    assert best_of(values, groups).tolist() == [4, 0, -2]
    assert best_of(values, groups, np.array([True, False, False, True])).tolist() == [1, 0, -3]
    assert best_of(values[:0], groups[:0]).tolist() == []


@given(st.lists(st.tuples(st.floats(-9, 9, width=32), st.integers(0, 4), st.booleans())))
def test_the_best_of_is_a_plain_maximum(rows: list[tuple[float, int, bool]]) -> None:
    values, groups = np.array([row[0] for row in rows], np.float32), np.array([row[1] for row in rows], np.int64)
    best = best_of(values, groups, np.array([row[2] for row in rows], np.bool_))
    for group, found in enumerate(best.tolist()):
        assert found == max((value for value, of, counted in rows if of == group and counted), default=0)


def test_decay_halves_and_never_grows_with_the_future() -> None:
    assert decay(np.array([-5.0, 0.0, 10.0, 20.0]), 10.0).tolist() == [1.0, 1.0, 0.5, 0.25]


def test_sigmoid_is_one_half_at_nothing_and_never_overflows() -> None:
    assert sigmoid(0.0) == 0.5
    assert sigmoid(1e9) == pytest.approx(1.0) and sigmoid(-1e9) == pytest.approx(0.0)
