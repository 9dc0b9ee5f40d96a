"""A small knowledge base with the site on it: Alice is in the finance team, Bob is not, Charlie is a guest.

What is tested here stands on storage and use cases that are tested on both databases, so each of these tests runs on
one of them, half on either, told by its name; `QUISAIT_BOTH=1` runs them on both.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient

import kb.accounts
import kb.questions
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from kb.model import Answer, Duty, Procedure, Question, Revision
from tests import people
from tests.conftest import BACKENDS
from tests.lending import lend, take_back
from tests.people import COMMON, FINANCE, PARTNER, Clock
from tests.postgres import Server, create_database
from tests.smtp import MailServer
from tests.web.words import WordEncoder
from web import security
from web.auth import COOKIE
from web.config import Config, Smtp

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "QUISAIT_BOTH" not in os.environ:
        other = {each for each in items if each.path.is_relative_to(HERE) and not _is_on_its_database(each)}
        config.hook.pytest_deselected(items=list(other))
        items[:] = [each for each in items if each not in other]


def _is_on_its_database(item: pytest.Item) -> bool:
    backend = item.callspec.params.get("backend") if hasattr(item, "callspec") else None
    alike = item.name.replace("sqlite", "").replace("postgresql", "")  # the same for both
    return backend is None or backend == BACKENDS[crc32(alike.encode()) % 2]


@dataclass
class Town:
    """The site, and what stands in it. `client("bob")` is Bob's browser; without a name, a stranger's."""

    app: Flask
    store: Store
    indexer: Indexer
    open: Question
    answer: Answer
    secret: Question
    shared: Question

    def client(self, who: str | None = None, language: str = "en") -> FlaskClient:
        made = self.app.test_client()
        made.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        if who is not None:
            made.set_cookie(COOKIE, kb.accounts.open_session(self.store, people.get(self.store, who)))
        return made

    def again(self, **settings: object) -> Town:
        """The same knowledge base under other settings."""
        site = self.app.extensions["quisait"]
        changed: dict[str, Any] = settings
        return replace(self, app=lend(replace(site.config, **changed), site.store, site.finder))

    def refresh(self) -> None:
        self.indexer.catch_up()


@pytest.fixture(autouse=True)
def lending() -> Iterator[None]:
    yield
    take_back()


def furnish(store: Store) -> dict[str, Any]:
    people.settle(store)
    alice, bob, charlie = (people.get(store, id) for id in ("alice", "bob", "charlie"))
    asked = kb.questions.ask(store, bob, COMMON, "How do I book a train to Lyon?", "By *Friday*.", ["travel"], "en")
    answer = kb.questions.answer(store, alice, asked.id, "Book the train in the travel portal.", "en")
    secret = kb.questions.ask(store, alice, FINANCE, "Which ledger takes the merger costs?", "", ["merger"], "en")
    shared = kb.questions.ask(store, charlie, PARTNER, "Where is the crane log?", "", ["crane"], "en")
    duties = (Duty("1", "Traveller", "Keeps the ticket", "Act 12"), Duty("2a", "Manager", "Approves", ""))
    texts = [
        Revision("TRV/01", "en", 1, "Travel expenses", "Claim what a train costs.", "## Late\nAsk first.", duties),
        Revision("TRV/01", "fr", 1, "Frais de voyage", "Se faire rembourser un train.", "", duties[:1]),
        Revision("FIN-9", "en", 1, "Close the merger ledger", "Finance only.", "", duties[:1]),
    ]
    with store.write() as tx:
        tx.procedures.put(
            [Procedure("TRV/01", COMMON, owner="alice", satisfies=("Act 12",)), Procedure("FIN-9", FINANCE)]
        )
        tx.procedures.add_revisions(texts)
        tx.changes.add_all("put", "procedure", ["TRV/01", "FIN-9"])
    return {"open": asked, "answer": answer, "secret": secret, "shared": shared}


@dataclass(frozen=True)
class Model:
    """A furnished knowledge base and its index, closed: every town is a copy."""

    base: str
    index: Path
    things: dict[str, Any]


def model(url: str, base: str, folder: Path) -> Model:
    store = Store(url, Clock())
    things = furnish(store)
    encoder: Any = WordEncoder()
    Indexer(store, folder / "index", encoder).catch_up()
    store.close()
    return Model(base, folder / "index", things)


@pytest.fixture(scope="session")
def model_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("town")
    return model(f"sqlite:///{folder / 'kb.sqlite'}", str(folder / "kb.sqlite"), folder)


@pytest.fixture(scope="session")
def model_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Model:
    url = create_database(postgres.url, postgres.template)
    return model(url, url.rpartition("/")[2], tmp_path_factory.mktemp("town"))


@pytest.fixture
def town(
    request: pytest.FixtureRequest, new_store: Callable[..., Store], backend: str, tmp_path: Path
) -> Iterator[Town]:
    like: Model = request.getfixturevalue(f"model_{backend}")
    store = new_store(backend, like.base)
    shutil.copytree(like.index, tmp_path / "index")
    encoder: Any = WordEncoder()
    config = Config(data=tmp_path, database_url="", secret_key="k" * 32, organisation="Testville")
    app = lend(config, store, Finder(store, tmp_path / "index", encoder))
    yield Town(app, store, Indexer(store, tmp_path / "index", encoder), **like.things)
    security._hash.cache_clear()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def posted(town: Town, server: MailServer) -> Town:
    """The town with mail, its address and its organisation."""
    return town.again(
        smtp=Smtp("127.0.0.1", server.port, "no"), mail_from="quisait@testville.example",
        url="https://quisait.testville.example",
    )  # fmt: skip
