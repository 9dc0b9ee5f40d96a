"""Every released database can be opened by today's code, at once from two processes, and a newer one is left alone."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from kb import Store
from kb.errors import Unavailable
from kb.storage import migrations
from tests.postgres import Server, create_database, drop_database

ASSETS = Path(__file__).parent / "assets"
OPEN = "import sys; from kb import Store; sys.stdin.readline(); Store(sys.argv[1]).close(); print('open')"


def _released(number: int, folder: Path) -> Path:
    """The database file that the release with schema `number` left."""
    file = folder / f"schema_{number}.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((ASSETS / f"schema_{number}.sql").read_text(encoding="utf-8"))
    return file


def _schema(file: Path) -> dict[str, object]:
    """Tables with their columns and indexes, whatever the order in which they were made."""
    found: dict[str, object] = {}
    with closing(sqlite3.connect(file)) as connection:
        for name, kind, sql in connection.execute("select name, type, sql from sqlite_master where sql is not null"):
            columns = connection.execute(
                'select name, type, "notnull", pk from pragma_table_info(?)', [name]
            ).fetchall()
            found[name] = sorted(columns) if kind == "table" else re.sub(r"\s+", " ", sql)
    return found


def test_every_released_schema_has_its_file() -> None:
    assert {each.name for each in ASSETS.glob("schema_*.sql")} == {
        f"schema_{number}.sql" for number in range(1, migrations.RELEASED + 1)
    }


@pytest.mark.parametrize("number", range(1, migrations.RELEASED + 1))
def test_a_released_file_is_upgraded_to_the_schema_of_a_new_one(
    number: int, tmp_path: Path, sqlite_template: Path
) -> None:
    file = _released(number, tmp_path)
    store = Store(f"sqlite:///{file}")
    with store.read() as tx:
        question = tx.questions.get("q1")
        assert (question.title, question.tags, question.answers) == ("Où réserver un train ?", ("train", "voyage"), 1)
        assert tx.people.get("alice").skills == ("excel",)
        assert tx.procedures.get("TRV-01").revision("fr").duties[0].what == "réserve"
        assert tx.changes.last() == 2
    with store.write() as tx:
        assert tx.changes.add("put", "person", "alice") == 3
        assert tx.connection.execute(text("select count(*) from schema_version")).scalar_one() == len(migrations.STEPS)
    store.close()
    assert _schema(file) == _schema(sqlite_template)


def test_a_store_opened_again_takes_no_step(new_url: Callable[[str], str], backend: str) -> None:
    store = Store(new_url(backend))
    assert migrations.migrate(store.engine) == 0
    store.close()


def test_two_processes_may_open_a_new_database_at_once(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if backend == "sqlite":
        url = f"sqlite:///{tmp_path}/new/kb.sqlite"
    else:
        server: Server = request.getfixturevalue("postgres")
        url = create_database(server.url)
    command = [sys.executable, "-c", OPEN, url]
    opening = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for each in opening:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    said = [each.communicate(timeout=60) for each in opening]
    assert [out for out, _ in said] == ["open\n"] * 3, said
    store = Store(url)
    with store.read() as tx:
        assert tx.changes.last() == 0
        assert tx.connection.execute(text("select count(*) from change_number")).scalar_one() == 1
    store.close()
    if backend == "postgresql":
        drop_database(url)


def test_a_newer_database_is_refused_and_left_as_it_is(new_url: Callable[[str], str], backend: str) -> None:
    url = new_url(backend)
    store = Store(url)
    newer = len(migrations.STEPS) + 1
    with store.write() as tx:
        tx.connection.execute(text(f"insert into schema_version (version) values ({newer})"))
    store.close()
    with pytest.raises(Unavailable, match=f"of version {newer}; this Quisait knows up to {len(migrations.STEPS)}"):
        Store(url)


def test_a_step_that_fails_leaves_the_database_as_it_was(
    new_url: Callable[[str], str], backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(connection: Connection) -> None:
        connection.execute(text("create table half (id integer)"))
        connection.execute(text("select * from nowhere"))

    url = new_url(backend)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", (*migrations.STEPS, fails))
        with pytest.raises(Unavailable):
            Store(url)
    store = Store(url)
    with store.read() as tx:
        assert not inspect(tx.connection).has_table("half")
    store.close()


def test_an_older_database_takes_each_missing_step_once(
    new_url: Callable[[str], str], backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    url = new_url(backend)
    newest = len(migrations.STEPS)
    steps = (*migrations.STEPS, lambda _: taken.append(newest + 1), lambda _: taken.append(newest + 2))
    monkeypatch.setattr(migrations, "STEPS", steps)
    Store(url).close()
    store = Store(url)
    assert taken == [newest + 1, newest + 2]
    with store.read() as tx:
        assert migrations.version(tx.connection) == len(steps)
    store.close()
