"""Probabilities learn from what people say of what they were shown."""

from __future__ import annotations

import random

import pytest

from indexer.feedback import FEWEST, UNCHANGED, Told, heard, moved


def outcomes(many: int, holds: float) -> list[Told]:
    """Promises from .1 to .9; each holds `holds` times as often as was promised."""
    chance = random.Random(4)
    said = [chance.uniform(0.1, 0.9) for _ in range(many)]
    return [Told(each, chance.random() < each * holds) for each in said]


def test_a_site_where_half_of_what_is_promised_holds_promises_less() -> None:
    line = heard(outcomes(400, holds=0.5))
    assert line is not None
    assert moved(0.8, line) == pytest.approx(0.4, abs=0.1)
    assert moved(0.3, line) < moved(0.8, line)


def test_a_site_where_promises_hold_keeps_them() -> None:
    line = heard(outcomes(400, holds=1.0)) or UNCHANGED
    assert moved(0.7, line) == pytest.approx(0.7, abs=0.06)


def test_little_said_changes_nothing() -> None:
    assert heard(outcomes(FEWEST - 1, holds=0.2)) is None


def test_what_the_later_outcomes_contradict_is_not_believed() -> None:
    early, late = outcomes(200, holds=0.3), [Told(each.said, True) for each in outcomes(100, holds=1.0)]
    assert heard([*early, *late]) is None


def test_lines_add_up() -> None:
    """What is promised under the first line holds half as often again: the second line stands on the first."""
    first = heard(outcomes(400, holds=0.5))
    assert first is not None
    again = [Told(moved(each.said, first), each.answered) for each in outcomes(400, holds=0.25)]
    second, apart = heard(again, first), heard(again)
    assert second is not None and apart is not None
    assert moved(0.6, second) == pytest.approx(moved(moved(0.6, first), apart), abs=0.002)
    assert moved(0.6, second) < moved(0.6, first)


def test_better_news_never_becomes_worse_news() -> None:
    contrary = [Told(each.said, not each.answered) for each in outcomes(400, holds=1.0)]
    line = heard(contrary)
    assert line is not None and moved(0.9, line) >= moved(0.1, line)
