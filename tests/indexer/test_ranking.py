"""The arithmetic of ranking."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.ranking import decay, sigmoid, standardised


def test_standardised_counts_deviations_from_the_mean_of_all() -> None:
    everything = np.array([1.0, 5.0], np.float32)  # mean 3, deviation 2
    assert standardised(np.array([3.0, 5.0, 7.0], np.float32), everything).tolist() == [0.0, 1.0, 2.0]


def test_standardised_bears_a_lane_of_equals_and_an_empty_one() -> None:
    assert standardised(np.array([3.0, 3.0], np.float32), np.array([3.0, 3.0], np.float32)).tolist() == [0.0, 0.0]
    nothing = np.zeros(0, np.float32)
    assert standardised(nothing, nothing).tolist() == []
    assert standardised(np.array([3.0], np.float32), nothing).tolist() == [0.0]


def test_decay_halves_and_never_grows_with_the_future() -> None:
    assert decay(np.array([-5.0, 0.0, 10.0, 20.0]), 10.0).tolist() == [1.0, 1.0, 0.5, 0.25]


def test_sigmoid_is_one_half_at_nothing_and_never_overflows() -> None:
    assert sigmoid(0.0) == 0.5
    assert sigmoid(1e9) == pytest.approx(1.0) and sigmoid(-1e9) == pytest.approx(0.0)
