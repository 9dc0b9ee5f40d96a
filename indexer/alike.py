"""Tags that perhaps say the same: "suppliers" and "fournisseurs", "backup" and "backups".

Three things tell: what the words mean (the encoder's vectors), what the questions that bear them are about (the mean of
theirs), and that they do not stand on the same questions, where they would say two things. A person decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.catalogue import KINDS, Catalogue, Columns, Mask
from indexer.encoder import Encoder

MEANING, CONTEXT, TOGETHER = 0.6, 0.4, 0.15
MOST = 300  # of the tags, the commonest: each is encoded while somebody waits
FLOOR = 0.25  # on the sample: of the 40 pairs above it, half are worth a decision
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two tags, the commoner first, and how near they are (1: the same word, spelt otherwise)."""

    one: str
    other: str
    score: float


def alike(
    tags: Sequence[str], encoder: Encoder, catalogue: Catalogue, columns: Columns, seen: Mask, limit: int,
    apart: Collection[frozenset[str]] = (),
) -> tuple[Alike, ...]:  # fmt: skip
    """The nearest pairs among `tags` (the commonest first), as far as `seen` passages tell; `apart` are pairs that
    somebody said are two things."""
    tags = tags[:MOST]
    if len(tags) < 2:
        return ()
    meaning = _spread(encoder.encode_queries([tag.replace("-", " ") for tag in tags]))
    bearing = [_rows(catalogue, columns, seen, tag) for tag in tags]
    contexts = [columns.vector.floats(rows).mean(axis=0) if len(rows) else None for rows in bearing]
    context = _spread(np.array([np.zeros(columns.vector.dimension) if each is None else each for each in contexts]))
    borne = [set(columns.document[rows].tolist()) for rows in bearing]
    together = np.array([[not one.isdisjoint(other) for other in borne] for one in borne])
    score = MEANING * (meaning @ meaning.T) + CONTEXT * (context @ context.T) - TOGETHER * together
    folded = [_folded(tag) for tag in tags]
    for first, word in enumerate(folded):
        for second in range(first + 1, len(folded)):
            if folded[second] == word:
                score[first, second] = 1.0
    return tuple(_pairs(tags, np.triu(score, 1), limit, set(apart)))


def _pairs(tags: Sequence[str], score: Floats, limit: int, apart: Collection[frozenset[str]]) -> list[Alike]:
    found: list[Alike] = []
    for place in np.argsort(-score, axis=None, kind="stable"):
        first, second = divmod(int(place), len(tags))
        if len(found) == limit or score[first, second] < FLOOR:
            break
        if frozenset((tags[first], tags[second])) not in apart:
            found.append(Alike(tags[first], tags[second], round(float(score[first, second]), 3)))
    return found


def _rows(catalogue: Catalogue, columns: Columns, seen: Mask, tag: str) -> NDArray[np.intp]:
    questions = seen & (columns.kind == KINDS.index("question")) & columns.vector.there
    return np.flatnonzero(questions & catalogue.bearing(columns.tags, tag))


def _spread(rows: NDArray[np.floating]) -> Floats:
    """Rows of length 1 around their mean: what all of them share tells none apart. Rows of zeros stay so."""
    there = np.abs(rows).sum(axis=1) > 0
    around = np.where(there[:, None], rows - (rows[there].mean(axis=0) if there.any() else 0), 0)
    length = np.linalg.norm(around, axis=1, keepdims=True)
    return np.asarray(around / np.where(length > 0, length, 1), np.float32)


def _folded(tag: str) -> str:
    """Without accents, hyphens and the endings of a plural."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", tag) if not unicodedata.combining(each))
    return "".join(word.rstrip("sx") if len(word) > 3 else word for word in plain.split("-"))
