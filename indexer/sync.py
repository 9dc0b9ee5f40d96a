"""Following the change log: what was asked, answered, edited or deleted is findable, or gone, a moment later.

One process writes the index at a time (a lock on its folder). A batch of changed subjects is read from `kb`, cut into passages,
the texts not seen before are encoded, then the word index and after it the index database are committed, together with
the number of the last change applied. Killed anywhere, the next run starts at that number and comes to the same result: the
word index takes the same passage numbers again. The index is derived: `rebuild` makes another one beside it and switches.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.centring import Centroids
from indexer.encoder import Encoder
from indexer.generations import IndexBusy, IndexStale, current, switch, unfinished
from indexer.language import detect
from indexer.lexical import LexicalDocument, LexicalIndex
from indexer.passages import Passage, of_person, of_procedure, of_question
from indexer.store import IndexStore, fingerprint
from kb import Store
from kb.storage import Transaction

SCHEMA = 1  # count up when passages or their storage change: `quisait index --rebuild` is then asked for
BATCH = 400  # subjects read, encoded and committed together
ENCODE = 256  # texts between two progress lines
FIT_FROM = 200  # passages from which languages are worth centring

Progress = Callable[[str, int, int | None], None]
Subject = tuple[int, str, str]  # change number, kind, id


def _silent(what: str, done: int, total: int | None) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far the index is: `applied` of `last` changes, and why it cannot be used (None: it can)."""

    applied: int
    last: int
    passages: int
    encoder: str
    stale: str | None


class Indexer:
    """The one that writes. Safe to be made while readers read; `catch_up` takes the lock each time."""

    def __init__(self, store: Store, folder: Path, encoder: Encoder, inside: Path | None = None) -> None:
        self._store, self._folder, self._encoder = store, folder, encoder
        self._inside = inside or current(folder)
        self._index = IndexStore(self._inside)
        self._words = LexicalIndex(self._inside / "words")
        self._previous: IndexStore | None = None

    def status(self) -> Status:
        stamp = self._index.stamp()
        with self._store.read() as tx:
            last = tx.changes.last()
        return Status(
            stamp.get("applied", 0), last, self._index.count(), stamp.get("encoder", self._encoder.id),
            stale_because(stamp, self._encoder.id, last),
        )  # fmt: skip

    def catch_up(self, progress: Progress = _silent, stop: Callable[[], bool] = lambda: False) -> int:
        """Apply what the log holds beyond the index; how many subjects were looked at. IndexBusy when another process writes,
        IndexStale when the index was made by another model or version."""
        with locked(self._folder):
            stamp = self._index.stamp()
            applied = int(stamp.get("applied", 0))
            with self._store.read() as tx:
                if reason := stale_because(stamp, self._encoder.id, tx.changes.last()):
                    raise IndexStale(reason)
                subjects = [each for each in tx.changes.latest_since(applied) if each[1] in _READERS]
                last = tx.changes.last()
            done = 0
            for start in range(0, len(subjects), BATCH):
                if stop():
                    return done
                batch = subjects[start : start + BATCH]
                self._apply(batch, batch[-1][0], progress, (done, len(subjects)))
                done += len(batch)
                progress("indexing", done, len(subjects))
            if last > applied:
                with self._index.transaction():
                    self._index.set_stamp(applied=last)
                self._fit_centroids()
            return done

    def _apply(self, batch: Sequence[Subject], applied: int, progress: Progress, place: tuple[int, int]) -> None:
        wanted: dict[tuple[str, bool], list[Passage]] = {}
        with self._store.read() as tx:
            for kind in dict.fromkeys(kind for _, kind, _ in batch):
                wanted |= _READERS[kind](tx, [id for _, each, id in batch if each == kind])
        standing = self._index.numbers_of(wanted)
        number = self._index.next_number()
        added: dict[int, Passage] = {}
        removed: list[int] = []
        for place_of, passages in wanted.items():
            prints = {fingerprint(each): each for each in passages}
            removed += [old for print, old in standing[place_of].items() if print not in prints]
            for print, passage in prints.items():
                if print not in standing[place_of]:
                    added[number] = passage
                    number += 1
        vectors = self._encode(added, progress, place)
        self._words.write((_lexical(number, each) for number, each in added.items()), removed)
        with self._index.transaction():
            version = int(self._index.stamp().get("version", 0)) + 1
            self._index.add_vectors(vectors)
            self._index.replace(added, removed, version)
            self._index.set_stamp(applied=applied, version=version, schema=SCHEMA, encoder=self._encoder.id)

    def _encode(self, added: dict[int, Passage], progress: Progress, place: tuple[int, int]) -> dict[str, np.ndarray]:
        texts = {each.hash: f"{each.title}\n{each.text}" for each in added.values() if each.encoded}
        known = self._index.vectors(texts)
        if self._previous is not None:
            found = self._previous.vectors(texts.keys() - known.keys())
            earlier = {hash: vector.astype(np.float32) for hash, vector in found.items()}
        else:
            earlier = {}
        missing = [hash for hash in texts if hash not in known and hash not in earlier]
        for start in range(0, len(missing), ENCODE):
            part = missing[start : start + ENCODE]
            rows = self._encoder.encode_passages([texts[hash] for hash in part])
            earlier |= dict(zip(part, rows, strict=True))
            share = (start + len(part)) / len(missing)
            progress("indexing", place[0] + int(share * min(BATCH, place[1] - place[0])), place[1])
        return earlier

    def _fit_centroids(self) -> None:
        """What to take out of the vectors so that languages meet; learned anew when the knowledge base has grown by half."""
        stamp = self._index.stamp()
        count = self._index.count()
        if count < FIT_FROM or count < 1.5 * int(stamp.get("centred_at", 0)):
            return
        vectors, languages = self._index.languages_and_vectors(self._encoder.dimension)
        centroids = Centroids.fit(vectors, languages)
        with self._index.transaction():
            version = int(stamp.get("version", 0)) + 1
            self._index.set_stamp(centroids=centroids.to_bytes().hex(), centred_at=count, version=version)


