"""Columns in memory: a view never moves under a query, whatever is added, removed or centred anew meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.catalogue import Catalogue, Columns
from indexer.centring import Centroids
from indexer.passages import Passage
from indexer.store import IndexStore

DIMENSION = 4


def passage(document: str, *, kind: str = "question", space: str = "common", **more: object) -> Passage:
    return Passage(kind, document, "", space, "en", document, "text", **more)  # type: ignore[arg-type]


def vector(seed: str) -> np.ndarray:
    made = np.random.default_rng(list(seed.encode())).normal(size=DIMENSION).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made))


def put(index: IndexStore, added: dict[int, Passage], removed: tuple[int, ...] = (), **stamp: object) -> None:
    with index.transaction():
        index.add_vectors({each.hash: vector(each.title) for each in added.values() if each.encoded})
        version = int(index.stamp().get("version", 0)) + 1
        index.replace(added, removed, version)
        index.set_stamp(version=version, **stamp)


@pytest.fixture
def index(tmp_path: Path) -> IndexStore:
    return IndexStore(tmp_path)


def documents(catalogue: Catalogue, columns: Columns, rows: np.ndarray) -> list[str]:
    return [catalogue.document_id(code) for code in columns.document[rows]]


def test_a_view_stays_as_it_was_while_others_grow(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION)
    put(index, {1: passage("a")})
    assert catalogue.refresh() and not catalogue.refresh()
    before = catalogue.columns
    copy = before.vector.floats()
    put(index, {number: passage(str(number)) for number in range(2, 900)})
    catalogue.refresh()
    assert len(before.number) == 1 and (before.vector.floats() == copy).all()
    assert len(catalogue.columns.number) == 899


def test_removed_passages_are_allowed_to_nobody(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION)
    put(index, {1: passage("a"), 2: passage("b")})
    catalogue.refresh()
    put(index, {3: passage("a", score=4)}, (1,))
    catalogue.refresh()
    columns = catalogue.columns
    allowed = catalogue.allowed(columns, ["common"], None)
    assert columns.number[allowed].tolist() == [2, 3]


def test_only_the_spaces_and_profiles_of_a_reader_are_allowed(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION)
    put(index, {1: passage("a"), 2: passage("b", space="finance"), 3: passage("p", kind="profile", space="",
                author="alice"), 4: passage("r", kind="profile", space="", author="bob")})  # fmt: skip
    catalogue.refresh()
    columns = catalogue.columns

    def numbers(spaces: list[str], profiles: list[str] | None) -> list[int]:
        return [int(each) for each in columns.number[catalogue.allowed(columns, spaces, profiles)]]

    assert numbers(["common"], None) == [1, 3, 4]
    assert numbers(["finance", "unknown"], ["bob", "nobody"]) == [2, 4]
    assert numbers([], []) == []
    assert numbers([""], []) == []


def test_rows_and_numbers_translate_both_ways_and_unknown_numbers_are_told(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION)
    assert catalogue.columns.rows(np.array([1, 5])).tolist() == [-1, -1]
    put(index, {3: passage("a"), 7: passage("b")})
    catalogue.refresh()
    assert catalogue.columns.rows(np.array([7, 3, 4, 99, 0])).tolist() == [1, 0, -1, -1, -1]
    assert np.flatnonzero(catalogue.columns.by_number(np.array([False, True]))).tolist() == [7]


def test_tags_are_those_of_each_row_and_change_with_it(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION)
    put(index, {1: passage("a", tags=("x", "y")), 2: passage("b", tags=("y",)), 3: passage("c", kind="duty")})
    catalogue.refresh()
    put(index, {4: passage("a", tags=("z",))}, (1,))
    catalogue.refresh()
    columns = catalogue.columns
    alive = {tag: columns.number[catalogue.bearing(columns.tags, tag) & columns.alive].tolist() for tag in "xyzw"}
    assert alive == {"x": [], "y": [2], "z": [4], "w": []}
    assert catalogue.tags_of(columns, 0) == ("x", "y")


def test_new_centroids_give_another_matrix_and_the_same_as_a_fresh_reader(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION)
    put(index, {number: passage(str(number)) for number in range(1, 9)})
    catalogue.refresh()
    before = catalogue.columns
    copy = before.vector.floats()
    direction = np.eye(1, DIMENSION, dtype=np.float32)
    centroids = Centroids(direction, np.array([1.0], np.float32))
    put(index, {20: passage("new"), 21: passage("bare", encoded=False)}, (2,), centroids=centroids.to_bytes().hex())
    catalogue.refresh()
    fresh = Catalogue(index, DIMENSION)
    fresh.refresh()
    assert (before.vector.floats() == copy).all() and not before.centroids.strengths.size
    columns = catalogue.columns
    vectors = columns.vector.floats()
    assert np.allclose(vectors[columns.alive], fresh.columns.vector.floats(), atol=1e-3)
    assert np.allclose(vectors[:, 0], 0, atol=1e-6) and columns.centroids.strengths.size
    assert not columns.vector.there[columns.rows(np.array([21]))].any()


def test_the_lead_of_a_procedure_is_told_from_its_other_parts(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION)
    parts = [("procedure", "fr/lead"), ("procedure", "fr/section 1"), ("duty", "en/lead"), ("question", "")]
    made = [replace(passage(kind, kind=kind), part=part) for kind, part in parts]
    put(index, dict(enumerate(made, 1)))
    catalogue.refresh()
    assert catalogue.columns.lead.tolist() == [True, False, False, False]


def test_what_the_second_encoder_read_stands_beside_the_first_and_is_never_centred(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION, DIMENSION + 2)
    added = {1: passage("a"), 2: passage("b", encoded=False)}
    with index.transaction():
        index.add_vectors({added[1].hash: np.append(vector("a"), [0.6, 0.8]).astype(np.float32)})
        index.replace(added, (), 1)
        index.set_stamp(version=1)
    catalogue.refresh()
    before = catalogue.columns
    first, second = before.vector.floats(), before.english.floats()
    assert first.shape == (2, DIMENSION) and first[0] == pytest.approx(vector("a"), abs=5e-3)
    assert second == pytest.approx(np.array([[0.6, 0.8], [0, 0]]), abs=5e-3)
    centroids = Centroids(np.eye(1, DIMENSION, dtype=np.float32), np.array([1.0], np.float32))
    with index.transaction():
        index.set_stamp(version=2, centroids=centroids.to_bytes().hex())
    catalogue.refresh()
    after = catalogue.columns
    assert after.vector.floats()[0, 0] == pytest.approx(0, abs=1e-6) and (after.english.floats() == second).all()


def test_with_one_encoder_there_is_no_second_opinion(index: IndexStore) -> None:
    catalogue = Catalogue(index, DIMENSION)
    put(index, {1: passage("a")})
    catalogue.refresh()
    assert catalogue.columns.english.floats().shape == (1, 0)


def test_many_threads_ask_while_one_refreshes(index: IndexStore) -> None:
    catalogue, over, troubles = Catalogue(index, DIMENSION), threading.Event(), list[BaseException]()

    def ask() -> None:
        try:
            while not over.is_set():
                columns = catalogue.columns
                allowed = catalogue.allowed(columns, ["common", "space3"], None)
                assert len({len(columns.number), len(columns.vector), len(allowed)}) == 1
                catalogue.bearing(columns.tags, "t3")
                columns.by_number(allowed)
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 40):
        put(index, {number: passage(str(number), space=f"space{number % 7}", tags=(f"t{number % 5}",))}, (number - 1,))
        catalogue.refresh()
    over.set()
    for thread in threads:
        thread.join()
    assert not troubles, troubles
