"""How well the sample house is compared with itself: `python -m tests.drift.house DATA`.

DATA is a folder that `quisait demo --no-serve --data DATA` made; it is copied. In the copy each line of `house.jsonl`
is asked and answered, and the answer accepted: most go against the duty they name, some keep to it. Beside them stand
the sample's own practices and accepted answers, of which two go against a duty on purpose (`MEANT`). A pair found is
right when it is one of those. `chosen with`: what the choice of near and meant was made with; `fresh`: written after.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import kb.questions
from indexer.drift.house import compare
from indexer.encoder import load_encoder
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store

ROWS = [json.loads(line) for line in Path(__file__).with_name("house.jsonl").read_text("utf-8").splitlines()]
MEANT = {("p-fin-chase", "TRV-01", "4"), ("p-wks-sparks", "WKS-02", "6")}
SAME = {"CMP-03 5": {"IT-02 6", "IT-03 7"}}  # duties that say the same as another


def main(data: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(data, Path(folder) / "house"))
        store = Store(f"sqlite:///{copy / 'kb.sqlite'}")
        encoder = load_encoder(None, data)
        keys = _plant(store)
        Indexer(store, copy / "index", encoder).catch_up()
        finder, began = Finder(store, copy / "index", encoder), time.monotonic()
        found = [each for start in range(0, len(keys), 10) for each in compare(store, finder, keys[start : start + 10])]
        took = time.monotonic() - began
        store.close()
    outcome: Counter[str] = Counter()
    heard: set[str] = set()
    for each in found:
        row = ROWS[int(each.source.removeprefix("planted-"))] if each.source.startswith("planted-") else None
        place = f"{each.procedure} {each.step}"
        if row is None:
            right = (each.source, each.procedure, each.step) in MEANT
        else:
            own = f"{row['procedure']} {row['step']}"
            right = row["conflict"] and place in {own, *SAME.get(own, ())}
        outcome["right" if right else "false"] += 1
        heard |= {each.source} if right else set()
        print(f"{'right' if right else 'FALSE'} {place} {each.language} {each.kind} {each.source}")
    print(f"{len(found)} pairs in {took:.1f} s: {outcome['right']} right, {outcome['false']} false")
    for batch in dict.fromkeys(row["batch"] for row in ROWS):
        there = [f"planted-{n}" for n, row in enumerate(ROWS) if row["batch"] == batch and row["conflict"]]
        print(f"{batch}: {len(heard & set(there))} of {len(there)} found")


def _plant(store: Store) -> list[str]:
    """Ask and answer every line, the answer accepted; the keys of all procedures."""
    with store.read() as tx:
        procedures = {each.key: each for each in tx.procedures.list()}
        people = {each.id: each for each in tx.people.list()}
        members = tx.spaces.members()
    for number, row in enumerate(ROWS):
        space = procedures[row["procedure"]].space
        asker, author = sorted({each.person for each in members if each.space == space})[:2]
        asked = kb.questions.ask(store, people[asker], space, row["question"], language=row["language"])
        id = f"planted-{number}"
        kb.questions.answer(store, people[author], asked.id, row["answer"], row["language"], id=id)
        kb.questions.accept(store, people[asker], asked.id, id)
    return sorted(procedures)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
