"""A person's days, quiet hours, caps and absences: when one may ask them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.availability
import kb.people
import kb.replies
from kb.calendars import Preferences
from kb.errors import Invalid
from kb.permissions import Action, require
from web.catalogue import _
from web.forms import day, days, text, word
from web.site import reader, store

pages = Blueprint("availability", __name__, url_prefix="/people/<id>/availability")
_FIELDS = ("quiet_from", "quiet_until", "day_cap", "week_cap", "first", "last")


@pages.get("")
def page(id: str) -> str:
    return _form(id, None)


@pages.post("")
def choose(id: str) -> AnyResponse:
    try:
        kb.availability.choose(
            store(), reader(), id, days(), text("quiet_from"), text("quiet_until"), text("day_cap"), text("week_cap")
        )
    except Invalid as error:
        return make_response(_form(id, error), 422)
    flash(_("Noted. It holds for what you are asked from now on."))
    return redirect(url_for("availability.page", id=id), 303)


@pages.post("/absences")
def be_away(id: str) -> AnyResponse:
    try:
        kb.availability.be_away(store(), reader(), id, day("first"), day("last"))
    except Invalid as error:
        return make_response(_form(id, error), 422)
    flash(_("Noted. Nobody will be sent to you on these days."))
    return redirect(url_for("availability.page", id=id), 303)


@pages.post("/absences/remove")
def be_back(id: str) -> AnyResponse:
    kb.availability.be_back(store(), reader(), id, word("absence"))
    flash(_("The absence is taken out."))
    return redirect(url_for("availability.page", id=id), 303)


@pages.post("/not-busy")
def not_busy(id: str) -> AnyResponse:
    """Take back what one said in reply to a request."""
    person = kb.people.get(store(), reader(), id)
    require(reader(), Action.EDIT, person)
    kb.replies.not_busy(store(), person)
    flash(_("Good to know: you may be asked again."))
    return redirect(url_for("availability.page", id=id), 303)


def _form(id: str, error: Invalid | None) -> str:
    person = kb.people.get(store(), reader(), id)
    require(reader(), Action.EDIT, person)
    found = kb.availability.of_person(store(), reader(), id)
    form = _written(found.calendar.preferences)
    if error is not None:
        form |= {name: text(name) for name in _FIELDS} | {"days": days()}
    return render_template("availability.html", person=person, found=found, form=form, error=error)


def _written(chosen: Preferences) -> dict[str, Any]:
    quiet = [each.isoformat("minutes") for each in chosen.quiet or ()] or ["", ""]
    caps = {"day_cap": chosen.day_cap, "week_cap": chosen.week_cap}
    return {
        "quiet_from": quiet[0], "quiet_until": quiet[1], "days": chosen.days, "first": "", "last": "",
        **{name: "" if cap is None else str(cap) for name, cap in caps.items()},
    }  # fmt: skip
