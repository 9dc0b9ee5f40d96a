"""How good finding is on the sample organisation: `python -m tests.judged DATA`, the folder of a demonstration.

Prints reciprocal ranks of the right texts and people, and what each band held (`quisait demo --no-serve --data DATA`
makes the folder).
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean

from indexer import pipeline
from indexer.catalogue import LANES
from indexer.encoder import load_encoder
from indexer.finder import Finder
from indexer.passages import PRACTICE
from kb import Store

READERS = {"": "leo-fabre", "compliance": "isabelle-marchetti", "lab": "agnes-wirth"}


def reciprocal(found: list[str], right: list[str]) -> float:
    return next((1 / place for place, id in enumerate(found, 1) if id in right), 0.0)


def main(data: Path) -> None:
    store = Store(f"sqlite:///{data / 'kb.sqlite'}")
    finder = Finder(store, data / "index", load_encoder(None, data))
    with store.read() as tx:
        readers = {space: tx.people.get(id) for space, id in READERS.items()}
    with store.read() as tx:
        answers = {each.id: each.question for each in tx.answers.list()}
        sources = {each.id: {answers[id] for id in each.answers if id in answers} for each in tx.practices.list()}

    def stands_for(id: str) -> set[str]:
        """A practice is as good as the questions it was learned from; everything else is itself."""
        return sources.get(id.removeprefix(PRACTICE), {id}) if id.startswith(PRACTICE) else {id}

    ranks: defaultdict[str, list[float]] = defaultdict(list)
    bands: defaultdict[str, Counter[str]] = defaultdict(Counter)
    lines = Path(__file__).with_name("sample.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, lines):
        reader = readers[row.get("space", "")]
        question = finder.question(row["text"], reader)
        for lane, right in (("procedures", row["procedures"]), ("answers", row["questions"])):
            if right:
                run = pipeline.texts(question, LANES.index(lane))
                found_ids = [finder.catalogue.document_id(int(code)) for code in run.documents]
                ids = [next(iter(stands_for(id) & {*right}), id) for id in found_ids]
                ranks[f"{lane}, {row['part']}"].append(reciprocal(ids, right))
        found = finder.find(row["text"], reader)
        if row["people"]:
            people = [each.person for each in found.people]
            ranks[f"people, {row['kind']}, {row['part']}"].append(reciprocal(people, row["people"]))
        first = {each.key for each in found.procedures[:1]}
        for each in found.answers[:1]:
            first |= sources[each.practice] if each.practice else {each.question}
        bands[row["kind"]][found.band] += 1
        bands[row["kind"]][f"{found.band}, first right"] += bool(first & {*row["procedures"], *row["questions"]})
        for lane in LANES:
            bands[row["kind"]][f"no {lane}"] += not getattr(found, lane)
    for name, values in sorted(ranks.items()):
        print(f"{name:32} {len(values):4}  MRR {mean(values):.3f}")
    for kind, counts in bands.items():
        print(f"{kind:12} " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
