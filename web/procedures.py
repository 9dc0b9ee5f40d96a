"""The official text: who does what, the essentials, who keeps it; its revisions, the questions about it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, render_template, request

import kb.people
import kb.procedures
import kb.spaces
from kb.model import Procedure, Revision
from web import catalogue
from web.forms import word
from web.site import beside, finder, reader, store

pages = Blueprint("procedures", __name__)


@pages.get("/procedures")
def index() -> str:
    """The procedures in force, space by space."""
    names = {each.id: each for each in kb.spaces.readable(store(), reader())}
    listed = [(each, each.revision(catalogue.language())) for each in kb.procedures.readable(store(), reader())]
    groups = [(space, [pair for pair in listed if pair[0].space == space.id]) for space in names.values()]
    return render_template("procedures.html", groups=[group for group in groups if group[1]])


@pages.get("/procedures/<path:key>")
def page(key: str) -> str:
    procedure = kb.procedures.get(store(), reader(), key)
    history = kb.procedures.history(store(), reader(), key)
    text = _chosen(procedure, history)
    about = beside(lambda: finder().about(key, reader()))
    names = kb.people.names(store(), {procedure.owner, procedure.deputy, *(each.author for each in history)})
    review = _review(procedure, text)
    return render_template(
        "procedure.html", procedure=procedure, text=text, history=history, about=about, names=names,
        space=kb.spaces.get(store(), reader(), procedure.space), review=review,
        overdue=review is not None and review < store().clock().date(),
        current=any(each.id == text.id for each in procedure.revisions),
    )  # fmt: skip


def _chosen(procedure: Procedure, history: tuple[Revision, ...]) -> Revision:
    """The revision named in the address (`fr.2`), else the text in force in the language asked for or the reader's."""
    named = word("revision")
    if named:
        return next((each for each in history if each.id == f"{procedure.key}@{named}"), None) or abort(404)
    if not procedure.revisions:
        abort(404)
    return procedure.revision(word("language") if "language" in request.args else catalogue.language())


def _review(procedure: Procedure, text: Revision) -> date | None:
    """The day by which the text is to be looked at again."""
    if procedure.review_months is None or text.effective is None:
        return None
    months = text.effective.month - 1 + procedure.review_months
    return date(text.effective.year + months // 12, months % 12 + 1, min(text.effective.day, 28))
