"""`quisait simulate`: an expert kit replayed from a run file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.web.commands.conftest import Run


def kit(folder: Path, task: str = "experts") -> Path:
    folder.mkdir()
    (folder / "kit.json").write_text(json.dumps({"task": task, "asof": "2026-03-01 00:00"}))
    rows = {
        "people": [{"id": "ann", "name": "Ann", "candidate": True}],
        "questions": [{"id": "q", "title": "Past", "author": "zoe", "created": "2026-02-01 09:00", "tags": ["t"]}],
        "answers": [{"id": "a", "question": "q", "author": "ann", "created": "2026-02-01 10:00", "body": "So."}],
        "queries": [{"id": "1", "text": "Later", "asker": "zoe", "created": "2026-03-02 09:00", "tags": ["t"],
                     "relevant": {"ann": 1}}],
    }  # fmt: skip
    for name, each in rows.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt") as file:
            file.writelines(json.dumps(row) + "\n" for row in each)
    return folder


def test_three_ways_of_asking_are_told_side_by_side(quisait: Run, tmp_path: Path) -> None:
    run = tmp_path / "run.jsonl"
    run.write_text(json.dumps({"id": "1", "ranked": ["ann"]}) + "\n")
    status, out, _ = quisait("simulate", kit(tmp_path / "kit"), "--run", run, "--json")
    told = json.loads(out)
    assert status == 0 and told["kit"] == "kit"
    assert [each["way"] for each in told["ways"]] == ["waves", "the busiest", "everybody in the tag"]
    assert all(each["first_wave_hit"] == 1.0 and each["requests"] == 1 for each in told["ways"])


def test_a_kit_of_texts_cannot_be_simulated(quisait: Run, tmp_path: Path) -> None:
    status, _, err = quisait("simulate", kit(tmp_path / "kit", "answers"))
    assert status == 1 and "only an expert kit" in err
