"""What every command shares: the settings, the person who reads, the language they read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kb import Store
    from kb.model import Person
    from web.config import Config

DEMO_SETTING = "demo"  # in the database: whose eyes the demonstration is seen through, and what it was made of
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class Complaint(Exception):
    """Something a person can mend, in one sentence."""


def settings() -> Config:
    """The configuration, with what `quisait --data` says on top."""
    from web.config import read_config

    return read_config(data=data_given())


def data_given() -> Path | None:
    """The folder named by `quisait --data`, if any."""
    context = click.get_current_context(silent=True)
    given: Path | None = context.find_root().params.get("data") if context else None
    return given


def open_store(config: Config) -> Store:
    """The knowledge base; closed when the command ends."""
    from web import opening

    store = opening.open_store(config)
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(store.close)
    return store


def open_settings() -> tuple[Config, Store]:
    config = settings()
    return config, open_store(config)


def open_to_read() -> tuple[Config, Store]:
    """As `open_settings`; where nothing names a knowledge base and none is here, the demonstration's, if made."""
    from web import demo
    from web.commands.terminal import say
    from web.config import DEFAULT_DATA

    named = data_given() or any(os.environ.get(f"QUISAIT_{each}") for each in ("DATA", "CONFIG", "DATABASE_URL"))
    if not named and not Path(DEFAULT_DATA).exists() and (folder := demo.made()) is not None:
        say(f"Reading the demonstration in {folder} (another knowledge base: --data DIR).")
        config = demo.configuration(None, None)
        return config, open_store(config)
    return open_settings()


def find_reader(config: Config, store: Store, email: str | None) -> Person:
    """Who reads: the person of that e-mail, else the demonstration's, else the first administrator, else the
    keeper of the data folder."""
    if email is not None:
        return by_email(store, email)
    with store.read() as tx:
        kept = tx.settings.find(DEMO_SETTING)
        chosen = config.demo or (str(kept["person"]) if isinstance(kept, dict) and "person" in kept else "")
        person = tx.people.find(chosen) if chosen else None
        everybody = [each for each in tx.people.list() if each.ended is None] if person is None else []
    if person is not None:
        return person
    administrators = sorted((each for each in everybody if each.admin), key=lambda each: (str(each.created), each.id))
    return administrators[0] if administrators else _keeper(config, store)


def _keeper(config: Config, store: Store) -> Person:
    """Whoever may read the data folder can read everything in it: before there is an administrator, all spaces."""
    from kb.model import Person, Role

    with store.read() as tx:
        spaces = tx.spaces.list()
    if not spaces:
        raise Complaint(
            f"The knowledge base in {config.data} is empty. Load one with `quisait load PATH`, or name another with "
            "--data DIR (the sample organisation: `quisait demo`)."
        )
    return Person("", "", roles={space.id: Role.READER for space in spaces})


def by_email(store: Store, email: str) -> Person:
    with store.read() as tx:
        person = tx.people.find_email(email)
    if person is None:
        why = "" if _EMAIL.fullmatch(email.strip()) else " (an e-mail address is needed)"
        raise Complaint(f"Nobody has the e-mail address {email!r}{why}.")
    if person.ended is not None:
        raise Complaint(f"{person.name} has left the organisation.")
    return person


def reader_language(config: Config) -> str:
    """The language of the terminal (LC_ALL, LC_MESSAGES, LANG), else the organisation's."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "")[:2].lower()
        if said:
            return said if said in {"fr", "en"} else config.language
    return config.language


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    help = "The language of reasons; else the terminal's."
    return click.option("--language", type=click.Choice(["fr", "en"]), help=help)(command)


def as_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--as", "email", metavar="EMAIL", help="Read with this person's rights.")(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)
