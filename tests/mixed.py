"""Two languages in one base: `python -m tests.mixed FR_EN EN_FR --data DIR`.

The kits hold the same pages, one in each language. All of them go into one knowledge base; each question (the opening
of a page) is asked for the page in the other language, its own page left out, among all other pages of both languages;
and for its own page, in the mixed base and among the pages of its language alone. Prints the mean reciprocal ranks.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer import pipeline
from indexer.catalogue import LANES
from indexer.encoder import load_encoder
from indexer.pipeline import Question
from indexer.sight import Sight
from tests.bench.kit import Progress, Row, Shown, Site, judged, opened, rows

LANE = LANES.index("procedures")


def joined(kits: Sequence[Path], folder: Path) -> Path:
    """One community of both kits' pages; a page's key is its language and its own."""
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / "procedures.jsonl.gz", "wt", encoding="utf-8") as file:
        for kit in kits:
            language = _language_of_pages(kit)
            for row in rows(kit / "procedures.jsonl.gz"):
                file.write(json.dumps(row | {"key": f"{language}:{row['key']}"}) + "\n")
    return folder


def measured(site: Site, kit: Path, progress: Progress) -> Iterator[tuple[str, float]]:
    theirs = _language_of_pages(kit)
    ours = "fr" if theirs == "en" else "en"
    asked = judged(kit)
    for what, ask in _ways(site, ours, theirs).items():
        found = []
        for done, row in enumerate(asked, 1):
            found.append(ask(row))
            progress(f"{kit.name}, {what}", done, len(asked))
        yield f"{ours} to {what.format(ours=ours, theirs=theirs)}", float(np.mean(found))


def _ways(site: Site, ours: str, theirs: str) -> dict[str, Callable[[Row], float]]:
    catalogue = site.finder.catalogue
    documents = np.array([word.partition("\n")[2][:2] for word in catalogue.documents.words])

    def reciprocal(question: Question, id: str) -> float:
        run = pipeline.texts(question, LANE)
        ids = [catalogue.document_id(int(code)) for code in run.documents]
        return 1 / (1 + ids.index(id)) if id in ids else 0.0

    def across(row: Row) -> float:
        (page,) = row["relevant"]
        question = site.finder.question(row["text"], site.reader)
        own = catalogue.documents.find(f"procedures\n{ours}:{page}")
        return reciprocal(replace(question, sight=question.sight.without(own)), f"{theirs}:{page}")

    def within(row: Row) -> float:
        (page,) = row["relevant"]
        return reciprocal(site.finder.question(row["text"], site.reader), f"{ours}:{page}")

    def alone(row: Row) -> float:
        (page,) = row["relevant"]
        question = site.finder.question(row["text"], site.reader)
        inside = question.allowed & (documents[question.columns.document] == ours)
        return reciprocal(replace(question, sight=Sight(question.columns, inside)), f"{ours}:{page}")

    return {
        "{theirs}, own page left out": across, "{ours} in the mixed base": within, "{ours} alone": alone,
    }  # fmt: skip


def _language_of_pages(kit: Path) -> str:
    told = json.loads((kit / "kit.json").read_text("utf-8"))["language"]
    return str(told).partition("->")[2]


def main(arguments: Sequence[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("kits", nargs=2, type=Path, metavar="KIT")
    options.add_argument("--data", type=Path, default=Path("data/bench"))
    given, shown = options.parse_args(arguments), Shown()
    community = joined(given.kits, given.data / "mixed" / "mixed-pages")
    with opened(community, given.data, load_encoder(None, given.data), shown) as site:
        for kit in given.kits:
            for what, value in measured(site, kit, shown):
                shown.done()
                print(f"{what:40} MRR {value:.3f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
