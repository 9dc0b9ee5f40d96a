"""The word index: passages found by the words they hold.

Whoosh keeps the inverted index on disk, one writer at a time and as many readers as you like; `postings.Snapshot` ranks
over it. Each passage fills the fields of its language (a stemmed title, a stemmed title and body) and one exact field;
a query is analysed once for each language and asks all fields, so that nobody has to say which language they type.
The index is derived: when `IndexBroken` is raised, delete the folder and write the passages again.
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, LockError
from whoosh.reading import SegmentReader

from indexer.analysis import LANGUAGES, accented_analyzer, exact_analyzer, exact_terms
from indexer.blocks import Codec
from indexer.by_ear import in_full
from indexer.generations import IndexBusy
from indexer.highlighting import highlight
from indexer.postings import Mask, Snapshot
from indexer.segments import NUMBER, Cache, Floats, IndexBroken, Integers
from indexer.spelling import correctable
from indexer.wording import (
    ANALYZERS,
    asked,
    asked_words,
    near_words,
    nearest_words,
    normal,
    weighted_terms,
    with_accents,
    worded,
)

INDEX_NAME = "passages2"  # count up when fields or analysis change: older indexes are then foreign, and rebuilt
MERGE_FACTOR = 8  # segments of about one size that become one
MERGE_CEILING = 8192  # documents; larger segments are only rewritten when half of them are deleted
LOCK_SECONDS = 5.0
PHRASE_STEP = 512  # passages read at first to see whether they hold a phrase; then four times as many, and so on
RETRIES, PAUSE = 20, 0.02  # when a commit swaps files under a reader

_SCHEMA = Schema(
    exact=TEXT(analyzer=exact_analyzer(), phrase=True),
    accented=TEXT(analyzer=accented_analyzer(), phrase=False),
    **{f"title_{language}": TEXT(analyzer=ANALYZERS[language], phrase=False) for language in LANGUAGES},
    **{f"text_{language}": TEXT(analyzer=ANALYZERS[language], phrase=False) for language in LANGUAGES},
    **{NUMBER: COLUMN(NumericColumn("q", default=-1))},
)
_FIELDS = tuple(name for name in _SCHEMA.names() if name != NUMBER)


@dataclass(frozen=True)
class LexicalDocument:
    """A passage to index: `number` is the caller's unique number (0 or more), `language` "fr" or "en"."""

    number: int
    language: str
    title: str
    text: str