def rebuild(store: Store, folder: Path, encoder: Encoder, progress: Progress = _silent) -> int:
    """Make the whole index anew beside the one in use, then switch to it; vectors of unchanged texts are taken over. Interrupted,
    it goes on where it was. Returns how many subjects were read."""
    beside = unfinished(folder)
    making = Indexer(store, folder, encoder, inside=beside)
    stamp = making._index.stamp()
    if stale_because(stamp, encoder.id, 1 << 62):
        making._index.close()
        shutil.rmtree(beside)
        making = Indexer(store, folder, encoder, inside=unfinished(folder))
    old = IndexStore(current(folder))
    if old.stamp().get("encoder") == encoder.id:
        making._previous = old
    done = making.catch_up(progress)
    switch(folder, beside)
    return done


def stale_because(stamp: dict[str, object], encoder: str, last: int) -> str | None:
    """Why an index with this stamp must be rebuilt, as a sentence with its mend; None when it can be used."""
    if not stamp:
        return None
    mend = "Run `quisait index --rebuild`."
    if stamp.get("schema") != SCHEMA:
        return f"The index was made by another version of Quisait. {mend}"
    if stamp.get("encoder") != encoder:
        return f"The index was made with the model {stamp.get('encoder')}, not {encoder}. {mend}"
    if int(str(stamp.get("applied", 0))) > last:
        return f"The index belongs to another database, or to a later state of this one. {mend}"
    return None


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The right to write the index of `folder`; IndexBusy when another process has it. Freed by the system when we die."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "write.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise IndexBusy("Another process is writing the index. It will be up to date when that one ends.") from None
        yield
    finally:
        os.close(handle)


def _people(tx: Transaction, ids: Sequence[str]) -> dict[tuple[str, bool], list[Passage]]:
    found = {person.id: list(of_person(person)) for person in tx.people.list(ids)}
    return {(id, True): found.get(id, []) for id in ids}


def _procedures(tx: Transaction, keys: Sequence[str]) -> dict[tuple[str, bool], list[Passage]]:
    found = {each.key: list(of_procedure(each, detect)) for each in tx.procedures.list(keys)}
    return {(key, False): found.get(key, []) for key in keys}


def _questions(tx: Transaction, ids: Sequence[str]) -> dict[tuple[str, bool], list[Passage]]:
    answers: dict[str, list[object]] = {}
    for answer in tx.answers.list(ids):
        answers.setdefault(answer.question, []).append(answer)
    found = {each.id: list(of_question(each, answers.get(each.id, []))) for each in tx.questions.list(ids)}  # type: ignore[arg-type]
    return {(id, False): found.get(id, []) for id in ids}


_READERS = {"person": _people, "procedure": _procedures, "question": _questions}


def _lexical(number: int, passage: Passage) -> LexicalDocument:
    return LexicalDocument(number, passage.language if passage.language in ("fr", "en") else "en", passage.title, passage.text)
