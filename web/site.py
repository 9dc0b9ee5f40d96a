"""What a view may reach: the configuration, the store, the finder, and the person who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app, g

from indexer.generations import IndexStale
from indexer.hits import Found
from kb import Store
from kb.model import Band, Person
from kb.shelf import Shelf
from web.config import Config
from web.opening import open_shelf

if TYPE_CHECKING:
    from indexer.finder import Finder

EXTENSION = "quisait"


@dataclass(frozen=True, slots=True)
class Site:
    config: Config
    store: Store
    finder: Finder


def site() -> Site:
    return cast(Site, current_app.extensions[EXTENSION])


def store() -> Store:
    return site().store


def finder() -> Finder:
    return site().finder


def beside(look: Callable[[], Found]) -> Found:
    """What finding puts beside a page; nothing while the index is made anew, so that the page itself can be read."""
    try:
        return look()
    except IndexStale:
        return Found("", config().language, Band.ASK, 0.0)


def shelf() -> Shelf:
    return open_shelf(config())


def config() -> Config:
    return site().config


def reader() -> Person:
    """The person who asks. Views behind the sign-in have one always."""
    return cast(Person, g.person)


def somebody() -> Person | None:
    """The person who asks, or None before the sign-in (error pages, the sign-in page)."""
    return cast("Person | None", g.get("person"))
