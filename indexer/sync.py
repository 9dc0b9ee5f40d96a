"""Following the change log: what was asked, answered, edited or deleted is findable, or gone, a moment later.

One process writes the index at a time (a lock on its folder). A batch of changed subjects is read from `kb`, cut into
passages, the texts not seen before are encoded, then the word index and after it the index database are committed,
together with the number of the last change applied. Killed anywhere, the next run starts at that number and comes to
the same content (`mirror` sees to the word index). The index is derived: `rebuild` makes another one beside it and
switches. It belongs to one database, whose identity it bears.
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
from indexer.encoder import Encoder, Vectors
from indexer.generations import IndexBusy, IndexStale, current, switch, unfinished
from indexer.lesson import Lesson
from indexer.mirror import Mirror
from indexer.passages import Passage
from indexer.store import IndexStore, fingerprint
from indexer.subjects import KINDS, passages_of
from kb import Store

SCHEMA = 3  # count up when passages or their storage change: `quisait index --rebuild` is then asked for
BATCH = 400  # subjects read, encoded and committed together
ENCODE = 256  # texts between two progress lines
FIT_FROM = 200  # passages from which languages are worth centring

Progress = Callable[[str, int, int | None], None]
Subject = tuple[int, str, str]  # change number, kind, id


def _silent(what: str, done: int, total: int | None) -> None:
    """No progress shown."""


def _never() -> bool:
    return False


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
        """`inside`: the folder of an index that is not in use yet. Raises IndexStale when the index is damaged."""
        self._store, self._folder, self._encoder = store, folder, encoder
        self._in_use = inside is None
        self._open(inside or current(folder))
        self._previous: IndexStore | None = None

    def _open(self, inside: Path) -> None:
        self._inside, self._index = inside, IndexStore(inside)
        self._mirror = Mirror(self._index, inside)

    def status(self) -> Status:
        stamp = self._index.stamp()
        with self._store.read() as tx:
            last, identity = tx.changes.last(), tx.changes.identity()
        return Status(
            stamp.get("applied", 0), last, self._index.count(), stamp.get("encoder", self._encoder.id),
            stale_because(stamp, self._encoder.id, last, identity),
        )  # fmt: skip

    def catch_up(self, progress: Progress = _silent, stop: Callable[[], bool] = _never) -> int:
        """Apply what the log holds beyond the index; how many subjects were looked at. IndexBusy when another process
        writes, IndexStale when the index was made by another model or version, or from another database."""
        with locked(self._folder):
            if self._in_use and current(self._folder) != self._inside:  # rebuilt by another process meanwhile
                self._open(current(self._folder))
            return self._follow(progress, stop)

    def lesson(self) -> Lesson | None:
        """What the site taught so far."""
        return Lesson.of(self._index.stamp())

    def keep(self, lesson: Lesson) -> None:
        """Keep what the site taught. IndexBusy when another process writes."""
        with locked(self._folder), self._index.transaction():
            self._index.set_stamp(lesson=lesson.to_dict())

    def close(self) -> None:
        self._index.close()

    def _follow(self, progress: Progress, stop: Callable[[], bool]) -> int:
        stamp = self._index.stamp()
        applied = int(stamp.get("applied", 0))
        identity = _identity(self._store)
        with self._store.read() as tx:
            last = tx.changes.last()
            if reason := stale_because(stamp, self._encoder.id, last, identity):
                raise IndexStale(reason)
            subjects = [each for each in tx.changes.latest_since(applied) if each[1] in KINDS]
        made_of = {"schema": SCHEMA, "encoder": self._encoder.id, "identity": identity}
        if any(stamp.get(name) != value for name, value in made_of.items()):
            with self._index.transaction():
                self._index.set_stamp(**made_of)
        self._mirror.settle()
        done = 0
        for start in range(0, len(subjects), BATCH):
            if stop():
                return done
            batch = subjects[start : start + BATCH]
            self._apply(batch, progress, (done, len(subjects)))
            done += len(batch)
            progress("indexing", done, len(subjects))
        if last > applied:
            with self._index.transaction():
                self._index.set_stamp(applied=last)
        self._fit_centroids()
        if not stop():
            self._gather(progress)
        return done

    def _gather(self, progress: Progress) -> None:
        """Have the words read quickly when the index has more than doubled: a day's changes are not worth it."""
        count = self._index.count()
        if count > 2 * int(self._index.stamp().get("gathered_at", 0)):
            progress("gathering words", 0, None)
            self._mirror.gather()
            with self._index.transaction():
                self._index.set_stamp(gathered_at=count)

    def _apply(self, batch: Sequence[Subject], progress: Progress, place: tuple[int, int]) -> None:
        with self._store.read() as tx:
            wanted = passages_of(tx, [(kind, id) for _, kind, id in batch])
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
        if added or removed:
            self._mirror.write(added, removed)
        with self._index.transaction():
            version = int(self._index.stamp().get("version", 0)) + (1 if added or removed else 0)
            self._index.add_vectors(vectors)
            self._index.replace(added, removed, version)
            self._index.set_stamp(applied=batch[-1][0], version=version, writing=False)

    def _encode(self, added: dict[int, Passage], progress: Progress, place: tuple[int, int]) -> dict[str, Vectors]:
        """The vectors that the index database lacks, by hash: from the index before this one, or made."""
        texts = {each.hash: each for each in added.values() if each.encoded}
        lacking = texts.keys() - self._index.vectors(texts).keys()
        before = self._previous.vectors(lacking) if self._previous is not None else {}
        vectors = {hash: vector.astype(np.float32) for hash, vector in before.items()}
        missing = [hash for hash in texts if hash in lacking and hash not in vectors]
        for start in range(0, len(missing), ENCODE):
            part = missing[start : start + ENCODE]
            passages = [texts[hash] for hash in part]
            rows = self._encoder.encode_passages(
                [f"{each.title}\n{each.text}" for each in passages], [each.language for each in passages]
            )
            vectors |= dict(zip(part, rows, strict=True))
            share = (start + len(part)) / len(missing)
            progress("indexing", place[0] + int(share * min(BATCH, place[1] - place[0])), place[1])
        return vectors

    def _fit_centroids(self) -> None:
        """What to take out of the vectors so that languages meet; learned anew when the knowledge base has grown by
        half."""
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
    """Make the whole index anew beside the one in use, then switch to it; vectors of unchanged texts are taken over.
    Interrupted, it goes on where it was. Returns how many subjects were read. IndexBusy when another process writes."""
    with locked(folder):
        making, lesson = _begun(store, folder, encoder), None
        with contextlib.suppress(IndexStale):  # a damaged index has no vectors to take over
            before = IndexStore(current(folder))
            if before.stamp().get("encoder") == encoder.id:
                making._previous = before
            lesson = Lesson.of(before.stamp())
        done = making._follow(progress, _never)
        if lesson is not None:
            with making._index.transaction():
                making._index.set_stamp(lesson=lesson.to_dict())
        making.close()
        switch(folder, making._inside)
        return done


