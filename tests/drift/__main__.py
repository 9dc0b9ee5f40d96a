"""How well the drift judge judges pairs labelled by hand: `python -m tests.drift [--wrong] [FILE...]`.

`dev.jsonl` is what the rules were written with, `held.jsonl` was written after them in other words, `hard.jsonl` as
adversarially as its author could, `fresh.jsonl` after the mends that these had brought, `last.jsonl` after theirs;
`blind.jsonl` was written last, judged once, and nothing mended for it but one reading of numbers.
Precision and recall are those of *conflict*; `--wrong` prints each pair misjudged.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from indexer.drift import judge

SETS = [
    Path(__file__).with_name(name) for name in ("dev.jsonl", "held.jsonl", "hard.jsonl", "fresh.jsonl", "last.jsonl")
]

BLIND = Path(__file__).with_name("blind.jsonl")


def measured(file: Path, wrong: bool = False) -> Counter[str]:
    """Counts of the four outcomes of a file, and of conflicts of the right kind."""
    counts: Counter[str] = Counter()
    for row in map(json.loads, file.read_text("utf-8").splitlines()):
        verdict = judge(row["duty"], row["practice"])
        outcome = ("true " if verdict.conflict == row["conflict"] else "false ") + (
            "conflict" if verdict.conflict else "none"
        )
        counts[outcome] += 1
        counts["kind"] += outcome == "true conflict" and verdict.kind == row["kind"]
        if wrong and outcome.startswith("false"):
            print(f"{row['id']} {outcome}: is {row['kind']}, said {verdict.kind} {verdict.evidence}")
            print(f"    {row['duty']}\n    {row['practice']}")
    return counts


def main(arguments: Sequence[str]) -> None:
    wrong = "--wrong" in arguments
    files = [Path(each) for each in arguments if not each.startswith("--")] or [*SETS, BLIND]
    for file in files:
        counts = measured(file, wrong)
        right, said = counts["true conflict"], counts["true conflict"] + counts["false conflict"]
        there = right + counts["false none"]
        precision, recall = right / max(said, 1), right / max(there, 1)
        pairs = sum(counts.values()) - counts["kind"]
        print(
            f"{file.stem:6} {pairs:4} pairs  precision {precision:.3f}  recall {recall:.3f}  "
            f"right kind {counts['kind']}/{right}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
