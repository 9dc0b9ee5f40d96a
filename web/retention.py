"""What was kept long enough, as a list; its release by two people. For those who oversee a space."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.charters
import kb.people
import kb.retention
import kb.spaces
from kb.errors import Invalid
from kb.permissions import audited_spaces
from web.catalogue import _, ngettext
from web.forms import word
from web.site import reader, store

pages = Blueprint("retention", __name__, url_prefix="/register/retention")


@pages.get("")
def index() -> str:
    return _page(None)


@pages.post("")
def propose() -> AnyResponse:
    try:
        release = kb.retention.propose(store(), reader(), word("space"), request.form.getlist("texts"))
    except Invalid as error:
        return make_response(_page(error), 422)
    flash(ngettext("Proposed: %(num)d text. Somebody else confirms it.",
                   "Proposed: %(num)d texts. Somebody else confirms it.", len(release.texts)))  # fmt: skip
    return redirect(url_for("retention.index"), 303)


@pages.post("/<id>/confirm")
def confirm(id: str) -> AnyResponse:
    release = kb.retention.confirm(store(), reader(), id)
    flash(ngettext("Released: the words of %(num)d text are gone. Its number, dates, approvals and hash stay.",
                   "Released: the words of %(num)d texts are gone. Their numbers, dates, approvals and hashes stay.",
                   len(release.texts)))  # fmt: skip
    return redirect(url_for("retention.index"), 303)


@pages.post("/<id>/withdraw")
def withdraw(id: str) -> AnyResponse:
    kb.retention.withdraw(store(), reader(), id)
    flash(_("Withdrawn: everything stays."))
    return redirect(url_for("retention.index"), 303)


def _page(error: Invalid | None) -> str:
    due = kb.retention.due(store(), reader())
    waiting = kb.retention.waiting(store(), reader())
    mine = audited_spaces(reader())
    spaces = [each for each in kb.spaces.readable(store(), reader()) if each.id in mine]
    charters = {each.id: kb.charters.get(store(), reader(), each.id) for each in spaces}
    groups = [(each, charters[each.id], [one for one in due if one.procedure.space == each.id]) for each in spaces]
    return render_template(
        "retention.html", groups=groups, waiting=waiting, error=error,
        names=kb.people.names(store(), reader(), {each.release.proposed_by for each in waiting}),
        space_names={each.id: each.name for each in spaces},
    )  # fmt: skip
