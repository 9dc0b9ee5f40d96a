"""No text that is hard-coded on any page: a made-up language in which every sentence of the catalogue is marked shows
what the catalogue does not know. What stands outside of marks must be held by the sample organisation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.support import NullTranslations
from sqlalchemy import text

from kb import Store
from tests.browser.pages import PARTS, REFUSED
from tests.walk.conftest import Walk
from web import catalogue

OPEN, CLOSE = "⟦", "⟧"
THEIRS = {"script", "style", "time", "code", "kbd", "textarea", "mark"}
VOID = {"meta", "link", "input", "br", "img", "hr", "use"}
EDGES = " ·,.:;?!«»“”()→×+/-=…\u00a0\u202f"
# What is no sentence: names, keys, numbers, abbreviations, code, days of the week (they are Babel's).
OURS = re.compile(
    r"^(Quisait|Groupe Ormeval|Français|English|[\W\d_]*|\d+[a-z]|[A-ZÉ]{1,2}|SQLite|[A-Z]{2,3}-\d\d( (fr|en)\.\d| \d)?|https?://\S+"
    r"|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|zzqqxx|rembourser mon billet de train|[a-z]+ [a-z]-[a-z]+-\d+)$"
)
INVENTED = {"/patterns"}  # its content is made up there, as it says


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

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        theirs = tag in THEIRS or ("lang" in given and tag != "html") or given.get("class") == "excerpt"
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
        text = re.sub(f"{OPEN}[^{CLOSE}]*$|^[^{OPEN}]*{CLOSE}", "|", text)  # a sentence around a <time>
        for part in " ".join(text.split()).split("|"):
            said = part.strip(EDGES)
            if said and not OURS.match(said):
                self.found.append(said)


class Held:
    """What stands in a knowledge base, in parts between punctuation: a short part is known as it is, a longer one
    anywhere."""

    def __init__(self, store: Store) -> None:
        with store.engine.connect() as base:
            names = base.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
            rows = [row for name in names for row in base.execute(text(f'select * from "{name}"'))]
        self.parts = {part for row in rows for cell in row for each in _texts(cell) for part in _parts(each)}
        self.all = "\n".join(self.parts)

    def holds(self, said: str) -> bool:
        return all(
            OURS.match(each) or each in self.parts or (each.count(" ") > 2 and each in self.all)
            for each in _parts(said)
        )


def _parts(said: str) -> Iterator[str]:
    """Between punctuation, the signs of Markdown and the key of a procedure."""
    for each in re.split(r"[^\w '’%€=@&-]+|\b[A-Z]+-\d\d\b", said):
        if part := " ".join(each.split()).strip(" -"):
            yield part


def _texts(cell: Any) -> Iterator[str]:
    """The texts in a cell of a table, those inside of JSON too."""
    if isinstance(cell, str) and cell[:1] in ("[", "{"):
        try:
            cell = json.loads(cell)
        except ValueError:
            yield cell
    elif isinstance(cell, str):
        yield cell
    if isinstance(cell, list | dict):
        for each in cell.values() if isinstance(cell, dict) else cell:
            yield from _texts(each)


def test_every_text_of_every_page_comes_from_the_catalogue(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_english", Marking)
    held, told = Held(walk.store), []
    visits = {who: walk.visit(who, "en") for pages in PARTS.values() for who, _path in pages}
    for who, path in dict.fromkeys(each for pages in PARTS.values() for each in pages if each[1] not in INVENTED):
        shown = visits[who].get(path)
        page = shown.response.text
        assert OPEN in page and (shown.status == 200 or (who, path) in REFUSED), (who, path, shown.status)
        words = Words()
        words.feed(page.partition('<dl class="facts"><dt>Python')[0])  # after it: packages and their versions
        told += [f"{path}: {each}" for each in words.found if not held.holds(each)]
    assert not told, f"what no catalogue knows: {told}"


def test_what_stands_in_no_catalogue_is_seen(walk: Walk) -> None:
    words = Words()
    words.feed(f'<p title="{OPEN}ok{CLOSE}">{OPEN}Found{CLOSE} something</p><p><time>3 May</time></p>')
    assert words.found == ["something"] and not Held(walk.store).holds("something")
