"""People and communities are loaded whole, once, and whatever is broken costs only itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import kb.people
import kb.questions
from kb import Store
from kb.loading import load, tidy_tags
from kb.model import QuestionStatus, Visibility
from tests import people
from tests.kb.communities import (
    ANSWERS,
    COMMENTS,
    PEOPLE,
    QUESTIONS,
    VOTES,
    community,
    content,
    fared,
    last_change,
    lines,
)
from tests.people import Clock

SAMPLE = Path(__file__).parents[2] / "sample_procedures"


def test_a_community_folder_is_loaded_with_all_that_hangs_on_its_questions(store: Store, tmp_path: Path) -> None:
    report = load(store, [community(tmp_path / "Trains & Co")])
    assert not report.problems
    assert [fared(report, kind)[0] for kind in ("person", "space", "question", "answer", "comment", "vote")] == [
        3,
        1,
        2,
        2,
        1,
        2,
    ]
    with store.read() as tx:
        asked, duplicate = tx.questions.get("q1"), tx.questions.get("q2")
        best, other = tx.answers.list(["q1"])
        assert tx.spaces.get("trains-co") == replace(
            tx.spaces.get("trains-co"), name="Trains & Co", visibility=Visibility.OPEN
        )
        assert tx.people.get("ana").email == "ana@x.example"
        assert tx.comments.list("q1")[0].answer == "a1"
    assert (asked.status, asked.score, asked.space, asked.tags) == (
        QuestionStatus.ANSWERED,
        -1,
        "trains-co",
        ("trajet-train", "train"),
    )
    assert asked.active == datetime(2024, 1, 3, 11, tzinfo=UTC)
    assert (duplicate.status, duplicate.duplicate_of) == (QuestionStatus.DUPLICATE, "q1")
    assert (best.id, best.score, best.accepted) == ("a1", 4, datetime(2024, 1, 2, 11, tzinfo=UTC))
    assert (other.author, other.accepted) == (None, None)


def test_loading_the_same_twice_changes_nothing_and_logs_nothing(store: Store, tmp_path: Path, clock: Clock) -> None:
    folder = community(
        tmp_path / "trains", spaces=[{"key": "s", "name": "S", "members": [{"person": "ana", "role": "animator"}]}]
    )
    load(store, [folder])
    before, number = content(store), last_change(store)
    clock.forward(days=1)
    report = load(store, [folder])
    assert report.written == 0
    assert fared(report, "vote") == (0, 0, 2, 0)
    assert (content(store), last_change(store)) == (before, number)


def test_a_thread_that_changed_is_logged_once_by_its_question(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains")
    load(store, [folder])
    number = last_change(store)
    more = [*ANSWERS, {"id": "a3", "question": "q1", "author": "cleo", "body": "Par l'appli", "created": "2024-02-01"}]
    report = load(
        store,
        [
            community(
                folder, answers=more, comments=[*COMMENTS, {"id": "c2", "on": "q1", "author": "ana", "body": "Ah"}]
            )
        ],
    )
    assert (fared(report, "answer"), fared(report, "comment"), fared(report, "question")) == (
        (1, 0, 2, 0),
        (1, 0, 1, 0),
        (0, 0, 2, 0),
    )
    with store.read() as tx:
        assert [(each.action, each.kind, each.id) for each in tx.changes.since(number)] == [("load", "question", "q1")]
        assert tx.questions.get("q1").active == datetime(2024, 2, 1, tzinfo=UTC)


def test_answers_alone_join_the_questions_that_are_known(store: Store, tmp_path: Path) -> None:
    load(store, [community(tmp_path / "trains", answers=[], comments=[], votes=[])])
    (tmp_path / "answers-of-may.jsonl").write_text(lines(ANSWERS), encoding="utf-8")
    report = load(store, [tmp_path / "answers-of-may.jsonl"])
    assert fared(report, "answer") == (2, 0, 0, 0)
    with store.read() as tx:
        assert tx.questions.get("q1").status is QuestionStatus.ANSWERED


def test_the_sample_organisation_loads_without_a_problem_and_only_once(store: Store) -> None:
    first = load(store, [SAMPLE])
    assert (first.problems, first.counts["person"].added) == ([], 50)
    with store.read() as tx:
        assert len(tx.spaces.list()) == 6
    number = last_change(store)
    assert load(store, [SAMPLE / "procedures", SAMPLE / "community"]).written == 0
    assert last_change(store) == number


def test_a_dry_run_says_what_would_happen_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains")
    dry = load(store, [folder], dry_run=True)
    assert last_change(store) == 0
    assert dry.counts == load(store, [folder]).counts


def test_a_load_killed_in_the_middle_is_finished_by_running_it_again(
    new_url: Callable[[str], str], backend: str, tmp_path: Path
) -> None:
    questions = [
        {
            "id": f"q{n}",
            "title": f"Question {n}",
            "body": "",
            "author": "ana",
            "created": "2024-01-01 10:00",
            "tags": ["t"],
            "duplicate_of": f"q{n - 7}" if n % 50 == 49 else None,
        }
        for n in range(3000)
    ]
    answers = [
        {
            "id": f"a{n}",
            "question": f"q{n % 3000}",
            "author": "ben",
            "body": "Oui",
            "created": "2024-01-02 10:00",
            "score": 1,
            "accepted": n < 500,
        }
        for n in range(4000)
    ]
    folder = community(tmp_path / "many", questions=questions, answers=answers, comments=[], votes=[])
    killed, whole = new_url(backend), new_url(backend)
    script = """
