"""The archive: the whole knowledge base in one open file, and back, on either database, all or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb import Store, accounts, availability, mail, questions, sites, subjects
from kb.advice import (
    Amendment,
    AmendmentStatus,
    Confirmation,
    Help,
    Practice,
    PracticeEdit,
    Task,
    TaskKind,
    Verdict,
    Verified,
)
from kb.archive import export_archive, import_archive
from kb.errors import Conflict, Unavailable, Unreadable
from kb.model import Audience, Duty, NoticeKind, Person, Procedure, Revision
from kb.official import Acknowledgement, Approval, Approver, Campaign, Charter, Decision, Release
from kb.outbox import MailChoice
from kb.records import Drift, DriftDecision
from kb.routing import SubjectUse
from kb.shelf import Shelf
from kb.storage import rows, tables
from tests import living, people, records
from tests.people import COMMON, FINANCE, PARTNER, START, Clock
from tests.postgres import drop_database

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


def live_a_little(store: Store, clock: Clock) -> None:
    """Something in every table."""
    people.settle(store)
    alice, bob, dora = (people.get(store, id) for id in ("alice", "bob", "dora"))
    charlie = people.get(store, "charlie")
    first = questions.ask(
        store, alice, COMMON, "Où réserver un œuvre « déjà » payée ? 🚆", "Ligne\n\nligne", ["é", "a"], id="z"
    )
    later = questions.ask(store, bob, COMMON, "Où réserver ?", id="A-before-z")
    questions.ask(store, charlie, PARTNER, "Shared?", language="en", id="a")
    clock.forward(seconds=1.000001)
    given = questions.answer(store, bob, first.id, "Au *guichet*.")
    questions.vote(store, dora, first.id, None, -1)
    questions.vote(store, dora, first.id, given.id, 1)
    questions.accept(store, alice, first.id, given.id)
    questions.comment(store, dora, first.id, "Merci", given.id)
    questions.edit_answer(store, bob, given.id, "À la gare.")
    questions.close_as_duplicate(store, dora, later.id, first.id)
    people.routed(store, questions.ask(store, alice, COMMON, "Encore ?"), "dora", wide=["bob"])
    subjects.choose(store, bob, "bob", {"é": SubjectUse.NEITHER})
    accounts.set_password(store, alice, "correct horse battery")
    accounts.issue_token(store, alice, "API")
    sites.put(store, people.get(store, "erik"), "Lyon", "Europe/Paris", [1, 2], "8:00", "17:00", "2026-12-25 Noël")
    availability.choose(store, bob, "bob", [1], "12:00", "14:00", "1", "")
    availability.be_away(store, bob, "bob", date(2026, 12, 1), date(2026, 12, 2))
    since = mail.begin(store)
    mail.choose(store, bob, "bob", {NoticeKind.ACCEPTED: MailChoice.NOW}, "fr")
    questions.comment(store, bob, first.id, "Encore")
    clock.forward(days=1)
    assert mail.plan(store, since) and mail.gather(store)
    with store.write() as tx:
        tx.procedures.put([Procedure("FIN-1", FINANCE, "alice", "bob", satisfies=("SOX",), review_months=12)])
        duty = Duty("1", "acheteur", "envoie")
        tx.practices.put([Practice("p1", COMMON, "Réserver", "À la gare.", authors=("bob",), answers=(given.id,),
                                   helps=(Help("FIN-1", "1"),), keeper="dora", verifier="dora", verified=tx.now,
                                   until=date(2027, 1, 2))])  # fmt: skip
        tx.confirmations.put(Confirmation("c1", "alice", "p1", None, Verdict.WORKS, "Finance", "", tx.now, tx.now))
        tx.verifications.put(Verified(given.id, "dora", tx.now, date(2027, 5, 1)))
        tx.confirmations.put(Confirmation("c2", "dora", None, given.id, Verdict.DANGEROUS, "", "!", tx.now, tx.now))
        proposed = (Duty("1", "Acheteur", "Achète"),)
        tx.amendments.put(Amendment("m1", "p1", "FIN-1", "fr", 1, proposed, "!", "bob", tx.now,
                                    AmendmentStatus.DECLINED, "dora", tx.now, "Non", None))  # fmt: skip
        tx.progress.set("bob", "procedure FIN-1", True)
        tx.arrangements.set("bob", ["mine", "-recent"])
        tx.coverage.add_miss("FIN-1", "où acheter ?")
        tx.coverage.put_report(COMMON, {"FIN-1": [[first.id]]})
        tx.tasks.add(Task("t1", "dora", TaskKind.DOUBTED, "practice", "p1", {}, "alice", tx.now, tx.now))
        tx.drifts.put([Drift("d1", "FIN-1", FINANCE, "fr", "1", "practice", "p1", "x", "time", "1", tx.now,
                             DriftDecision.NO_CONFLICT, "bob", tx.now, "Vu")])  # fmt: skip
        tx.practices.add_edit(PracticeEdit("e1", "p1", "Avant", "Corps", "bob", tx.now))
        tx.procedures.add_revisions([Revision("FIN-1", "fr", 1, "Achats", "but", "corps", (duty,), ("achat",))])
        tx.procedures.put([Procedure("FIN-0", FINANCE, successor="FIN-1", audience=Audience(("acheteur",), ("Été",)))])
        said = Acknowledgement("said", "FIN-1", "FIN-1@fr.1", "alice", "0" * 64, True, tx.now)
        tx.campaigns.add(Campaign("campaign", "FIN-1", START.date(), 30, people=("alice",), created=tx.now))
        tx.acknowledgements.add(said)
        tx.releases.add(Release("release", FINANCE, ("FIN-1@fr.1",), "alice", tx.now))
        tx.procedures.add_reading("FIN-1", "1", START.date())
        tx.reviews.add("FIN-1", "alice", "Toujours juste")
        tx.charters.put(Charter(FINANCE, (Approver("dora", 2, "Direction"),)))
        tx.approvals.add(Approval("v", "FIN-1@fr.1", "dora", 2, "", Decision.REFUSED, "Où ?", "0" * 64, START))
        tx.settings.set("organisation", {"name": "Été", "n": 1.0, "none": None})
        tx.settings.set("nothing", None)
        tx.secrets.add_attempt("address", accounts.WINDOW)
    records.keep(store)
    living.keep(store)


@pytest.fixture
def full(store: Store, clock: Clock) -> Store:
    live_a_little(store, clock)
    return store


def content(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of an archive but for the moment of its export and the trail of what was done."""
    with closing(sqlite3.connect(file)) as archive:
        names = [
            name for (name,) in archive.execute("select name from sqlite_master where type = 'table' order by name")
        ]
        found = {name: archive.execute(f"select * from [{name}]").fetchall() for name in names}
    found["quisait"] = [row for row in found["quisait"] if row[0] != "exported"]
    for name in ("audit", "audit_head"):  # an export and an import are written down: see test_audit
        del found[name]
    found["quisait_table"] = [row for row in found["quisait_table"] if row[0] not in ("audit", "audit_head")]
    return {name: sorted(held, key=repr) for name, held in found.items()}


def change(file: Path, *statements: str, honest: bool = False) -> None:
    """Change an archive behind its back; `honest` makes counts and hashes fit again, as a forger would."""
    with closing(sqlite3.connect(file)) as archive:
        for statement in statements:
            archive.execute(statement)
        if honest:
            keys = {shape.name: ", ".join(f"[{each}]" for each in shape.key) for shape in rows.shapes()}
            for name, columns in archive.execute("select name, columns from quisait_table").fetchall():
                chosen = ", ".join(f"[{each}]" for each in json.loads(columns))
                found = archive.execute(f"select {chosen} from [{name}] order by {keys[name]}").fetchall()
                lines = "".join(
                    json.dumps(list(row), ensure_ascii=False, separators=(",", ":")) + "\n" for row in found
                )
                sha256 = hashlib.sha256(lines.encode()).hexdigest()
                archive.execute(
                    "update quisait_table set rows = ?, sha256 = ? where name = ?", [len(found), sha256, name]
                )
        archive.commit()


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
