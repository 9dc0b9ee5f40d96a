"""`ask`, `who`, `search`: finding from a terminal, with the rights of one reader, whether or not a server runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from web.commands.surroundings import (
    as_option,
    find_reader,
    json_option,
    language_option,
    open_to_read,
    reader_language,
)
from web.commands.terminal import Progress, colours, say, width

if TYPE_CHECKING:
    from indexer.finder import Finder
    from indexer.hits import Found
    from kb import Store
    from kb.model import Person
    from web.config import Config

_LIMIT = click.option("--limit", type=click.IntRange(1, 20), default=5, show_default=True, help="Of each kind.")


@click.command()
@click.argument("text", nargs=-1, required=True)
@as_option
@_LIMIT
@language_option
@json_option
def ask(text: tuple[str, ...], email: str | None, limit: int, language: str | None, as_json: bool) -> None:
    """Ask a question: procedures, answers, and who knows."""
    from web import serialisation

    words = words_of(text)

    def found(finder: Finder, reader: Person) -> Found:
        return finder.find(words, reader, limit=limit)

    _find(found, serialisation.lanes, None, email, language, as_json)


@click.command()
@click.argument("text", nargs=-1, required=True)
@as_option
@_LIMIT
@language_option
@json_option
def who(text: tuple[str, ...], email: str | None, limit: int, language: str | None, as_json: bool) -> None:
    """Who knows about something."""
    from web import serialisation

    words = words_of(text)

    def found(finder: Finder, reader: Person) -> Found:
        return finder.find(words, reader, limit=limit)

    _find(found, serialisation.who, ("people",), email, language, as_json)


@click.command()
@click.argument("query", nargs=-1, required=True)
@as_option
@click.option("--page", type=click.IntRange(1, 100), default=1, show_default=True)
@click.option("--size", type=click.IntRange(1, 50), default=10, show_default=True, help="Hits of each kind on a page.")
@language_option
@json_option
def search(
    query: tuple[str, ...], email: str | None, page: int, size: int, language: str | None, as_json: bool
) -> None:
    """Search: words, "phrases", in:space by:person kind: tag: lang: before:"""
    from web import serialisation

    words = words_of(query)

    def found(finder: Finder, reader: Person) -> Found:
        return finder.search(words, reader, page=page, size=size)

    def written(found: Found) -> object:
        return serialisation.search_page(found, page, size)

    _find(found, written, ("procedures", "answers", "people"), email, language, as_json)


def words_of(given: tuple[str, ...]) -> str:
    """What was typed, as one line. Invalid when it is empty or too long."""
    from kb.rules import clean

    return " ".join(clean("text", " ".join(given), 2_000, required=True).split())


def _find(
    find: Callable[[Finder, Person], Found], written: Callable[[Any], object], lanes: tuple[str, ...] | None,
    email: str | None, language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Open everything, find, and print: `written` makes the JSON, `lanes` says which lanes a person is shown."""
    from web import opening

    config, store = open_to_read()
    reader = find_reader(config, store, email)
    language = language or reader_language(config)
    finder = open_finder(config, store)
    found = find(finder, reader)
    with opening.speaking(opening.open_site(config, store, finder), language):
        if as_json:
            click.echo(json.dumps(written(found), ensure_ascii=False, indent=2))
        else:
            _print(found, config, store, language, lanes)


def open_finder(config: Config, store: Store) -> Finder:
    """A finder on an index brought up to date first, when nobody else is at it."""
    from web import opening

    with Progress() as progress:
        encoder = opening.open_encoder(config, progress.say)
        if not opening.catch_up(config, store, encoder, progress):
            say("Another process is writing the index: what was written in the last moments may be missing.")
    return opening.open_finder(config, store, encoder)


def _print(found: Found, config: Config, store: Store, language: str, lanes: tuple[str, ...] | None) -> None:
    import kb.people
    from web.commands.lanes import shown

    wanted = {*(each.person for each in found.people), *(each.author for each in found.answers)}
    people = kb.people.names(store, None, wanted)
    site = config.url or f"http://{config.host}:{config.port}"
    for line in shown(found, language, people, site, width(), lanes):
        click.echo(line, color=colours())
