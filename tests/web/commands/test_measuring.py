"""`evaluate` and `explain`: tables, comparisons, and who is meant."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.commands.conftest import Base, Run, found


def test_evaluate_prints_a_table_and_json(quisait: Run, community: Path, tmp_path: Path) -> None:
    (community / "kit.json").write_text('{"task": "answers", "language": "en"}')
    with gzip.open(community / "queries.jsonl.gz", "wt") as file:
        file.write(json.dumps({"id": "1", "text": "book a train", "body": "", "relevant": {"q1": 1}}) + "\n")
    status, out, _ = quisait("evaluate", community)
    assert status == 0 and out.splitlines()[0].split()[:2] == ["pipeline", "MRR"]
    rows = json.loads(quisait("evaluate", community, "--json", "--run", tmp_path / "run.jsonl")[1])
    assert rows[-1]["queries"] == 1 and (tmp_path / "run.jsonl").read_text()
    status, _, err = quisait("evaluate", community, "--pipeline", "none")
    assert status == 1 and "choose" in err


def test_a_comparison_says_which_is_better_and_what_changed(quisait: Run, community: Path, tmp_path: Path) -> None:
    (community / "kit.json").write_text('{"task": "answers", "language": "en"}')
    with gzip.open(community / "queries.jsonl.gz", "wt") as file:
        file.write(json.dumps({"id": "1", "text": "book a train", "body": "", "relevant": {"q1": 1}}) + "\n")
    (tmp_path / "none.jsonl").write_text('{"id": "1", "ranked": ["q9"]}\n')
    status, out, _ = quisait("evaluate", community, "--compare", tmp_path / "none.jsonl", "fused")
    assert status == 0 and "1 judged questions" in out and "MRR" in out and "nDCG@10" in out
    assert "none > 1" in out and "book a train" in out and "(q1)" in out and "first in A" in out
    compared = json.loads(quisait("evaluate", community, "--compare", "lexical", "fused", "--json")[1])
    assert [each["measure"] for each in compared["differences"]] == ["MRR", "nDCG@10"]
    assert compared["differences"][0]["p"] == 1 and compared["changed"] == []
    status, _, err = quisait("evaluate", community, "--compare", "lexical", "better")
    assert status == 1 and len(err.splitlines()) == 1 and "neither a pipeline" in err
    assert quisait("evaluate", community, "--compare", "lexical", "fused", "--pipeline", "fused")[0] == 2


def test_explain_tells_stages_and_parts_in_the_terminals_language(
    quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, _ = quisait("explain", "book a train to Lyon", "--person", "dora", "--as", "bob@example.org")
    assert status == 0 and "\x1b[" not in out
    assert "fuse 1." in out and "exact 1." in out and "How do I book a train to Lyon?" in out
    assert "Dora Petit" in out and "answers that voted: 1, with 100 % of all votes" in out
    assert base.secret.id not in out and "merger" not in out
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    out = quisait("explain", "book a train to Lyon", "--person", "dora", "--as", "bob@example.org")[1]
    assert "Qui sait" in out and "réponses qui ont voté : 1" in out and "sens +" in out


def test_explain_json_has_its_documented_shape(quisait: Run, base: Base) -> None:
    told = found(quisait("explain", "train to Lyon", "--json", "--person", "dora@example.org"))
    documented = (Path(__file__).parents[3] / "docs" / "interfaces.md").read_text("utf-8")
    documented = documented.partition("## The explanation")[2].partition("## A comparison")[0]
    assert [each["lane"] for each in told["lanes"]] == ["procedures", "answers", "people"]

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    assert {each for each in names(told) if f'"{each}"' not in documented} == set()


def test_who_is_meant_may_be_said_in_any_way_that_is_clear(quisait: Run, base: Base) -> None:
    def meant(typed: str, reader: str = "bob@example.org") -> str:
        told = found(quisait("explain", "train", "--json", "--person", typed, "--as", reader))
        return str(told["person"]["candidate"]["person"])

    assert {meant(typed) for typed in ("dora", "Dora Petit", "dora@example.org", "DORA PETIT", "Petit")} == {"dora"}
    for typed, reader, said in (
        ("Nobody", "bob@example.org", "Nobody here is called"),
        ("i", "bob@example.org", "Give the id"),
        ("bob", "charlie@partner.example", "Nobody here is called"),
    ):
        status, _, err = quisait("explain", "train", "--person", typed, "--as", reader)
        assert status == 1 and said in err and len(err.splitlines()) == 1
