"""The word index under crashes, several writers and readers, and damaged files: the last commit, or one sentence."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from indexer import lexical
from indexer.lexical import IndexBroken, IndexBusy, LexicalIndex
from tests.indexer.word_index import numbers, passage

ROOT = Path(__file__).parents[2]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex(tmp_path / "words")


def test_an_added_number_replaces_what_it_stood_for(index: LexicalIndex) -> None:
    index.write([passage(1, "pump")], [])
    index.write([passage(1, "valve")], [])
    assert numbers(index.search("pump", None, 5)) == [] and numbers(index.search("valve", None, 5)) == [1]
    assert index.document_frequency("Valve") == 1 and index.document_frequency("zebra") == 0


def test_a_seeded_random_module_never_overwrites_a_segment(index: LexicalIndex) -> None:
    state = random.getstate()
    try:
        for number in range(3):
            random.seed(1)
            index.write([passage(number, f"pump seal{number}")], [])
            assert sorted(numbers(index.search("pump", None, 5))) == list(range(number + 1))
    finally:
        random.setstate(state)


def test_removing_what_is_not_there_writes_nothing(index: LexicalIndex) -> None:
    generation = index._current().generation
    index.write([], [4])
    index.write([], [])
    assert index._current().generation == generation


def test_a_failed_commit_changes_nothing_and_frees_the_lock(
    index: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.write([passage(1, "pump")], [])

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(lexical, "_merge_tiers", full)
        with pytest.raises(OSError, match="No space"):
            index.write([passage(1, "valve")], [])
    with pytest.raises(ValueError, match="language 'de'"):
        index.write([passage(2, "Ventil", language="de")], [])
    assert numbers(index.search("pump", None, 5)) == [1]
    index.write([passage(2, "valve")], [])
    assert numbers(index.search("valve", None, 5)) == [2]


WRITER = """
import sys, time
from pathlib import Path
from indexer import lexical
def stop(writer, segments):
    print("writing", flush=True)
    time.sleep(60)
lexical._merge_tiers = stop
index = lexical.LexicalIndex(Path(sys.argv[1]))
index.write([lexical.LexicalDocument(n, "en", "", "valve") for n in range(200)], [])
"""
READER = """
import sys, time
from pathlib import Path
from indexer.lexical import LexicalIndex
index, seen, until = LexicalIndex(Path(sys.argv[1])), set(), time.monotonic() + 30
print("reading", flush=True)
while "last" not in seen and time.monotonic() < until:
    found, scores = index.search("pump", None, 10)
    assert found.tolist() == [1, 2, 3], found
    seen |= {"last"} if len(index.search("finished", None, 1)[0]) else set()
