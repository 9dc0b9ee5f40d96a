"""What every engine is given: the passages that Quisait cuts a kit into, each under its document's title.

A document counts by its best passage. Engines of words are asked a second time with each document whole, as they would
be used alone. Vectors are those of our index; the later windows of long texts, which have none there, are encoded once
and kept beside it, so that an engine that lives by vectors sees every text.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.encoder import Encoder
from indexer.generations import current
from indexer.store import IndexStore
from tests.bench.kit import Progress, Site

ENCODE = 256  # texts encoded and kept together


@dataclass(frozen=True)
class Corpus:
    """One row a passage, or a document when `whole`. A text holds its title, as the encoder reads it; `language` is
    that of most; `folder` is where engines keep their indexes."""

    lane: str
    language: str
    documents: Sequence[str]
    texts: Sequence[str]
    hashes: Sequence[str]
    folder: Path
    whole: bool = False

    @property
    def fingerprint(self) -> str:
        digest = hashlib.sha256(self.language.encode())
        for document, hash in zip(self.documents, self.hashes, strict=True):
            digest.update(f"{document}\n{hash}\n".encode())
        return digest.hexdigest()[:12]

    def best_first(self, rows: Sequence[int]) -> list[str]:
        """The documents of passages ranked best first."""
        return list(dict.fromkeys(self.documents[row] for row in rows))


def passages(site: Site, lane: str) -> Corpus:
    """The passages of a lane ("answers" or "procedures") in the order of their numbers."""
    index = IndexStore(current(site.index))
    found = [passage for _, passage in index.all_passages() if passage.lane == lane]
    index.close()
    language = Counter(each.language for each in found).most_common(1)[0][0]
    return Corpus(
        lane, language, [each.document for each in found], [f"{each.title}\n{each.text}" for each in found],
        [each.hash for each in found], site.folder / "engines",
    )  # fmt: skip


def whole(corpus: Corpus) -> Corpus:
    """Each document once: its title, then the text of all its passages."""
    texts: dict[str, list[str]] = {}
    for document, text in zip(corpus.documents, corpus.texts, strict=True):
        title, _, body = text.partition("\n")
        texts.setdefault(document, [title]).append(body)
    joined = ["\n".join(parts) for parts in texts.values()]
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in joined]
    return Corpus(corpus.lane, corpus.language, list(texts), joined, hashes, corpus.folder, whole=True)


def vectors(site: Site, corpus: Corpus, encoder: Encoder, progress: Progress) -> NDArray[np.float32]:
    """(rows, dimension): raw vectors of length 1, as the first encoder gives them."""
    index = IndexStore(current(site.index))
    found = index.vectors(corpus.hashes)
    index.close()
    beyond = IndexStore(corpus.folder / f"vectors-{encoder.id}")
    found |= beyond.vectors(hash for hash in corpus.hashes if hash not in found)
    texts = {hash: text for hash, text in zip(corpus.hashes, corpus.texts, strict=True) if hash not in found}
    missing = list(texts)
    for start in range(0, len(missing), ENCODE):
        part = missing[start : start + ENCODE]
        made = dict(zip(part, encoder.encode_passages([texts[hash] for hash in part]), strict=True))
        with beyond.transaction():
            beyond.add_vectors(made)
        found |= {hash: vector.astype(np.float16) for hash, vector in made.items()}
        progress("encoding what our index holds without a vector:", start + len(part), len(missing))
    beyond.close()
    return np.stack([found[hash][: encoder.dimension] for hash in corpus.hashes]).astype(np.float32)
