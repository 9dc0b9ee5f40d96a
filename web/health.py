"""For administrators: whether everything works, what waits, how old the index is, a mail to oneself, a load.
Each line says what to do when it is not well.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.founding
import kb.spaces
from kb.errors import Invalid
from kb.permissions import require_administrator
from web import first, opening
from web.catalogue import _, day_text, ngettext
from web.forms import refuse_nul, word
from web.mailing import connect
from web.site import config, reader, store

pages = Blueprint("health", __name__, url_prefix="/admin/health")
PATIENCE = timedelta(minutes=10)  # after which what is due should have been done
_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
PACKAGES = ("quisait", "flask", "sqlalchemy", "whoosh-reloaded", "sentence-transformers", "torch", "numpy")


@dataclass(frozen=True, slots=True)
class State:
    """One thing that may be well or not: its name, what is the case, and what mends it ("" when it is well)."""

    name: str
    told: str
    mend: str = ""


@pages.before_request
def administrators_only() -> None:
    require_administrator(reader())


@pages.get("")
def page() -> str:
    return _page()


@pages.post("/mail")
def mail() -> AnyResponse:
    """A mail to the administrator who asks, sent at once, so that what is wrong can be said."""
    smtp, to = config().smtp, reader().email
    if smtp is None or not to:
        raise Invalid("mail", "No mail server is set up, or you have no e-mail address.")
    said = EmailMessage()
    said["Subject"], said["From"], said["To"] = _("Quisait can send mail"), config().mail_from, to
    said.set_content(_("This mail was asked for on the page Health. Nothing else is to be done."))
    try:
        with connect(smtp, config().mail_from) as server:
            server.send_message(said)
    except OSError as error:
        flash(_("The mail did not go out: %(why)s. Look at QUISAIT_SMTP_URL.", why=str(error)))
    else:
        flash(_("A mail is on its way to %(email)s.", email=to))
    return redirect(url_for("health.page"), 303)


@pages.post("/load")
def load() -> AnyResponse:
    try:
        files = first.chosen_files()
        refuse_nul(*(name for name, _content in files))
        if not files:
            raise Invalid("files", "Choose procedures written as Markdown: files that end in .md.")
        if not (space := word("space")):
            raise Invalid("space", "Choose one of your spaces.")
        first.take(reader(), files, space)
    except Invalid as error:
        return make_response(_page(error), 422)
    return redirect(url_for("health.page"), 303)


@pages.post("/samples")
def remove_samples() -> AnyResponse:
    gone = kb.founding.remove_samples(store(), reader())
    flash(ngettext("%(num)d sample is removed.", "%(num)d samples are removed.", gone))
    return redirect(url_for("health.page"), 303)


def _page(error: Invalid | None = None) -> str:
    return render_template(
        "health.html", states=[_database(), _index(), _queue(), _mail()], versions=_versions(), error=error,
        samples=kb.founding.samples(store()), spaces=kb.spaces.readable(store(), reader()),
        mailing=config().smtp is not None and bool(reader().email),
    )  # fmt: skip


def _database() -> State:
    with store().read() as tx:
        people, questions, procedures = tx.people.count(), tx.questions.count(), tx.procedures.count()
    told = ", ".join((
        ngettext("%(num)d person", "%(num)d people", people),
        ngettext("%(num)d question", "%(num)d questions", questions),
        ngettext("%(num)d procedure", "%(num)d procedures", procedures),
    ))  # fmt: skip
    return State(_("Database"), f"{_KINDS[store().engine.dialect.name]} · {told}")


def _index() -> State:
    found = opening.index_state(config(), store())
    told = ngettext("%(num)d passage can be found", "%(num)d passages can be found", found.passages)
    if found.stale:
        return State(_("Index"), told, _("It was made by another version. Run quisait index --rebuild."))
    if found.behind > 0:
        behind = ngettext("%(num)d change waits to be taken in", "%(num)d changes wait to be taken in", found.behind)
        return State(_("Index"), f"{told} · {behind}", _worker())
    fresh = _("up to date")
    return State(_("Index"), f"{told} · {fresh}")


def _queue() -> State:
    with store().read() as tx:
        due, failed, later = tx.jobs.waiting(tx.now), tx.jobs.failed(), tx.jobs.waiting()
        late = tx.jobs.waiting(tx.now - PATIENCE)
    told = _("%(due)d due now, %(later)d for later", due=due, later=max(0, later - due))
    if failed:
        job, why = failed[-1]
        given_up = ngettext("%(num)d given up", "%(num)d given up", len(failed))
        return State(_("Queue"), f"{told} · {given_up}", f"{job.kind}: {why.splitlines()[-1] if why else ''}")
    return State(_("Queue"), told, _worker() if late else "")


def _mail() -> State:
    if config().smtp is None:
        mend = _("Set QUISAIT_SMTP_URL in the environment, or in the file that QUISAIT_CONFIG names.")
        return State(_("Mail"), _("not set up: people are told on the pages only"), mend)
    with store().read() as tx:
        waiting, failed = tx.mails.waiting(), tx.mails.failed(1)
    told = ngettext("%(num)d mail waits", "%(num)d mails wait", waiting)
    return State(_("Mail"), told, f"{_when(failed[0].created)}: {failed[0].error}" if failed else "")


def _worker() -> str:
    return _("If this stays so, the worker does not run: quisait serve runs one, quisait worker another.")


def _when(moment: datetime | None) -> str:
    return day_text(moment.date()) if moment else ""


def _versions() -> list[tuple[str, str]]:
    found = [("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found
