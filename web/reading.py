"""What is read, counted: kept in memory and written now and then, so that opening a page writes nothing.

They are written when the site stops, too. Only a process that is killed forgets the last minute: these are counts of
use, not records.
"""

from __future__ import annotations

import threading
import time
from collections import Counter

from flask import Flask, current_app

import kb.duty_use
from kb.duty_use import Reading
from kb.errors import Unavailable
from web.site import store

EVERY, MOST = 60.0, 500  # seconds, and different things, kept before they are written


class Readings:
    """The counts of one process; shared by the threads that serve it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Reading] = Counter()
        self._written = time.monotonic()

    def add(self, key: str, step: str = "") -> None:
        """The procedure was opened, and (with `step`) one of its duties looked for."""
        with self._lock:
            self._counts.update({(key, ""), (key, step)})
            due = time.monotonic() - self._written > EVERY or len(self._counts) > MOST
        if due:
            self.write()

    def write(self) -> None:
        """Into the knowledge base; kept for later when that cannot be written just now."""
        with self._lock:
            counts, self._counts, self._written = self._counts, Counter(), time.monotonic()
        if not counts:
            return
        try:
            kb.duty_use.note(store(), counts)
        except Unavailable:
            with self._lock:
                self._counts.update(counts)


def readings() -> Readings:
    """The counts of this site in this process."""
    kept: Readings = current_app.extensions.setdefault("quisait readings", Readings())
    return kept


def write_readings(app: Flask) -> None:
    """Write what is counted still: for a site that stops."""
    with app.app_context():
        readings().write()
