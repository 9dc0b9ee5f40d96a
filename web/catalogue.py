"""Two languages without a build step: English sentences in code and templates, French in one .po file.

    python -m web.catalogue        brings the .po file up to date with the code (new sentences come in untranslated,
                                   French punctuation is set with its spaces)

The sentences of `kb` errors are collected too (`Invalid("field", "sentence")`), so that what a person got wrong is
said in their language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, force_locale, format_date, get_locale

from kb.rules import LANGUAGES

HOUSE = Path(__file__).parent.parent
FRENCH = Path(__file__).parent / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
COOKIE = "language"
_KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "mark": None,
    "Invalid": (2,), "TooManyTries": (2,), "Conflict": (1,), "Forbidden": (4,),
}  # fmt: skip
_METHODS = [
    ("web/templates/**.html", "jinja2"), ("web/templates/**.txt", "jinja2"),
    ("web/**.py", "python"), ("kb/**.py", "python"),
]  # fmt: skip


def mark(sentence: str) -> str:
    """`sentence` itself: marks it for the catalogue where it is written, to be translated where it is shown."""
    return sentence


def _(sentence: str, **values: object) -> str:
    """The sentence in the language of the page."""
    return str(_DOMAIN.gettext(sentence, **values))


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The sentence for `number` things ("%(num)d") in the language of the page."""
    return str(_DOMAIN.ngettext(one, many, number, **values))


def choose_language() -> str:
    """What was chosen in this browser, else (where a mail's link leads) the choice of its reader, else what the person
    chose anywhere, else the browser's, else the organisation's."""
    if not has_request_context():
        return "fr"
    for chosen in (request.cookies.get(COOKIE), g.get("language_of_link"), g.get("language_of_person")):
        if chosen in LANGUAGES:
            return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or str(g.get("language_default", "fr"))


def language() -> str:
    """The language of the page being written: "fr" or "en"."""
    locale = get_locale()
    return locale.language if locale is not None else "fr"


@contextmanager
def said_in(language: str) -> Iterator[None]:
    """Inside a request: sentences are said in `language`, whatever that of the page is."""
    with force_locale(language):
        yield


class _Catalogues(Domain):  # type: ignore[misc]
    """Looks sentences up in the catalogues compiled in memory."""

    def get_translations(self) -> NullTranslations:
        return french() if language() == "fr" else _english()


class _Babel(Babel):  # type: ignore[misc]
    @property
    def domain_instance(self) -> Domain:
        return _DOMAIN


_DOMAIN = _Catalogues()


def day_text(day: date) -> str:
    """A calendar day, written out; the first of a month as French writes it."""
    said = str(format_date(day, "d MMMM yyyy", rebase=False))
    return said.replace("1 ", "1er ", 1) if day.day == 1 and language() == "fr" else said


def install(app: Flask, timezone: str, default: str) -> None:
    """Give `app` its languages: `_` and `ngettext` in templates, dates in the organisation's time zone."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    _Babel(app, default_locale=default, default_timezone=timezone, locale_selector=choose_language)


@cache
def french() -> Translations:
    with FRENCH.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@cache
def _english() -> NullTranslations:
    return NullTranslations()


def sentences() -> Catalog:
    """Every sentence that the code and the templates say."""
    found = Catalog(project="Quisait", locale="fr", charset="utf-8", fuzzy=False)
    for folder in ("web", "kb"):
        methods = [
            (pattern.removeprefix(f"{folder}/"), kind) for pattern, kind in _METHODS if pattern.startswith(folder)
        ]
        options = {pattern: {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true"} for pattern, _ in methods}
        for name, line, message, _comments, context in extract_from_dir(HOUSE / folder, methods, options, _KEYWORDS):
            found.add(message, locations=[(f"{folder}/{name}", line)], context=context)
    return found


def update() -> tuple[int, int]:
    """Bring the French file up to date; how many sentences there are, and how many wait for a translation."""
    template = sentences()
    catalogue = template
    if FRENCH.exists():
        with FRENCH.open("rb") as file:
            catalogue = read_po(file, locale="fr")
        catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    for each in catalogue:
        if each.id and each.string:
            plural = not isinstance(each.string, str)
            each.string = tuple(map(_typeset, each.string)) if plural else _typeset(str(each.string))
    written = BytesIO()
    write_po(written, catalogue, width=120, include_lineno=False, sort_output=True, ignore_obsolete=True)
    FRENCH.write_bytes(written.getvalue())
    return len(catalogue), len(untranslated(catalogue))


def _typeset(french: str) -> str:
    """French punctuation that stays on its line: a narrow space that does not break before ?, ! and ;, a full one
    before a colon and inside guillemets, and a curved apostrophe."""
    french = re.sub(" +([?!;])", "\u202f\\1", french)
    french = french.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return french.replace("'", "’")


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences that have no translation, or a doubtful one."""
    return [str(each.id) for each in catalogue if each.id and (each.fuzzy or not all(_forms(each.string)))]


def _forms(string: str | Iterable[str] | None) -> tuple[str | None, ...]:
    return (string,) if string is None or isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    count, missing = update()
    print(f"{count} sentences, {missing} without a translation")
