"""`load`, `index`, `export`, `import`: what is carried in and out, and what is said of bad rows."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kb import Store
from tests.web.commands.conftest import Base, Elsewhere, Run, found
from tests.web.words import WordEncoder
from web import cli


def test_load_counts_indexes_and_changes_nothing_the_second_time(quisait: Run, community: Path) -> None:
    status, out, _ = quisait("load", community)
    assert status == 0 and "people: 2 added" in out and "questions: 2 added" in out and "answers: 1 added" in out
    assert "2 unchanged" in quisait("load", community)[1]
    assert found(quisait("ask", "book a train", "--as", "ann@example.org", "--json"))["answers"][0]["id"] == "a1"


def test_bad_rows_are_told_with_their_place_and_cost_nobody_else(quisait: Run, community: Path) -> None:
    with (community / "answers.jsonl").open("a") as file:
        file.write(
            '{"id": "a2", "question": "nowhere", "author": "ann", "body": "?", "created": "2026-01-04"}\nnonsense\n'
        )
    status, out, err = quisait("load", community, "--no-index")
    assert status == 1 and "answers: 1 added, 2 bad" in out
    assert "answers.jsonl:2: " in err and "answers.jsonl:3: " in err


def test_a_space_that_rows_name_and_nobody_described_is_told_on_a_line_of_its_own(
    quisait: Run, community: Path, elsewhere: Elsewhere
) -> None:
    (community / "questions.jsonl").write_text(
        '{"id": "q1", "title": "How do I book a train?", "author": "ann", "space": "finanec"}\n'
    )
    status, _, err = quisait("load", community, "--no-index")
    told = [line for line in err.splitlines() if line.startswith("CLOSED  The space 'finanec'")]
    assert status == 0 and len(told) == 1 and "only the 2 people" in told[0] and "--open-new-spaces" in told[0]
    assert "CLOSED" not in quisait("load", community, "--no-index")[2]
    assert "CLOSED" not in quisait(*elsewhere(), "load", community, "--no-index", "--open-new-spaces")[2]


def test_a_dry_run_writes_nothing(quisait: Run, community: Path, store: Store) -> None:
    status, out, err = quisait("load", community, "--dry-run")
    assert status == 0 and "2 added" in out and "Nothing was written" in err
    assert "added      person" in out and "people.jsonl" in out
    with store.read() as tx:
        assert tx.questions.count() == 0


def test_what_cannot_be_loaded_is_one_sentence(quisait: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, _, err = quisait("load", tmp_path / "empty")
    assert status == 1 and err.startswith("quisait: ") and "nothing to load" in err
    assert quisait("load", tmp_path / "missing")[0] == 2
    for name, held in (("questions.jsonl.gz", b"zip"), ("people.csv", b""), ("a.md", b"---\n\xff\n---\n")):
        (tmp_path / name).write_bytes(held)
        status, _, err = quisait("load", "--no-index", tmp_path / name)
        assert status == 1 and err.startswith(f"{name}:1: The ") and len(err.splitlines()) == 1


def test_an_export_replaces_an_export_and_nothing_else(quisait: Run, base: Base, tmp_path: Path) -> None:
    assert [quisait("export", tmp_path / "all.sqlite")[0] for _ in range(2)] == [0, 0]
    (tmp_path / "letter.txt").write_text("precious")
    Store(f"sqlite:///{tmp_path / 'other.sqlite'}").close()
    for other in (tmp_path / "letter.txt", tmp_path / "other.sqlite"):
        before = other.read_bytes()
        status, _, err = quisait("export", other)
        assert status == 1 and "was left alone" in err and other.read_bytes() == before
    status, _, err = quisait("export", tmp_path / "nowhere" / "all.sqlite")
    assert status == 1 and "does not exist. Make it" in err


def test_a_full_disk_is_said_in_words() -> None:
    said = cli.sentence(OSError(errno.ENOSPC, "No space left on device"))
    assert said.startswith("The disk is full.")


def test_index_tells_how_far_it_is(quisait: Run, community: Path) -> None:
    quisait("load", community, "--no-index")
    assert " 0 of " in quisait("index", "--status")[1]
    status, out, _ = quisait("index")
    assert status == 0 and "passages" in out
    assert quisait("index", "--rebuild")[1] == out


def test_a_stale_index_names_its_mend(quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    quisait("index")
    monkeypatch.setattr(WordEncoder, "id", "multilingual-e5-small-other")
    status, _, err = quisait("ask", "train")
    assert status == 1 and "quisait index --rebuild" in err
    assert quisait("index", "--rebuild")[0] == 0
    assert quisait("ask", "train")[0] == 0


def test_export_and_import_carry_everything_to_another_place(
    quisait: Run, base: Base, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    status, out, _ = quisait("export", tmp_path / "all.sqlite")
    assert status == 0 and "2 question" in out
    other = elsewhere()
    assert quisait(*other, "import", tmp_path / "all.sqlite")[0] == 0
    answers = found(quisait(*other, "ask", "train", "--json"))["answers"]
    assert answers[0]["question"] == base.open.id
    status, _, err = quisait(*other, "import", tmp_path / "all.sqlite")
    assert status == 1 and len(err.splitlines()) == 1
