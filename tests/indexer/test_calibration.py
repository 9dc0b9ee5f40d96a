"""From scores to bands: what is shown, what votes, what is promised."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from indexer.calibration import ENOUGH, HEARD_FROM, SHOWN_FROM, VOTES_FROM, Calibration, features
from indexer.experts import Candidates
from indexer.pipeline import KEY_BONUS, Question, Run
from kb.model import Band

SHIPPED = Calibration.shipped("multilingual-e5-small-0123456789ab")


class Covered:
    """Stands for a question of which every row covers the same share."""

    def __init__(self, share: float) -> None:
        self.covering = np.full(99, share, np.float32)


def question(share: float) -> Question:
    return cast(Question, cast(Any, Covered(share)))


def run(*cosines: float, bonus: float = 0.0) -> Run:
    cosine = np.array(cosines, np.float32)
    rows = np.arange(len(cosines))
    return Run(1, rows, cosine * 10 + np.float32(bonus), cosine * 0, cosine * 0, cosine * 10, cosine, rows)


def judge(found: Run, share: float, lane: str = "answers") -> Any:
    return SHIPPED.judge(question(share), {lane: found})


def test_the_nearer_the_likelier_and_the_bands_follow() -> None:
    judged = [judge(run(cosine, 0.7), 0.6) for cosine in np.linspace(0.6, 1, 40)]
    probabilities = [each.probability for each in judged]
    assert probabilities == sorted(probabilities) and 0 <= probabilities[0] < probabilities[-1] <= 1
    bands = list(dict.fromkeys(each.band for each in judged))
    assert bands == [Band.ASK, Band.MAYBE, Band.ANSWERED]


def test_what_covers_more_of_the_question_is_likelier_to_be_about_it() -> None:
    about = [judge(run(0.86, 0.7), share).confidence["answers"] for share in (0.0, 0.1, 0.2, 0.3)]
    assert about == sorted(about) and about[0] < about[-1]


def test_what_is_far_is_not_shown_and_votes_for_nobody() -> None:
    judged = judge(run(0.95, 0.7), 0.6)
    assert len(judged.shown["answers"]) == len(judged.voting["answers"]) == 1
    assert judged.confidence["answers"] >= SHOWN_FROM


def test_where_nothing_is_likely_to_be_about_it_nothing_votes() -> None:
    weak = run(0.857)
    alone = SHIPPED.judge(question(0.0), {"answers": weak})
    heard = SHIPPED.judge(question(0.0), {"answers": weak, "procedures": run(0.95)})
    assert VOTES_FROM <= alone.confidence["answers"] < HEARD_FROM
    assert len(alone.voting["answers"]) == 0 and len(heard.voting["answers"]) == 1


def test_profiles_answer_nothing() -> None:
    assert judge(run(0.95), 0.9, "people").band is Band.ASK


def test_a_key_that_was_named_is_always_shown() -> None:
    judged = judge(run(0.5, bonus=KEY_BONUS), 0.0, "procedures")
    assert len(judged.shown["procedures"]) == 1 and judged.band is Band.ANSWERED


def test_nothing_found_promises_nothing() -> None:
    judged = judge(run(), 0.0)
    assert (judged.band, judged.probability, judged.confidence) == (Band.ASK, 0.0, {"answers": 0.0})


def test_the_gap_is_to_the_best_other_hit() -> None:
    seen = features(question(0.5), run(0.9, 0.8, 0.7))
    assert seen[:, 3] == pytest.approx([1.0, -1.0, -2.0], abs=1e-5)
    assert features(question(0.5), run(0.9))[:, 3].tolist() == [1.0]
    assert seen[:, 2].tolist() == [pytest.approx(ENOUGH)] * 3


def test_people_get_falling_probabilities() -> None:
    score = np.array([1.5, 0.5, 0.1], np.float32)
    chances = SHIPPED.people(Candidates(np.arange(3), score, {}))
    assert chances == sorted(chances, reverse=True) and all(0 < each < 1 for each in chances)
    assert SHIPPED.people(Candidates(np.arange(0), score[:0], {})) == []


def test_other_models_are_judged_by_deviations() -> None:
    other = Calibration.shipped("another-model")
    judged = other.judge(question(0.9), {"answers": run(0.95, 0.1)})
    assert len(judged.shown["answers"]) == 1 and not other.by_cosine
