"""Is B better than A? Whether it is luck, and what changed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import kits
from indexer.comparing import MOST_CHANGED, compare, difference, most_changed, randomised, read_run
from indexer.evaluate import Runs, ranked
from kb.errors import Unreadable
from tests.indexer.tiny_kit import tiny_kit, to_answers, to_experts
from tests.stand_in import stand_in


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return tiny_kit(tmp_path / "tiny")


def judged(*relevant: str) -> list[dict[str, object]]:
    return [{"id": f"j{n}", "text": f"Question {n}", "relevant": {id: 1}} for n, id in enumerate(relevant)]


def write_run(file: Path, run: Mapping[str, Sequence[str]]) -> Path:
    file.write_text("".join(json.dumps({"id": id, "ranked": ids}) + "\n" for id, ids in run.items()))
    return file


def nobody_ranks(names: Sequence[str]) -> Mapping[str, Runs]:
    raise AssertionError(f"{names} were asked for")


# is it luck?


gains = st.lists(st.sampled_from([-1.0, -0.5, -0.1, 0.0, 0.0, 0.2, 0.5, 1.0]), min_size=1, max_size=9)


@settings(max_examples=30, deadline=None)
@given(gains)
def test_p_is_the_share_of_all_signs_that_differ_as_much(drawn: list[float]) -> None:
    sums = [abs(sum(s * g for s, g in zip(signs, drawn, strict=True)))
            for signs in itertools.product((-1, 1), repeat=len(drawn))]  # fmt: skip
    exactly = sum(each >= abs(sum(drawn)) - 1e-9 for each in sums) / len(sums)
    assert randomised(np.array(drawn)) == pytest.approx(exactly, abs=0.02)


def test_p_is_the_same_every_time_and_either_way_round() -> None:
    drawn = np.random.default_rng(1).normal(0.1, 1, 200)
    assert randomised(drawn) == randomised(drawn) == randomised(-drawn)


def test_no_difference_is_no_evidence_and_a_steady_one_is_much() -> None:
    assert randomised(np.zeros(50)) == 1.0
    assert randomised(np.full(50, 0.01)) < 0.001
    assert randomised(np.array([0.9])) == 1.0, "one question may have gone either way"


def test_a_difference_counts_who_won_and_a_missing_row_as_zero() -> None:
    queries = judged("a", "a", "a", "a")
    first = {"j0": ["a"], "j1": ["x", "a"], "j2": ["x", "a"]}
    second = {"j0": ["a"], "j1": ["a"], "j2": ["x", "y", "a"], "j3": ["a"]}
    found = difference(queries, "MRR", first, second)
    assert (found.a, found.b) == pytest.approx(((1 + 0.5 + 0.5 + 0) / 4, (1 + 1 + 1 / 3 + 1) / 4))
    assert (found.won, found.lost, found.tied) == (2, 1, 1) and found.gain == pytest.approx(found.b - found.a)
    assert difference(queries, "nDCG@10", second, first).gain < 0


# what changed


def test_what_changed_most_comes_first_with_both_ranks_and_what_stood_first() -> None:
    queries = judged("a", "a", "a", "a")
    first = {"j0": ["a", "b"], "j1": ["x", "a"], "j2": ["x", "y", "a"], "j3": ["x"]}
    second = {"j0": ["a"], "j1": ["x", "y", "a"], "j2": ["y", "a"], "j3": ["y", "a"]}
    told = most_changed(queries, first, second)
    assert [(each.id, each.rank_a, each.rank_b) for each in told] == [("j3", None, 2), ("j1", 2, 3), ("j2", 3, 2)]
    assert (told[0].text, told[0].right, told[0].first_a, told[0].first_b) == ("Question 3", "a", "x", "y")


def test_only_the_ten_that_changed_most_are_told() -> None:
    queries = judged(*"a" * 30)
    told = most_changed(queries, {}, {f"j{n}": [*"x" * (n % 3), "a"] for n in range(30)})
    assert len(told) == MOST_CHANGED == 10 and {each.rank_b for each in told} == {1}
    assert {each.first_a for each in told} == {None}


# run files


def test_a_run_is_read_as_it_is_scored(kit: Path, tmp_path: Path) -> None:
    run = {"j0": ["q1", "q0", "q1"], "j1": [f"x{n}" for n in range(500)], "another": ["q0"]}
    found = read_run(kit, write_run(tmp_path / "run", run), kits.queries(kit)).found
    assert found["j0"] == ["q1", "q0"] and len(found["j1"]) == 200 and set(found) == {"j0", "j1"}


def test_of_an_expert_run_only_candidates_count_and_never_the_asker(kit: Path, tmp_path: Path) -> None:
    to_experts(kit)
    run = write_run(tmp_path / "run", {"j0": ["p3", "p1", "nobody", "p0", "p2"]})
    assert read_run(kit, run, kits.queries(kit)).found == {"j0": ["p0", "p2"]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"id": "j0", "ranked": ["q0"]}\nnonsense\n', "line 2: a run has rows such as"),
        ('{"id": "j0"}\n', "line 1: a run has rows"),
        ('["j0"]\n', "line 1: a run has rows"),
        ('{"id": "j0", "ranked": "q0"}', "line 1: a run has rows"),
        ('{"id": "other", "ranked": ["q0"]}', "run of another kit"),
        ("", "run of another kit"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_run_is_one_sentence(kit: Path, tmp_path: Path, content: str | bytes, said: str) -> None:
    file = tmp_path / "run"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Unreadable, match=said) as told:
        compare(kit, str(file), "fused", nobody_ranks)
    assert "\n" not in str(told.value) and str(told.value).endswith(".")


def test_what_is_neither_a_pipeline_nor_a_file_names_the_pipelines(kit: Path) -> None:
    with pytest.raises(Unreadable, match=r"best is neither a pipeline of tiny \(lexical, .*fused\) nor a run file\."):
        compare(kit, "lexical", "best", nobody_ranks)


# the whole


def test_two_files_are_compared_without_asking_anything(kit: Path, tmp_path: Path) -> None:
    worse = write_run(tmp_path / "worse", {f"j{n}": [f"q{(n + 3) % 6}", f"q{n}"] for n in range(6)})
    better = write_run(tmp_path / "better", {f"j{n}": [f"q{n}"] for n in range(6)})
    found = compare(kit, str(worse), str(better), nobody_ranks)
    mrr, ndcg = found.differences
    assert (mrr.measure, mrr.a, mrr.b, mrr.won) == ("MRR", 0.5, 1.0, 6) and ndcg.measure == "nDCG@10"
    assert 0.01 < mrr.p < 0.06, "2 of 64 worlds"
    assert len(found.changed) == 6 and found.queries == 6 and found.kit == "tiny"
    assert found.titles[found.changed[0].right] == "About the train ticket"
    assert set(found.titles) == {f"q{n}" for n in range(6)}


def test_a_pipeline_is_compared_with_another_and_with_a_file(kit: Path, tmp_path: Path) -> None:
    to_answers(kit)
    asked: list[Sequence[str]] = []

    def rank(names: Sequence[str]) -> Mapping[str, Runs]:
        asked.append(names)
        return ranked(kit, tmp_path / "data", stand_in(), names)

    both = compare(kit, "lexical", "fused", rank)
    assert [each.measure for each in both.differences] == ["MRR", "nDCG@10", "MAP of answers"]
    file = write_run(tmp_path / "run", {f"j{n}": [f"q{n}"] for n in range(6)})
    mixed = compare(kit, str(file), "fused", rank)
    assert [each.measure for each in mixed.differences] == ["MRR", "nDCG@10"]
    assert asked == [["lexical", "fused"], ["fused"]]


def test_a_pipeline_compared_with_itself_is_no_better(kit: Path, tmp_path: Path) -> None:
    found = compare(kit, "fused", "fused", lambda names: ranked(kit, tmp_path / "data", stand_in(), names))
    assert not found.changed and {(each.p, each.won, each.lost) for each in found.differences} == {(1.0, 0, 0)}
