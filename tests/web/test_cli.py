"""The command line: what it prints, how it refuses, and that it never shows a traceback."""

from __future__ import annotations

import errno
import gc
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import kb.questions
from kb import Store
from kb.model import Question, Space, Visibility
from tests import people
from tests.people import COMMON, FINANCE
from tests.postgres import NOBODY
from tests.web.words import WordEncoder
from web import cli, opening
from web.commands import surroundings
from web.config import read_config

Result = tuple[int, str, str]
Run = Callable[..., Result]
NewUrl = Callable[[str], str]
Elsewhere = Callable[[], tuple[object, ...]]


@pytest.fixture
def data(tmp_path: Path, backend: str, new_url: NewUrl, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, its database on SQLite and on PostgreSQL; nothing of the surroundings shows through."""
    for name in [name for name in os.environ if name.startswith(("QUISAIT_", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "en_IE.UTF-8")
    monkeypatch.setenv("QUISAIT_DATA", str(tmp_path / "data"))
    if backend != "sqlite":
        monkeypatch.setenv("QUISAIT_DATABASE_URL", new_url(backend))
    monkeypatch.setattr(opening, "open_encoder", lambda config, say: WordEncoder())
    return tmp_path / "data"


@pytest.fixture
def quisait(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its exit status, what it printed, what it said beside."""

    def run(*arguments: object) -> Result:
        status = cli._run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return run


@pytest.fixture
def elsewhere(data: Path, backend: str, new_url: NewUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """What names another, empty knowledge base: arguments for `quisait`, and from then on its database."""

    def name() -> tuple[object, ...]:
        if backend != "sqlite":
            monkeypatch.setenv("QUISAIT_DATABASE_URL", new_url(backend))
        return ("--data", tmp_path / "elsewhere")

    return name


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """The knowledge base of the data folder."""
    store = opening.open_store(read_config())
    yield store
    store.close()


class Base:
    """A small knowledge base in the data folder."""

    def __init__(self, store: Store) -> None:
        self.store = store
        people.settle(self.store)
        self.open = self.ask("bob", COMMON, "How do I book a train to Lyon?")
        self.secret = self.ask("alice", FINANCE, "Which ledger takes the merger train costs?")
        kb.questions.answer(
            self.store, people.get(self.store, "dora"), self.open.id, "Book the train in the portal.", "en"
        )

    def ask(self, who: str, space: str, title: str) -> Question:
        return kb.questions.ask(self.store, people.get(self.store, who), space, title, "", [], "en")


@pytest.fixture
def base(store: Store) -> Base:
    return Base(store)


def found(result: Result) -> dict[str, Any]:
    assert result[0] == 0, result
    return dict(json.loads(result[1]))


# -- finding


def test_ask_prints_three_lanes_with_reasons_and_the_next_step(quisait: Run, base: Base) -> None:
    status, out, _ = quisait("ask", "book a train to Lyon")
    assert status == 0
    assert "How do I book a train to Lyon?" in out and "Dora Petit" in out and "- Answered “How" in out
    assert "Answers and practices" in out and "Who knows" in out and "Procedures" in out
    assert f"http://127.0.0.1:8000/questions/{base.open.id}" in out
    assert "\x1b[" not in out and "\ue000" not in out
    assert out.splitlines()[-1].startswith(("Read on: http", "Ask them: http"))


def test_ask_speaks_french_to_a_french_terminal(quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert "Qui sait" in quisait("ask", "train")[1]
    assert "Who knows" in quisait("ask", "train", "--language", "en")[1]


def test_ask_json_has_the_shape_of_the_design(quisait: Run, base: Base) -> None:
    answer = found(quisait("ask", "train to Lyon", "--json"))
    assert list(answer) == [
        "question", "language", "band", "probability", "took_ms", "procedures", "answers", "people", "empty",
    ]  # fmt: skip
    assert set(answer["answers"][0]) == {
        "id", "question", "title", "excerpt", "standing", "score", "url", "reasons",
        "practice", "confirmations", "units", "verified_by", "verified_until", "warning",
    }  # fmt: skip
    assert set(answer["people"][0]) == {"id", "name", "score", "probability", "url", "reasons"}
    assert set(answer["people"][0]["reasons"][0]) == {"kind", "text", "url", "date"}


def test_words_may_be_written_without_quotes(quisait: Run, base: Base) -> None:
    assert found(quisait("ask", "train", "to", "Lyon", "--json"))["question"] == "train to Lyon"


def test_everybody_reads_with_their_own_rights(quisait: Run, base: Base) -> None:
    def asked(email: str, words: str) -> set[str]:
        return {each["question"] for each in found(quisait("ask", words, "--json", "--as", email))["answers"]}

    assert asked("bob@example.org", "train to Lyon") == {base.open.id}
    assert base.secret.id in asked("alice@example.org", base.secret.title)
    assert base.secret.id not in asked("bob@example.org", base.secret.title)
    assert asked("charlie@partner.example", "train to Lyon") == set()


def test_who_and_search_have_their_own_shapes(quisait: Run, base: Base) -> None:
    assert list(found(quisait("who", "train to Lyon", "--json"))) == ["question", "language", "took_ms", "people"]
    page = found(quisait("search", "train in:common", "--json"))
    assert [each["question"] for each in page["answers"]] == [base.open.id] and page["total"]["answers"] == 1
    out = quisait("search", "train kind:question")[1]
    assert "Answers and practices" in out and "Procedures" not in out


def test_addresses_are_absolute_when_the_public_address_is_known(
    quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(quisait("ask", "train", "--json"))["answers"][0]["url"].startswith("/questions/")
    monkeypatch.setenv("QUISAIT_URL", "https://who.example.org/")
    assert found(quisait("ask", "train", "--json"))["answers"][0]["url"].startswith(
        "https://who.example.org/questions/"
    )


def test_what_was_just_asked_is_found_at_once(quisait: Run, base: Base) -> None:
    quisait("ask", "train")
    asked = base.ask("bob", COMMON, "Where do I park a bicycle?")
    answers = found(quisait("ask", "park a bicycle", "--json"))["answers"]
    assert asked.id in [each["question"] for each in answers]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "train", "--as", "nobody@example.org"), "Nobody has the e-mail address 'nobody@example.org'."),
        (("ask", "train", "--as", "fanny@example.org"), "Fanny Gone has left the organisation."),
        (("ask", "  "), "This is empty. Write a few words."),
        (("token", "nobody"), "Nobody has the e-mail address 'nobody' (an e-mail address is needed)."),
    ],
)
def test_what_goes_wrong_is_one_sentence(quisait: Run, base: Base, arguments: tuple[str, ...], said: str) -> None:
    assert quisait(*arguments) == (1, "", f"quisait: {said}\n")


