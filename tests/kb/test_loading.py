"""People and communities are loaded whole, once, and whatever is broken costs only itself."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kb.people
import kb.questions
from kb import Store
from kb.errors import Unreadable
from kb.loading import load, tidy_tags
from kb.model import Person, QuestionStatus, Visibility
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


def test_people_come_from_a_french_spreadsheet(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "annuaire.csv"
    file.write_text(
        "Prénom;Nom;Courriel;Fonction;Service;Site;Langues;Compétences\r\n"
        "Zoé;Lefèvre;zoe.lefevre@x.example;Acheteuse;Achats;Lyon;Français, anglais;commandes, appels d'offres\r\n"
        "Luc;Petit;;;;;;\r\n\r\n;;x@y.example;;;;;\r\nA;B;a@b.example;;;;;;trop\r\n",
        encoding="utf-8-sig",
        newline="",
    )
    report = load(store, [file])
    assert fared(report, "person") == (2, 0, 0, 2)
    assert [each.line for each in report.problems] == [5, 6]
    with store.read() as tx:
        zoe = tx.people.get("zoe-lefevre")
        assert tx.people.get("luc-petit").name == "Luc Petit"
    assert (zoe.name, zoe.title, zoe.unit, zoe.site) == ("Zoé Lefèvre", "Acheteuse", "Achats", "Lyon")
    assert (zoe.languages, zoe.skills) == (("fr", "en"), ("commandes", "appels d'offres"))
    assert load(store, [file]).written == 0


def test_a_spreadsheet_without_ids_finds_people_by_their_address(store: Store, tmp_path: Path) -> None:
    people.settle(store)
    file = tmp_path / "people.csv"
    file.write_text(
        "name,email,title\nAlice Martin,ALICE@example.org,Controller\nBob Other,bob@elsewhere.example,\n",
        encoding="utf-8",
    )
    report = load(store, [file])
    assert fared(report, "person") == (1, 1, 0, 0)
    with store.read() as tx:
        assert (tx.people.get("alice").title, tx.people.get("alice").languages) == ("Controller", ("fr", "en"))
        assert tx.people.get("bob").name == "Bob Dupont"
        assert tx.people.get("bob-at-elsewhere-example").name == "Bob Other"


def test_a_latin_1_spreadsheet_is_read_with_a_note_or_refused_with_the_mend(store: Store, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("nom,email\nZoé Lefèvre,zoe@x.example\n".encode("latin-1"))
    report = load(store, [tmp_path / "people.csv"])
    assert report.counts["person"].added == 1 and "not UTF-8" in report.problems[0].reason
    with store.read() as tx:
        assert tx.people.get("zoe").name == "Zoé Lefèvre"
    (tmp_path / "people.csv").write_bytes(b"nom\nZo\x81\xe9\n")
    report = load(store, [tmp_path / "people.csv"])
    assert report.counts["person"].added == 0 and "Save it as UTF-8" in report.problems[0].reason


def test_a_spreadsheet_without_a_name_column_says_what_it_found_and_needs(store: Store, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("Ville,Âge\nLyon,3\n", encoding="utf-8")
    report = load(store, [tmp_path / "people.csv"])
    assert (report.written, len(report.problems)) == (0, 1)
    assert "Ville, Âge" in report.problems[0].reason and "Needed: name" in report.problems[0].reason


def test_an_address_belongs_to_one_person_and_can_pass_to_another(store: Store, tmp_path: Path) -> None:
    people.settle(store)
    file = tmp_path / "people.jsonl"
    file.write_text(
        lines(
            [{"id": "eve", "name": "Eve", "email": "Bob@example.org"}, {"id": "odd", "name": "Odd", "email": "nobody"}]
        )
    )
    report = load(store, [file])
    assert report.counts["person"].added == 2 and "belongs to bob already" in report.problems[1].reason
    file.write_text(
        lines(
            [
                {"id": "eve", "name": "Eve", "email": "bob@example.org"},
                {"id": "bob", "name": "Bob", "email": "b@example.org"},
            ]
        )
    )
    report = load(store, [file])
    assert not report.problems
    with store.read() as tx:
        assert (tx.people.get("eve").email, tx.people.get("bob").email) == ("bob@example.org", "b@example.org")
        assert tx.people.get("bob").skills == ("excel",)
    assert load(store, [file]).written == 0


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


def test_a_single_file_is_known_by_the_fields_of_its_first_row(store: Store, tmp_path: Path) -> None:
    (tmp_path / "staff.jsonl").write_text(lines(PEOPLE), encoding="utf-8")
    (tmp_path / "export.jsonl").write_text("\ufeff" + lines(QUESTIONS), encoding="utf-8")
    report = load(store, [tmp_path / "export.jsonl", tmp_path / "staff.jsonl"], space="common")
    assert (report.problems, report.counts["person"].added, report.counts["question"].added) == ([], 3, 2)


def test_only_the_first_thousand_problems_are_kept_in_words(store: Store, tmp_path: Path) -> None:
    strangers = [{"id": f"q{n}", "title": "Q", "author": f"ghost{n}"} for n in range(1200)]
    report = load(store, [community(tmp_path / "c", questions=strangers, answers=[], comments=[], votes=[])])
    assert (len(report.problems), report.problem_count, report.more_problems) == (1000, 1200, 200)
    assert report.counts["question"].added == 1200


def test_tags_of_other_systems_become_tags_of_ours() -> None:
    assert tidy_tags(["Is-there-code-for-X%3F", " soap api", "c++", "d'une", "é", "&", "C++", "x" * 60]) == (
        "is-there-code-for-x",
        "soap-api",
        "c++",
        "d-une",
        "é",
        "x" * 40,
    )


def test_a_person_who_is_loaded_again_keeps_what_the_file_does_not_say(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "c")
    load(store, [folder])
    ben: Person = people.get(store, "ben")
    kb.people.edit_profile(store, ben, "ben", ["excel"], ["fr"], "I know trains")
    report = load(store, [folder])
    assert fared(report, "person") == (0, 0, 3, 0)
    assert people.get(store, "ben").about == "I know trains"
