"""The stages of the ranking one by one, on passages whose words and nearness are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import pipeline
from indexer.pipeline import (
    COVERED_WEIGHT,
    FEWEST,
    KEY_BONUS,
    LEAD,
    PIPELINES,
    SECOND_OPINION,
    WORDS_WEIGHT,
    Question,
    Run,
    by_meaning,
    by_words,
    exact,
    first,
    fuse,
    latest,
    nearest,
    ordered,
    reconsider,
    texts,
)
from indexer.ranking import standardised
from indexer.sight import Sight
from tests.indexer.based import ANSWERS, PROCEDURES, Base, Indexed, Said, duty, lead, said, section

CLOSE = 2e-3  # vectors are kept in half precision, which moves a standard deviation by so much


@pytest.fixture
def indexed(tmp_path: Path) -> Indexed:
    return lambda *passages: Base(tmp_path, passages)


def of(base: Base, run: Run, values: np.ndarray) -> dict[str, float]:
    return dict(zip(base.ids(run), values.tolist(), strict=True))


# nearest


def test_nearest_gives_each_document_of_the_lane_once_by_its_best_passage(indexed: Indexed) -> None:
    base = indexed(
        said("train", 0.5), said("train", 0.9, kind="answer", part="a"), said("laser", 0.6), said("plants", 0.4),
        said("KEY-1", 0.9, kind="procedure", part="en/section 1"),
    )  # fmt: skip
    run = nearest(base.ask(), ANSWERS)
    assert sorted(base.ids(run)) == ["laser", "plants", "train"] and not run.score.any() and not len(run.rows)
    expected = standardised(np.array([0.9, 0.6, 0.4]), np.array([0.5, 0.9, 0.6, 0.4]))
    assert of(base, run, run.meaning) == pytest.approx(
        dict(zip(("train", "laser", "plants"), expected.tolist(), strict=True)), abs=CLOSE
    )
    assert of(base, run, run.cosine)["train"] == pytest.approx(0.9, abs=CLOSE)


def test_what_the_lead_of_a_procedure_says_counts_once_more(indexed: Indexed) -> None:
    base = indexed(
        lead("about it", 0.9), section("about it", 0.5), lead("touching it", 0.5), section("touching it", 0.9)
    )
    meaning = of(base, run := nearest(base.ask(), PROCEDURES), run.meaning)
    assert meaning["about it"] == pytest.approx(1.0, abs=CLOSE)
    assert meaning["touching it"] == pytest.approx((1 - LEAD) / (1 + LEAD), abs=CLOSE)


def test_a_document_without_a_lead_is_its_best_passage(indexed: Indexed) -> None:
    base = indexed(lead("led", 0.5), section("led", 0.5, "other words"), duty("bare", 0.9))
    meaning = of(base, run := nearest(base.ask(), PROCEDURES), run.meaning)
    assert meaning["bare"] == pytest.approx(2**0.5, abs=CLOSE)


def test_words_in_the_lead_weigh_more_than_the_same_words_further_down(indexed: Indexed) -> None:
    base = indexed(
        lead("above", 0.5, "claim the journey"), section("above", 0.5, "sign the form"),
        lead("below", 0.5, "sign some form"), section("below", 0.5, "claim a journey"), lead("third", 0.5, "nothing"),
    )  # fmt: skip
    words = of(base, run := nearest(base.ask("journey"), PROCEDURES), run.words)
    assert words["above"] > words["below"] > words["third"]


def test_passages_without_a_vector_are_no_part_of_the_scale(indexed: Indexed) -> None:
    lane = [said("near", 0.9), said("far", 0.5)]
    alone = indexed(*lane, said("unread", 0.0), said("far", 0.0, part="/3"))
    meaning = of(alone, run := nearest(alone.ask(), ANSWERS), run.meaning)
    assert meaning == pytest.approx({"near": 1.0, "far": -1.0, "unread": 0.0}, abs=CLOSE)


def test_hidden_passages_are_not_there_and_move_no_score(tmp_path: Path) -> None:
    seen = [said("train", 0.9, "book a train"), said("laser", 0.5, "the laser drifts"), said("plants", 0.4, "water")]
    hidden = [said("secret", 0.95, "book the secret train train train"), said("train", 0.99, "train", part="/1")]
    base, without = Base(tmp_path / "a", [*seen, *hidden]), Base(tmp_path / "b", seen)
    run, expected = (
        texts(base.ask("book a train", hidden=(4, 5)), ANSWERS), texts(without.ask("book a train"), ANSWERS)
    )  # fmt: skip
    assert base.ids(run) == without.ids(expected)
    assert run.score.tolist() == pytest.approx(expected.score.tolist(), abs=1e-5)
    assert not {3, 4} & set(run.rows.tolist())


# fuse


def test_fuse_adds_the_words_and_how_much_of_the_question_they_cover(indexed: Indexed) -> None:
    base = indexed(said("a", 0.9, "x"), said("b", 0.5, "pump"), said("c", 0.4, "y"))
    question = base.ask("pump seal")
    run = nearest(question, ANSWERS)
    covered = np.array([question.covering[base.catalogue.columns.document == code].max() for code in run.documents])
    assert 0 < covered.max() < 1
    assert run.worded == pytest.approx(WORDS_WEIGHT * run.words + COVERED_WEIGHT * covered, abs=1e-6)
    assert fuse(question, run).score == pytest.approx(run.meaning + run.worded)
    assert (by_words(question, run).score == run.words).all()
    assert (by_meaning(question, run).score == run.meaning).all()


def two_languages(count: int) -> list[Said]:
    """The nearer an English text, the more of the question it says; one French text is as near as the best."""
    words = ["seal", "pump seal", "leaking pump seal"]
    lane = [said(f"en{n}", 0.3 + n / 100, f"{words[3 * n // count]} {n}") for n in range(count)]
    return [*lane, said("fr", 0.3 + count / 100, "le joint fuit", language="fr")]


def test_a_text_in_another_language_is_owed_what_its_nearness_promises(indexed: Indexed) -> None:
    base = indexed(*two_languages(FEWEST))
    english = base.catalogue.languages.find("en")
    question = replace(base.ask("leaking pump seal"), language=english)
    worded = of(base, run := nearest(question, ANSWERS), run.worded)
    assert worded["en0"] < worded["en15"] < worded["fr"] and base.ids(ordered(fuse(question, run)))[0] == "fr"
    blind = nearest(base.ask("leaking pump seal"), ANSWERS)
    assert of(base, blind, blind.worded)["fr"] == min(blind.worded)
    assert {id: each for id, each in worded.items() if id != "fr"} == {
        id: each for id, each in of(base, blind, blind.worded).items() if id != "fr"
    }


def test_few_texts_in_the_questions_language_promise_nothing(indexed: Indexed) -> None:
    base = indexed(*two_languages(FEWEST - 1))
    question = replace(base.ask("leaking pump seal"), language=base.catalogue.languages.find("en"))
    run = nearest(question, ANSWERS)
    assert of(base, run, run.worded)["fr"] == min(run.worded)


# first


def test_first_orders_the_documents_and_each_is_spoken_for_by_its_nearest_passage(indexed: Indexed) -> None:
    base = indexed(
        lead("low", 0.4), section("low", 0.5), lead("high", 0.6), duty("high", 0.9), section("high", 0.7),
    )  # fmt: skip
    question = base.ask()
    run = first(question, fuse(question, nearest(question, PROCEDURES)))
    assert base.ids(run) == ["high", "low"] and base.parts(run) == ["en/1", "en/section 1"]


def test_between_passages_equally_near_the_one_that_says_the_words_speaks(indexed: Indexed) -> None:
    base = indexed(duty("x", 0.8, "sign it"), duty("x", 0.8, "keep the hotel bill", "en/2"), duty("y", 0.2, "other"))
    question = base.ask("hotel bill")
    assert base.parts(first(question, fuse(question, nearest(question, PROCEDURES))))[0] == "en/2"


def test_only_the_best_go_on_and_those_that_are_named(indexed: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "DEPTH", 2)
    base = indexed(*(lead(name, near) for name, near in (("A", 0.9), ("B", 0.8), ("C", 0.7), ("D", 0.6))))
    for key, expected in (("", ["A", "B"]), ("D", ["A", "B", "D"])):
        question = base.ask(key=key)
        assert base.ids(first(question, fuse(question, nearest(question, PROCEDURES)))) == expected


# reconsider


def english_lane(count: int = FEWEST) -> list[Said]:
    """Documents of two languages; the second encoder likes the last English one most."""
    lane = [said(f"en{n}", 0.9 - n / 100, f"word{n}", english=0.3 + n / 100) for n in range(count)]
    return [*lane, said("fr", 0.85, "mot", language="fr")]


def before_and_after(base: Base, english: bool = True) -> tuple[Question, Run, Run]:
    question = base.ask(english=english)
    run = fuse(question, nearest(question, ANSWERS))
    return question, run, reconsider(question, run)


def test_english_documents_are_half_of_what_the_second_encoder_says_others_stay(indexed: Indexed) -> None:
    base = indexed(*english_lane())
    _, before, after = before_and_after(base)
    opinions = np.array([0.3 + n / 100 for n in range(FEWEST)])
    second = standardised(opinions, opinions)
    was, now = of(base, before, before.meaning), of(base, after, after.meaning)
    assert now["fr"] == was["fr"]
    for number, opinion in enumerate(second.tolist()):
        id = f"en{number}"
        assert now[id] == pytest.approx((1 - SECOND_OPINION) * was[id] + SECOND_OPINION * opinion, abs=0.05)
    scores_before, scores = of(base, before, before.score), of(base, after, after.score)
    for id in now:
        assert scores[id] - scores_before[id] == pytest.approx(now[id] - was[id], abs=1e-5)
    assert base.ids(ordered(before))[0] == "en0" and base.ids(ordered(after)) != base.ids(ordered(before))


def test_rows_go_with_their_documents_best_first(indexed: Indexed) -> None:
    base = indexed(*english_lane())
    question, before, after = before_and_after(base)
    for run in (first(question, before), first(question, after)):
        assert (base.catalogue.columns.document[run.rows] == run.documents).all() and (np.diff(run.score) <= 0).all()


def test_a_question_in_another_language_is_not_reconsidered(indexed: Indexed) -> None:
    _, before, after = before_and_after(indexed(*english_lane()), english=False)
    assert after is before


def test_too_few_english_texts_are_no_scale_for_a_second_opinion(indexed: Indexed) -> None:
    _, before, after = before_and_after(indexed(*english_lane(FEWEST - 1)))
    assert after is before


def test_the_second_opinion_reads_only_what_the_reader_may(tmp_path: Path) -> None:
    lane = english_lane()
    secret = said("secret", 0.2, "secret", english=0.99)
    base, without = Base(tmp_path / "a", [*lane, secret]), Base(tmp_path / "b", lane)
    run = texts(base.ask("word1", hidden=(len(lane) + 1,), english=True), ANSWERS)
    expected = texts(without.ask("word1", english=True), ANSWERS)
    assert base.ids(run) == without.ids(expected)
    assert run.score.tolist() == pytest.approx(expected.score.tolist(), abs=1e-4)


def test_a_text_that_is_passed_over_moves_no_score_and_votes_for_nobody(tmp_path: Path) -> None:
    asked = said("own", 0.99, "leaking pump seal 3", english=0.99)
    answer, other = said("own", 0.9, "seal", kind="answer", part="a"), said("en1", 0.3, "bolt", kind="answer", part="a")
    by = [replace(each, passage=replace(each.passage, author="ann")) for each in (answer, other)]
    lane = [*english_lane(FEWEST), *two_languages(FEWEST), asked, *by, lead("KEY-1", 0.5), lead("KEY-2", 0.4)]
    base = Base(tmp_path, lane)
    question = replace(base.ask("leaking pump seal", english=True), language=base.catalogue.languages.find("en"))
    own = base.catalogue.documents.find("answers\nown")
    over = replace(question, sight=question.sight.without(own))
    masked = replace(question, sight=Sight(question.columns, over.allowed))
    assert len(question.sight.answers.rows) == 2
    assert over.sight.answers.rows.tolist() == masked.sight.answers.rows.tolist()
    for name in PIPELINES:
        for number in (PROCEDURES, ANSWERS):
            run, expected = texts(over, number, name), texts(masked, number, name)
            assert base.ids(run) == base.ids(expected) and "own" not in base.ids(run)
            for part in ("score", "words", "worded", "meaning", "cosine"):
                assert getattr(run, part) == pytest.approx(getattr(expected, part), abs=1e-6), (name, part)


# exact


def test_a_key_that_is_named_comes_first_though_nothing_else_speaks_for_it(indexed: Indexed) -> None:
    base = indexed(lead("A", 0.9, "book a train"), lead("B", 0.8), lead("KEY-1", 0.1, "holidays"))
    question = base.ask("book a train", key="KEY-1")
    run = texts(question, PROCEDURES)
    assert base.ids(run) == ["KEY-1", "A", "B"] and run.score[0] > KEY_BONUS / 2
    unnamed = base.ask("book a train")
    before = first(unnamed, fuse(unnamed, nearest(unnamed, PROCEDURES)))
    assert exact(unnamed, before) is before


def test_the_key_of_a_hidden_procedure_brings_nothing(indexed: Indexed) -> None:
    base = indexed(lead("A", 0.9), lead("KEY-1", 0.5))
    run = texts(base.ask(key="KEY-1", hidden=(2,)), PROCEDURES)
    assert base.ids(run) == ["A"] and run.score[0] < KEY_BONUS / 2


# the whole


def test_an_empty_lane_gives_an_empty_run_through_every_stage(indexed: Indexed) -> None:
    base = indexed(said("train", 0.9, "train"))
    question = base.ask("train", hidden=(1,), english=True)
    for name in PIPELINES:
        for lane in range(3):
            run = texts(question, lane, name)
            assert len(run) == len(run.documents) == len(run.rows) == 0
    assert len(latest(question, ANSWERS)) == 0


def test_a_lane_of_one_passage_has_a_finite_score(indexed: Indexed) -> None:
    run = texts(indexed(lead("KEY-1", 0.9, "holidays")).ask("holidays"), PROCEDURES)
    assert len(run) == 1 and np.isfinite(run.score).all()


@pytest.mark.parametrize("name", PIPELINES)
def test_every_pipeline_is_its_stages_one_after_the_other(indexed: Indexed, name: str) -> None:
    base = indexed(*english_lane())
    question = base.ask("word3 mot", english=True)
    run = nearest(question, ANSWERS)
    for stage in PIPELINES[name]:
        run = stage(question, run)
    assert base.ids(texts(question, ANSWERS, name)) == base.ids(run)


WORDS = ("pump", "valve", "seal", "joint")
passages = st.lists(
    st.tuples(
        st.integers(0, 5), st.sampled_from([0.0, 0.2, 0.5, 0.8, 0.95]), st.sampled_from([0.0, 0.3, 0.9]),
        st.lists(st.sampled_from(WORDS), max_size=5), st.sampled_from(["procedure", "duty", "question", "answer"]),
        st.booleans(),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lane=passages, words=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join), english=st.booleans())
def test_whatever_is_indexed_each_readable_document_comes_once_best_first_with_a_passage_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, lane: list[tuple[int, float, float, list[str], str, bool]], words: str,
    english: bool,
) -> None:  # fmt: skip
    made = [
        said(f"d{document}", near, " ".join([*text, f"n{number}"]), kind=kind, english=second,
             part="en/lead" if number % 3 == 0 else f"en/{number}")
        for number, (document, near, second, text, kind, _) in enumerate(lane)
    ]  # fmt: skip
    hidden = [number for number, each in enumerate(lane, 1) if each[-1]]
    base = Base(tmp_path_factory.mktemp("base"), made)
    question = base.ask(words, hidden, english=english)
    columns = question.columns
    for number in (PROCEDURES, ANSWERS):
        readable = set(columns.document[question.allowed & (columns.lane == number)].tolist())
        for name in PIPELINES:
            run = texts(question, number, name)
            assert sorted(run.documents.tolist()) == sorted(readable)
            assert np.isfinite(run.score).all() and (np.diff(run.score) <= 0).all()
            assert question.allowed[run.rows].all() and (columns.document[run.rows] == run.documents).all()


def test_the_latest_of_each_document_are_listed_newest_first(indexed: Indexed) -> None:
    base = indexed(
        said("train", 0.5, created=10.0), said("train", 0.6, kind="answer", part="a", created=30.0),
        said("laser", 0.5, created=25.0), said("plants", 0.5, created=5.0),
    )  # fmt: skip
    assert latest(base.ask(), ANSWERS).rows.tolist() == [1, 2, 3]
    run = latest(base.ask(hidden=(2,)), ANSWERS)
    assert base.ids(run) == ["laser", "train", "plants"] and not run.score.any()


def test_equal_scores_keep_the_order_of_indexing() -> None:
    scores = np.array([1, 3, 3], np.float32)
    run = ordered(Run(ANSWERS, np.array([7, 9, 8]), scores, scores, scores, scores, scores, np.array([0, 1, 2])))
    assert run.documents.tolist() == [8, 9, 7] and run.rows.tolist() == [2, 1, 0]
    assert replace(run, rows=np.zeros(0, np.int64)).taken(slice(1)).rows.tolist() == []