class LexicalIndex:
    """Safe between threads; several processes may read while one writes."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, or create it there. Raises IndexBroken."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._storage = folder, FileStorage(str(folder))
        self._cache, self._reading, self._writing = Cache(), threading.Lock(), threading.Lock()
        self._snapshot: Snapshot | None = None
        if TOC._latest_generation(self._storage, INDEX_NAME) < 0:
            self._create()
        self._current()

    def _create(self) -> None:
        lock = self._storage.lock(f"{INDEX_NAME}_WRITELOCK")
        if not lock.acquire(blocking=True):
            raise IndexBusy(f"Another process is writing the word index in {self._folder}.")
        try:
            if TOC._latest_generation(self._storage, INDEX_NAME) < 0:
                if any(not entry.name.endswith("_WRITELOCK") for entry in self._folder.iterdir()):
                    raise IndexBroken(f"{self._folder} holds something else than this version's word index.")
                TOC.create(self._storage, _SCHEMA, INDEX_NAME)
        finally:
            lock.release()

    def _current(self) -> Snapshot:
        """The newest generation; costs one listing of the folder when nothing has changed."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.generation == TOC._latest_generation(self._storage, INDEX_NAME):
            return snapshot
        with self._reading:
            for _ in range(RETRIES):
                snapshot = self._snapshot
                if snapshot is not None and snapshot.generation == TOC._latest_generation(self._storage, INDEX_NAME):
                    return snapshot  # another thread has read it meanwhile
                try:
                    snapshot = Snapshot(str(self._folder), _SCHEMA, INDEX_NAME, _FIELDS, self._cache, self._snapshot)
                    self._snapshot = snapshot
                    return snapshot
                except FileNotFoundError:
                    time.sleep(PAUSE)
                except Exception as error:
                    raise IndexBroken(f"The word index in {self._folder} cannot be read ({error!r}).") from error
        raise IndexBroken(f"The word index in {self._folder} has lost files.")

    def write(self, add: Iterable[LexicalDocument], remove: Iterable[int]) -> None:
        """Add passages and remove numbers in one commit; an added number replaces what it stood for.

        Raises IndexBusy when another process is writing, IndexBroken. Nothing changes unless all of it does.
        """
        documents = {document.number: document for document in add}
        gone = np.array(sorted({*remove, *documents}), dtype=np.int64)
        if not len(gone):
            return
        with self._writing, self._begun() as writer:
            deleted = self._delete(writer, gone)
            for document in documents.values():
                writer.add_document(**_fields(document))
            if deleted or documents:
                writer.commit(mergetype=_merge_tiers)
            else:
                writer.cancel()

    def gather(self) -> None:
        """Make one segment of all: each term is then read once, not once a segment. Reads and writes everything, about
        1,500 passages a second. Raises IndexBusy, IndexBroken."""
        with self._writing:
            if len(self._current().segments) > 1:
                with self._begun() as writer:
                    writer.commit(mergetype=_merge_all)

    @contextmanager
    def _begun(self) -> Iterator[Any]:
        """A writer that is given up, the lock freed, when what is done with it fails."""
        writer = self._writer()
        try:
            yield writer
        except (struct.error, EOFError, FileNotFoundError) as error:  # files that are damaged or lost
            _abandon(writer)
            raise IndexBroken(f"The word index in {self._folder} cannot be written ({error!r}).") from error
        except BaseException:
            _abandon(writer)
            raise

    def _writer(self) -> Any:
        for _ in range(RETRIES):
            try:
                files = FileIndex(self._storage, _SCHEMA, INDEX_NAME)
                return files.writer(codec=Codec(), compound=False, timeout=LOCK_SECONDS)
            except LockError as error:
                raise IndexBusy(f"Another process is writing the word index in {self._folder}.") from error
            except FileNotFoundError:  # Whoosh looks before it locks: another writer has just committed
                time.sleep(PAUSE)
            except OSError:
                raise
            except Exception as error:
                raise IndexBroken(f"The word index in {self._folder} cannot be written ({error!r}).") from error
        raise IndexBroken(f"The word index in {self._folder} has lost files.")

    def _delete(self, writer: Any, gone: Integers) -> int:
        numbers = {segment.name: segment.numbers for segment in self._current().segments}
        deleted = 0
        for segment in writer.segments:
            for row in np.flatnonzero(np.isin(numbers[segment.segment_id()], gone)).tolist():
                if not segment.is_deleted(row):
                    segment.delete_document(row)
                    deleted += 1
        return deleted

    def numbers(self) -> Integers:
        """The numbers of all passages that stand in the index, rising."""
        snapshot = self._current()
        return np.sort(snapshot.numbers[snapshot.live])

    def search(self, words: str, allowed: Mask | None, limit: int) -> tuple[Integers, Floats]:
        """Numbers and scores of the best `limit` passages, best first. `allowed[number]` says who may be found."""
        snapshot = self._current()
        admitted = snapshot.admitted(allowed)
        terms = weighted_terms(asked(snapshot, normal(words), admitted, self._cache))
        return snapshot.best(snapshot.scores(terms), admitted, limit)

    def weigh(self, words: str, allowed: Mask | None) -> tuple[Integers, Floats, Floats]:
        """Every allowed passage that holds any of the words, in no order: its number, its score as `search` gives it,
        and how much of what the words tell it holds, 0 to 1; a rare word tells more than a common one, and a word that
        stands nowhere more than any."""
        snapshot = self._current()
        admitted = snapshot.admitted(allowed)
        found = asked(snapshot, normal(words), admitted, self._cache)
        scores, held = snapshot.scores(weighted_terms(found)), snapshot.held(worded(snapshot, found))
        rows = np.flatnonzero(admitted & ((scores > 0) | (held > 0)))
        return snapshot.numbers[rows], scores[rows], held[rows]

    def phrase(self, words: str, allowed: Mask | None, limit: int) -> tuple[Integers, Floats]:
        """Passages that hold the words one after the other, folded and unstemmed; ranked as `search` ranks."""
        snapshot, words = self._current(), normal(words)
        admitted = snapshot.admitted(allowed)
        sequence = [(term.text, term.position) for term in exact_terms(words)]
        if not sequence:
            return snapshot.best(np.zeros(snapshot.size, dtype=np.float32), admitted, 0)
        candidates = np.flatnonzero(admitted)
        for text, _ in sequence:
            rows = snapshot.rows("exact", text, admitted)
            candidates = np.intersect1d(candidates, rows, assume_unique=True)
        scores = snapshot.scores(weighted_terms(asked(snapshot, words, admitted, self._cache)))
        scores = np.maximum(scores, np.float32(1e-6))  # the words may be worth nothing and yet stand there
        ordered = candidates[np.lexsort((snapshot.numbers[candidates], -scores[candidates]))]
        holding, first, last = np.zeros(snapshot.size, dtype=np.bool_), 0, PHRASE_STEP
        while first < len(ordered) and np.count_nonzero(holding) < limit:
            holding[snapshot.sequences("exact", sequence, np.sort(ordered[first:last]))] = True
            first, last = last, 4 * last
        return snapshot.best(scores, holding, limit)

    def correct(self, words: str, allowed: Mask | None) -> str | None:
        """The query with what is written by ear in full, and words that no allowed passage holds replaced by their
        nearest; None when nothing is better."""
        snapshot, typed = self._current(), normal(words)
        admitted, better = snapshot.admitted(allowed), in_full(typed)
        for word in reversed(asked_words(better)):
            exact = word.exact
            if not correctable(exact.text) or word.stands(snapshot, admitted):
                continue
            for near in nearest_words(snapshot, exact.text, admitted, self._cache)[:1]:
                written = with_accents(snapshot, near, admitted, self._cache)
                better = better[: exact.start] + written + better[exact.end :]
        return better if better != typed else None

    def document_frequency(self, word: str) -> int:
        """In how many passages the word stands as typed, accents and case aside."""
        terms = [term for term in exact_terms(normal(word)) if not term.part]
        return self._current().frequency("exact", terms[0].text) if terms else 0

    def highlight(self, text: str, words: str, language: str, characters: int = 240) -> str:
        """The part of `text` that shows why it was found, marked as `highlighting` says."""
        return highlight(normal(text), normal(words), language, characters)

    def warm(self) -> None:
        """Read the vocabulary, so that the first misspelt word is as quick as the next (about a second at 100k)."""
        for segment in self._current().segments:
            near_words(segment, "warm", self._cache)

    def close(self) -> None:
        """Forget everything read; files close when the last search that uses them ends."""
        self._snapshot, self._cache = None, Cache()


