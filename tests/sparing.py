"""What comes out alike in every test is worked out once a process: what templates, addresses and statements compile to.

Each test has a site and a store of its own, and building those would compile the same things each time: two thirds of
what such a test costs. Nothing that a test could change is kept here; the compiled form follows from its source alone.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

import kb.storage
from kb.storage.dialect import make_engine

STATEMENTS = 5000


def spare() -> None:
    """From here on, in this process, compile once."""
    _templates()
    _addresses()
    _statements()


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


def _addresses() -> None:
    """A rule's builder is a function of the rule alone: it is given the rule it works for."""
    compiled: dict[object, Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]


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