def test_an_empty_knowledge_base_says_what_to_do(quisait: Run) -> None:
    status, out, err = quisait("ask", "train")
    assert (status, out) == (1, "") and "quisait load" in err and "quisait demo" in err


def test_usage_errors_are_exit_2(quisait: Run) -> None:
    assert quisait("ask")[0] == quisait("nonsense")[0] == quisait("load")[0] == quisait()[0] == 2
    assert "Name what to load" in quisait("load")[2]


def test_a_bad_setting_is_one_sentence(quisait: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUISAIT_PORT", "many")
    status, _, err = quisait("ask", "train")
    assert status == 1 and err.startswith("quisait: QUISAIT_PORT is 'many'.") and len(err.splitlines()) == 1


def test_an_unforeseen_error_is_one_line_unless_debugging(
    quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(surroundings, "open_settings", broken)
    monkeypatch.setattr("web.commands.accounts.open_settings", broken)
    status, _, err = quisait("token", "bob@example.org")
    assert status == 1 and err == "quisait: Something broke (ZeroDivisionError: oh). QUISAIT_DEBUG=1 shows where.\n"
    monkeypatch.setenv("QUISAIT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        quisait("token", "bob@example.org")


def test_ctrl_c_is_130(quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("web.commands.accounts.open_settings", interrupted)
    status, out, err = quisait("token", "bob@example.org")
    assert (status, out, err.strip()) == (130, "", "Stopped.")


# -- loading, indexing, archives


@pytest.fixture
def community(tmp_path: Path) -> Path:
    folder = tmp_path / "community"
    folder.mkdir()
    rows: dict[str, list[object]] = {
        "people": [{"id": "ann", "name": "Ann", "email": "ann@example.org"}, {"id": "ben", "name": "Ben"}],
        "questions": [
            {"id": "q1", "title": "How do I book a train?", "author": "ann", "created": "2026-01-02"},
            {"id": "q2", "title": "Who orders paper?", "author": "ben", "created": "2026-01-03"},
        ],
        "answers": [
            {"id": "a1", "question": "q1", "author": "ben", "body": "In the portal.", "created": "2026-01-04"},
        ],
    }  # fmt: skip
    for name, each in rows.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in each))
    return folder


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


def test_evaluate_prints_a_table_and_json(quisait: Run, community: Path, tmp_path: Path) -> None:
    (community / "kit.json").write_text('{"task": "answers", "language": "en"}')
    with gzip.open(community / "queries.jsonl.gz", "wt") as file:
        file.write(json.dumps({"id": "1", "text": "book a train", "body": "", "relevant": {"q1": 1}}) + "\n")
    status, out, _ = quisait("evaluate", community)
    assert status == 0 and out.splitlines()[0].split()[:2] == ["pipeline", "MRR"]
    rows = json.loads(quisait("evaluate", community, "--json", "--run", tmp_path / "run.jsonl")[1])
    assert rows[-1]["queries"] == 1 and (tmp_path / "run.jsonl").read_text()
    status, _, err = quisait("evaluate", community, "--pipeline", "none")
    assert status == 1 and "choose" in err


def test_a_comparison_says_which_is_better_and_what_changed(quisait: Run, community: Path, tmp_path: Path) -> None:
    (community / "kit.json").write_text('{"task": "answers", "language": "en"}')
    with gzip.open(community / "queries.jsonl.gz", "wt") as file:
        file.write(json.dumps({"id": "1", "text": "book a train", "body": "", "relevant": {"q1": 1}}) + "\n")
    (tmp_path / "none.jsonl").write_text('{"id": "1", "ranked": ["q9"]}\n')
    status, out, _ = quisait("evaluate", community, "--compare", tmp_path / "none.jsonl", "fused")
    assert status == 0 and "1 judged questions" in out and "MRR" in out and "nDCG@10" in out
    assert "none > 1" in out and "book a train" in out and "(q1)" in out and "first in A" in out
    compared = json.loads(quisait("evaluate", community, "--compare", "lexical", "fused", "--json")[1])
    assert [each["measure"] for each in compared["differences"]] == ["MRR", "nDCG@10"]
    assert compared["differences"][0]["p"] == 1 and compared["changed"] == []
    status, _, err = quisait("evaluate", community, "--compare", "lexical", "better")
    assert status == 1 and len(err.splitlines()) == 1 and "neither a pipeline" in err
    assert quisait("evaluate", community, "--compare", "lexical", "fused", "--pipeline", "fused")[0] == 2


# -- explaining


def test_explain_tells_stages_and_parts_in_the_terminals_language(
    quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, _ = quisait("explain", "book a train to Lyon", "--person", "dora", "--as", "bob@example.org")
    assert status == 0 and "\x1b[" not in out
    assert "fuse 1." in out and "exact 1." in out and "How do I book a train to Lyon?" in out
    assert "Dora Petit" in out and "answers that voted: 1, with 100 % of all votes" in out
    assert base.secret.id not in out and "merger" not in out
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    out = quisait("explain", "book a train to Lyon", "--person", "dora", "--as", "bob@example.org")[1]
    assert "Qui sait" in out and "réponses qui ont voté : 1" in out and "sens +" in out


def test_explain_json_has_its_documented_shape(quisait: Run, base: Base) -> None:
    told = found(quisait("explain", "train to Lyon", "--json", "--person", "dora@example.org"))
    documented = (Path(__file__).parents[2] / "docs" / "interfaces.md").read_text("utf-8")
    documented = documented.partition("## The explanation")[2].partition("## A comparison")[0]
    assert [each["lane"] for each in told["lanes"]] == ["procedures", "answers", "people"]

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    assert {each for each in names(told) if f'"{each}"' not in documented} == set()


def test_who_is_meant_may_be_said_in_any_way_that_is_clear(quisait: Run, base: Base) -> None:
    def meant(typed: str, reader: str = "bob@example.org") -> str:
        told = found(quisait("explain", "train", "--json", "--person", typed, "--as", reader))
        return str(told["person"]["candidate"]["person"])

    assert {meant(typed) for typed in ("dora", "Dora Petit", "dora@example.org", "DORA PETIT", "Petit")} == {"dora"}
    for typed, reader, said in (
        ("Nobody", "bob@example.org", "Nobody here is called"),
        ("i", "bob@example.org", "Give the id"),
        ("bob", "charlie@partner.example", "Nobody here is called"),
    ):
        status, _, err = quisait("explain", "train", "--person", typed, "--as", reader)
        assert status == 1 and said in err and len(err.splitlines()) == 1


# -- people


def test_the_first_administrator_is_made_by_an_invitation(quisait: Run, store: Store) -> None:
    assert quisait("init")[0] == 0
    assert quisait("invite", "ada@example.org")[0] == 1
    status, out, _ = quisait("invite", "ada@example.org", "--name", "Ada Lovelace", "--admin")
    assert status == 0 and out.startswith("http://127.0.0.1:8000/invite/")
    with store.read() as tx:
        ada = tx.people.get("ada-lovelace")
    assert ada.admin and ada.email == "ada@example.org"


def test_a_token_is_printed_alone(quisait: Run, base: Base) -> None:
    status, out, err = quisait("token", "bob@example.org")
    assert status == 0 and len(out.split()) == 1 and "Bearer" in err
    assert kb.accounts.find_token(base.store, out.strip()) == people.get(base.store, "bob")


# -- checking


def test_check_names_what_is_wrong_and_how_to_mend_it(quisait: Run, base: Base, data: Path, backend: str) -> None:
    status, out, _ = quisait("check")
    assert "warning  index: " in out and "quisait index" in out and f"ok       database: {backend}" in out
    quisait("index")
    assert "ok       index: up to date" in quisait("check")[1]
    (data / "secret-key").chmod(0o644)
    status, out, _ = quisait("check")
    assert status == 1 and "error    secret key: " in out and "chmod 600" in out


@contextmanager
def an_ordinary_user(folder: Path) -> Iterator[None]:
    """We are one inside, and `folder` is ours; root, who may read everything, for the rest of the test."""
    root = os.geteuid() == 0
    try:
        if root:
            for each in (folder, *folder.rglob("*")):
                os.chown(each, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        yield
    finally:
        if root:
            os.seteuid(0)


def test_check_tells_a_matter_of_rights_from_a_damaged_index(quisait: Run, base: Base) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to an ordinary user
        folder = Path(name)
        quisait("--data", folder, "index")
        quisait("--data", folder, "check")  # what it imports may not be readable later on
        held = next(folder.glob("index/*/index.sqlite"))
        for place in (held, folder / "index"):
            place.chmod(0)
            with an_ordinary_user(folder):
                status, out, _ = quisait("--data", folder, "check")
            place.chmod(0o700)
            told = next(line for line in out.splitlines() if "index: " in line)
            assert status == 1 and told.startswith("error    index: this user (") and f"write {place}." in told
            assert "chown" in told and "IndexStale" not in out and "damaged" not in told
        gc.collect()  # a connection left open would write the index back
        for beside in held.parent.glob("index.sqlite-*"):
            beside.unlink()
        held.write_bytes(b"a letter" * 1000)
        out = quisait("--data", folder, "check")[1]
        assert "error    index: The index in " in out


def test_check_names_closed_spaces_that_nobody_keeps(quisait: Run, base: Base) -> None:
    assert "spaces: " not in quisait("check")[1]
    with base.store.write() as tx:
        tx.spaces.put([Space("x", "Finanec", visibility=Visibility.RESTRICTED)])
    assert "warning  spaces: closed and kept by nobody: Finanec. " in quisait("check")[1]


def test_check_survives_a_damaged_database_and_a_bad_setting(
    quisait: Run, data: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.mkdir()
    (data / "kb.sqlite").write_bytes(b"this is no database, it is a letter" * 100)
    if backend != "sqlite":
        monkeypatch.setenv("QUISAIT_DATABASE_URL", "postgresql://quisait@127.0.0.1:1/none")
    status, out, _ = quisait("check")
    assert status == 1 and "error    database: " in out
    monkeypatch.setenv("QUISAIT_LANGUAGE", "de")
    status, out, _ = quisait("check")
    assert status == 1 and "error    settings: QUISAIT_LANGUAGE" in out


def test_check_tells_of_jobs_that_were_given_up(quisait: Run, base: Base) -> None:
    with base.store.write() as tx:
        tx.jobs.add("mail", {"to": "bob"})
        tx.connection.exec_driver_sql("update job set attempts = 5, error = 'no server' where kind = 'mail'")
    assert "warning  job: mail {'to': 'bob'} was given up: no server" in quisait("check")[1]


# -- the real thing, in a process of its own


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUISAIT_")}
    command = [sys.executable, "-m", "web.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=kept | environment, timeout=120)


def test_a_pipe_closed_early_is_quiet(base: Base, data: Path) -> None:
    command = f"{sys.executable} -m web.cli --data {data} check | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


@pytest.mark.slow
def test_the_demonstration_is_loaded_once_and_asked(tmp_path: Path) -> None:
    first = run("demo", "--no-serve", "--data", tmp_path)
    assert first.returncode == 0 and str(tmp_path) in first.stdout
    again = run("demo", "--no-serve", "--data", tmp_path)
    assert again.returncode == 0 and "indexing" not in again.stderr
    asked = run(
        "ask", "Comment me faire rembourser un taxi ?", "--json", QUISAIT_DATA=str(tmp_path), LANG="fr_FR.UTF-8"
    )
    lanes = json.loads(asked.stdout)
    assert lanes["language"] == "fr" and lanes["procedures"][0]["key"] == "TRV-01" and lanes["people"]
    assert run("--data", tmp_path / "real", "init").returncode == 0
    assert run("demo", "--no-serve", "--data", tmp_path / "real").returncode == 1


@pytest.mark.slow
def test_an_interrupted_load_keeps_what_it_wrote_and_index_goes_on(tmp_path: Path, community: Path) -> None:
    with (community / "questions.jsonl").open("w") as file:
        for place in range(2000):  # four batches of the index; it is stopped after the first, and after the second
            row = {"id": f"q{place}", "title": f"Journey {place}?", "body": "By train.", "author": "ann"}
            file.write(json.dumps(row) + "\n")
    data = tmp_path / "data"
    command = [sys.executable, "-m", "web.cli", "--data", str(data), "load", str(community)]
    for number, passages in ((signal.SIGKILL, 400), (signal.SIGINT, 900)):
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        while "words" not in [each.name for each in data.glob("index/*/*")] or stored(data) < passages:
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
        assert process.returncode == (130 if number is signal.SIGINT else -signal.SIGKILL) and "Traceback" not in said
        assert ("quisait index" in said) == (number is signal.SIGINT)
    assert run("--data", data, "index").returncode == 0
    told = re.search(r"([\d,]+) of ([\d,]+) changes", run("--data", data, "index", "--status").stdout)
    assert told is not None and told[1] == told[2]
    assert stored(data) >= 2000


def stored(data: Path) -> int:
    """How many passages the index holds."""
    from indexer.generations import current
    from indexer.store import IndexStore

    return IndexStore(current(data / "index")).count()
