"""Fits the constants of `indexer/calibration.py` again: `python -m tests.calibrate DATA KIT...`.

DATA holds the kits evaluated (`quisait evaluate`) and, in DATA/demo, a demonstration (`quisait demo --no-serve --data
DATA/demo`). Even questions are learned from, odd ones judge. Beside what has an answer, each community is asked
nonsense, off-topic questions and the questions of the other communities, which it has no answer to. Prints the
constants, and per community how often the first hit was right beside what was said (expected calibration error over ten
bins), then the same after the community's own feedback: had its even questions been asked on the site, and each said
whether the first hit answered (`indexer.feedback`). Of expert kits: how often the first person named was one of those
who answered, beside what was said, with what the site's past taught.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from indexer import kits, pipeline
from indexer.calibration import ANSWERED_FROM, features
from indexer.catalogue import LANES
from indexer.encoder import Encoder, load_encoder
from indexer.feedback import Told, heard, moved
from indexer.finder import Finder
from kb import Store
from kb.loading import tidy_tags
from kb.model import Person, Role

MOST, DEPTH, OTHERS = 300, 5, 40  # questions of a community, hits of each, questions of each other community
PEOPLE = 800  # questions of an expert kit
JUDGED = Path(__file__).parent / "judged" / "sample.jsonl"
LETTERS = "bcdfghjklmnpqrstvwxzaeiou"


@dataclass(frozen=True)
class Community:
    name: str
    lane: int
    finder: Finder
    reader: Person
    asked: list[tuple[str, Mapping[str, int]]]

    def hits(self, text: str) -> tuple[np.ndarray, list[str]]:
        """Features of the first hits and their ids."""
        question = self.finder.question(text, self.reader)
        run = pipeline.texts(question, self.lane)
        ids = [self.finder.catalogue.document_id(int(code)) for code in run.documents[:DEPTH]]
        return features(question, run)[:DEPTH], ids


def kit_community(kit: Path, data: Path, encoder: Encoder) -> Community:
    work = data / "evaluations" / f"{kit.name}-{kits.fingerprint(kit)}"
    store = Store(f"sqlite:///{work / 'kb.sqlite'}")
    with store.read() as tx:
        reader = Person("evaluation", "", roles={space.id: Role.READER for space in tx.spaces.list()})
    asked = [(f"{row['text']} {row.get('body') or ''}".strip(), row["relevant"]) for row in kits.queries(kit)]
    random.Random(1).shuffle(asked)
    lane = "procedures" if kits.meta(kit)["task"] == "procedures" else "answers"
    return Community(kit.name, LANES.index(lane), Finder(store, work / "index", encoder), reader, asked[:MOST])


def sample_communities(data: Path, encoder: Encoder) -> Iterator[Community]:
    rows = [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]
    store = Store(f"sqlite:///{data / 'demo' / 'kb.sqlite'}")
    finder = Finder(store, data / "demo" / "index", encoder)
    with store.read() as tx:
        reader = tx.people.get("leo-fabre")
    for lane, of in (("procedures", "procedures"), ("answers", "questions")):
        wanted = [row for row in rows if row["kind"] in ("answered", "unanswered") and not row.get("space")]
        asked = [(row["text"], dict.fromkeys(row[of], 1)) for row in wanted]
        yield Community(f"sample {lane}", LANES.index(lane), finder, reader, asked)


def foreign() -> dict[str, list[str]]:
    rows = [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]
    found = {kind: [row["text"] for row in rows if row["kind"] == kind] for kind in ("off-topic", "nonsense")}
    chance = random.Random(2)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(3, 9))) for _ in range(200)]
    found["nonsense"] += [" ".join(chance.sample(words, chance.randint(2, 6))) for _ in range(60)]
    return found


def rows_of(communities: list[Community]) -> Iterator[tuple[str, str, int, int, bool, np.ndarray]]:
    """(community, kind, half, place, right, features) of every hit."""
    for community in communities:
        asked = [("on", text, right) for text, right in community.asked]
        asked += [(kind, text, {}) for kind, texts in foreign().items() for text in texts]
        for other in communities:
            kin = other.name.split("-")[0].split(" ")[0] == community.name.split("-")[0].split(" ")[0]
            asked += [] if kin else [("other", text, {}) for text, _ in other.asked[:OTHERS]]
        halves: dict[str, int] = {}
        for kind, text, right in asked:
            halves[kind] = 1 - halves.get(kind, 1)
            seen, ids = community.hits(text)
            for place, id in enumerate(ids):
                yield community.name, kind, halves[kind], place, id in right, seen[place]
        print(community.name, len(asked), file=sys.stderr, flush=True)


def calibration_error(said: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((said * 10).astype(int), 9)
    parts = [abs(said[bins == each].mean() - right[bins == each].mean()) * (bins == each).mean() for each in set(bins)]
    return float(sum(parts))


def first_people(kit: Path, data: Path, encoder: Encoder) -> Iterator[tuple[float, bool]]:
    """For judged questions of an expert kit that name a candidate: what was said of the first, and whether it held."""
    work = data / "evaluations" / f"{kit.name}-{kits.fingerprint(kit)}"
    store = Store(f"sqlite:///{work / 'kb.sqlite'}", clock=lambda: kits.ends(kit) or datetime.now(UTC))
    finder, candidates = Finder(store, work / "index", encoder), kits.candidates(kit)
    with store.read() as tx:
        roles = {space.id: Role.READER for space in tx.spaces.list()}
    asked = kits.queries(kit)
    random.Random(1).shuffle(asked)
    for row in asked[:PEOPLE]:
        reader = Person(row.get("asker") or "evaluation", "", roles=roles)
        words = f"{row['text']} {row.get('body') or ''}".strip()
        found = finder.find(words, reader, limit=DEPTH, tags=tidy_tags(row.get("tags", ())))
        named = next((hit for hit in found.people if hit.person in candidates), None)
        if named is not None:
            yield named.probability, named.person in row["relevant"]
    store.close()


def after(said: np.ndarray, right: np.ndarray, told: np.ndarray, judged: np.ndarray) -> str:
    line = heard([Told(float(each), bool(held)) for each, held in zip(said[told], right[told], strict=True)])
    if line is None:
        return "feedback changes nothing"
    then = np.array([moved(float(each), line) for each in said[judged]])
    top = then >= ANSWERED_FROM
    return (
        f"after {told.sum()} outcomes said {then.mean():.3f} error {calibration_error(then, right[judged]):.3f}, "
        f"in the top band ({top.sum()}) right {right[judged][top].mean() if top.any() else 0:.3f}"
    )


def main(data: Path, folders: list[Path]) -> None:
    encoder = load_encoder(None, data)
    for kit in [each for each in folders if kits.meta(each)["task"] == "experts"]:
        folders.remove(kit)
        told = list(first_people(kit, data, encoder))
        promised, held = np.array([each[0] for each in told]), np.array([each[1] for each in told])
        print(f"{kit.name:20} first person right {held.mean():.3f} said {promised.mean():.3f} "
              f"error {calibration_error(promised, held):.3f} ({len(told)})", flush=True)  # fmt: skip
    if not folders:
        return
    communities = [kit_community(kit, data, encoder) for kit in folders] + list(sample_communities(data, encoder))
    rows = list(rows_of(communities))
    name, kind, half, place, right, seen = (np.array(column) for column in zip(*rows, strict=True))
    if "--keep" in sys.argv:
        np.savez(data / "calibrate.npz", name=name, kind=kind, half=half, place=place, right=right, seen=seen)
    share = {"on": 1.0, "nonsense": 0.15, "off-topic": 0.25, "other": 0.25}
    weight = np.zeros(len(rows))
    for each in set(name):
        for what, much in share.items():
            here = (name == each) & (kind == what)
            for rank in range(DEPTH):
                there = here & (place == rank)
                weight[there] = much * (1 if rank == 0 else 0.3) / max(there.sum(), 1)
    learn = half == 0
    answers = LogisticRegression(C=100, max_iter=5000)
    answers.fit(seen[learn][:, 1:], right[learn], sample_weight=1000 * weight[learn])
    on_topic = learn & ((kind != "on") | right)
    about = LogisticRegression(C=100, max_iter=5000)
    about.fit(seen[on_topic][:, 1:3], right[on_topic], sample_weight=1000 * weight[on_topic])
    for what, model in (("about", about), ("answers", answers)):
        print(what, tuple(round(float(each), 2) for each in (model.intercept_[0], *model.coef_[0])))
    said = answers.predict_proba(seen[:, 1:])[:, 1]
    near = about.predict_proba(seen[:, 1:3])[:, 1]
    for each in sorted(set(name)):
        asked = (name == each) & (kind == "on") & (place == 0)
        first = asked & (half == 1)
        print(f"{each:20} right {right[first].mean():.3f} said {said[first].mean():.3f} "
              f"error {calibration_error(said[first], right[first]):.3f} "
              f"shown {(near[first & right] >= 0.4).mean():.3f}")  # fmt: skip
        print(" " * 20, after(said, right, asked & (half == 0), first))
    for what in ("off-topic", "nonsense", "other"):
        first = (kind == what) & (half == 1) & (place == 0)
        print(f"{what:20} shown {(near[first] >= 0.4).mean():.3f}")
    held = (half == 1) & (place == 0)
    for least in (0.5, 0.65, 0.8):
        top = held & (said >= least)
        print(f"said {least} or more: right {np.average(right[top], weights=weight[top]):.3f} ({top.sum()})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:] if not each.startswith("--")])
