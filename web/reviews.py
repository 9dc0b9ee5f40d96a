"""Keeping a procedure: still valid in one step, its record, how it is used, and taking it out of force."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.procedures
import kb.reviewing
from kb.errors import Invalid
from kb.lifecycle import review_due
from kb.model import Audience, Procedure
from kb.permissions import Action, require
from kb.procedures import Record
from web import catalogue
from web.addresses import procedure_url
from web.catalogue import _
from web.forms import text, word
from web.people import alphabetically, called
from web.site import reader, store

pages = Blueprint("reviews", __name__)
SUGGESTED = 500


@pages.get("/procedures/<path:key>/review")
def page(key: str) -> str:
    procedure = _kept(key)
    kb.reviewing.require_in_force(procedure)
    return _review(procedure)


@pages.post("/procedures/<path:key>/review")
def still_valid(key: str) -> AnyResponse:
    try:
        kb.reviewing.still_valid(store(), reader(), key, text("note"))
    except Invalid as error:
        return make_response(_review(_kept(key), error), 422)
    flash(_("Noted: it is still valid. Its next review counts from today."))
    return redirect(procedure_url(key), 303)


@pages.get("/procedures/<path:key>/retire")
def retire_page(key: str) -> str:
    return _retire(_kept(key, Action.RETIRE))


@pages.post("/procedures/<path:key>/retire")
def retire(key: str) -> AnyResponse:
    try:
        follows = word("follows")
        if follows not in ("one", "none"):
            raise Invalid("follows", "Say whether another procedure follows it, or none.")
        if follows == "one" and not word("successor"):
            raise Invalid("successor", "Write the key of the procedure that follows it.")
        kb.reviewing.retire(store(), reader(), key, text("reason"), word("successor") if follows == "one" else None)
    except Invalid as error:
        return make_response(_retire(_kept(key, Action.RETIRE), error), 422)
    flash(_("It is retired. Its address keeps the text, and says why."))
    return redirect(procedure_url(key), 303)


@pages.get("/procedures/<path:key>/record")
def record_page(key: str) -> str:
    procedure = _kept(key)
    names = kb.people.names(store(), reader(), {procedure.owner, procedure.deputy})
    whom = procedure.audience
    form = {
        "owner": names[procedure.owner].name if procedure.owner in names else "",
        "deputy": names[procedure.deputy].name if procedure.deputy in names else "",
        "scope": procedure.scope, "review_months": procedure.review_months or "",
        "satisfies": "\n".join(procedure.satisfies), "roles": ", ".join(whom.roles), "units": ", ".join(whom.units),
        "sites": ", ".join(whom.sites),
    }  # fmt: skip
    return _record(procedure, form)


@pages.post("/procedures/<path:key>/record")
def record(key: str) -> AnyResponse:
    procedure = _kept(key)
    form = {
        name: text(name)
        for name in ("owner", "deputy", "scope", "review_months", "satisfies", "roles", "units", "sites")
    }
    try:
        months = word("review_months")
        if months and not (months.isascii() and months.isdigit() and len(months) < 5):
            raise Invalid("review_months", "Write a number of months.")
        typed = Record(
            owner=called(text("owner"), "owner").id if text("owner").strip() else None,
            deputy=called(text("deputy"), "deputy").id if text("deputy").strip() else None,
            scope=text("scope"), audience=Audience(_parts("roles"), _parts("units"), _parts("sites")),
            review_months=int(months) if months else None, satisfies=tuple(text("satisfies").splitlines()),
        )  # fmt: skip
        kb.procedures.edit(store(), reader(), key, typed)
    except Invalid as error:
        return make_response(_record(procedure, form, error), 422)
    flash(_("The record is up to date."))
    return redirect(procedure_url(key), 303)


def _kept(key: str, action: Action = Action.EDIT) -> Procedure:
    procedure = kb.procedures.get(store(), reader(), key)
    require(reader(), action, procedure)
    return procedure


def _parts(name: str) -> tuple[str, ...]:
    return tuple(re.split(r"[,;\n]", text(name)))


def _title(procedure: Procedure) -> str:
    return procedure.revision(catalogue.language()).title if procedure.revisions else ""


def _review(procedure: Procedure, error: Invalid | None = None) -> str:
    return render_template(
        "review.html", procedure=procedure, title=_title(procedure), error=error, note=text("note"),
        due=review_due(procedure),
    )  # fmt: skip


def _retire(procedure: Procedure, error: Invalid | None = None) -> str:
    form = {name: text(name) for name in ("reason", "follows", "successor")}
    others = [each for each in kb.procedures.readable(store(), reader()) if each.key != procedure.key]
    return render_template(
        "retire.html", procedure=procedure, title=_title(procedure), form=form, error=error,
        others=[(each.key, _title(each)) for each in others[:SUGGESTED]],
    )  # fmt: skip


def _record(procedure: Procedure, form: Mapping[str, object], error: Invalid | None = None) -> str:
    known = [each for each in alphabetically(kb.people.readable(store(), reader())) if procedure.space in each.roles]
    return render_template(
        "record.html", procedure=procedure, title=_title(procedure), form=form, error=error, people=known[:SUGGESTED],
        units=sorted({each.unit for each in known if each.unit}),
        sites=sorted({each.site for each in known if each.site}),
    )  # fmt: skip
