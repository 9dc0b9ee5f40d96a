"""The archive: the whole knowledge base in one open file, and back, on either database, all or nothing."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kb import Store, accounts, questions
from kb.archive import export_archive, import_archive
from kb.errors import Conflict, Unavailable
from kb.model import Person
from kb.shelf import Shelf
from kb.storage import rows, tables
from tests import living, people
from tests.kb.archives import content, live_a_little
from tests.people import Clock

DIRECTIONS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite"), ("postgresql", "postgresql")]
KILL = """
import sys, time
from pathlib import Path
from kb import Store
from kb.archive import export_archive
store = Store(sys.argv[1])
def progress(what, done, total):
    print(done, flush=True)
    time.sleep(60)
export_archive(store, Path(sys.argv[2]), progress)
"""

@pytest.fixture
def full(store: Store, clock: Clock) -> Store:
    live_a_little(store, clock)
    return store


@pytest.mark.parametrize(("origin", "target"), DIRECTIONS)
def test_what_is_imported_is_exported_alike(
    origin: str, target: str, new_store: Callable[[str], Store], clock: Clock, tmp_path: Path
) -> None:
    first, second, third = new_store(origin), new_store(target), new_store(origin)
    live_a_little(first, clock)
    files = [tmp_path / f"{number}.sqlite" for number in range(3)]
    shelf = Shelf(tmp_path / "files")
    shelf.put(living.FILE)
    counts = export_archive(first, files[0], shelf=shelf)
    clock.forward(days=1)
    assert import_archive(second, files[0], shelf=shelf) == counts
    after = export_archive(second, files[1], shelf=shelf)
    assert after == counts | {"audit": counts["audit"] + 2}  # the import and the export
    import_archive(third, files[1], shelf=shelf)
    export_archive(third, files[2], shelf=shelf)
    assert content(files[0]) == content(files[1]) == content(files[2])
    assert all(counts[table] for table in counts), counts


def test_an_imported_knowledge_base_goes_on_where_the_other_was(
    full: Store, backend: str, new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    export_archive(full, tmp_path / "archive")
    other = new_store(backend)
    import_archive(other, tmp_path / "archive")
    with full.read() as tx:
        last = tx.changes.last()
    alice, bob = people.get(other, "alice"), people.get(other, "bob")
    assert alice == people.get(full, "alice") and alice.roles == people.get(full, "alice").roles
    assert questions.thread(other, bob, "z") == questions.thread(full, people.get(full, "bob"), "z")
    questions.vote(other, bob, "z", None, 1)  # numbered behind the votes that came
    with other.write() as tx:
        assert tx.changes.since(last)[0].number == last + 1
        tx.jobs.add("mail", {})
        tx.secrets.add_attempt("x", accounts.WINDOW)


def test_a_follower_of_the_log_notices_that_everything_is_new(
    full: Store, backend: str, new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    export_archive(full, tmp_path / "archive")
    other = new_store(backend)
    seen = set()
    for replace in (False, True):
        import_archive(other, tmp_path / "archive", replace=replace)
        with other.read() as tx:
            seen.add(tx.changes.identity())
    assert len(seen | {""}) == 3


def test_the_archive_is_sound_indexed_and_searchable_with_plain_sqlite(full: Store, tmp_path: Path) -> None:
    export_archive(full, tmp_path / "archive.sqlite")
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as archive:
        assert archive.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert archive.execute("pragma foreign_key_check").fetchall() == []
        assert archive.execute("pragma journal_mode").fetchone() == ("delete",)
        found = archive.execute(
            "select question.id from question_fts join question on question.rowid = question_fts.rowid "
            "where question_fts match 'deja payee'"
        ).fetchall()
        assert found == [("z",)]
        for table, word in (("answer", "gare"), ("revision", "achats")):
            sql = f"select count(*) from [{table}_fts] where [{table}_fts] match ?"
            assert archive.execute(sql, [word]).fetchone() == (1,)
        created = archive.execute("select created from answer").fetchone()[0]
        assert created == "2026-11-23T08:00:01.000001Z"
        assert json.loads(archive.execute("select skills from person where id = 'bob'").fetchone()[0]) == ["excel"]
        keys = archive.execute("select [table], [from] from pragma_foreign_key_list('answer')").fetchall()
        assert set(keys) == {("question", "question"), ("person", "author")}
        indexed = archive.execute(
            "select count(*) from sqlite_master where type = 'index' and tbl_name = 'vote'"
        ).fetchone()
        assert indexed[0] >= 4


def test_no_secret_and_no_job_leaves(full: Store, tmp_path: Path) -> None:
    export_archive(full, tmp_path / "archive")
    assert (tmp_path / "archive").stat().st_mode & 0o777 == 0o600
    written = (tmp_path / "archive").read_bytes()
    with full.read() as tx:
        password = tx.people.find_password("alice")
        tokens = [each.hash for each in accounts.list_tokens(full, people.get(full, "alice"))]
    assert password is not None and tokens
    for secret in (password, *tokens):
        assert secret.encode() not in written
    assert set(content(tmp_path / "archive")) & {"secret", "attempt", "job"} == set()


def test_every_table_travels_or_is_named_as_staying() -> None:
    travelling = {shape.name for shape in rows.shapes()}
    assert travelling | rows.STAYING == set(tables.metadata.tables) and not travelling & rows.STAYING
    lost = [
        (shape.name, column.name)
        for shape in rows.shapes()
        for column in tables.metadata.tables[shape.name].columns
        if column.name not in {each.name for each in shape.columns}
    ]
    assert lost == [("account", "password")]


def test_nobody_signs_in_after_an_import_until_they_choose_a_password(
    full: Store, backend: str, new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    export_archive(full, tmp_path / "archive")
    other = new_store(backend)
    import_archive(other, tmp_path / "archive")
    for password in ("correct horse battery", ""):
        with pytest.raises(accounts.Invalid):
            accounts.sign_in(other, "alice@example.org", password, "::1")
    link = accounts.invite(other, people.get(other, "alice"))
    accounts.accept_invite(other, link, "another horse battery")
    assert accounts.sign_in(other, "alice@example.org", "another horse battery", "::1").id == "alice"


def test_an_import_into_a_knowledge_base_that_holds_something_is_a_conflict(full: Store, tmp_path: Path) -> None:
    export_archive(full, tmp_path / "archive")
    with pytest.raises(Conflict, match="not empty.*6 person.*Import into a new one"):
        import_archive(full, tmp_path / "archive")


def test_a_replacing_import_leaves_nothing_of_before(
    full: Store, backend: str, new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    export_archive(full, tmp_path / "archive")
    other = new_store(backend)
    with other.write() as tx:
        tx.people.put([Person("before", "Before", "alice@example.org")])
        tx.settings.set("before", 1)
    session = accounts.open_session(other, people.get(other, "before"))
    import_archive(other, tmp_path / "archive", replace=True)
    export_archive(other, tmp_path / "again")
    assert content(tmp_path / "archive") == content(tmp_path / "again")
    assert accounts.find_session(other, session) is None


def test_progress_is_told_up_to_the_last_row(full: Store, new_store: Callable[[str], Store], tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    counts = export_archive(full, tmp_path / "archive", lambda *each: told.append(each))
    import_archive(new_store("sqlite"), tmp_path / "archive", lambda *each: told.append(each))
    total = sum(many for name, many in counts.items() if not name.endswith(" file"))
    last = {what: (done, of) for what, done, of in told}
    assert last["exporting"] == last["importing"] == (total, total)


def test_the_knowledge_base_itself_is_not_overwritten_by_its_archive(new_store: Callable[[str], Store]) -> None:
    store = new_store("sqlite")
    assert store.file is not None
    with pytest.raises(Conflict, match="knowledge base itself"):
        export_archive(store, store.file)


def test_an_export_killed_in_the_middle_leaves_the_old_archive(
    new_url: Callable[[str], str], tmp_path: Path, backend: str
) -> None:
    url = new_url(backend)
    store = Store(url)
    people.settle(store)
    store.close()
    target = tmp_path / "out" / "archive"
    target.parent.mkdir()
    target.write_text("the old one")
    with subprocess.Popen([sys.executable, "-c", KILL, url, str(target)], stdout=subprocess.PIPE) as exporting:
        assert exporting.stdout is not None and exporting.stdout.readline()
        assert len(list(target.parent.iterdir())) == 2
        exporting.send_signal(signal.SIGKILL)
    assert target.read_text() == "the old one"
    left = next(each for each in target.parent.iterdir() if each != target)
    os.utime(left, (0, 0))  # what a killed export left is swept away by a later one
    store = Store(url)
    export_archive(store, target)
    store.close()
    assert list(target.parent.iterdir()) == [target]


def test_an_export_that_fails_leaves_the_old_archive_and_no_litter(full: Store, tmp_path: Path) -> None:
    target = tmp_path / "out" / "archive"
    with pytest.raises(Unavailable, match="cannot be written: No such file or directory"):
        export_archive(full, target)
    target.parent.mkdir()
    target.write_text("the old one")

    def stop(what: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_archive(full, target, stop)
    assert [each.read_text() for each in target.parent.iterdir()] == ["the old one"]


def test_a_full_disk_is_one_sentence_and_leaves_the_old_archive(full: Store, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk here: {mounted.stderr.decode().strip()}")
    try:
        (disk / "archive").write_text("the old one")
        with pytest.raises(Unavailable, match="^The disk is full: .*archive was not written"):
            export_archive(full, disk / "archive")
        assert [(each.name, each.read_text()) for each in disk.iterdir()] == [("archive", "the old one")]
    finally:
        subprocess.run(["umount", disk], check=True)
