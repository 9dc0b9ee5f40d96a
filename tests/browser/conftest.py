"""The sample organisation behind a real server, looked at with one real Chromium.

The sample is indexed with the stand-in encoder (tests/web/words.py), so that all is there within seconds. `demo` is the
demonstration (a visitor is Léo Fabre and may become anybody); `site` is the same knowledge base behind a sign-in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

import kb.accounts
import kb.people
import kb.questions
import kb.routes
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from kb.model import Band
from kb.routing import Candidate, Reason
from kb.shelf import Shelf
from tests.browser.live import Live, browsing, find_chromium, listening
from tests.web.words import WordEncoder
from web import demo as demonstration
from web.auth import COOKIE
from web.config import Config

PASSWORD = "quatre mots pour entrer"
WORKING_MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # when the run begins: at night nobody is asked anything
EDITED, WAITING, INVITED = "q-fin-022", "q-fin-050", "malik-haddad"
Scheme = Literal["light", "dark"]
expect.set_options(timeout=20_000)  # on a machine that does much else
Contrast = Literal["no-preference", "more"]


@dataclass
class Sites:
    demo: Live
    site: Live
    store: Store


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.skip("No Chromium here. Install the package chromium to run the tests in a browser.")
    with browsing(executable) as opened:
        yield opened


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with furnished(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@contextmanager
def furnished(data: Path) -> Iterator[Sites]:
    """The sample organisation in the empty folder `data`, served both ways."""
    ahead = WORKING_MORNING - datetime.now(UTC)
    store = Store(f"sqlite:///{data / 'kb.sqlite'}", clock=lambda: datetime.now(UTC) + ahead)
    furnish(store, Shelf(data / "files"))
    encoder: Any = WordEncoder()
    Indexer(store, data / "index", encoder).catch_up()
    finder = Finder(store, data / "index", encoder)
    config = Config(data, str(store.engine.url), "k" * 32, organisation="Groupe Ormeval", demo=demonstration.PERSON)
    closed = Config(data, str(store.engine.url), "k" * 32, organisation="Groupe Ormeval")
    with listening(config, store, finder, encoder) as demo, listening(closed, store, finder) as site:
        yield Sites(demo, site, store)
    store.close()


def furnish(store: Store, shelf: Shelf) -> None:
    """The sample organisation, with a password, an earlier text and a request that waits for its person."""
    demonstration.furnish(store, shelf)
    kb.accounts.set_password(store, person(store, "isabelle-marchetti"), PASSWORD)
    leo = person(store, demonstration.PERSON)
    asked = kb.questions.thread(store, leo, EDITED).question
    kb.questions.edit_question(store, leo, EDITED, asked.title, f"{asked.body}\n\nMerci !", asked.tags)
    reason = Reason("owns", "Faire payer une facture fournisseur", "procedure", "FIN-01")
    kb.routes.begin(store, WAITING, Band.ASK, 0.1, "1", [Candidate(INVITED, 1, 0.5, reasons=(reason,))])


def person(store: Store, id: str) -> Any:
    with store.read() as tx:
        return tx.people.get(id)


@dataclass
class Visitor:
    """Opens pages as somebody, and keeps what no page may do: errors in the console, requests to other hosts."""

    browser: Browser
    sites: Sites
    wrong: list[str]

    def open(
        self, who: str | None = None, path: str | None = "/", script: bool = True, language: str = "fr",
        width: int = 1280, scheme: Scheme = "light", site: Live | None = None,
    ) -> Page:  # fmt: skip
        site = site or self.sites.demo
        context = self.browser.new_context(
            base_url=site.address, locale={"fr": "fr-FR", "en": "en-GB"}[language], java_script_enabled=script,
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(20_000)
        if who is not None:
            secret = kb.accounts.open_session(self.sites.store, person(self.sites.store, who))
            context.add_cookies([{"name": COOKIE, "value": secret, "url": site.address}])
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._asked(request, site))
        if path is not None:
            page.goto(path)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        """Everything but the status of a page that is meant to be an error page."""
        address = message.location["url"]
        refused = "the server responded with a status of 4" in message.text and "/suggest" not in address
        if message.type in {"error", "warning"} and not refused:
            self.wrong.append(f"{address}: {message.text}")

    def _asked(self, request: Request, site: Live) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and f"{address.scheme}://{address.netloc}" != site.address:
            self.wrong.append(f"a request left the site: {request.url}")


@pytest.fixture
def visit(browser: Browser, sites: Sites) -> Iterator[Callable[..., Page]]:
    """`visit("leo-fabre", "/people")`: a page, as that person; what went wrong on any of them fails the test."""
    visitor = Visitor(browser, sites, [])
    yield visitor.open
    for context in browser.contexts:
        context.close()
    assert visitor.wrong == []
