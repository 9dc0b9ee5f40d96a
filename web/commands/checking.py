"""`check`: everything that may be wrong, one line each, with its mend."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.commands.surroundings import open_store, settings
from web.commands.terminal import colours

if TYPE_CHECKING:
    from kb import Store
    from web.config import Config

OK, WARNING, ERROR = "ok", "warning", "error"
_COLOURS = {OK: "green", WARNING: "yellow", ERROR: "red"}
_PACKAGES = ("flask", "whoosh-reloaded", "sentence-transformers", "torch", "sqlalchemy", "sqlite-utils", "numpy")
_SPACE_LEAST, _SPACE_WANTED = 200_000_000, 2_000_000_000


@dataclass(frozen=True, slots=True)
class Line:
    state: str
    about: str
    told: str


@click.command()
def check() -> None:
    """Name what is wrong and how to mend it."""
    worst = OK
    for line in _lines():
        shown = click.style(f"{line.state:7}", fg=_COLOURS[line.state], bold=line.state == ERROR)
        click.echo(f"{shown}  {line.about}: {line.told}", color=colours())
        worst = ERROR if ERROR in (worst, line.state) else worst
    if worst == ERROR:
        raise SystemExit(1)


def _lines() -> Iterator[Line]:
    from kb.errors import KnowledgeError
    from web.config import ConfigError

    yield from _programs()
    try:
        config = settings()
    except ConfigError as error:
        yield Line(ERROR, "settings", str(error))
        return
    yield Line(OK, "settings", f"data folder {config.data}")
    yield from _folder(config)
    try:
        store = open_store(config)
    except KnowledgeError as error:
        yield Line(ERROR, "database", str(error))
    else:
        for look in (_database, _audit, _index, _jobs, _mail):
            yield from _looked(look, config, store)
    yield from _model(config)
    yield from _port(config)


def _looked(look: Callable[[Config, Store], Iterator[Line]], config: Config, store: Store) -> Iterator[Line]:
    """The lines of one look; what breaks is a line too."""
    from web.cli import sentence

    try:
        yield from look(config, store)
    except Exception as error:  # noqa: BLE001  (a damaged file must not end the check)
        yield Line(ERROR, look.__name__.strip("_"), sentence(error))


def _programs() -> Iterator[Line]:
    yield Line(OK, "Python", ".".join(map(str, sys.version_info[:3])))
    found: list[str] = []
    missing: list[str] = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if "whoosh-reloaded" in missing and _has("whoosh"):
        missing.remove("whoosh-reloaded")
        found.append(f"whoosh {version('whoosh')}")
    yield Line(OK, "packages", ", ".join(found))
    if missing:
        yield Line(ERROR, "packages", f"{', '.join(missing)} not installed. Run: pip install quisait")


def _has(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _folder(config: Config) -> Iterator[Line]:
    mode = stat.S_IMODE(config.data.stat().st_mode)
    if mode & stat.S_IWOTH:
        yield Line(WARNING, "data folder", f"everybody on this machine may write there. Run: chmod o-w {config.data}")
    free = shutil.disk_usage(config.data).free
    state = ERROR if free < _SPACE_LEAST else WARNING if free < _SPACE_WANTED else OK
    mend = "" if state == OK else ". Free some: the model takes 0.3 GB, a rebuild twice the index"
    yield Line(state, "disk", f"{free / 1e9:.1f} GB free{mend}")
    key = config.data / "secret-key"
    if not key.exists():
        yield Line(OK, "secret key", "from QUISAIT_SECRET_KEY")
        return
    mode = stat.S_IMODE(key.stat().st_mode)
    if mode & 0o077:
        yield Line(ERROR, "secret key", f"others may read it (mode {mode:o}). Run: chmod 600 {key}")
    else:
        yield Line(OK, "secret key", "kept in the data folder, readable by its owner only")


def _database(config: Config, store: Store) -> Iterator[Line]:
    from kb.spaces import keepers
    from kb.storage.migrations import STEPS

    with store.read() as tx:
        people, questions, procedures = tx.people.count(), tx.questions.count(), tx.procedures.count()
        administrators = sum(1 for each in tx.people.list() if each.admin and each.ended is None)
        kept = keepers(tx)
        unkept = [each.name for each in tx.spaces.list() if each.visibility == "restricted" and each.id not in kept]
    kind = store.engine.dialect.name
    told = ".".join(map(str, store.engine.dialect.server_version_info or ()))
    held = f"{people:,} people, {questions:,} questions, {procedures:,} procedures"
    yield Line(OK, "database", f"{kind} {told}, schema {len(STEPS)}: {held}")
    if not people:
        yield Line(WARNING, "content", "nothing is loaded. Run: quisait load PATH (or quisait demo)")
    elif not administrators:
        yield Line(WARNING, "administrator", "nobody is one. Run: quisait invite EMAIL --admin")
    if unkept:
        told = ", ".join(unkept[:5]) + (f" and {len(unkept) - 5:,} more" if len(unkept) > 5 else "")
        yield Line(WARNING, "spaces", f"closed and kept by nobody: {told}. An administrator names who on /admin/spaces")


def _audit(config: Config, store: Store) -> Iterator[Line]:
    import kb.audit

    found = kb.audit.verify(store)
    if found.sound:
        yield Line(OK, "audit trail", f"whole, {found.count:,} {'entry' if found.count == 1 else 'entries'}")
    else:
        yield Line(ERROR, "audit trail", f"{found.fault_count:,} faults. Name them: quisait audit verify")


def _model(config: Config) -> Iterator[Line]:
    from indexer.encoder import describe_model

    status = describe_model(config.model, config.data)
    if status.problem:
        yield Line(ERROR, "model", status.problem)
    elif status.fallback_reason:
        yield Line(WARNING, "model", status.fallback_reason)
    elif not status.ready:
        yield Line(WARNING, "model", f"{status.name} is made or fetched at the first start. Now: quisait init")
    elif not status.multilingual:
        yield Line(WARNING, "model", f"{status.name} knows one language only: finding across languages will be weak")
    else:
        yield Line(OK, "model", status.id or status.name)


def _index(config: Config, store: Store) -> Iterator[Line]:
    from web.opening import index_folder, index_state

    closed = _closed_to_us(index_folder(config))
    if closed is not None:
        mend = f"Run: chown -R {_user()} {index_folder(config)} && chmod -R u+rwX {index_folder(config)}"
        yield Line(ERROR, "index", f"this user ({_user()}) may not read and write {closed}. {mend}")
        return
    state = index_state(config, store)
    if state.stale:
        yield Line(ERROR, "index", state.stale)
    elif state.behind:
        mend = "Run: quisait index (a running serve or worker does it)"
        yield Line(WARNING, "index", f"{state.behind:,} changes behind. {mend}")
    else:
        yield Line(OK, "index", f"up to date, {state.passages:,} passages")


def _closed_to_us(folder: Path) -> Path | None:
    """The first folder or file of the index that this user cannot read and write, if any."""
    inside = [folder] if folder.exists() else []
    while inside:
        each = inside.pop()
        rights = os.R_OK | os.W_OK | (os.X_OK if each.is_dir() else 0)
        if not os.access(each, rights, effective_ids=True):
            return each
        inside += each.iterdir() if each.is_dir() else ()
    return None


def _user() -> str:
    import pwd

    with suppress(KeyError):
        return pwd.getpwuid(os.geteuid()).pw_name
    return str(os.geteuid())


def _jobs(config: Config, store: Store) -> Iterator[Line]:
    with store.read() as tx:
        failed, waiting = tx.jobs.failed(), tx.jobs.waiting()
    for job, error in failed[:5]:
        yield Line(WARNING, "job", f"{job.kind} {dict(job.payload)} was given up: {error}")
    yield Line(WARNING if len(failed) > 5 else OK, "jobs", f"{waiting:,} waiting, {len(failed):,} given up")


def _mail(config: Config, store: Store) -> Iterator[Line]:
    """Whether mail can go out; nothing is sent to find out."""
    from web.receiving import receives

    if config.smtp is None:
        yield Line(OK, "mail", "none is sent. Set QUISAIT_SMTP_URL to send some")
        return
    with store.read() as tx:
        failed, waiting = tx.mails.failed(), tx.mails.waiting()
    for mail in failed[:5]:
        yield Line(WARNING, "mail", f"one to {mail.person} was given up: {mail.error}")
    yield Line(OK, "replies", f"by mail to {config.mail_from}" if receives(config) else "by mail: none are taken")
    yield Line(OK, "mail", f"to {config.smtp.host}:{config.smtp.port}; {waiting:,} waiting, {len(failed):,} given up")
    if not config.url:
        yield Line(WARNING, "mail", f"links in mails lead to {config.address}. Set QUISAIT_URL to the public address")
    if config.smtp.user and config.smtp.tls == "no":
        yield Line(WARNING, "mail", "the password goes to the mail server without encryption. Leave ?tls=no out")


def _port(config: Config) -> Iterator[Line]:
    from web.serving import CannotServe, take_port

    try:
        take_port(config.host, config.port).close()
    except CannotServe as error:
        yield Line(WARNING, "port", f"{error} (Or Quisait is running already.)")
    else:
        yield Line(OK, "port", f"{config.host}:{config.port} is free")
    if config.host not in {"127.0.0.1", "localhost", "::1"} and not config.secure:
        yield Line(
            WARNING, "address", "open to other machines without https. Set QUISAIT_URL=https://... behind a proxy"
        )
    if os.environ.get("QUISAIT_DEBUG"):
        yield Line(WARNING, "debug", "QUISAIT_DEBUG is set: errors show their code")
