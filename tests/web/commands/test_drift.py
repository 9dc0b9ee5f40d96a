"""`quisait drift`: pairs of a file, one verdict a line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.web.commands.conftest import Run


def test_each_pair_is_judged_and_a_bad_line_is_named(quisait: Run, tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    rows = [
        {"id": 1, "language": "en", "duty": "Kept for 5 years.", "practice": "We keep it for 2 years."},
        {"id": "b", "language": "fr", "duty": "Gardé 5 ans.", "practice": "Rangez-le dans l'armoire."},
    ]
    file.write_text("\n".join(map(json.dumps, rows)) + '\n{"id": "c"}\nno\n', "utf-8")
    status, out, err = quisait("drift", "--pairs", file, "--json")
    first, second = map(json.loads, out.splitlines())
    assert first["id"] == "1" and first["conflict"] and first["kind"] == "time" and len(first["evidence"]) == 2
    assert second == {"id": "b", "conflict": False, "kind": None, "evidence": []}
    assert status == 1 and "pairs.jsonl:3: “duty” is missing." in err and "pairs.jsonl:4: not JSON" in err
    status, out, _ = quisait("drift", "--pairs", file)
    assert out.splitlines()[0].startswith("1: conflict, time: ") and out.splitlines()[1] == "b: no conflict"
