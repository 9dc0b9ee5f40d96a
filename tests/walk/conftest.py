"""The sample organisation, walked through as people do: by the links and forms of its pages, as the right person and as
the wrong one, in French and in English.

    page = walk.visit("nadia-benali", "en").get("/procedures/FIN-01")
    page = page.submit("/review", note="Checked with the auditors")       the form of the page that posts there
    assert "still valid" in page.text

Every test has an organisation of its own; `walk.clock.forward(days=8)` lets days go by and `walk.work()` has the worker
do what is due by then.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import kb.accounts
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from kb.shelf import Shelf
from tests import people
from tests.lending import lend, take_back
from tests.people import Clock
from tests.web.words import WordEncoder
from web import demo, security
from web.auth import COOKIE
from web.config import Config
from web.worker import Worker

MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a working Tuesday
PASSWORD = "quatre mots pour entrer"
KEPT = ("value", "checked", "selected")


@dataclass
class Page:
    """What came back: `status`, the words in the middle of the page (`text`), and what can be done next."""

    visit: Visit
    response: TestResponse
    soup: BeautifulSoup = field(init=False)

    def __post_init__(self) -> None:
        held = self.response.get_data(as_text="html" in self.response.content_type)
        self.soup = BeautifulSoup(held if isinstance(held, str) else "", "html.parser")
        self.response.close()
        for hidden in self.soup.select("script, style, head, [hidden]"):
            hidden.decompose()

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return " ".join((self.soup.select_one("main") or self.soup).get_text(" ").split())

    @property
    def path(self) -> str:
        return self.response.request.path

    def links(self, part: str = "") -> list[str]:
        """The addresses of this site that hold `part`, in order of the page."""
        return [str(each["href"]) for each in self.soup.select("a[href]") if part in str(each["href"])]

    def follow(self, part: str) -> Page:
        """The first link whose address or words hold `part`."""
        for each in self.soup.select("a[href]"):
            if part in str(each["href"]) or part in " ".join(each.get_text(" ").split()):
                return self.visit.get(str(each["href"]), self.path)
        raise AssertionError(f"{self.path} links to no {part!r}: {self.links()}")

    def forms(self, part: str = "") -> list[Tag]:
        """The forms that post to an address ending with `part`."""
        found = [each for each in self.soup.select("form") if str(each.get("method", "get")).lower() == "post"]
        return [each for each in found if self._target(each).partition("?")[0].endswith(part)]

    def submit(self, part: str, button: Mapping[str, str] | None = None, **typed: Any) -> Page:
        """Fill the first form that posts to an address ending with `part` and has all these fields, and send it;
        `button` where it has several that name themselves. What the form holds already stays."""
        found = [(form, _held(form)) for form in self.forms(part)]
        for form, held in found:
            if set(typed) <= set(held):
                return self.visit.post(self._target(form), {**held, **(button or {}), **typed}, self.path)
        told = [(self._target(form), sorted(_held(form))) for form in self.forms(part) or self.forms()]
        raise AssertionError(f"{self.path} has no form for {part!r} with {sorted(typed)}: {told}")

    def press(self, words: str, part: str = "", **typed: Any) -> Page:
        """Send the form of the first button that bears these words; of a form that posts to `part` where they are on
        several."""
        for each in self.soup.select("form button"):
            form = each.find_parent("form")
            if words in " ".join(each.get_text(" ").split()) and form in self.forms(part):
                assert isinstance(form, Tag)
                named = {str(each["name"]): str(each.get("value", ""))} if each.has_attr("name") else {}
                return self.visit.post(self._target(form), {**_held(form), **named, **typed}, self.path)
        raise AssertionError(f"{self.path} has no button {words!r}: {[b.get_text(' ') for b in self.soup('button')]}")

    def _target(self, form: Tag) -> str:
        return str(form.get("action") or self.path)


def _held(form: Tag) -> dict[str, Any]:
    """What a form sends untouched, with the empty fields too."""
    held: dict[str, Any] = {}
    for each in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(each["name"]), str(each.get("type", "text"))
        if each.name == "textarea":
            value: Any = each.get_text().removeprefix("\n")
        elif each.name == "select":
            chosen = each.select("option[selected]") or ([] if each.has_attr("multiple") else each.select("option")[:1])
            value = [str(one.get("value", one.get_text())) for one in chosen]
            value = value if each.has_attr("multiple") else "".join(value)
        elif kind in ("checkbox", "radio"):
            if not each.has_attr("checked"):
                held.setdefault(name, [])
                continue
            value = str(each.get("value", "on"))
        elif kind in ("submit", "button", "image", "file"):
            if kind == "file":
                held.setdefault(name, [])
            continue
        else:
            value = str(each.get("value", ""))
        if name in held and held[name] != []:
            before = held[name]
            value = [*(before if isinstance(before, list) else [before]), value]
        held[name] = value
    return held


@dataclass
class Visit:
    """Somebody's browser, in one language."""

    client: FlaskClient

    def get(self, path: str, came_from: str = "/") -> Page:
        return Page(self, self.client.get(_local(path), headers=_told(came_from), follow_redirects=True))

    def post(self, path: str, fields: Mapping[str, Any], came_from: str = "/") -> Page:
        told = _told(came_from)
        return Page(self, self.client.post(_local(path), data=fields, headers=told, follow_redirects=True))


