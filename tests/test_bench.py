"""The benches print their tables: on six questions, with an encoder that takes no time. What they print is no test."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench import compare, growth
from tests.bench.engines import Engine
from tests.bench.grown import changed, grow, unchanged
from tests.bench.kit import opened
from tests.stand_in import stand_in

SUBJECTS = ("train ticket", "laser cutter", "crane log", "travel portal", "safety shoes", "holiday claim")


class Unheard(Engine):
    name = "Unheard"

    def __init__(self, corpus: Any) -> None:
        import no_such_engine  # noqa: F401


def silent(what: str, done: int, total: int | None) -> None:
    """No progress shown."""


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """Six answered questions and as many judged ones."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    created = "2025-01-01T00:00:00Z"
    rows = {
        "people": [{"id": f"p{n}", "name": f"P{n}", "candidate": True} for n in range(3)],
        "questions": [
            {"id": f"q{n}", "title": f"About the {each}", "body": "", "author": "p0", "created": created, "tags": []}
            for n, each in enumerate(SUBJECTS)
        ],
        "answers": [
            {"id": f"a{n}", "question": f"q{n}", "author": f"p{n % 3}", "body": f"Mind the {each}, colleague.",
             "created": created, "score": 0, "accepted": False}
            for n, each in enumerate(SUBJECTS)
        ],
        "queries": [
            {"id": f"j{n}", "text": f"the {each} please", "body": "", "relevant": {f"q{n}": 1}}
            for n, each in enumerate(SUBJECTS)
        ],
    }  # fmt: skip
    for name, each in rows.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in each)
    (folder / "kit.json").write_text('{"task": "answers", "language": "en"}')
    return folder


def test_the_table_holds_every_engine_and_names_the_absent(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "WORDS", (*compare.WORDS[:2], Unheard))
    bench = compare.Bench(tmp_path / "data", stand_in(), tmp_path / "no model", silent)
    bench.quality(kit, None)
    bench.latency(kit, 3)
    quality, latency = compare.printed(bench.figures).split("LATENCY")
    for name in ("Quisait, words alone", "Whoosh", "SQLite FTS5", "plain encoder"):
        assert f"\n{name}" in quality and f"\n{name}" in latency, name
    assert "Quisait " in quality and "Whoosh 2.7.5, whole documents" in quality
    for half in (quality, latency):
        assert "Unheard: absent, not installed (No module named 'no_such_engine')" in half
        assert "txtai, hybrid: absent" in half
    assert bench.figures.quality["Quisait"]["tiny"]["MRR"] == 1
    assert bench.figures.quality["Whoosh 2.7.5"]["tiny"]["MRR"] == 1
    assert bench.figures.latency["Quisait"].count == 3


def test_an_interrupted_run_prints_what_it_has(kit: Path, tmp_path: Path) -> None:
    def interrupting(what: str, done: int, total: int | None) -> None:
        if what.startswith("tiny, Whoosh"):
            raise KeyboardInterrupt

    bench = compare.Bench(tmp_path / "data", stand_in(), tmp_path / "no model", interrupting)
    with pytest.raises(KeyboardInterrupt):
        bench.quality(kit, None)
    printed = compare.printed(bench.figures)
    assert "Quisait, words alone" in printed and "Whoosh 2.7.5  " not in printed and "LATENCY" not in printed


def test_a_grown_knowledge_base_is_measured(kit: Path, tmp_path: Path) -> None:
    encoder = stand_in()
    with opened(kit, tmp_path / "data", encoder, silent) as site:
        folder = tmp_path / "grown"
        assert grow(kit, site.index, folder, 20, encoder, silent) == 0
    figures = growth.measure(folder, [f"the {each} please" for each in SUBJECTS], encoder)
    assert figures.passages == 20 and figures.asking.count == 3
    assert growth.printed([figures]).splitlines()[2].startswith("20 ")


def test_changed_texts_have_new_words_and_lead_back_to_what_they_were() -> None:
    text = "Réserver un billet: booking.train(ticket) before Friday's departure, or ask [Claire](https://example.org)."
    copies = {changed(text, copy) for copy in range(4)}
    assert len(copies) == 4 and {unchanged(copy) for copy in copies} == {text}
    assert all(len(copy.split()) == len(text.split()) for copy in copies)
