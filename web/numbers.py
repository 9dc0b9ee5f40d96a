"""For administrators: every number of routing."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.routes
from kb.errors import Invalid
from kb.permissions import require_administrator
from kb.routing import LIMITS
from kb.waves import numbers
from web.catalogue import _, mark
from web.forms import text
from web.site import reader, store

pages = Blueprint("numbers", __name__, url_prefix="/admin/routing")
LABELS = {
    "first": mark("Asked at first"),
    "second": mark("Asked next, in a wider circle"),
    "near": mark("Likeliest colleagues among whom the first are chosen"),
    "wide": mark("Likeliest colleagues among whom the next are chosen"),
    "day_cap": mark("Requests to one person a day, at most"),
    "week_cap": mark("Requests to one person in seven days, at most"),
    "patience_first": mark("Working hours until the wider circle is asked"),
    "patience_second": mark("Working hours until the keepers are asked"),
    "patience_keepers": mark("Working hours until it stands on the list of gaps"),
    "patience_accepted": mark("Working hours until the one reminder to whoever said they will answer"),
    "patience_outcome": mark("Working hours until the asker is reminded to say whether it is solved"),
    "refusals": mark("Refusals of a subject until one is offered not to be asked about it"),
    "link_days": mark("Days that a reply from a mail works"),
    "spared": mark("Step back, in percent, of whoever has reached the limit of the week"),
    "newcomers": mark("One request in so many goes to a newcomer who named the skill (0: none)"),
    "best_weeks": mark("Weeks over which requests to somebody much asked are kept for what they know best (0: none)"),
    "fair": mark("How many times as often as the others who answer a subject one is asked about it, at most (0: any)"),
    "recommendations": mark("Colleagues whom one person may recommend for questions in seven days"),
}


@pages.before_request
def administrators_only() -> None:
    require_administrator(reader())


@pages.get("")
def page() -> str:
    with store().read() as tx:
        form = {name: str(value) for name, value in asdict(numbers(tx)).items()}
    return _form(form, None)


@pages.post("")
def save() -> AnyResponse:
    form = {name: text(name) for name in LIMITS}
    try:
        kb.routes.set_numbers(store(), reader(), form)
    except Invalid as error:
        return make_response(_form(form, error), 422)
    flash(_("The numbers are up to date. They hold for what is asked from now on."))
    return redirect(url_for("numbers.page"), 303)


def _form(form: dict[str, str], error: Invalid | None) -> str:
    return render_template("admin_routing.html", form=form, error=error, labels=LABELS, limits=LIMITS)