def _begun(store: Store, folder: Path, encoder: Encoder) -> Indexer:
    """The writer of the next index: of one that an interrupted rebuild began, if it can be used."""
    beside = unfinished(folder)
    with contextlib.suppress(IndexStale):
        begun = Indexer(store, folder, encoder, inside=beside)
        if begun.status().stale is None:
            return begun
        begun.close()
    shutil.rmtree(beside)
    return Indexer(store, folder, encoder, inside=unfinished(folder))


def stale_because(stamp: dict[str, object], encoder: str, last: int, identity: str | None = None) -> str | None:
    """Why an index with this stamp must be rebuilt, as a sentence with its mend; None when it can be used. `last` and
    `identity` are those of the change log."""
    if not stamp:
        return None
    mend = "Run `quisait index --rebuild`."
    if stamp.get("schema") != SCHEMA:
        return f"The index was made by another version of Quisait. {mend}"
    if stamp.get("encoder") != encoder:
        return f"The index was made with the model {stamp.get('encoder')}, not {encoder}. {mend}"
    if identity is not None and stamp.get("identity", identity) != identity:
        return f"The index belongs to another database. {mend}"
    if int(str(stamp.get("applied", 0))) > last:
        return f"The index belongs to another database, or to a later state of this one. {mend}"
    return None


def _identity(store: Store) -> str:
    """The identity of the change log, given to it now when it had none."""
    with store.read() as tx:
        found = tx.changes.identity()
    if found:
        return found
    with store.write() as tx:
        return tx.changes.give_identity()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The right to write the index of `folder`; IndexBusy when another process has it. Freed by the system when we
    die."""
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
