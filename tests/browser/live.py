"""The real site, listening on a free port of this machine in a thread, with the worker beside it; and the browser."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from indexer.finder import Finder
from kb import Store
from web import opening, serving
from web.config import Config
from web.worker import Worker

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-quic", "--no-first-run"]
PATIENCE = 90.0  # seconds: what the worker does once on a new knowledge base takes a while


@dataclass(frozen=True)
class Live:
    """The site `app` at `address`. `settle()` waits until the worker has nothing left to do now."""

    address: str
    config: Config
    store: Store
    app: Flask

    def settle(self) -> None:
        until = time.monotonic() + PATIENCE
        while not self._settled():
            assert time.monotonic() < until, "the worker did not come to rest"
            time.sleep(0.05)

    def _settled(self) -> bool:
        with self.store.read() as tx:
            busy = tx.jobs.waiting(tx.now)
        return not busy and opening.index_state(self.config, self.store).behind <= 0


@contextmanager
def listening(config: Config, store: Store, finder: Finder, encoder: Any = None) -> Iterator[Live]:
    """Serve until the block ends; with `encoder`, the worker runs beside the site."""
    app = opening.open_site(config, store, finder)
    wake, stop = threading.Event(), threading.Event()
    serving.wake_on_writes(app, wake)
    door = serving.take_port("127.0.0.1", 0)
    server = serving.Server(app, door)
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    threads = [threading.Thread(target=server.run, args=(lambda _: None,), name="site")]
    if encoder is not None:
        worker = Worker(config, store, encoder, app, finder, wake)
        threads.append(threading.Thread(target=worker.run, args=(stop,), name="worker"))
    for each in threads:
        each.start()
    try:
        yield Live(address, config, store, app)
    finally:
        stop.set()
        wake.set()
        server.stop()
        for each in threads:
            each.join(PATIENCE)


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browsing(executable: str) -> Iterator[Browser]:
    """One real Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()
