"""The index database: committed or not at all, read in one moment, numbers and versions that rise."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from indexer.generations import IndexStale
from indexer.passages import Passage
from indexer.store import FILE, IndexStore, fingerprint


def passage(document: str, text: str = "text", kind: str = "question", **more: object) -> Passage:
    return Passage(kind, document, "", "common", "en", f"About {document}", text, **more)  # type: ignore[arg-type]


def put(index: IndexStore, version: int, added: dict[int, Passage], removed: tuple[int, ...] = ()) -> None:
    with index.transaction():
        index.add_vectors({each.hash: np.full(4, 0.5, np.float32) for each in added.values() if each.encoded})
        index.replace(added, removed, version)
        index.set_stamp(version=version)


@pytest.fixture
def index(tmp_path: Path) -> IndexStore:
    return IndexStore(tmp_path)


def test_what_a_transaction_writes_is_there_for_everybody_after_it_and_for_nobody_before(tmp_path: Path) -> None:
    writer, reader = IndexStore(tmp_path), IndexStore(tmp_path)
    with writer.transaction():
        writer.replace({1: passage("q")}, (), 1)
        assert reader.count() == 0
    assert reader.count() == 1
    writer.close()
    assert IndexStore(tmp_path).count() == 1


def test_a_transaction_that_fails_leaves_nothing(index: IndexStore) -> None:
    with pytest.raises(KeyboardInterrupt), index.transaction():
        index.replace({1: passage("q")}, (), 1)
        index.set_stamp(version=1)
        raise KeyboardInterrupt
    assert index.count() == 0 and index.stamp() == {}


def test_a_reader_is_never_locked_out_by_a_writer_nor_a_writer_by_a_reader(tmp_path: Path) -> None:
    writer, reader = IndexStore(tmp_path), IndexStore(tmp_path)
    put(writer, 1, {1: passage("a")})
    reading = reader.all_passages()
    next(reading)
    put(writer, 2, {2: passage("b")})
    assert reader.newer(0) is not None
    assert not reader.database.conn.in_transaction


def test_news_hold_what_came_and_went_since_a_version(index: IndexStore) -> None:
    put(index, 1, {1: passage("a"), 2: passage("b")})
    put(index, 2, {3: passage("a", "other")}, (1,))
    first, second = index.newer(0), index.newer(1)
    assert first is not None and second is not None
    assert ([row[0] for row in first.added], first.removed, first.version) == ([2, 3], [1], 2)
    assert ([row[0] for row in second.added], second.removed) == ([3], [1])
    assert index.newer(2) is None


def test_news_of_nothing_are_none(index: IndexStore) -> None:
    assert index.newer(0) is None


def test_numbers_rise_even_after_the_highest_was_removed(index: IndexStore) -> None:
    assert index.next_number() == 1
    put(index, 1, {1: passage("a"), 2: passage("b")})
    put(index, 2, {}, (2,))
    assert index.next_number() == 3
    assert index.numbers().tolist() == [1]


def test_a_vector_stays_while_any_passage_has_its_text(index: IndexStore) -> None:
    one, same = passage("a"), passage("a", author="bob")
    put(index, 1, {1: one, 2: same})
    put(index, 2, {}, (1,))
    assert list(index.vectors([one.hash])) == [one.hash]
    put(index, 3, {}, (2,))
    assert index.vectors([one.hash]) == {}


def test_an_edited_passage_of_the_same_text_keeps_its_vector(index: IndexStore) -> None:
    put(index, 1, {1: passage("a", score=0)})
    with index.transaction():
        index.replace({2: passage("a", score=5)}, (1,), 2)
    assert len(index.vectors([passage("a").hash])) == 1


def test_passages_come_back_as_they_were(index: IndexStore) -> None:
    whole = passage("a", "été \U0001f600", tags=("x", "y"), author="bob", created=1.25, accepted=True, score=-3)
    put(index, 1, {7: whole})
    assert index.passages([7, 8]) == {7: whole}
    assert dict(index.all_passages()) == {7: whole}
    assert index.numbers_of([("answers", "a")]) == {("answers", "a"): {fingerprint(whole): 7}}


def test_places_of_the_same_id_are_told_apart_by_their_lane(index: IndexStore) -> None:
    put(index, 1, {1: passage("x"), 2: passage("x", kind="duty"), 3: passage("x", kind="profile")})
    found = index.numbers_of([("answers", "x"), ("procedures", "x"), ("people", "x"), ("people", "y")])
    assert {place: list(numbers.values()) for place, numbers in found.items()} == {
        ("answers", "x"): [1], ("procedures", "x"): [2], ("people", "x"): [3], ("people", "y"): [],
    }  # fmt: skip


def test_passages_without_a_vector_are_no_trouble(index: IndexStore) -> None:
    put(index, 1, {1: passage("a"), 2: passage("b", encoded=False)})
    news = index.newer(0)
    assert news is not None and [row[-1] is None for row in news.added] == [False, True]
    assert [(numbers.tolist(), vectors.shape) for numbers, vectors in index.all_vectors(4)] == [([1], (1, 4))]


def test_every_thread_may_ask(index: IndexStore) -> None:
    put(index, 1, {1: passage("a")})
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(index.count())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1] * 4


def test_thousands_of_numbers_may_be_asked_for(index: IndexStore) -> None:
    put(index, 1, {number: passage(str(number)) for number in range(1, 1201)})
    assert len(index.passages(range(1, 60_000))) == 1200


def test_a_damaged_file_is_told_with_its_mend(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"damaged" * 1000)
    with pytest.raises(IndexStale, match="quisait index --rebuild"):
        IndexStore(tmp_path)