import os, signal, sys
from pathlib import Path
from kb import Store
from kb.loading import load
def die(what, done, total):
    if what == "questions and answers" and done > 2500:
        os.kill(os.getpid(), signal.SIGKILL)
load(Store(sys.argv[1]), [Path(sys.argv[2])], progress=die)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, killed, str(folder)], cwd=Path(__file__).parents[2], check=False
    )
    assert done.returncode == -signal.SIGKILL
    one, other = Store(killed), Store(whole)
    with one.read() as tx:
        assert 0 < tx.questions.count() < 3000
    report = load(one, [folder])
    assert report.counts["question"].added > 0 and report.counts["question"].unchanged > 0
    load(other, [folder])
    assert content(one) == content(other)
    number = last_change(one)
    assert load(one, [folder]).written == 0 and last_change(one) == number
    one.close()
    other.close()


def test_a_question_of_the_same_id_from_elsewhere_does_not_replace_the_known_one(store: Store, tmp_path: Path) -> None:
    load(store, [community(tmp_path / "trains")])
    before = content(store)
    foreign = [{"id": "q1", "title": "Something else", "author": "ana", "created": "2020-01-01 08:00", "tags": []}]
    report = load(store, [community(tmp_path / "other", questions=foreign)])
    assert (fared(report, "question")[3], fared(report, "answer")[3]) == (1, 2)
    assert content(store) == before


def test_what_people_decided_here_stays_when_the_files_are_loaded_again(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    folder = community(tmp_path / "trains")
    load(store, [folder])
    clock.forward(days=1)
    ana = people.get(store, "ana")
    kb.questions.edit_question(store, ana, "q1", "Où prendre un billet de train ?", "Bonjour à tous", ["train"])
    kb.questions.accept(store, ana, "q1", "a2")
    kb.questions.vote(store, ana, "q1", "a1", 1)
    number = last_change(store)
    report = load(store, [folder])
    assert (report.written, last_change(store)) == (0, number)
    assert {each.reason.split(":")[0] for each in report.problems} == {
        "The answer a2 was accepted here",
        "Question q1 was edited here",
    }
    with store.read() as tx:
        assert tx.questions.get("q1").title == "Où prendre un billet de train ?"
        assert tx.answers.get("a2").accepted == clock.now
        assert tx.answers.get("a1").score == 5


def test_an_acceptance_that_moved_in_the_files_moves_here(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains")
    load(store, [folder])
    load(store, [community(folder, answers=[ANSWERS[0] | {"accepted": False}, ANSWERS[1] | {"accepted": True}])])
    with store.read() as tx:
        assert [(each.id, each.accepted is not None) for each in tx.answers.list(["q1"])] == [
            ("a2", True),
            ("a1", False),
        ]


def test_a_vote_that_changed_is_counted_once(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains")
    load(store, [folder])
    report = load(store, [community(folder, votes=[VOTES[0] | {"value": -1}])])
    assert fared(report, "vote") == (0, 1, 0, 0)
    with store.read() as tx:
        assert tx.answers.get("a1").score == 2


def test_a_missing_language_is_detected_and_a_given_one_is_kept(store: Store, tmp_path: Path) -> None:
    folder = community(
        tmp_path / "trains", answers=[ANSWERS[0] | {"language": "fr-FR"}, ANSWERS[1]], votes=[], comments=[]
    )
    heard: list[str] = []
    load(store, [folder], detect=lambda text: heard.append(text) or "en")  # type: ignore[func-returns-value]
    with store.read() as tx:
        assert (tx.answers.get("a1").language, tx.answers.get("a2").language) == ("fr", "en")
        assert tx.questions.get("q1").language == "en"
    assert len(heard) == 3
    load(store, [folder], detect=lambda text: heard.append(text) or "fr")  # type: ignore[func-returns-value]
    assert len(heard) == 3


def test_progress_is_told_while_reading_and_merging(store: Store, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    load(store, [community(tmp_path / "trains")], progress=lambda what, done, total: told.append((what, done, total)))
    assert ("questions and answers", 7, 7) in told
    assert any(what == "questions.jsonl" and done == total for what, done, total in told)


def test_a_single_file_is_known_by_the_fields_of_its_first_row(store: Store, tmp_path: Path) -> None:
    (tmp_path / "staff.jsonl").write_text(lines(PEOPLE), encoding="utf-8")
    (tmp_path / "export.jsonl").write_text("\ufeff" + lines(QUESTIONS), encoding="utf-8")
    report = load(store, [tmp_path / "export.jsonl", tmp_path / "staff.jsonl"], space="common")
    assert (report.problems, report.counts["person"].added, report.counts["question"].added) == ([], 3, 2)


def test_tags_of_other_systems_become_tags_of_ours() -> None:
    assert tidy_tags(["Is-there-code-for-X%3F", " soap api", "c++", "d'une", "é", "&", "C++", "x" * 60]) == (
        "is-there-code-for-x",
        "soap-api",
        "c++",
        "d-une",
        "é",
        "x" * 40,
    )
