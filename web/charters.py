"""How a space keeps its procedures: a page for those who keep the space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.charters
import kb.people
import kb.spaces
from kb.errors import Invalid
from kb.model import Space
from kb.official import Approver, Charter
from kb.permissions import Action, require
from web.catalogue import _
from web.forms import word
from web.people import alphabetically, called
from web.site import reader, store

pages = Blueprint("charters", __name__)
SPARE_ROWS, SUGGESTED = 2, 500
Row = tuple[str, ...]  # name, stage, whom they speak for


@pages.get("/spaces/<id>/charter")
def page(id: str) -> str:
    space = _kept(id)
    charter = kb.charters.get(store(), reader(), id)
    names = kb.people.names(store(), reader(), {each.person for each in charter.approvers})
    rows = [(names[each.person].name, str(each.stage), each.body) for each in charter.approvers]
    form = {"minimum": charter.minimum, "words": charter.words, "duties": charter.duties,
            "keep_months": charter.keep_months or ""}  # fmt: skip
    return _page(space, rows, form)


@pages.post("/spaces/<id>/charter")
def put(id: str) -> AnyResponse:
    space = _kept(id)
    form = {name: word(name) for name in ("minimum", "words", "duties", "keep_months")}
    columns = [request.form.getlist(name) for name in ("person", "stage", "body")]
    rows = [row for row in zip_longest(*columns, fillvalue="") if row[0].strip()]
    try:
        if word("action") == "rows":
            return make_response(_page(space, rows, form, spare=3 * SPARE_ROWS))
        approvers = tuple(Approver(called(who, "approvers").id, _whole("approvers", stage), body)
                          for who, stage, body in rows)  # fmt: skip
        minimum, words, duties = (_whole(name, form[name]) for name in ("minimum", "words", "duties"))
        months = _whole("keep_months", form["keep_months"]) if form["keep_months"].strip() else None
        kb.charters.put(store(), reader(), Charter(id, approvers, minimum, words, duties, months))
    except Invalid as error:
        return make_response(_page(space, rows, form, error), 422)
    flash(_("Saved. It holds for what is submitted or decided from now on."))
    return redirect(url_for("spaces.page", id=id), 303)


def _kept(id: str) -> Space:
    space = kb.spaces.get(store(), reader(), id)
    require(reader(), Action.MANAGE, space)
    return space


def _whole(field: str, typed: str) -> int:
    if not (typed.strip().isascii() and typed.strip().isdigit() and len(typed) < 6):
        raise Invalid(field, "Write a whole number.")
    return int(typed)


def _page(
    space: Space, rows: Sequence[Row], form: Mapping[str, object], error: Invalid | None = None,
    spare: int = SPARE_ROWS,
) -> str:  # fmt: skip
    known = [each for each in alphabetically(kb.people.readable(store(), reader())) if space.id in each.roles]
    return render_template(
        "charter.html", space=space, rows=[*rows, *([("", "1", "")] * spare)], form=form, error=error,
        people=known[:SUGGESTED],
    )  # fmt: skip
