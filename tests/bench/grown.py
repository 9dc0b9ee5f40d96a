"""Knowledge bases of any size from one expert kit, without its own hours of encoding.

The first threads of the kit, as many as give the passages wanted; past its end the threads again, under other ids and
with a third of their longer words changed (another third in each copy), so that the vocabulary grows with the texts. It
is loaded and indexed as any community is, but for the encoder: vectors of the kit's own texts are taken from the kit's
index, those of changed texts are those of the text they come from, turned a little. Only questions are encoded.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.encoder import Encoder
from indexer.generations import current
from indexer.language import detect
from indexer.passages import Passage
from indexer.store import IndexStore
from indexer.sync import Indexer
from kb import Store
from kb.loading import load
from tests.bench.kit import Progress, Row, rows

TURN = 0.3  # length of the noise added to a vector of length 1: a cosine of about .96 with the vector it comes from
THIRDS = 3
_LONGER = re.compile(r"[^\W\d_]{5,}")
_MARK = "zq"  # with the number of the copy after it: no word of a kit ends so
_MARKED = re.compile(rf"(?<=[^\W\d_]){_MARK}\d+")


def changed(text: str, copy: int) -> str:
    """The text with a third of its longer words made others."""

    def other(found: re.Match[str]) -> str:
        chosen = zlib.crc32(found[0].lower().encode()) % THIRDS == copy % THIRDS
        return f"{found[0]}{_MARK}{copy}" if chosen else found[0]

    return _LONGER.sub(other, text)


def unchanged(text: str) -> str:
    """The reverse of `changed`, for every copy."""
    return _MARKED.sub("", text)


class Remembering:
    """An encoder for the passages that an index has vectors of, changed or not; `encoded` counts those it had not."""

    multilingual = True
    fallback_reason = ""

    def __init__(self, encoder: Encoder, index: IndexStore) -> None:
        self.id, self.english = encoder.id, encoder.english
        self.dimension, self.width = encoder.dimension, encoder.width
        self.encode_queries = encoder.encode_queries
        self._encoder, self._index, self.encoded = encoder, index, 0

    def encode_passages(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float32]:
        asked = list(zip(languages, texts, strict=True))
        sources = [_hash(language, unchanged(text)) for language, text in asked]
        known = self._index.vectors(sources)
        lacking = {source: each for source, each in zip(sources, asked, strict=True) if source not in known}
        if lacking:
            self.encoded += len(lacking)
            spoken, written = zip(*lacking.values(), strict=True)
            made = self._encoder.encode_passages([unchanged(text) for text in written], spoken)
            known |= dict(zip(lacking, made, strict=True))
        vectors = np.stack([known[source] for source in sources]).astype(np.float32)
        for row, (source, (language, text)) in enumerate(zip(sources, asked, strict=True)):
            if (hash := _hash(language, text)) != source:
                for part in (vectors[row, : self.dimension], vectors[row, self.dimension :]):
                    if part.any():  # the second encoder says nothing of texts in other languages
                        noise = np.random.default_rng(int(hash, 16)).standard_normal(len(part))
                        part += (TURN / np.linalg.norm(noise) * noise).astype(np.float32)
                        part /= np.linalg.norm(part)
        return vectors


def grow(kit: Path, index: Path, folder: Path, size: int, encoder: Encoder, progress: Progress) -> int:
    """A knowledge base and index of about `size` passages in `folder`, from `kit` and the `index` of it; what is there
    already is kept. Returns how many texts had to be encoded."""
    folder.mkdir(parents=True, exist_ok=True)
    base, store = IndexStore(current(index)), Store(f"sqlite:///{folder / 'kb.sqlite'}")
    remembering, loaded = Remembering(encoder, base), folder / "loaded"
    try:
        if not loaded.exists():
            _load(store, kit, folder / "community", _chosen(base, size), progress)
            loaded.touch()
        indexer = Indexer(store, folder / "index", remembering)  # type: ignore[arg-type]
        indexer.catch_up(progress)
        indexer.close()
    finally:
        store.close()
        base.close()
    return remembering.encoded


def _chosen(base: IndexStore, size: int) -> dict[int, set[str]]:
    """For each copy, the threads in it: in the order of the kit's index, until their passages are enough."""
    held = Counter(passage.document for _, passage in base.all_passages() if passage.lane == "answers")
    copies: dict[int, set[str]] = {}
    for copy in count():
        copies[copy] = set()
        for thread, passages in held.items():
            if size <= 0:
                return copies
            copies[copy].add(thread)
            size -= passages
    return copies


def _load(store: Store, kit: Path, community: Path, copies: dict[int, set[str]], progress: Progress) -> None:
    community.mkdir(exist_ok=True)
    shutil.copy(kit / "people.jsonl.gz", community)
    _write(community / "questions.jsonl.gz", _copied(kit / "questions.jsonl.gz", "id", copies))
    _write(community / "answers.jsonl.gz", _copied(kit / "answers.jsonl.gz", "question", copies))
    load(store, [community], progress=progress, detect=detect)
    shutil.rmtree(community)


def _copied(file: Path, thread: str, copies: dict[int, set[str]]) -> Iterator[Row]:
    for copy, threads in copies.items():
        for row in rows(file):
            if row[thread] not in threads:
                continue
            if copy:
                row |= {name: f"{row[name]}.{copy}" for name in ("id", "question", "duplicate_of") if row.get(name)}
                row |= {name: changed(row[name], copy) for name in ("title", "body") if row.get(name)}
            yield row


def _write(file: Path, rows: Iterator[Row]) -> None:
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=1) as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def _hash(language: str, text: str) -> str:
    """The index's name for the text that an encoder was given."""
    title, _, body = text.partition("\n")
    return Passage("", "", "", "", language, title, body).hash