def _told(page: str) -> dict[str, str]:
    """What a browser tells of the page it comes from."""
    return {"Referer": f"http://localhost{page}"}


def _local(path: str) -> str:
    parts = urlsplit(path)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass
class Walk:
    app: Flask
    store: Store
    data: Path
    clock: Clock
    worker: Worker

    def visit(self, who: str | None = None, language: str = "fr") -> Visit:
        """A browser of `who`; of a stranger without a name."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        if who is not None:
            client.set_cookie(COOKIE, kb.accounts.open_session(self.store, people.get(self.store, who)))
        return Visit(client)

    def refuses(
        self, who: str, path: str, said: Mapping[str, str], fields: Mapping[str, Any] | None = None, status: int = 403
    ) -> None:
        """That `who` may not open `path` (or send `fields` there), and is told so in either language; `said` holds
        words of the sentence in each, and leads back where they came from."""
        for language, words in said.items():
            visit = self.visit(who, language)
            page = visit.get(path, "/spaces") if fields is None else visit.post(path, fields, "/spaces")
            assert page.status == status, f"{who} {path}: {page.status} {page.text[:300]}"
            assert words in page.text, f"{who} {path} in {language}: {page.text[:400]}"
            back = page.soup.select("main .door a[href='/spaces']")
            assert back or not page.soup.select("main .door"), "a page that only refuses has a way back"

    def allow(self, *who: str) -> str:
        """Give people a password, and return it."""
        for each in who:
            kb.accounts.set_password(self.store, people.get(self.store, each), PASSWORD)
        return PASSWORD

    def work(self) -> None:
        """All that is due by now."""
        self.worker._remind_at = 0.0
        while self.worker.step():
            pass


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the demonstration, indexed with the stand-in encoder."""
    data = tmp_path_factory.mktemp("sample")
    store = Store(f"sqlite:///{data / 'kb.sqlite'}", clock=Clock(MORNING))
    demo.furnish(store, Shelf(data / "files"))
    encoder: Any = WordEncoder()
    Indexer(store, data / "index", encoder).catch_up()
    store.close()
    return data


@pytest.fixture
def walk(sample: Path, tmp_path: Path) -> Iterator[Walk]:
    data = tmp_path / "data"
    shutil.copytree(sample, data)
    clock, encoder = Clock(MORNING), WordEncoder()
    store = Store(f"sqlite:///{data / 'kb.sqlite'}", clock=clock)
    anything: Any = encoder
    finder = Finder(store, data / "index", anything)
    config = Config(data, str(store.engine.url), "k" * 32, organisation="Groupe Ormeval")
    app = lend(config, store, finder)
    yield Walk(app, store, data, clock, Worker(config, store, anything, app, finder))
    take_back()
    store.close()
    security._hash.cache_clear()


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)
