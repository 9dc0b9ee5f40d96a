"""The sample organisation, served at once: some fifty people, six spaces, procedures and two years of questions.

It lives in a folder of its own and never in a real knowledge base. It is made when it is not there as it is now (a
hash says so), seen through the eyes of one plain employee, and listens on this machine only. The page's header offers
to be somebody else; everybody has the same password, which is asked for where something is signed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from web.opening import Progress, Say

if TYPE_CHECKING:
    from kb import Store
    from kb.shelf import Shelf
    from web.config import Config

SAMPLE = Path(__file__).parent.parent / "sample_procedures"
PROCEDURES = SAMPLE / "procedures"
ORGANISATION = "Groupe Ormeval"
PERSON = "leo-fabre"  # a newcomer, without any role beyond that of every employee
ADMINISTRATOR = "emilie-roussel"
PASSWORD = "ormeval ormeval"  # everybody's, in the demonstration only: to sign an approval
HOST, PORT, PORTS_TRIED = "127.0.0.1", 8000, 50
SETTING = "demo"
DATABASE = "kb.sqlite"
MARKER = "demo"  # a file in the data folder: this knowledge base is the sample's, and may be loaded again
_KEPT = ("QUISAIT_MODEL", "QUISAIT_LANGUAGE", "QUISAIT_TIMEZONE", "QUISAIT_SMTP_URL", "QUISAIT_MAIL_FROM")


class CannotShow(Exception):
    """The sample is missing, or the folder holds a real knowledge base; the sentence says what to do."""


def configuration(given: Path | None, port: int | None, environ: Mapping[str, str] | None = None) -> Config:
    """The demonstration's settings: its own SQLite database, this machine only; of the environment, what changes
    neither."""
    from web.config import read_config

    environ = os.environ if environ is None else environ
    kept = {name: value for name, value in environ.items() if name in _KEPT}
    return read_config(
        kept,
        data=_folder(given, environ),
        organisation=ORGANISATION,
        demo=PERSON,
        host=HOST,
        port=PORT if port is None else port,
    )


def made() -> Path | None:
    """The folder of our own, when a demonstration was loaded there."""
    folder = _folder(None, {})
    return folder if (folder / MARKER).exists() else None


def _folder(given: Path | None, environ: Mapping[str, str]) -> Path:
    """The folder named; else QUISAIT_DATA (a folder inside it, when it holds a real knowledge base); else one of our
    own."""
    if given is not None:
        if _is_real(given):
            raise CannotShow(
                f"{given} holds a knowledge base that is not the sample. Choose another folder with --data."
            )
        return given
    if environ.get("QUISAIT_DATA"):
        data = Path(environ["QUISAIT_DATA"]).expanduser()
        return data / "demo" if _is_real(data) else data
    home = environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home).expanduser() / "quisait-demo"


def _is_real(folder: Path) -> bool:
    return (folder / DATABASE).exists() and not (folder / MARKER).exists()


def prepare(config: Config, say: Say, progress: Progress) -> bool:
    """Make the sample organisation when it is not there yet; whether it was made. Where it is that of another version,
    or was interrupted while it was made, it is made anew: its procedures have lived, and a file does not go back."""
    from web.opening import open_shelf, open_store

    content = _fingerprint()
    (config.data / MARKER).touch()
    if (config.data / DATABASE).exists():
        if _holds(config, content):
            say(f"The sample organisation is in {config.data}")
            return False
        _start_over(config)
    store = open_store(config)
    try:
        say(f"Loading the sample organisation into {config.data}")
        furnish(store, open_shelf(config), progress)
        with store.write() as tx:
            tx.settings.set(SETTING, {"person": PERSON, "content": content})
        return True
    finally:
        store.close()


def furnish(store: Store, shelf: Shelf, progress: Progress | None = None) -> None:
    """The whole sample, in an empty knowledge base: what files hold, and what happened since, on its days."""
    from web import demo_living, demo_official, demo_people, demo_practice

    with demo_official.days_ago(store, demo_official.FOUNDED):
        _load(store, progress)
    demo_official.prepare(store, SAMPLE / "official")
    with demo_official.days_ago(store, 2):
        demo_practice.prepare(store)
        demo_living.prepare(store, shelf, SAMPLE / "living")
        demo_people.prepare(store)


def _holds(config: Config, content: str) -> bool:
    """Whether the sample in the data folder is whole, and the one we would load."""
    from web.opening import open_store

    store = open_store(config)
    try:
        with store.read() as tx:
            kept = tx.settings.find(SETTING)
        return isinstance(kept, dict) and kept.get("content") == content
    finally:
        store.close()


def _start_over(config: Config) -> None:
    from web.opening import index_folder

    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (config.data / name).unlink(missing_ok=True)
    shutil.rmtree(index_folder(config), ignore_errors=True)


def _load(store: Store, progress: Progress | None) -> None:
    import kb.accounts
    import kb.people
    import kb.sites
    from indexer.language import detect
    from kb.loading import load
    from web import demo_records

    report = load(store, [SAMPLE], detect=detect, progress=progress)
    if report.problems:
        raise CannotShow(f"The sample could not be loaded whole: {report.problems[0]}")
    with store.read() as tx:
        administrator = tx.people.get(ADMINISTRATOR)
    kb.accounts.set_passwords(store, PASSWORD)
    administrator = kb.people.put(store, replace(administrator, admin=True))
    for line in (SAMPLE / "community" / "sites.jsonl").read_text(encoding="utf-8").splitlines():
        site = json.loads(line)
        hours = (site["timezone"], site["days"], site["opens"], site["closes"], "\n".join(site["holidays"]))
        kb.sites.put(store, administrator, site["name"], *hours)
    demo_records.prepare(store, SAMPLE / "register")


def _fingerprint() -> str:
    """The hash of the sample's content, so that a newer sample is loaded again."""
    kinds = {".md", ".jsonl", ".csv", ".png"}
    files = sorted(file for file in SAMPLE.rglob("*") if file.suffix in kinds) if SAMPLE.is_dir() else []
    if not files:
        raise CannotShow(f"The sample organisation is not here ({SAMPLE}). Run this from a checkout of Quisait.")
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(SAMPLE)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def free_port(config: Config, say: Say) -> Config:
    """The configuration with its port, or the next one that is free."""
    from web.serving import CannotServe, take_port

    for port in range(config.port, min(config.port + PORTS_TRIED, 65535)):
        try:
            take_port(config.host, port).close()
        except CannotServe:
            continue
        if port != config.port:
            say(f"Port {config.port} is in use: taking {port}")
        return replace(config, port=port)
    raise CannotServe(f"No port from {config.port} on is free. Choose another with --port.")
