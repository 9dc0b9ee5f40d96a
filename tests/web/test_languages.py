"""No text that is hard-coded, and none that two languages alone can hold: a made-up language in which every sentence of
the catalogue is marked shows what the catalogue does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from babel.support import NullTranslations

from tests.web.conftest import Town
from web import catalogue

OPEN, CLOSE = "⟦", "⟧"
THEIRS = {"script", "style", "time", "code", "kbd", "textarea", "mark"}
VOID = {"meta", "link", "input", "br", "img", "hr", "use"}
PAGES = [
    "/", "/home", "/search?q=train", "/search", "/ask", "/ask?title=train", "/questions", "/procedures",
    "/procedures/TRV/01", "/people", "/people/alice", "/spaces", "/spaces/common", "/inbox", "/tasks", "/duties",
    "/practices", "/figures", "/help", "/accessibility", "/following", "/tokens", "/gaps",
    "/admin/health", "/admin/people", "/admin/spaces", "/register/documents", "/start",
]  # fmt: skip
# What is no sentence: names, texts of the sample, keys, numbers, abbreviations, code.
OURS = re.compile(r"^(Quisait|Testville|Français|English|[\W\d_]*|\d+[a-z]|[A-Z]{1,2}|sqlite|train · Quisait)$")


class Marking(NullTranslations):
    """Every sentence between marks: what stands outside of them on a page came from no catalogue."""

    def ugettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    gettext = ugettext

    def ungettext(self, one: str, many: str, number: int) -> str:
        return f"{OPEN}{one if number == 1 else many}{CLOSE}"

    ngettext = ungettext


class Words(HTMLParser):
    """The texts of a page outside of marks and of elements whose content is other people's or a machine's."""

    def __init__(self, known: set[str]) -> None:
        super().__init__()
        self.known, self.inside, self.found = known, 0, []
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        theirs = tag in THEIRS or ("lang" in given and tag != "html")
        for name in ("title", "placeholder", "aria-label", "alt") if not theirs else ():
            self._look(given.get(name) or "")
        if tag not in VOID and (theirs or self._skipping):
            self._skipping.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipping and tag == self._skipping[-1]:
            self._skipping.pop()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._look(data)

    def _look(self, text: str) -> None:
        inner = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
        while inner.search(text):  # a sentence may hold another
            text = inner.sub("|", text)
        for part in " ".join(text.split()).split("|"):
            said = part.strip(" ·,.:;?!«»“”()→×+/-…\u00a0\u202f")
            if said and not OURS.match(said) and not any(said in each or each in said for each in self.known):
                self.found.append(said)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(catalogue, "_english", Marking)
    yield


def held(town: Town) -> set[str]:
    """Words that stand in the knowledge base: names, titles, texts, spaces, skills, tags."""
    with town.store.read() as tx:
        said = [each for person in tx.people.list() for each in (person.name, person.title, person.unit, person.site,
                person.email or "", *person.skills)]  # fmt: skip
        said += [text for space in tx.spaces.list() for text in (space.name, space.description)]
        said += [text for question in tx.questions.list() for text in (question.title, question.body, *question.tags)]
        for each in tx.procedures.list():
            said += [each.key, *each.satisfies, each.scope]
            said += [part for text in each.revisions for part in (text.title, text.summary, text.body)]
            duties = [duty for text in each.revisions for duty in text.duties]
            said += [part for duty in duties for part in (duty.role, duty.what, duty.rule)]
    said += [answer.body for answer in [town.answer]]
    return {word for each in said for word in (" ".join(each.split()),) if len(word) > 2}


@pytest.mark.parametrize("backend", ["sqlite"])  # what a page says is no matter of the database
def test_every_text_of_every_page_comes_from_the_catalogue(town: Town, marked: None, backend: str) -> None:
    erik, known = town.client("erik"), held(town)
    for path in PAGES:
        page = erik.get(path)
        assert page.status_code == 200 and OPEN in page.text
        words = Words(known)
        words.feed(page.text.partition('<dl class="facts"><dt>Python')[0])  # after it: packages and their versions
        assert not words.found, f"{path} says what no catalogue knows: {words.found}"


def test_what_stands_in_no_catalogue_is_seen() -> None:
    words = Words(set())
    words.feed(f'<p title="{OPEN}ok{CLOSE}">{OPEN}Found{CLOSE} something</p><p><time>3 May</time></p>')
    assert words.found == ["something"]
