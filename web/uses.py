"""How the duties of a procedure are used, for those who keep it; and the next text without those that nobody uses."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import kb.duty_use
import kb.procedures
from kb.errors import Invalid
from web import catalogue
from web.addresses import draft_url
from web.catalogue import _
from web.forms import word
from web.reading import readings
from web.site import reader, store

pages = Blueprint("uses", __name__)


@pages.get("/procedures/<path:key>/use")
def page(key: str) -> str:
    return _page(key, None)


@pages.post("/procedures/<path:key>/use")
def begin(key: str) -> AnyResponse:
    try:
        draft = kb.duty_use.begin_without(store(), reader(), key, word("language"), request.form.getlist("steps"))
    except Invalid as error:
        return make_response(_page(key, error), 422)
    flash(_("A draft without these duties. Say what is new, then give it to its approvers."))
    return redirect(draft_url(key, draft.language), 303)


def _page(key: str, error: Invalid | None) -> str:
    readings().write()
    procedure = kb.procedures.get(store(), reader(), key)
    use = kb.duty_use.of_procedure(store(), reader(), key, word("language") or catalogue.language())
    return render_template("use.html", procedure=procedure, use=use, text=use.text, error=error)