print("done" if "last" in seen else "never saw the end")
"""


def python(script: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_writer_killed_in_the_middle_leaves_the_last_commit_and_a_free_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = LexicalIndex(tmp_path)
    index.write([passage(1, "pump")], [])
    with python(WRITER, tmp_path) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "writing\n"
        monkeypatch.setattr(lexical, "LOCK_SECONDS", 0.0)
        with pytest.raises(IndexBusy, match="Another process is writing"):
            index.write([passage(2, "seal")], [])
        writer.send_signal(signal.SIGKILL)
    assert numbers(LexicalIndex(tmp_path).search("pump valve", None, 5)) == [1]
    index.write([passage(2, "seal")], [])
    assert numbers(index.search("seal pump valve", None, 5)) == [1, 2]


def test_two_processes_read_while_one_writes(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.write([passage(n, "pump") for n in (1, 2, 3)], [])
    with python(READER, tmp_path) as first, python(READER, tmp_path) as second:
        for reader in (first, second):
            assert reader.stdout is not None and reader.stdout.readline() == "reading\n"
        for turn in range(40):
            index.write([passage(turn % 3 + 1, "pump"), passage(100 + turn, "valve")], [])
        index.write([passage(999, "finished")], [])
        for reader in (first, second):
            assert reader.stdout is not None and reader.stdout.readline() == "done\n"


def test_threads_share_one_index_while_it_is_written(index: LexicalIndex) -> None:
    index.write([passage(n, f"pump seal{n}") for n in range(1, 6)], [])
    wrong: list[object] = []
    finished = threading.Event()

    def read() -> None:
        while not finished.is_set():
            try:
                if (found := sorted(numbers(index.search("pump", None, 10)))) != [1, 2, 3, 4, 5]:
                    wrong.append(found)
                index.phrase("pump seal3", None, 3)
                index.correct("pumb", None)
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(30):
        index.write([passage(turn % 5 + 1, f"pump seal{turn}")], [])
    finished.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_two_writers_take_turns(tmp_path: Path) -> None:
    wrong: list[Exception] = []

    def write(first: int) -> None:
        try:
            index = LexicalIndex(tmp_path / "words")
            for number in range(first, first + 20):
                index.write([passage(number, "pump")], [])
        except Exception as error:
            wrong.append(error)

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert wrong == []
    assert len(LexicalIndex(tmp_path / "words").search("pump", None, 100)[0]) == 40


def test_commits_are_merged_and_leave_few_segments(index: LexicalIndex) -> None:
    for number in range(40):
        index.write([passage(number, "pump")], [])
    assert 1 < len(index._current().segments) <= 2 * lexical.MERGE_FACTOR
    found = index.search("pump", None, 100)
    index.gather()
    assert len(index._current().segments) == 1
    assert [each.tolist() for each in index.search("pump", None, 100)] == [each.tolist() for each in found]
    index.write([], range(40))
    index.write([passage(1, "pump")], [])
    assert index._current().size == 1


# Broken folders


def test_another_index_in_the_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "_MAIN_3.toc").write_bytes(b"something")
    with pytest.raises(IndexBroken, match="something else"):
        LexicalIndex(tmp_path)


@pytest.mark.parametrize("suffix", [".toc", ".trm", ".pst", "_number.col", "number.col"])
@pytest.mark.parametrize("damage", ["emptied", "garbled", "lost"])
def test_a_damaged_file_is_reported_as_a_broken_index(
    tmp_path: Path, suffix: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "PAUSE", 0.0)
    index = LexicalIndex(tmp_path)
    index.write([passage(n, "pump valve " * n) for n in range(1, 9)], [])
    index.close()
    damaged = [file for file in tmp_path.iterdir() if file.name.endswith(suffix)]
    for file in damaged:
        if damage == "lost":
            file.unlink()
        else:
            file.write_bytes(b"" if damage == "emptied" else b"\x00garbage" * 8)
    if damaged and (suffix, damage) not in {(".toc", "lost"), ("number.col", "emptied"), ("number.col", "garbled")}:
        with pytest.raises(IndexBroken):
            numbers(LexicalIndex(tmp_path).search("pump", None, 5))


def test_one_damaged_byte_among_the_places_of_words_is_reported_by_phrases_and_by_merging(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.write([passage(n, f"pump seal {random.Random(n).random()}") for n in range(400)], [])
    postings = next(file for file in tmp_path.iterdir() if file.suffix == ".pst")
    whole = postings.read_bytes()
    broken = 0
    for at in range(0, len(whole), len(whole) // 40):
        postings.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        try:
            LexicalIndex(tmp_path).phrase("pump seal", None, 400)
        except IndexBroken:
            broken += 1
    assert 0 < broken < 40
    with pytest.raises(IndexBroken):
        index.write([], range(200))  # half of it: the rest is written anew
    postings.write_bytes(whole)
    index.write([], range(200))
    assert len(index.phrase("pump seal", None, 400)[0]) == 200


def test_a_segment_lost_between_listing_and_opening_is_read_again(
    index: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.write([passage(1, "pump")], [])
    real, calls = lexical.Snapshot, []

    def swapped(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            raise FileNotFoundError("swapped")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(lexical, "Snapshot", swapped)
    index.close()
    assert numbers(index.search("pump", None, 5)) == [1] and len(calls) == 2
