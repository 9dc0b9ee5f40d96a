"""Putting the parts together: from settings to a store, an encoder, an up-to-date index, a finder and the site.

Everything heavy is imported inside, so that the command line answers `--help` at once; `serve`, `worker`, `demo`,
`ask` and `wsgi` all start here.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from indexer.encoder import Encoder
    from indexer.finder import Finder
    from indexer.sync import Indexer
    from kb import Store
    from kb.shelf import Shelf
    from web.config import Config

Progress = Callable[[str, int, int | None], None]
Say = Callable[[str], None]


def quiet(what: str, done: int, total: int | None) -> None:
    """No progress shown."""


def index_folder(config: Config) -> Path:
    return config.data / "index"


def open_shelf(config: Config) -> Shelf:
    """Where attached files lie: beside the database, in the data folder."""
    from kb.shelf import Shelf

    return Shelf(config.data / "files")


def open_store(config: Config) -> Store:
    from kb import Store, sites

    store = Store(config.database_url)
    sites.settle(store, config.timezone)
    return store


def open_encoder(config: Config, say: Say) -> Encoder:
    """The encoder; says when it stands in for a better one. The first start makes or fetches its files."""
    from indexer.encoder import load_encoder

    encoder = load_encoder(config.model, config.data, say)
    if encoder.fallback_reason:
        say(encoder.fallback_reason)
    return encoder


def open_indexer(config: Config, store: Store, encoder: Encoder) -> Indexer:
    from indexer.sync import Indexer

    return Indexer(store, index_folder(config), encoder)


def open_finder(config: Config, store: Store, encoder: Encoder) -> Finder:
    from indexer.finder import Finder

    return Finder(store, index_folder(config), encoder)


def catch_up(config: Config, store: Store, encoder: Encoder, progress: Progress = quiet) -> bool:
    """Bring the index up to date; False when another process is at it already."""
    from indexer.generations import IndexBusy

    try:
        open_indexer(config, store, encoder).catch_up(progress)
    except IndexBusy:
        return False
    return True


def open_site(config: Config, store: Store, finder: Finder) -> Flask:
    """The pages and the JSON interface."""
    from web import api, create_app, typefaces

    typefaces.make_ahead()
    app = create_app(config, store, finder)
    if api.pages.name not in app.blueprints:
        app.register_blueprint(api.pages)
    return app


def stay() -> None:
    """What is loaded by now stays until the end: the collector of garbage need not look through it again (at 126,000
    passages a look takes 0.4 s, and would come at every tenth page or so)."""
    gc.collect()
    gc.freeze()


def first_address(app: Flask, store: Store, address: str) -> str:
    """Where the first administrator is made, as long as nobody is there; "" after that."""
    import kb.founding
    from web import first

    if not kb.founding.is_empty(store):
        return ""
    with app.test_request_context(base_url=address):
        return f"{address}{first.address()}"


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the index stands, told from its stamp: the model need not be loaded. `behind` counts changes of the log."""

    passages: int
    behind: int
    stale: str | None

    @property
    def fresh(self) -> bool:
        return self.stale is None and self.behind == 0


def index_state(config: Config, store: Store) -> IndexState:
    from indexer.encoder import describe_model
    from indexer.generations import current
    from indexer.store import IndexStore
    from indexer.sync import stale_because

    with store.read() as tx:
        last, identity = tx.changes.last(), tx.changes.identity()
    if not index_folder(config).exists():
        return IndexState(0, last, None)
    index = IndexStore(current(index_folder(config)))
    stamp, passages = index.stamp(), index.count()
    index.close()
    encoder = describe_model(config.model, config.data).id or str(stamp.get("encoder"))
    return IndexState(passages, last - int(stamp.get("applied", 0)), stale_because(stamp, encoder, last, identity))


@contextmanager
def speaking(app: Flask, language: str) -> Iterator[None]:
    """A made-up request: sentences are said in `language`, addresses are those of the site."""
    from web.site import EXTENSION

    address = app.extensions[EXTENSION].config.address
    with app.test_request_context(base_url=address, headers={"Accept-Language": language}):
        yield
