"""Writing the next text of a procedure in a form: purpose, duties, essentials; kept unfinished, compared, submitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

import kb.clauses
import kb.drafting
import kb.moving
import kb.people
import kb.procedures
import kb.spaces
from kb.comparing import compare
from kb.drafting import Overwritten, Text, text_of
from kb.errors import Conflict, Forbidden, Invalid, KnowledgeError, NotFound
from kb.lifecycle import IN_WORK
from kb.model import Duty, Revision
from kb.official import Proposal
from kb.permissions import Action, can, require
from kb.right_size import measure
from web import catalogue
from web.addresses import approval_url, draft_url, practice_url, procedure_url
from web.catalogue import _
from web.forms import tags, text, word
from web.procedures import earlier, people_of
from web.site import reader, store

pages = Blueprint("drafts", __name__)
SPARE_ROWS = 3


@pages.get("/procedures/new")
def new() -> str:
    form = {"key": "", "title": "", "space": word("space"), "language": catalogue.language()}
    return _new(form)


@pages.post("/procedures/new")
def create() -> AnyResponse:
    form = {name: text(name) for name in ("key", "title", "space", "language")}
    try:
        draft = kb.drafting.create(store(), reader(), form["space"], form["key"], form["title"], form["language"])
    except Invalid as error:
        return make_response(_new(form, error), 422)
    return redirect(draft_url(draft.procedure, draft.language), 303)


@pages.post("/procedures/<path:key>/drafts")
def begin(key: str) -> AnyResponse:
    """Begin the next text in `language` (from the one called `source`), or go on with the one in work."""
    language = word("language")
    draft = kb.drafting.begin(store(), reader(), key, language, word("source") or None)
    return redirect(draft_url(key, draft.language), 303)


@pages.get("/procedures/<path:key>/drafts/<language>")
def page(key: str, language: str) -> str | AnyResponse:
    found = _in_work(key, language)
    if found.revision.status != "draft":
        return redirect(approval_url(key, found.revision.name), 302)
    return _form(found, text_of(found.revision))


@pages.post("/procedures/<path:key>/drafts/<language>")
def save(key: str, language: str) -> AnyResponse:
    """Keep what was typed; `action` says what is to follow: nothing, or the approvers. A preview or more rows keep
    nothing yet."""
    found = _in_work(key, language)
    typed = _typed()
    try:
        if word("action") in ("rows", "preview"):
            return make_response(_form(found, typed, rows=SPARE_ROWS * (2 if word("action") == "rows" else 1)))
        typed = replace(typed, effective=_day("effective"))
        saved = kb.drafting.save(store(), reader(), key, language, typed, _number("saves"))
        if word("action") == "submit":
            kb.drafting.submit(store(), reader(), key, language, saved.saves)
            flash(_("It is with its approvers now. They find it among their tasks."))
            return redirect(approval_url(key, saved.name), 303)
    except Overwritten as error:
        newest = _in_work(key, language)
        return make_response(_form(newest, typed, error=error, theirs=error.standing), 409)
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else 409
        return make_response(_form(_in_work(key, language), typed, error=error), status)
    flash(_("Saved. Nobody but its writers sees it yet."))
    return redirect(draft_url(key, language), 303)


@pages.post("/procedures/<path:key>/drafts/<language>/measure")
def measure_typed(key: str, language: str) -> str:
    """The measure of what is typed, and nothing else: for a look while writing."""
    found = _in_work(key, language)
    return render_template("parts/measure.html", **_measured(found, _typed()))


@pages.post("/procedures/<path:key>/drafts/<language>/move")
def move(key: str, language: str) -> AnyResponse:
    """A paragraph that tells how becomes a practice; a link to it stands in its place."""
    try:
        made = kb.moving.move(store(), reader(), key, language, _number("paragraph"), _number("saves"))
    except Overwritten as error:
        newest = _in_work(key, language)
        return make_response(_form(newest, text_of(newest.revision), error=error), 409)
    said = _("Moved into the practice “%(title)s”, with a link here. Nobody has verified it yet.", title=made.title)
    flash(Markup('{} <a href="{}">{}</a>').format(said, practice_url(made.id, made.title), _("Read the practice")))
    return redirect(draft_url(key, language), 303)


@pages.post("/procedures/<path:key>/drafts/<language>/withdraw")
def withdraw(key: str, language: str) -> AnyResponse:
    kb.drafting.withdraw(store(), reader(), key, language)
    flash(_("You have it back. When you submit it again, it is decided anew."))
    return redirect(draft_url(key, language), 303)


@pages.post("/procedures/<path:key>/drafts/<language>/discard")
def discard(key: str, language: str) -> AnyResponse:
    kb.drafting.discard(store(), reader(), key, language)
    flash(_("The draft is given up. Its text stays in the history."))
    has_text = bool(kb.procedures.get(store(), reader(), key).revisions)
    return redirect(procedure_url(key, language) if has_text else url_for("procedures.history", key=key), 303)


def _in_work(key: str, language: str) -> Proposal:
    """The text of that language in work, when the reader may write it."""
    timeline = kb.procedures.timeline(store(), reader(), key)
    for each in timeline:
        if each.revision.language == language and each.revision.status in IN_WORK:
            require(reader(), Action.EDIT, each)
            return each
    raise NotFound("revision", key)


def _new(form: dict[str, str], error: Invalid | None = None) -> str:
    spaces = [each for each in kb.spaces.readable(store(), reader()) if can(reader(), Action.DRAFT, each)]
    if not spaces:
        raise Forbidden("draft", "procedure", "", "Those who keep a space begin its procedures. Ask one of them.")
    return render_template("procedure_new.html", form=form, spaces=spaces, error=error)


def _form(
    found: Proposal, typed: Text, error: KnowledgeError | None = None, theirs: Revision | None = None,
    rows: int = SPARE_ROWS,
) -> str:  # fmt: skip
    revision = found.revision
    mine = replace(revision, **{name: getattr(typed, name) for name in ("title", "summary", "body", "duties")})
    timeline = kb.procedures.timeline(store(), reader(), revision.procedure)
    return render_template(
        "draft.html", found=found, form=typed, error=error,
        day=text("effective") if request.method == "POST" else typed.effective or "",
        duties=[*typed.duties, *([Duty("", "", "")] * rows)], theirs=theirs, base=earlier(revision, timeline),
        compared=compare(theirs, mine) if theirs else None, names=people_of((found,)),
        **_measured(found, typed),
    )  # fmt: skip


def _measured(found: Proposal, typed: Text) -> dict[str, Any]:
    """How long a text is and what is worth another look. A paragraph can be moved while it is the one that is saved."""
    procedure, draft = found.procedure, found.revision
    may_move = can(reader(), Action.PROMOTE, kb.spaces.get(store(), reader(), procedure.space))
    satisfies, known = procedure.satisfies, kb.clauses.known(store())
    return {
        "procedure": procedure, "draft": draft, "moving": may_move and typed.body == draft.body,
        "measured": measure(typed.summary, typed.duties, typed.body, found.charter, satisfies, known),
    }  # fmt: skip


def _typed() -> Text:
    """What the form holds, as it was typed; the day is read apart, for it may be no day."""
    return Text(
        title=text("title"), summary=text("summary"), duties=typed_duties(),
        body=text("body"), tags=tuple(tags()), change=text("change"), major=word("major") != "minor",
    )  # fmt: skip


def typed_duties() -> tuple[Duty, ...]:
    """The rows of duties as they were typed, without those left empty."""
    columns = [request.form.getlist(name) for name in ("step", "role", "what", "rule")]
    rows = tuple(Duty(*row) for row in zip_longest(*columns, fillvalue=""))
    return tuple(each for each in rows if any(_cells(each)))


def _cells(duty: Duty) -> tuple[str, ...]:
    return tuple(each.strip() for each in (duty.step, duty.role, duty.what, duty.rule))


def _day(name: str) -> date | None:
    typed = word(name)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid(name, "Write the day like 2027-01-31.") from None


def _number(name: str) -> int:
    typed = word(name)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1
