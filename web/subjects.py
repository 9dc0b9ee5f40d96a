"""The subjects a person is known for: shown and asked about, shown only, or neither."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.routes
import kb.subjects
from kb.errors import Invalid
from kb.routing import SubjectUse
from web.catalogue import _
from web.site import reader, store

pages = Blueprint("subjects", __name__, url_prefix="/people/<id>/subjects")


@pages.get("")
def page(id: str) -> str:
    person = kb.people.get(store(), reader(), id)
    found = kb.subjects.of_person(store(), reader(), id)
    return render_template("subjects.html", person=person, subjects=found)


@pages.post("")
def choose(id: str) -> AnyResponse:
    """The form sends, for each subject in its order, its name and its use."""
    names, uses = request.form.getlist("subject"), request.form.getlist("use")
    if len(names) != len(uses) or set(uses) - set(SubjectUse):
        raise Invalid("use", "Choose one of the three for each subject.")
    kb.subjects.choose(store(), reader(), id, {name: SubjectUse(use) for name, use in zip(names, uses, strict=True)})
    flash(_("Noted. It holds for what you are asked from now on."))
    return redirect(url_for("subjects.page", id=id), 303)
