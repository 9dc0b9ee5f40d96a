"""The first run: whoever started the server reads a sealed address in its terminal, and says there at most five things:
the organisation, who they are, the language, the spaces, the mail; and takes procedures of their own or the samples.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.founding
from indexer.language import detect
from kb.errors import Invalid, Unreadable
from kb.loading import LoadReport
from kb.loading.report import NOT_KNOWN
from kb.model import Person
from kb.rules import LANGUAGES
from web import auth, demo
from web.catalogue import _, language, ngettext
from web.config import Config, ConfigError, keep, read_mail_from, read_smtp
from web.errors import sentence
from web.forms import refuse_nul, text, word
from web.signing import seal
from web.site import EXTENSION, config, site, store

pages = Blueprint("first", __name__)
PURPOSE = "first"
FIELDS = ("organisation", "name", "email", "language", "spaces", "smtp_url", "mail_from")


def address() -> str:
    """Where the first administrator is made; known to who reads the terminal."""
    return url_for("first.page", seal=seal(PURPOSE))


@pages.before_request
def while_nobody_is_here() -> None:
    if request.view_args and request.view_args.get("seal") != seal(PURPOSE):
        abort(404)
    if not kb.founding.is_empty(store()):
        abort(404, _("Somebody is here already. Sign in, or ask an administrator for a link."))


@pages.get("/first/<seal>")
def page(seal: str) -> str:
    form = dict.fromkeys(FIELDS, "") | {"language": language(), "organisation": config().organisation}
    return _page(form | {"spaces": _("Everyday")})


@pages.post("/first/<seal>")
def found(seal: str) -> AnyResponse:
    form = {name: text(name)[:2000] for name in FIELDS}
    try:
        refuse_nul(*form.values(), text("password"))
        if text("password") != text("again"):
            raise Invalid("again", "The two passwords differ. Type the same one twice.")
        changed = _settings(form)
        spaces = form["spaces"].splitlines()
        first, space = kb.founding.found(store(), form["name"], form["email"], text("password"), spaces)
    except Invalid as error:
        return make_response(_page(form, error), 422)
    keep(config().data, {name: form[name] for name in ("organisation", "language", "smtp_url", "mail_from")})
    current_app.extensions[EXTENSION] = replace(site(), config=changed)
    take(first, chosen_files(), space)
    if form["smtp_url"].strip():
        flash(_("Mail begins with the next start of the server."))
    return auth.start_session(redirect(url_for("home.page"), 303), first)


def chosen_files() -> list[tuple[str, bytes]]:
    """The files that came with the form, as names with their content."""
    return [(each.filename, each.read()) for each in request.files.getlist("files") if each.filename]


def samples_offered() -> bool:
    """Whether the sample organisation came with this installation."""
    return demo.PROCEDURES.is_dir()


def take(keeper: Person, files: list[tuple[str, bytes]], space: str) -> None:
    """Load what was chosen, into `space` where a file names none, and the samples when asked for; what could not be
    read is said."""
    try:
        if word("samples"):
            _say(kb.founding.take_samples(store(), keeper, demo.PROCEDURES, _("Samples"), detect))
        if files:
            _say(kb.founding.load_files(store(), keeper, files, space, detect))
    except (Invalid, Unreadable) as error:
        flash(sentence(error))


def _say(report: LoadReport) -> None:
    count = report.counts.get("procedure")
    taken = count.added + count.changed if count else 0
    flash(ngettext("%(num)d procedure is taken in, and can be found in a moment.",
                   "%(num)d procedures are taken in, and can be found in a moment.", taken))  # fmt: skip
    if report.closed:
        names = ", ".join(each.name for each in report.closed)
        flash(_("Spaces named in them and new here: %(names)s. They are closed, and you keep them.", names=names))
    unknown = {each.reason for each in report.problems if each.reason.endswith(NOT_KNOWN)}
    if unknown:
        flash(ngettext("%(num)d owner or deputy named in them is not known here: add them, then name them there.",
                       "%(num)d owners or deputies named in them are not known here: add them, then name them there.",
                       len(unknown)))  # fmt: skip
    for problem in [each for each in report.problems if each.reason not in unknown][:5]:
        flash(f"{Path(problem.file).name}: {problem.reason}")


def _settings(form: dict[str, str]) -> Config:
    """The running settings with what the form says. Invalid beside its field."""
    if form["language"] not in LANGUAGES:
        raise Invalid("language", "Choose one of the languages offered.")
    try:
        smtp = read_smtp(form["smtp_url"].strip())
    except ConfigError:
        raise Invalid("smtp_url", "Write it like smtp://user:password@mail.example.org:587.") from None
    try:
        read_mail_from(form["mail_from"].strip(), "", "")
    except ConfigError:
        raise Invalid("mail_from", "This is no e-mail address. Write it like name@example.org.") from None
    organisation = " ".join(form["organisation"].split())[:80]
    if not organisation:
        raise Invalid("organisation", "Write the name of your organisation.")
    return replace(
        config(), organisation=organisation, language=form["language"], smtp=smtp or config().smtp,
        mail_from=form["mail_from"].strip() or config().mail_from,
    )  # fmt: skip


def _page(form: dict[str, str], error: Invalid | None = None) -> str:
    return render_template("first.html", form=form, error=error, seal=seal(PURPOSE), samples=samples_offered())
