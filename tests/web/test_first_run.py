"""The first run without the demonstration: five things, procedures of one's own or samples; and the page Health."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import kb.founding
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from kb.model import Role
from tests import people
from tests.smtp import MailServer
from tests.web.conftest import Town
from tests.web.words import WordEncoder
from web import create_app, demo, opening, security
from web.config import Config, read_config

PASSWORD = "quatre mots pour entrer"
PROCEDURE = """---
key: BIKE-01
title: Borrow the company bicycle
language: en
---
Whoever needs it borrows it.

## Who does what

| Step | Who | What | Rule |
| --- | --- | --- | --- |
| 1 | Employee | Writes their name in the book at the desk | |
"""


@dataclass
class Empty:
    """A knowledge base that nobody is in yet."""

    app: Flask
    store: Store
    indexer: Indexer
    data: Path

    def client(self) -> FlaskClient:
        made = self.app.test_client()
        made.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return made

    def address(self) -> str:
        return opening.first_address(self.app, self.store, "http://localhost").removeprefix("http://localhost")


@pytest.fixture
def empty(new_store: Callable[[str], Store], backend: str, tmp_path: Path) -> Iterator[Empty]:
    store, encoder = new_store(backend), WordEncoder()
    indexer = Indexer(store, tmp_path / "index", encoder)
    indexer.catch_up()
    config = Config(data=tmp_path, database_url="", secret_key="k" * 32)
    app = create_app(config, store, Finder(store, tmp_path / "index", encoder))
    yield Empty(app, store, indexer, tmp_path)
    security._hash.cache_clear()


def form(**more: Any) -> dict[str, Any]:
    said = {"organisation": "Ateliers Lumen", "name": "Nora Petit", "email": "nora@lumen.example",
            "password": PASSWORD, "again": PASSWORD, "language": "fr", "spaces": "Everyday\nWorkshop"}  # fmt: skip
    return {**said, **more}


def test_a_stranger_is_told_where_to_begin_and_cannot_guess_it(empty: Empty) -> None:
    stranger = empty.client()
    assert "Nobody is here yet." in stranger.get("/", follow_redirects=True).text
    assert re.fullmatch(r"/first/[\w-]{6,}", empty.address())
    assert stranger.get(empty.address()).status_code == 200
    assert stranger.get("/first/aaaaaaaa").status_code == 404
    assert stranger.post("/first/aaaaaaaa", data=form()).status_code == 404


def test_five_answers_and_a_file_lead_to_the_first_question(empty: Empty) -> None:
    nora = empty.client()
    file = (BytesIO(PROCEDURE.encode()), "bike.md")
    done = nora.post(empty.address(), data=form(files=file), content_type="multipart/form-data")
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    page = nora.get("/").text
    assert "Ateliers Lumen" in page and "1 procedure is taken in" in page
    empty.indexer.catch_up()
    assert "Borrow the company bicycle" in nora.get("/search?q=borrow+bicycle").text
    spaces = nora.get("/spaces").text
    assert "Everyday" in spaces and "Workshop" in spaces
    question = {"id": "q1", "title": "Who repairs the bicycle?", "space": "everyday", "advised": "1"}
    asked = nora.post("/ask", data=question)
    assert asked.status_code == 303
    assert nora.get("/admin/people").status_code == 200


def test_nobody_becomes_administrator_after_the_first(empty: Empty) -> None:
    address = empty.address()
    empty.client().post(address, data=form())
    late = empty.client()
    assert late.get(address).status_code == 404
    assert late.post(address, data=form(email="other@lumen.example")).status_code == 404
    assert opening.first_address(empty.app, empty.store, "http://localhost") == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [("organisation", " "), ("name", ""), ("email", "nora"), ("password", "short"), ("again", "other"),
     ("language", "de"), ("spaces", " \n "), ("smtp_url", "mail.example.org"), ("mail_from", "nobody"),
     ("mail_from", "Nora <nora@lumen.example>"), ("spaces", "Everyday\n" + "x" * 130),
     ("email", "nora@lumen.example " * 20)],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_made(empty: Empty, field: str, value: str) -> None:
    said = form(**{field: value})
    if field == "password":
        said["again"] = value
    answer = empty.client().post(empty.address(), data=said)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    assert kb.founding.is_empty(empty.store) and not (empty.data / "quisait.toml").exists()


def test_what_was_said_is_kept_for_the_next_start(empty: Empty) -> None:
    said = form(smtp_url="smtp://mail.lumen.example:25?tls=no", mail_from="quisait@lumen.example")
    empty.client().post(empty.address(), data=said)
    again = read_config({"QUISAIT_DATA": str(empty.data)})
    assert (again.organisation, again.language, again.mail_from) == ("Ateliers Lumen", "fr", "quisait@lumen.example")
    assert again.smtp is not None and again.smtp.host == "mail.lumen.example"
    assert (empty.data / "quisait.toml").stat().st_mode & 0o077 == 0
    assert read_config({"QUISAIT_DATA": str(empty.data), "QUISAIT_ORGANISATION": "Other"}).organisation == "Other"


def test_samples_are_found_and_go_again_with_one_button(empty: Empty) -> None:
    nora = empty.client()
    nora.post(empty.address(), data=form(samples="1"))
    empty.indexer.catch_up()
    assert kb.founding.samples(empty.store) == 37
    assert "TRV-01" in nora.get("/search?q=frais+de+déplacement").text
    assert "37 sample procedures are there" in nora.get("/admin/health").text
    assert nora.post("/admin/health/samples").status_code == 303
    empty.indexer.catch_up()
    assert "TRV-01" not in nora.get("/search?q=frais+de+déplacement").text
    assert kb.founding.samples(empty.store) == 0 and nora.get("/procedures/TRV-01").status_code == 404


def test_spaces_written_twice_are_one_and_files_go_into_the_first_of_them(empty: Empty) -> None:
    said = form(spaces="Workshop\nFinance\nfinance\n FINANCE ", files=(BytesIO(PROCEDURE.encode()), "bike.md"))
    assert empty.client().post(empty.address(), data=said, content_type="multipart/form-data").status_code == 303
    with empty.store.read() as tx:
        assert [each.name for each in tx.spaces.list()] == ["Finance", "Workshop"]
        assert tx.procedures.get("BIKE-01").space == "workshop"


def test_removing_the_samples_leaves_what_is_the_organisations_own(empty: Empty) -> None:
    nora, file = empty.client(), (BytesIO(PROCEDURE.replace("BIKE-01", "TRV-01").encode()), "bike.md")
    nora.post(empty.address(), data=form(spaces="Samples", files=file), content_type="multipart/form-data")
    with empty.store.read() as tx:
        keeper = tx.people.get("nora-petit")
    kb.founding.take_samples(empty.store, keeper, demo.PROCEDURES, "Samples", lambda text: "fr")
    with empty.store.write() as tx:
        place = tx.procedures.get("BNK-01").space
        tx.procedures.put([replace(tx.procedures.get("BNK-03"), space="samples")])
        first = tx.procedures.history("BNK-01")[0]
        tx.procedures.add_revisions([replace(first, number=2, body="Our own words.")])
        assert place != "samples" and tx.people.get("nora-petit").roles[place] is Role.ANIMATOR
    assert kb.founding.samples(empty.store) == 37 - 1 - 2
    assert kb.founding.remove_samples(empty.store, keeper) == 34
    with empty.store.read() as tx:
        assert [each.key for each in tx.procedures.list()] == ["BNK-01", "BNK-03", "TRV-01"]


def test_samples_whose_load_was_cut_short_can_be_removed(empty: Empty, monkeypatch: pytest.MonkeyPatch) -> None:
    empty.client().post(empty.address(), data=form())
    with empty.store.read() as tx:
        keeper = tx.people.get("nora-petit")
    whole = kb.founding.load

    def killed(*given: Any, **more: Any) -> None:
        whole(*given, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(kb.founding, "load", killed)
    with pytest.raises(KeyboardInterrupt):
        kb.founding.take_samples(empty.store, keeper, demo.PROCEDURES, "Samples", lambda text: "fr")
    monkeypatch.undo()
    kb.founding.take_samples(empty.store, keeper, demo.PROCEDURES, "Samples", lambda text: "fr")
    assert kb.founding.samples(empty.store) == kb.founding.remove_samples(empty.store, keeper) == 37


def test_an_installation_without_the_samples_offers_none(empty: Empty, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'name="samples"' in empty.client().get(empty.address()).text
    monkeypatch.setattr(demo, "PROCEDURES", empty.data / "nowhere")
    assert 'name="samples"' not in empty.client().get(empty.address()).text
    nora = empty.client()
    assert nora.post(empty.address(), data=form(samples="1")).status_code == 303
    begins = nora.get("/").text
    assert "Nothing has been asked in your spaces yet." in begins and 'href="/admin/health#load"' in begins
    assert "The official texts you look after" not in begins, "there is none"


def test_health_says_what_runs_and_is_for_administrators(town: Town) -> None:
    page = town.client("erik").get("/admin/health").text
    assert "people" in page and "up to date" in page and "Not set up" in page and "sqlalchemy" in page
    assert town.client("alice").get("/admin/health").status_code == 403
    assert town.client("alice").post("/admin/health/samples").status_code == 403


def test_an_administrator_sends_themselves_a_mail_and_learns_why_not(posted: Town, server: MailServer) -> None:
    erik = posted.client("erik")
    assert "Send me a mail to see" in erik.get("/admin/health").text
    erik.post("/admin/health/mail")
    assert [each["Subject"] for each in server.messages] == ["Quisait can send mail"]
    server.refuse[people.get(posted.store, "erik").email or ""] = "550 No such user"
    erik.post("/admin/health/mail")
    assert "The mail did not go out" in erik.get("/admin/health").text


def test_procedures_are_loaded_from_files_and_what_cannot_be_read_is_said(town: Town) -> None:
    erik = town.client("erik")
    files = {"files": [(BytesIO(PROCEDURE.encode()), "bike.md"), (BytesIO(b"no head"), "other.md")], "space": "common"}
    erik.post("/admin/health/load", data=files, content_type="multipart/form-data")
    page = erik.get("/admin/health").text
    assert "1 procedure is taken in" in page and "other.md" in page
    assert erik.get("/procedures/BIKE-01").status_code == 200
    elsewhere = PROCEDURE.replace("key: BIKE-01", "key: BIKE-02\nspace: garage\nowner: nobody-known")
    files = {"files": [(BytesIO(elsewhere.encode()), "garage.md")], "space": "common"}
    erik.post("/admin/health/load", data=files, content_type="multipart/form-data")
    page = erik.get("/admin/health").text
    assert "new here: garage" in page and "1 owner or deputy" in page and "garage.md" not in page
    assert erik.get("/procedures/BIKE-02").status_code == 200, "whoever loads it keeps the space it made"
    assert 'id="files-error"' in erik.post("/admin/health/load", data={}, content_type="multipart/form-data").text
