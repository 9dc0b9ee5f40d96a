"""What comes out alike in every test is worked out once a process: what templates and statements compile to.

Each test has a store of its own, and often a site: both would compile the same things again, for half of what such a
test costs. Nothing that a test could change is kept here; the compiled form follows from its source alone.
Passwords are hashed by argon2 with next to no work: what is tested is who may enter, not how long it takes.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

import kb.accounts
import kb.storage
from kb.storage.dialect import make_engine

STATEMENTS = 5000


def spare() -> None:
    """From here on, in this process, compile once."""
    _templates()
    _statements()
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    kb.accounts._hasher = lambda: hasher  # type: ignore[assignment]


class Remembered(BytecodeCache):
    """Compiled templates in memory; Jinja asks by the name and the source of each."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self._kept.get(f"{bucket.key} {bucket.checksum}")) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


def _templates() -> None:
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Remembered()}


def _statements() -> None:
    """An engine takes over what the first one of its kind has compiled."""
    first: dict[str, Engine] = {}

    def make(url: str) -> Engine:
        engine = make_engine(url)
        if (name := engine.dialect.name) not in first:
            engine._compiled_cache = LRUCache(STATEMENTS)
            first[name] = engine
        engine.dialect, engine._compiled_cache = first[name].dialect, first[name]._compiled_cache
        return engine

    kb.storage.make_engine = make
