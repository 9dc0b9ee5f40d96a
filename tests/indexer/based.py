"""A few passages with the vectors one says, indexed: what the tests of the pipeline start from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.catalogue import Catalogue
from indexer.lexical import LexicalDocument, LexicalIndex
from indexer.passages import Passage
from indexer.pipeline import (
    Question,
    Run,
)
from indexer.sight import Sight
from indexer.store import IndexStore

PROCEDURES, ANSWERS = 0, 1


@dataclass(frozen=True)
class Said:
    """A passage and its cosine with every question, under each encoder (0: it has no vector)."""

    passage: Passage
    near: float
    english: float


def said(
    document: str, near: float = 0.0, text: str = "", *, part: str = "", kind: str = "question", english: float = 0.0,
    language: str = "en", created: float = 0.0,
) -> Said:  # fmt: skip
    text = text or f"{document}{part}".replace("/", "")
    made = Passage(kind, document, part, "common", language, "", text, created=created, encoded=near != 0)
    return Said(made, near, english)


def lead(document: str, near: float, text: str = "", **more: str) -> Said:
    return said(document, near, text, part="en/lead", kind="procedure", **more)  # type: ignore[arg-type]


def section(document: str, near: float, text: str = "", part: str = "en/section 1") -> Said:
    return said(document, near, text, part=part, kind="procedure")


def duty(document: str, near: float, text: str = "", part: str = "en/1") -> Said:
    return said(document, near, text, part=part, kind="duty")


def at(cosine: float) -> list[float]:
    """A vector of length 1 so far from the question's."""
    return [cosine, (1 - cosine * cosine) ** 0.5] if cosine else [0.0, 0.0]


QUESTION = np.array([1, 0], np.float32)


class Base:
    """Passages indexed under rising numbers from 1."""

    def __init__(self, folder: Path, passages: Sequence[Said]) -> None:
        index, self.words = IndexStore(folder), LexicalIndex(folder / "words")
        self.stored = numbered = {number: each.passage for number, each in enumerate(passages, 1)}
        vectors = {each.passage.hash: np.array(at(each.near) + at(each.english)) for each in passages if each.near}
        with index.transaction():
            index.add_vectors(vectors)
            index.replace(numbered, (), 1)
            index.set_stamp(version=1)
        self.words.write([LexicalDocument(n, each.language, "", each.text) for n, each in numbered.items()], ())
        self.catalogue = Catalogue(index, 2, 4)
        self.catalogue.refresh()

    def ask(self, text: str = "", hidden: Sequence[int] = (), key: str = "", english: bool = False) -> Question:
        columns = self.catalogue.columns
        allowed = columns.alive & ~np.isin(columns.number, hidden)
        keys = (self.catalogue.documents.find(f"procedures\n{key}"),) if key else ()
        return Question(text, QUESTION, Sight(columns, allowed), self.words, keys, QUESTION if english else None)

    def ids(self, run: Run) -> list[str]:
        return [self.catalogue.document_id(int(code)) for code in run.documents]

    def parts(self, run: Run) -> list[str]:
        numbers = self.catalogue.columns.number[run.rows].tolist()
        return [self.stored[number].part for number in numbers]


Indexed = Callable[..., Base]
