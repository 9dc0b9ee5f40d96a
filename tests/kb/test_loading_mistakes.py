"""What cannot be loaded is told with its line and its mend, and the rest is loaded."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from kb import Store
from kb.errors import Unreadable
from kb.loading import load
from kb.model import QuestionStatus
from tests.kb.communities import (
    ANSWERS,
    COMMENTS,
    QUESTIONS,
    VOTES,
    community,
    content,
    fared,
    last_change,
    lines,
)


def test_every_broken_line_is_reported_with_its_number_and_the_others_load(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains", questions=QUESTIONS[1:], answers=[], comments=[], votes=[])
    with (folder / "questions.jsonl").open("ab") as file:
        file.write(b'{"id": "q3", "title": \n\n["q4"]\n')
        file.write('{"id": "q5", "title": "Ça"}\n'.encode("latin-1"))
        file.write(b'{"id": "q6", "title": "N\\u0000L"}\n{"id": "q7"}\n{"title": "no id"}\n')
        file.write(b'{"id": "q8", "title": "When", "created": "yesterday"}\n')
        file.write(b'{"id": "q9", "title": "Bell\\u0007 rings", "author": "ghost", "tags": ["a b", "&"]}\n')
        file.write(
            b"[" * 100_000 + b"\n" + lines([{"id": "q10", "title": "x" * 201}, {"id": "q1", "title": "Again"}]).encode()
        )
    report = load(store, [folder])
    assert [(each.line, each.reason.split(" ")[:4]) for each in report.problems if each.file == "questions.jsonl"] == [
        (2, ["The", "line", "is", "not"]),
        (4, ["The", "line", "is", "JSON"]),
        (5, ["The", "line", "is", "not"]),
        (6, ["title", "holds", "a", "NUL"]),
        (7, ["title:", "This", "is", "empty."]),
        (8, ["id", "is", "missing:", "every"]),
        (9, ["created", "'yesterday'", "is", "not"]),
        (11, ["The", "line", "is", "nested"]),
        (12, ["title:", "This", "is", "201"]),
        (13, ["The", "question", "q1", "is"]),
        (10, ["author", "ghost", "is", "not"]),
    ]
    assert fared(report, "question") == (2, 0, 0, 10)
    with store.read() as tx:
        kept = tx.questions.get("q9")
        assert (kept.title, kept.author, kept.tags) == ("Bell rings", None, ("a-b",))
        assert tx.questions.get("q1").title == "Où réserver un train ?"


def test_what_hangs_on_nothing_is_refused_and_unknown_authors_are_left_out(store: Store, tmp_path: Path) -> None:
    folder = community(
        tmp_path / "trains",
        answers=[
            *ANSWERS,
            {"id": "a9", "question": "gone", "body": "x"},
            {"id": "a8", "question": "q1", "author": "ghost", "body": "Y"},
        ],
        comments=[*COMMENTS, {"id": "c9", "on": "a9", "body": "x"}],
        votes=[
            *VOTES,
            {"person": "ghost", "on": "q1", "value": 1},
            {"person": "ben", "on": "a1", "value": 1},
            {"person": "ana", "on": "q1", "value": 2},
            VOTES[0],
        ],
        questions=[
            *QUESTIONS,
            {"id": "x", "title": "X", "duplicate_of": "y"},
            {"id": "y", "title": "Y", "duplicate_of": "x"},
            {"id": "z", "title": "Z", "duplicate_of": "z"},
            {"id": "w", "title": "W", "duplicate_of": "gone"},
        ],
    )
    report = load(store, [folder])
    assert (fared(report, "answer"), fared(report, "comment"), fared(report, "vote")) == (
        (3, 0, 0, 1),
        (1, 0, 0, 1),
        (2, 0, 0, 4),
    )
    assert fared(report, "question") == (6, 0, 0, 0)
    assert "author ghost is not known: add them to people." in {each.reason for each in report.problems}
    assert sum("circle" in each.reason for each in report.problems) == 2
    with store.read() as tx:
        assert tx.answers.get("a8").author is None
        assert tx.questions.get("y").status is QuestionStatus.OPEN


def test_an_id_that_belongs_to_another_question_is_refused_and_a_prefix_mends_it(store: Store, tmp_path: Path) -> None:
    load(store, [community(tmp_path / "trains")])
    before = content(store)
    clash = [{"id": "a1", "question": "p1", "author": "ana", "body": "Other", "score": 0, "accepted": False}]
    other = community(
        tmp_path / "planes",
        questions=[{"id": "p1", "title": "Planes?", "author": "ana"}],
        answers=clash,
        votes=[{"person": "ben", "on": "a1", "value": 1}],
        comments=[{"id": "c1", "on": "p1", "body": "Hm"}],
    )
    report = load(store, [other])
    assert (fared(report, "answer"), fared(report, "vote"), fared(report, "comment")) == (
        (0, 0, 0, 1),
        (0, 0, 0, 1),
        (0, 0, 0, 1),
    )
    assert all("--prefix" in each.reason for each in report.problems)
    assert content(store)[4:] == before[4:]
    report = load(store, [other], prefix="air-")
    assert (report.problems, fared(report, "answer")) == ([], (1, 0, 0, 0))
    with store.read() as tx:
        assert tx.answers.get("air-a1").question == "air-p1"
        assert tx.people.count() == 3


def test_compressed_files_are_read_and_a_truncated_one_gives_what_it_has(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains", questions=[], answers=[], comments=[], votes=[])
    (folder / "questions.jsonl").unlink()
    rows = [{"id": f"q{n}", "title": f"{n} {os.urandom(40).hex()}", "author": "ana"} for n in range(500)]
    whole = gzip.compress(lines(rows).encode())
    (folder / "questions.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    report = load(store, [folder])
    assert 0 < report.counts["question"].added < 500
    assert any("ends in the middle" in each.reason for each in report.problems)
    (folder / "questions.jsonl.gz").write_bytes(whole[:-8] + b"\0" * 8)
    report = load(store, [folder])
    assert any("damaged" in each.reason for each in report.problems)
    with store.read() as tx:
        assert tx.questions.count() == 500


@pytest.mark.parametrize(
    ("written", "loaded", "words"),
    [
        (lines(QUESTIONS[1:]).encode(), 1, "not compressed"),
        (b"PK\x03\x04\x00\x00zip", 0, "not gzip"),
        (b"", 0, "not gzip"),
    ],
)
def test_a_file_that_only_calls_itself_gz_is_told(
    store: Store, tmp_path: Path, written: bytes, loaded: int, words: str
) -> None:
    folder = community(tmp_path / "trains", answers=[], comments=[], votes=[])
    (folder / "questions.jsonl").unlink()
    (folder / "questions.jsonl.gz").write_bytes(written)
    report = load(store, [folder])
    assert report.counts["question"].added == loaded
    assert report.counts["question"].bad == (0 if loaded else 1)  # what was not read at all is not a success
    assert words in report.problems[0].reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "does not exist"),
        ("empty", "nothing to load"),
        ("book.xlsx", "Save it as CSV"),
        ("notes.txt", "is not a kind of file"),
        ("odd.jsonl", "neither its name nor its first row"),
        ("Posts.xml", "load the folder"),
    ],
)
def test_a_path_that_cannot_be_loaded_is_refused_in_one_sentence(
    store: Store, tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "empty").mkdir()
    for other in ("book.xlsx", "notes.txt", "odd.jsonl", "Posts.xml"):
        (tmp_path / other).write_text('{"colour": "blue"}\n')
    with pytest.raises(Unreadable, match=words) as caught:
        load(store, [tmp_path / name])
    assert name in str(caught.value)
    assert last_change(store) == 0


def test_only_the_first_thousand_problems_are_kept_in_words(store: Store, tmp_path: Path) -> None:
    strangers = [{"id": f"q{n}", "title": "Q", "author": f"ghost{n}"} for n in range(1200)]
    report = load(store, [community(tmp_path / "c", questions=strangers, answers=[], comments=[], votes=[])])
    assert (len(report.problems), report.problem_count, report.more_problems) == (1000, 1200, 200)
    assert report.counts["question"].added == 1200