def _fields(document: LexicalDocument) -> dict[str, Any]:
    if document.language not in LANGUAGES:
        raise ValueError(f"Passage {document.number}: no analysis for language {document.language!r}.")
    title = normal(document.title)
    text = f"{title}\n{normal(document.text)}"
    fields = {f"title_{document.language}": title, f"text_{document.language}": text}
    return {NUMBER: document.number, "exact": text, "accented": text, **fields}


def _merge_tiers(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh merge policy: `MERGE_FACTOR` segments of one size class become one; mostly deleted ones are rewritten.

    Every document is rewritten a few times at most and no commit rewrites many, unlike Whoosh's MERGE_SMALL.
    """
    tiers: dict[int, list[Any]] = {}
    merged: list[Any] = []
    for segment in segments:
        size = segment.doc_count_all()
        if segment.deleted_count() * 2 >= size:
            merged.append(segment)
        elif size < MERGE_CEILING:
            tiers.setdefault(int(np.log(size) / np.log(MERGE_FACTOR) + 1e-9), []).append(segment)
    merged.extend(segment for tier in tiers.values() if len(tier) >= MERGE_FACTOR for segment in tier)
    return _rewritten(writer, segments, merged)


def _merge_all(writer: Any, segments: list[Any]) -> list[Any]:
    return _rewritten(writer, segments, segments)


def _rewritten(writer: Any, segments: list[Any], merged: list[Any]) -> list[Any]:
    """Write what `merged` hold into the new segment; the other segments are left."""
    for segment in merged:
        if segment.deleted_count() < segment.doc_count_all():
            try:
                with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                    writer.add_reader(reader)
            except OSError:
                raise
            except Exception as error:  # whatever Whoosh stumbles over in a damaged segment
                raise IndexBroken(f"Segment {segment.segment_id()} cannot be read ({error!r}).") from error
    return [segment for segment in segments if segment not in merged]


def _abandon(writer: Any) -> None:
    """Give up a write and free the lock, whatever state the writer is in."""
    with suppress(Exception):
        writer.cancel()
    if writer.writelock is not None and writer.writelock.fd is not None:
        writer.writelock.release()
