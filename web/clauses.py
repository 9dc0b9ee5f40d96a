"""The clause map: what regulations ask, which procedures answer it, where nobody does, where several do."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.audit
import kb.clauses
from kb.clauses import Taken
from kb.errors import Invalid
from kb.rules_register import Answered, ClauseMap
from web import catalogue
from web.addresses import absolute, procedure_url
from web.catalogue import _, ngettext
from web.forms import text, word
from web.lists import csv_file
from web.site import reader, store

pages = Blueprint("clauses", __name__, url_prefix="/register/clauses")
SHOWS = ("all", "gaps", "overlaps", "unknown")


@pages.get("")
def index() -> str:
    return _page(None, None)


@pages.post("")
def load() -> AnyResponse:
    """Take in a table; what is wrong with a row is said, the good ones are taken."""
    given = request.files.get("file")
    try:
        data = given.read() if given else b""
        taken = kb.clauses.load(store(), data, reader())
    except Invalid as error:
        return make_response(_page(None, error), 422)
    if taken.bad:
        return make_response(_page(taken, None), 422)
    flash(_taken_text(taken))
    return redirect(url_for("clauses.index"), 303)


@pages.post("/adopt")
def adopt() -> AnyResponse:
    clause = kb.clauses.adopt(store(), reader(), text("reference"))
    flash(_("“%(reference)s” is in the map.", reference=clause.reference))
    return redirect(url_for("clauses.index", show="unknown"), 303)


@pages.post("/remove")
def remove() -> AnyResponse:
    kb.clauses.remove(store(), reader(), word("id"))
    flash(_("The clause is no longer in the map."))
    return redirect(url_for("clauses.index", show=word("show") or None), 303)


@pages.post("/export")
def export() -> Response:
    found = kb.clauses.clause_map(store(), reader())
    kb.audit.record_export(store(), reader(), "clause", {"count": len(found.lines)}, None)
    header = ("regulation", "reference", "title", "procedures", "duties", "titles", "url")
    return csv_file("clauses", [header, *(_row(each) for each in found.lines)])


def _row(line: Answered) -> tuple[str, ...]:
    procedures = [each.procedure for each in line.by]
    return (
        line.clause.regulation, line.clause.reference, line.clause.title, " | ".join(each.key for each in procedures),
        " | ".join(", ".join(each.steps) for each in line.by),
        " | ".join(each.revision(catalogue.language()).title for each in procedures),
        " | ".join(absolute(procedure_url(each.key)) for each in procedures),
    )  # fmt: skip


def _page(taken: Taken | None, error: Invalid | None) -> str:
    found = kb.clauses.clause_map(store(), reader())
    show = word("show") if word("show") in SHOWS else "all"
    return render_template(
        "clauses.html", found=found, lines=_chosen(found, show), show=show, taken=taken, error=error,
        told=_taken_text(taken) if taken else "",
    )  # fmt: skip


def _chosen(found: ClauseMap, show: str) -> tuple[Answered, ...]:
    return {"all": found.lines, "gaps": found.gaps, "overlaps": found.overlaps, "unknown": ()}[show]


def _taken_text(taken: Taken) -> str:
    parts = [
        ngettext("%(num)d clause added", "%(num)d clauses added", taken.added) if taken.added else "",
        ngettext("%(num)d changed", "%(num)d changed", taken.changed) if taken.changed else "",
        ngettext("%(num)d as before", "%(num)d as before", taken.unchanged) if taken.unchanged else "",
        ngettext("%(num)d row left out", "%(num)d rows left out", len(taken.bad)) if taken.bad else "",
    ]
    return ", ".join(filter(None, parts)) + "."
