"""The index follows the change log: killed anywhere it comes to the same content, and it knows its database."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import kb.people
import kb.questions
from indexer import mirror, sync
from indexer.generations import IndexBusy, IndexStale, current, unfinished
from indexer.lexical import LexicalIndex
from indexer.store import FILE, IndexStore, fingerprint
from indexer.sync import Indexer, locked, rebuild
from kb import Store
from kb.archive import export_archive, import_archive
from kb.model import Revision
from tests import people
from tests.indexer.conftest import Town, furnish
from tests.people import COMMON
from tests.stand_in import stand_in


class Killed(BaseException):
    """Nobody catches it, as nobody catches SIGKILL."""


def opened(town: Town) -> tuple[IndexStore, LexicalIndex]:
    index = IndexStore(current(town.folder))
    return index, LexicalIndex(current(town.folder) / str(index.stamp().get("words", "words")))


def content(town: Town) -> list[str]:
    """All passages, whatever their numbers; the word index and the vectors must hold exactly these."""
    index, words = opened(town)
    passages = dict(index.all_passages())
    assert words.numbers().tolist() == sorted(passages)
    for number, passage in passages.items():
        found, _ = words.phrase(f"{passage.title} {passage.text}", None, len(passages))
        assert number in found
    hashes = {hash for (hash,) in index.database.conn.execute("select hash from embedding")}
    assert hashes == {passage.hash for passage in passages.values()}
    assert not index.stamp().get("writing")
    return sorted(fingerprint(passage) for passage in passages.values())


def from_scratch(town: Town, folder: Path) -> list[str]:
    other = Town(town.store, folder, stand_in())
    other.follow()
    return content(other)


def test_what_is_asked_is_indexed_and_what_is_deleted_leaves_nothing(town: Town) -> None:
    before = content(town)
    town.ask("bob", "Who waters the plants?", id="plants")
    assert town.follow() == 1
    assert len(content(town)) == len(before) + 1
    kb.questions.delete_question(town.store, town.person("bob"), "plants")
    assert town.follow() == 1
    assert content(town) == before
    _, words = opened(town)
    assert words.search("plants", None, 5)[0].tolist() == []


def test_a_deleted_answer_leaves_its_question(town: Town) -> None:
    kb.questions.delete_answer(town.store, town.person("alice"), _answer_of(town, "merger"))
    town.follow()
    kept = [passage for _, passage in opened(town)[0].all_passages() if passage.document == "merger"]
    assert [passage.kind for passage in kept] == ["question"]


def _answer_of(town: Town, question: str) -> str:
    with town.store.read() as tx:
        return tx.answers.list([question])[0].id


def test_a_person_who_leaves_loses_the_profile(town: Town) -> None:
    with town.store.write() as tx:
        alice = tx.people.get("alice")
        tx.people.put([type(alice)("alice", "Alice Martin", title="Accountant", ended=tx.now)])
        tx.changes.add("put", "person", "alice")
    town.follow()
    profiles = [each.document for _, each in opened(town)[0].all_passages() if each.kind == "profile"]
    assert profiles and "alice" not in profiles


def test_what_did_not_change_is_neither_written_nor_encoded_again(town: Town) -> None:
    version, encoded = opened(town)[0].stamp()["version"], town.encoder.encoded
    with town.store.write() as tx:
        tx.changes.add("vote", "question", "train")
    assert town.follow() == 1
    stamp = opened(town)[0].stamp()
    assert (stamp["version"], town.encoder.encoded) == (version, encoded)
    assert stamp["applied"] == town.indexer().status().last


def test_a_question_and_a_procedure_of_the_same_id_stand_side_by_side(town: Town) -> None:
    town.ask("bob", "What is TRV-01?", id="TRV-01")
    town.follow()
    kinds = {each.kind for _, each in opened(town)[0].all_passages() if each.document == "TRV-01"}
    assert kinds == {"procedure", "duty", "question"}
    kb.questions.delete_question(town.store, town.person("bob"), "TRV-01")
    town.follow()
    assert content(town) == from_scratch(town, town.folder.with_name("scratch"))


def test_numbers_are_never_used_again(town: Town) -> None:
    highest = int(opened(town)[0].numbers()[-1])
    kb.questions.delete_question(town.store, town.person("dora"), "laser")
    with town.store.write() as tx:
        tx.procedures.remove("FIN-09")
        tx.changes.add("remove", "procedure", "FIN-09")
    town.follow()
    town.ask("bob", "Who waters the plants?")
    town.follow()
    assert int(opened(town)[0].numbers()[-1]) > highest


POINTS = {
    "encoding": "tests.stand_in.StandIn.encode_passages",
    "the word index": "indexer.lexical.LexicalIndex.write",
    "keeping vectors": "indexer.store.IndexStore.add_vectors",
    "replacing passages": "indexer.store.IndexStore.replace",
}


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_next_run_comes_to_the_same_content(
    town: Town, point: str, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(town)
    asker = town.person("bob")
    kb.questions.edit_question(town.store, asker, "train", "How do I book a boat?", "To Corsica.", ["travel"])
    _kill_at(POINTS[point], late, monkeypatch, town)
    with town.store.read() as tx:
        title = "How do I book a train ticket to Lyon?"
        assert tx.questions.get("train").title != title
    kb.questions.edit_question(town.store, asker, "train", title, "By Friday.", ["travel"])  # back to what it was
    town.follow()
    assert content(town) == before
    town.ask("bob", "Who waters the plants?")
    town.follow()
    assert content(town) == from_scratch(town, town.folder.with_name("scratch"))


def _kill_at(point: str, late: bool, monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    module, name, method = point.rsplit(".", 2)
    owner = getattr(__import__(module, fromlist=[name]), name)
    real = getattr(owner, method)

    def killed(*given: object, **named: object) -> None:
        if late:
            real(*given, **named)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(owner, method, killed)
        with pytest.raises(Killed):
            town.follow()


def test_a_stopped_run_goes_on_where_it_was(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(bare)
    monkeypatch.setattr(sync, "BATCH", 1)
    left = iter([False, False, True])
    assert bare.indexer().catch_up(stop=lambda: next(left)) == 2
    status = bare.indexer().status()
    assert 0 < status.applied < status.last and status.stale is None
    bare.follow()
    assert content(bare) == from_scratch(bare, bare.folder.with_name("scratch"))
    assert len(opened(bare)[1]._current().segments) == 1, "gathered when it is whole"


def test_only_one_process_writes_at_a_time(town: Town) -> None:
    with locked(town.folder):
        with pytest.raises(IndexBusy, match="Another process"):
            town.follow()
        with pytest.raises(IndexBusy):
            rebuild(town.store, town.folder, town.encoder)
    town.follow()


def test_the_lock_is_free_when_its_holder_dies(town: Town) -> None:
    holder = multiprocessing.get_context("fork").Process(target=_hold, args=(town.folder,))
    holder.start()
    holder.join()
    town.follow()


def _hold(folder: Path) -> None:
    locked(folder).__enter__()
    os._exit(1)


def test_a_log_without_any_subject_leaves_a_usable_index(store: Store, tmp_path: Path) -> None:
    town = Town(store, tmp_path / "index", stand_in())
    with store.write() as tx:
        tx.changes.add("load", "space", "common")
    assert town.follow() == 0
    status = town.indexer().status()
    assert (status.applied, status.last, status.stale) == (1, 1, None)
    town.finder()


# -- rebuilding


def test_a_rebuild_gives_the_same_content_and_encodes_nothing_again(town: Town) -> None:
    before, encoded = content(town), town.encoder.encoded
    inside = current(town.folder)
    rebuild(town.store, town.folder, town.encoder)
    assert content(town) == before and town.encoder.encoded == encoded
    assert len(opened(town)[1]._current().segments) == 1
    assert current(town.folder) != inside and not inside.exists()


def test_an_interrupted_rebuild_leaves_the_index_in_use_and_is_resumed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "BATCH", 2)
    inside, calls = current(town.folder), iter(range(100))
    real = IndexStore.replace

    def killed(*given: object) -> None:
        if next(calls) == 2:
            raise Killed
        real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(IndexStore, "replace", killed)
        with pytest.raises(Killed):
            rebuild(town.store, town.folder, town.encoder)
    assert current(town.folder) == inside
    begun = IndexStore(unfinished(town.folder))
    applied = begun.stamp()["applied"]
    assert applied > 0
    read = rebuild(town.store, town.folder, town.encoder)
    with town.store.read() as tx:
        assert read < len(tx.changes.latest_since(0))
    assert content(town) == from_scratch(town, town.folder.with_name("scratch"))


def test_a_begun_rebuild_of_another_model_is_thrown_away(town: Town) -> None:
    Indexer(town.store, town.folder, stand_in("another"), inside=unfinished(town.folder)).catch_up()
    rebuild(town.store, town.folder, town.encoder)
    assert town.indexer().status().stale is None
    content(town)


def test_a_writer_made_before_a_rebuild_writes_into_the_new_index(town: Town) -> None:
    writer = town.indexer()
    rebuild(town.store, town.folder, town.encoder)
    town.ask("bob", "Who waters the plants?")
    assert writer.catch_up() == 1
    assert content(town) == from_scratch(town, town.folder.with_name("scratch"))


def test_another_model_must_be_asked_for_by_a_rebuild(town: Town) -> None:
    other = Town(town.store, town.folder, stand_in("another"))
    with pytest.raises(IndexStale, match="--rebuild"):
        other.follow()
    rebuild(town.store, town.folder, other.encoder)
    assert other.encoder.encoded > 0
    assert other.indexer().status().stale is None


# -- damage


def test_a_damaged_word_index_is_written_anew_without_encoding(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "CHUNK", 2)
    finder, encoded, before = town.finder(), town.encoder.encoded, content(town)
    for file in (current(town.folder) / "words").iterdir():
        file.write_bytes(b"damaged")
    with pytest.raises(IndexStale, match="quisait index"):
        town.finder()
    town.follow()
    assert content(town) == before and town.encoder.encoded == encoded
    assert [hit.question for hit in finder.find("book a train to Lyon", town.person("bob")).answers] == ["train"]
    assert [each.name for each in current(town.folder).iterdir() if each.is_dir()] == ["words2"]
    assert len(opened(town)[1]._current().segments) == 1, "gathered, though no passage is new"


def test_a_word_index_damaged_while_the_writer_runs_is_written_anew_too(town: Town) -> None:
    writer = town.indexer()
    writer.catch_up()
    for file in (current(town.folder) / "words").iterdir():
        file.unlink()
    town.ask("bob", "Who waters the plants?")
    writer.catch_up()
    assert content(town) == from_scratch(town, town.folder.with_name("scratch"))


def test_a_deleted_word_index_comes_back(town: Town) -> None:
    before = content(town)
    shutil.rmtree(current(town.folder) / "words")
    town.follow()
    assert content(town) == before


def test_a_damaged_index_database_is_told_with_its_mend(town: Town) -> None:
    before = content(town)
    (current(town.folder) / FILE).write_bytes(b"damaged" * 1000)
    for beside in current(town.folder).glob(f"{FILE}-*"):
        beside.unlink()
    with pytest.raises(IndexStale, match="--rebuild"):
        town.follow()
    with pytest.raises(IndexStale, match="--rebuild"):
        town.finder()
    rebuild(town.store, town.folder, town.encoder)
    assert content(town) == before


# -- another database


def test_an_index_of_another_database_is_noticed(town: Town, backend: str, new_store: Callable[[str], Store]) -> None:
    other = Town(new_store(backend), town.folder, town.encoder)
    people.settle(other.store)
    furnish(other)  # as long a log, with other texts
    for _ in range(3):
        other.ask("bob", "Who waters the plants?")
    with pytest.raises(IndexStale, match="another database.*--rebuild"):
        other.follow()
    with pytest.raises(IndexStale, match="another database"):
        other.finder()
    status = other.indexer().status()
    assert status.stale is not None and status.applied < status.last
    encoded = town.encoder.encoded
    rebuild(other.store, town.folder, town.encoder)
    assert town.encoder.encoded == encoded + 1  # the plants: all else was taken over
    assert other.indexer().status().stale is None
    content(other)


def test_a_finder_notices_at_its_next_question_that_an_archive_took_the_databases_place(
    town: Town, backend: str, new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    finder, reader = town.finder(), town.person("bob")
    export_archive(town.store, tmp_path / "archive.sqlite")
    import_archive(town.store, tmp_path / "archive.sqlite", replace=True)
    with pytest.raises(IndexStale, match="another database"):
        finder.find("train", reader)
    with pytest.raises(IndexStale, match="another database"):
        town.follow()
    rebuild(town.store, town.folder, town.encoder)
    assert finder.find("book a train ticket to Lyon", reader).answers
    fresh = new_store(backend)
    import_archive(fresh, tmp_path / "archive.sqlite")
    with fresh.read() as there, town.store.read() as here:
        assert there.changes.identity() != here.changes.identity()


def test_an_index_older_than_identities_takes_the_one_of_its_database(town: Town) -> None:
    index, _ = opened(town)
    with index.transaction():
        index.database.conn.execute("delete from stamp where name = 'identity'")
    town.follow()
    with town.store.read() as tx:
        assert index.stamp()["identity"] == tx.changes.identity() != ""


def test_an_index_ahead_of_its_restored_database_is_stale(town: Town) -> None:
    index, _ = opened(town)
    with index.transaction():
        index.set_stamp(applied=10_000)
    with pytest.raises(IndexStale, match="later state"):
        town.follow()


# -- languages


def test_centroids_are_learned_when_there_is_enough_and_readers_take_them(
    bare: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(bare)
    bare.follow()
    finder = bare.finder()
    finder.find("train", bare.person("bob"))
    raw = finder.catalogue.columns.vector.floats()
    monkeypatch.setattr(sync, "FIT_FROM", 5)
    bare.follow()
    stamp = opened(bare)[0].stamp()
    assert stamp["centred_at"] == opened(bare)[0].count()
    bare.keep("HR-01", COMMON, "dora", Revision("HR-01", "fr", 1, "Congés", "Poser des congés."))
    bare.follow()
    finder.find("train", bare.person("bob"))
    columns, fresh = finder.catalogue.columns, bare.finder().catalogue.columns
    assert columns.centroids.version == fresh.centroids.version
    now = columns.vector.floats()
    assert np.allclose(now[columns.alive], fresh.vector.floats()[fresh.alive], atol=1e-6)
    assert not np.allclose(now[: len(raw)], raw)
