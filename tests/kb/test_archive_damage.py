"""Archives that are cut off, altered or lie: each is refused in a sentence, and nothing of it is taken in."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kb import Store
from kb.archive import export_archive, import_archive
from kb.errors import Unavailable, Unreadable
from kb.model import Person
from kb.storage import rows
from tests.kb.archives import change, content, live_a_little
from tests.people import Clock
from tests.postgres import drop_database


@pytest.fixture(scope="module")
def good_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, clock = tmp_path_factory.mktemp("archive"), Clock()
    store = Store(f"sqlite:///{folder}/kb.sqlite", clock)
    live_a_little(store, clock)
    export_archive(store, folder / "good.sqlite")
    store.close()
    return folder / "good.sqlite"


@pytest.fixture
def archive(good_archive: Path, tmp_path: Path) -> Path:
    """A good archive, to be spoiled."""
    return Path(shutil.copy(good_archive, tmp_path / "spoiled.sqlite"))


@pytest.fixture
def empty(new_store: Callable[[str], Store]) -> Store:
    return new_store("sqlite")  # an archive is judged before a database is touched


def refused(store: Store, file: Path) -> str:
    """Why the archive is refused; and that nothing of it was taken in."""
    with pytest.raises(Unreadable) as caught:
        import_archive(store, file)
    with store.read() as tx:
        assert not any(tx.rows.count(shape) for shape in rows.shapes())
        assert tx.changes.identity() == ""
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_no_archive_is_refused(new_store: Callable[[str], Store], tmp_path: Path) -> None:
    empty = new_store("sqlite")
    assert "cannot be read: No such file" in refused(empty, tmp_path / "nothing")
    assert "cannot be read: Is a directory" in refused(empty, tmp_path)
    (tmp_path / "letter").write_text("Dear all")
    assert "not an SQLite file" in refused(empty, tmp_path / "letter")
    (tmp_path / "void").touch()
    assert "not an SQLite file" in refused(empty, tmp_path / "void")
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other:
        other.execute("create table person (id)")
    assert "not an archive of Quisait" in refused(empty, tmp_path / "other.sqlite")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_off_is_refused(new_store: Callable[[str], Store], archive: Path, part: float) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)])
    assert "damaged or was cut off" in refused(new_store("sqlite"), archive)


def test_a_file_with_a_flipped_byte_is_refused_or_alike(
    new_store: Callable[[str], Store], archive: Path, tmp_path: Path
) -> None:
    whole = archive.read_bytes()
    good = new_store("sqlite")
    import_archive(good, archive)
    export_archive(good, tmp_path / "good")
    for place in range(100, len(whole), len(whole) // 25):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        store = new_store("sqlite")
        try:
            import_archive(store, archive)
        except Unreadable:
            continue
        export_archive(store, tmp_path / "again")
        assert content(tmp_path / "again") == content(tmp_path / "good")


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("drop table vote", "lacks the table vote"),
        ("drop table quisait", "not an archive of Quisait"),
        ("alter table answer rename column body to text", "lacks the column body of the table answer"),
        ("update quisait set value = '99' where name = 'format'", "written by a newer Quisait"),
        ("update quisait set value = '99' where name = 'schema'", "written by a newer Quisait"),
        ("update quisait set value = 'x' where name = 'format'", "does not say what it holds"),
        ("update quisait_table set columns = '[' where name = 'answer'", "does not say what it holds"),
        ("update quisait_table set rows = 7 where name = 'answer'", "table answer: there are 1 rows, and it says 7"),
        ("delete from comment", "table comment: there are 0 rows, and it says 2"),
        ("update answer set body = 'Lies.'", "table answer: its rows were changed after"),
        ("insert into quisait_table values ('extra', 0, '', '[]')", "a table extra that nobody knows"),
    ],
)
def test_an_archive_that_lies_is_refused(empty: Store, archive: Path, statement: str, why: str) -> None:
    change(archive, statement)
    assert why in refused(empty, archive)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("update answer set author = 'ghost'", "author names the person 'ghost', which is not there"),
        ("delete from person where id = 'bob'", "names the person 'bob', which is not there"),
        (
            "update question set duplicate_of = 'q9' where id = 'a'",
            "table question, row a: duplicate_of names the question",
        ),
        (
            "update question set status = 'lost' where id = 'a'",
            "table question, row a: status holds 'lost', which is none of",
        ),
        ("update person set kind = 'robot' where id = 'bob'", "table person, row bob: kind holds 'robot'"),
        ("update membership set role = 'king' where person = 'dora'", "row ('common', 'dora'): role holds 'king'"),
        ("update vote set value = 5", "value holds 5, which is none of -1, 1"),
        (
            "update person set created = 'yesterday' where id = 'bob'",
            "row bob: created holds 'yesterday', which is not a mo",
        ),
        (
            "update person set created = '2026-01-01' where id = 'bob'",
            "row bob: created holds '2026-01-01', which is not",
        ),
        ("update person set skills = '{}' where id = 'bob'", "row bob: skills holds '{}', which is not a JSON list"),
        ("update person set admin = 2 where id = 'bob'", "row bob: admin holds 2, which is not 0 or 1"),
        (
            "update question set score = 99999999999 where id = 'a'",
            "score holds 99999999999, which is not a whole number",
        ),
        ("update question set score = 'many' where id = 'a'", "row a: score holds 'many', which is not a whole number"),
        ("update person set name = 'x' || char(0) where id = 'bob'", "row bob: name holds a NUL character"),
        ("update person set email = 'alice@example.org'", "it stands there twice"),
    ],
)
def test_rows_that_break_the_rules_are_named(empty: Store, archive: Path, statement: str, why: str) -> None:
    with closing(sqlite3.connect(archive)) as connection:  # a forger drops what stands in the way
        found = connection.execute("select name from sqlite_master where type = 'index' and sql is not null").fetchall()
    change(archive, *(f"drop index [{name}]" for (name,) in found), statement, honest=True)
    assert why in refused(empty, archive)


def test_a_view_in_place_of_a_table_is_refused(empty: Store, archive: Path) -> None:
    change(archive, "alter table comment rename to kept", "create view comment as select * from kept")
    assert "lacks the table comment" in refused(empty, archive)


def test_the_memory_needed_does_not_grow_with_the_archive(tmp_path: Path, new_store: Callable[[str], Store]) -> None:
    import tracemalloc

    peaks = []
    for size in (1_500, 6_000):
        store, other = new_store("sqlite"), new_store("sqlite")
        with store.write() as tx:
            tx.people.put([Person(f"p{number}", "P", about="x" * 500) for number in range(size)])
        tracemalloc.start()
        export_archive(store, tmp_path / "archive")
        import_archive(other, tmp_path / "archive")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_a_database_that_is_gone_leaves_the_old_archive(new_url: Callable[[str], str], tmp_path: Path) -> None:
    url = new_url("postgresql")
    store = Store(url)
    (tmp_path / "archive").write_text("the old one")
    drop_database(url)
    with pytest.raises(Unavailable):
        export_archive(store, tmp_path / "archive")
    store.close()
    assert [each.name for each in tmp_path.iterdir()] == ["archive"]
    assert (tmp_path / "archive").read_text() == "the old one"
