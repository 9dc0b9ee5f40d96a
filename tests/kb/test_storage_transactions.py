"""A transaction is whole or nothing, sees one moment, and tells what went wrong in the house's own errors."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from kb import Store
from kb.errors import Conflict, Invalid, KnowledgeError, Unavailable
from kb.model import Answer, Person, Question, QuestionStatus
from tests.people import COMMON
from tests.postgres import Server


class Stop(Exception):
    pass


def test_a_block_left_by_an_exception_changes_nothing(settled: Store) -> None:
    with pytest.raises(Stop), settled.write() as tx:
        tx.people.put([Person("new", "New")])
        tx.changes.add("put", "person", "new")
        raise Stop
    with settled.read() as tx:
        assert tx.people.find("new") is None
        assert tx.changes.last() == 6


def test_a_reading_transaction_sees_one_moment(settled: Store) -> None:
    with settled.read() as reading:
        before = reading.people.count()
        with settled.write() as tx:
            tx.people.put([Person("new", "New")])
        assert reading.people.count() == before
    with settled.read() as reading:
        assert reading.people.count() == before + 1


def test_the_same_thing_twice_is_a_conflict_in_one_sentence(settled: Store) -> None:
    with pytest.raises(Conflict, match="^The same thing exists already.$"), settled.write() as tx:
        tx.people.put([Person("other", "Other", "alice@example.org")])


def test_a_reference_to_nothing_is_a_conflict_in_one_sentence(settled: Store) -> None:
    with pytest.raises(Conflict, match="^This belongs to something that does not exist"), settled.write() as tx:
        tx.answers.put([Answer("a", "no such question", "words")])


@pytest.mark.parametrize("text", ["nul \0 byte", "half a pair \ud83d"])
def test_a_text_that_cannot_be_stored_is_invalid_on_both_databases(settled: Store, text: str) -> None:
    with pytest.raises(Invalid, match="cannot be stored"), settled.write() as tx:
        tx.people.put([Person("new", text)])
    with pytest.raises(Invalid, match="cannot be stored"), settled.read() as tx:
        tx.people.find_email(text)
    with settled.read() as tx:
        assert tx.people.find("new") is None


def test_a_number_beyond_every_column_is_invalid(settled: Store) -> None:
    with pytest.raises(Invalid, match="cannot be stored"), settled.write() as tx:
        tx.questions.put([Question("q", COMMON, "Title", score=10**30)])


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://quisait@127.0.0.1:1/kb", "does not answer"),
        ("postgresql://quisait@no-such-host.invalid/kb", "does not answer"),
        ("postgresql://quisait@127.0.0.1:port/kb", "not a database address"),
        ("not an address", "not a database address"),
        ("", "not a database address"),
        ("mysql://somewhere/kb", "not on mysql"),
    ],
)
def test_an_address_that_leads_nowhere_is_unavailable_in_one_sentence(address: str, sentence: str) -> None:
    with pytest.raises(Unavailable, match=sentence) as caught:
        Store(address)
    assert "\n" not in str(caught.value)


def test_a_database_that_is_not_on_the_server_is_said_so(postgres: Server) -> None:
    with pytest.raises(Unavailable, match="does not exist on that server"):
        Store(postgres.url.replace("/postgres", "/nowhere"))


def test_a_server_that_goes_away_is_unavailable_and_found_again(new_store: Callable[[str], Store]) -> None:
    store = new_store("postgresql")
    end_all = (
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    with pytest.raises(Unavailable) as caught, store.read() as tx:
        with store.engine.connect() as other:
            other.exec_driver_sql(end_all)
        tx.people.count()
    assert "\n" not in str(caught.value)
    with store.read() as tx:
        assert tx.people.count() == 0


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "kb.sqlite"
    file.write_bytes(b"This is a letter, not a database. " * 100)
    with pytest.raises(Unavailable, match="damaged or is not a database"):
        Store(f"sqlite:///{file}")


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="folder cannot be made"):
        Store(f"sqlite:///{tmp_path}/file/below/kb.sqlite")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Unavailable, match="cannot be (opened|written)"):
        Store(f"sqlite:///{tmp_path}/kb.sqlite")


def test_a_full_disk_is_said_so_and_loses_nothing(new_store: Callable[[str], Store]) -> None:
    store = new_store("sqlite")
    person = Person("p", "P", about="x" * 100)
    with store.write() as tx:
        tx.people.put([person])
    with pytest.raises(Unavailable, match="disk is full"), store.write() as tx:
        tx.connection.exec_driver_sql("pragma max_page_count = 1")
        tx.people.put([replace(person, about="y" * 100_000_0)])
    with store.read() as tx:
        assert tx.people.get("p").about == person.about


def test_a_long_write_of_another_process_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.storage.dialect.BUSY_MILLISECONDS", 20)
    store = Store(f"sqlite:///{tmp_path}/kb.sqlite")
    other = sqlite3.connect(tmp_path / "kb.sqlite", isolation_level=None)
    try:
        other.execute("begin immediate")
        with pytest.raises(Unavailable, match="busy"), store.write():
            pass
        with store.read() as tx:  # reading goes on meanwhile
            assert tx.people.count() == 0
    finally:
        other.close()
        store.close()


def test_no_driver_error_escapes_whatever_is_asked(settled: Store) -> None:
    for statement in ("select * from nowhere", "selekt", "select 1 / 'x' from person where nonsense"):
        with pytest.raises(KnowledgeError) as caught, settled.read() as tx:
            tx.connection.exec_driver_sql(statement)
        assert re.fullmatch(r"[^\n]+", str(caught.value))


@pytest.mark.parametrize("backend", ["sqlite"])
def test_sqlite_plans_by_how_its_tables_are_filled(settled: Store) -> None:
    asked = [Question(f"q{n}", COMMON, "How?", "", author=f"asker{n % 60}") for n in range(1200)]
    with settled.write() as tx:
        tx.people.put([Person(f"asker{n}", "Asker") for n in range(60)])
        tx.questions.put(asked)

    def plan() -> str:
        """How the questions of one author are looked for."""
        kept: list[str] = []

        def note(connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
            kept.extend(row[3] for row in cursor.connection.execute(f"explain query plan {sql}", parameters))

        event.listen(settled.engine, "before_cursor_execute", note)
        with settled.read() as tx:
            tx.questions.list(spaces={COMMON}, author="asker1", status=QuestionStatus.OPEN, limit=6)
        event.remove(settled.engine, "before_cursor_execute", note)
        return " ".join(kept)

    before = plan()
    settled.study()
    assert "question_latest" in before and "question_mine" in plan()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_deleted_does_not_stay_in_the_file(settled: Store) -> None:
    assert settled.file is not None
    with settled.write() as tx:
        tx.questions.put([Question("gone", COMMON, "Wrong person", "Their salary is 4217 a month.")])
    with sqlite3.connect(settled.file) as raw:
        raw.execute("pragma wal_checkpoint(truncate)")
    assert b"salary is 4217" in settled.file.read_bytes()
    with settled.write() as tx:
        tx.questions.remove("gone")
    with sqlite3.connect(settled.file) as raw:
        raw.execute("pragma wal_checkpoint(truncate)")
    assert b"salary is 4217" not in settled.file.read_bytes()
