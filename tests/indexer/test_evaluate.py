"""Judged questions, answered and scored: the same numbers as the public scorer's, and the real data left alone."""

from __future__ import annotations

import gzip
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.evaluate import evaluate, measures, pipelines, ranked, score
from kb.errors import Unreadable
from tests.indexer.tiny_kit import CREATED, SUBJECTS, tiny_kit, to_answers, to_experts
from tests.stand_in import stand_in

SCORER = Path(__file__).parents[3] / "shared" / "kits" / "score.py"


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return tiny_kit(tmp_path / "tiny")


@pytest.mark.parametrize("task", ["answers", "experts"])
def test_the_run_scores_the_same_under_the_public_scorer(kit: Path, tmp_path: Path, task: str) -> None:
    if not SCORER.exists():
        pytest.skip("the kits and their scorer are not beside this checkout")
    if task == "experts":
        to_experts(kit)
    run = tmp_path / "run.jsonl"
    rows = evaluate(kit, tmp_path / "data", stand_in(), run_file=run)
    assert [row.pop("pipeline") for row in rows] == list(pipelines(kit))
    told = subprocess.run([sys.executable, SCORER, kit, run], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == rows[-1]
    assert rows[-1]["MRR"] > 0.5 and rows[-1]["queries"] == 6


def test_everything_stays_in_its_own_folder_and_is_kept(kit: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "kb.sqlite").write_bytes(b"the real one")
    encoder = stand_in()
    first = evaluate(kit, data, encoder)
    encoded = encoder.encoded
    assert evaluate(kit, data, encoder) == first
    assert encoder.encoded == encoded
    assert sorted(each.name for each in data.iterdir()) == ["evaluations", "kb.sqlite"]
    assert (data / "kb.sqlite").read_bytes() == b"the real one"


def test_one_pipeline_may_be_chosen(kit: Path, tmp_path: Path) -> None:
    (row,) = evaluate(kit, tmp_path / "data", stand_in(), only="lexical")
    assert row["pipeline"] == "lexical"
    with pytest.raises(Unreadable, match="no pipeline 'best': choose lexical"):
        evaluate(kit, tmp_path / "data", stand_in(), only="best")


def test_answers_are_ranked_by_their_own_text_where_a_kit_judges_them(kit: Path, tmp_path: Path) -> None:
    before = evaluate(kit, tmp_path / "before", stand_in())
    assert not any("MAP of answers" in row for row in before)
    to_answers(kit)
    rows = evaluate(kit, tmp_path / "data", stand_in())
    assert all(row["MAP of answers"] == 1 for row in rows)
    runs = ranked(kit, tmp_path / "data", stand_in(), ["fused"])["fused"]
    answers = runs.answers["j0"]
    assert answers[0] == "a0" and sorted(answers) == [*(f"a{n}" for n in range(len(SUBJECTS))), "a9"]
    shoes = runs.answers["j4"]
    assert shoes[:2] == ["a4", "a9"], "an answer is found though its question is about something else"
    assert runs.found["j4"][0] == "q4"


def test_answers_come_in_the_order_of_their_questions(kit: Path, tmp_path: Path) -> None:
    to_answers(kit)
    aside = " ".join(f"aside{number}" for number in range(60))
    row = {"id": "a8", "question": "q4", "author": "p1", "body": aside, "created": CREATED, "score": 0,
           "accepted": False}  # fmt: skip
    with gzip.open(kit / "answers.jsonl.gz", "at", encoding="utf-8") as lines:
        lines.write(json.dumps(row) + "\n")
    answers = ranked(kit, tmp_path / "data", stand_in(), ["semantic"])["semantic"].answers["j4"]
    assert answers[:3] == ["a4", "a8", "a9"], "a9 says more of it, but its question is about something else"


def test_the_windows_of_a_long_answer_are_one_answer(kit: Path, tmp_path: Path) -> None:
    to_answers(kit)
    row = {"id": "a7", "question": "q2", "author": "p1", "body": "Nothing here. " * 200 + "the holiday claim",
           "created": CREATED, "score": 0, "accepted": False}  # fmt: skip
    with gzip.open(kit / "answers.jsonl.gz", "at", encoding="utf-8") as lines:
        lines.write(json.dumps(row) + "\n")
    answers = ranked(kit, tmp_path / "data", stand_in(), ["lexical"])["lexical"].answers["j5"]
    assert answers[:2] == ["a5", "a7"] and len(set(answers)) == len(answers) == 8


def test_the_asker_and_those_who_are_no_candidates_are_not_ranked(kit: Path, tmp_path: Path) -> None:
    to_experts(kit)
    run = tmp_path / "run.jsonl"
    evaluate(kit, tmp_path / "data", stand_in(), run_file=run)
    ranked = [json.loads(line)["ranked"] for line in run.read_text().splitlines()]
    assert not {"p1", "p3"} & {id for ids in ranked for id in ids} and any(ranked)


def packed(content: bytes) -> bytes:
    """The same at every moment: it is part of the name of a test, and every process must give the same names."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kit.json", None),
        ("kit.json", b"{"),
        ("kit.json", b"[]"),
        ("kit.json", b'{"task": "chess"}'),
        ("kit.json", b'{"task": "answers", "asof": "soon"}'),
        ("queries.jsonl.gz", None),
        ("queries.jsonl.gz", b"not gzip"),
        ("queries.jsonl.gz", packed(b"")),
        ("queries.jsonl.gz", packed(b"{")),
        ("queries.jsonl.gz", packed(b'{"id": "a", "text": "b"}')),
        ("queries.jsonl.gz", packed(b'{"id": "a", "text": "b", "relevant": {}}')),
        ("queries.jsonl.gz", packed(b'{"id": "a", "text": "b", "relevant": {"x": "y"}}')),
        ("queries.jsonl.gz", packed(b'["a"]')),
    ],
)
def test_what_is_wrong_with_a_kit_is_one_sentence(kit: Path, tmp_path: Path, name: str, content: bytes | None) -> None:
    (kit / name).unlink()
    if content is not None:
        (kit / name).write_bytes(content)
    with pytest.raises(Unreadable) as told:
        evaluate(kit, tmp_path / "data", stand_in())
    assert "\n" not in str(told.value) and str(told.value).endswith(".")
    assert not (tmp_path / "data").exists()


def test_a_run_that_cannot_be_written_is_told(kit: Path, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be written"):
        evaluate(kit, tmp_path / "data", stand_in(), run_file=tmp_path / "nowhere" / "run.jsonl")


def test_measures_are_those_of_the_books() -> None:
    found = measures({"a": 2, "b": 1}, ["x", "a", "y", "b"])
    gain = 3 / math.log2(3) + 1 / math.log2(5)
    assert found == pytest.approx(
        {"MRR": 0.5, "MAP": 0.5, "P@1": 0, "S@5": 1, "R@10": 1, "nDCG@10": gain / (3 + 1 / math.log2(3))}
    )
    assert set(measures({"a": 1}, []).values()) == {0.0}


def test_a_question_without_a_row_counts_as_zero() -> None:
    queries = [{"id": "1", "relevant": {"a": 1}}, {"id": "2", "relevant": {"a": 1}}]
    assert score(queries, {"1": ["a"]})["MRR"] == 0.5
