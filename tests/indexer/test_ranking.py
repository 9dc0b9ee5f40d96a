"""The arithmetic of ranking."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.ranking import decay, sigmoid, standardised, top


def test_top_keeps_the_best_in_order_and_the_earlier_of_equals() -> None:
    scores, rows = np.array([1, 3, 2, 3], np.float32), np.array([10, 11, 12, 13])
    assert top(scores, rows, 3).tolist() == [11, 13, 12]
    assert top(scores, rows, 9).tolist() == [11, 13, 12, 10]
    assert top(scores[:0], rows[:0], 3).tolist() == []


def test_standardised_counts_deviations_and_bears_a_lane_of_equals() -> None:
    assert standardised(np.array([3.0, 5.0], np.float32), 3.0, 2.0).tolist() == [0.0, 1.0]
    assert standardised(np.array([3.0], np.float32), 3.0, 0.0).tolist() == [0.0]


def test_decay_halves_and_never_grows_with_the_future() -> None:
    assert decay(np.array([-5.0, 0.0, 10.0, 20.0]), 10.0).tolist() == [1.0, 1.0, 0.5, 0.25]


def test_sigmoid_is_one_half_at_nothing_and_never_overflows() -> None:
    assert sigmoid(0.0) == 0.5
    assert sigmoid(1e9) == pytest.approx(1.0) and sigmoid(-1e9) == pytest.approx(0.0)
