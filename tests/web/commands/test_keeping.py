"""`invite`, `token`, `check`: accounts, and what is wrong with its mend."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kb.questions
from kb import Store
from kb.model import Space, Visibility
from tests import people
from tests.postgres import NOBODY
from tests.web.commands.conftest import Base, Run


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
