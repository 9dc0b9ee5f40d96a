"""For administrators: making a space, and naming who keeps one that nobody keeps (any more).

They need not read the space for it: only its name is shown, and a space that somebody keeps is no business of theirs.
"""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.spaces
from kb.errors import Invalid
from kb.model import Visibility
from kb.permissions import Action, can, require_administrator
from web.catalogue import _
from web.forms import text, word
from web.people import alphabetically
from web.sentences import visibility_text
from web.site import reader, store
from web.spaces import SUGGESTED, chosen_person

pages = Blueprint("admin_spaces", __name__, url_prefix="/admin/spaces")
FIELDS = ("name", "description", "visibility", "person")


@pages.before_request
def administrators_only() -> None:
    require_administrator(reader())


@pages.get("")
def page() -> str:
    return _page(dict.fromkeys(FIELDS, "") | {"visibility": Visibility.RESTRICTED.value})


@pages.post("")
def create() -> AnyResponse:
    form = {name: text(name) for name in FIELDS}
    try:
        if form["visibility"] not in set(Visibility):
            raise Invalid("visibility", "Choose one of those offered.")
        keeper = chosen_person()
        space = kb.spaces.create(
            store(), reader(), form["name"], Visibility(form["visibility"]), keeper.id, form["description"]
        )
    except Invalid as error:
        return make_response(_page(form, error), 422)
    flash(_("%(space)s is made, and %(name)s keeps it.", space=space.name, name=keeper.name))
    me = kb.people.get(store(), reader(), reader().id)
    onward = url_for("spaces.members", id=space.id) if can(me, Action.MANAGE, space) else url_for("admin_spaces.page")
    return redirect(onward, 303)


@pages.post("/<id>/keeper")
def entrust(id: str) -> AnyResponse:
    try:
        keeper = chosen_person()
        space = kb.spaces.entrust(store(), reader(), id, keeper.id)
    except Invalid as error:
        return make_response(_page(dict.fromkeys(FIELDS, ""), refused=error), 422)
    flash(_("%(name)s keeps %(space)s now.", name=keeper.name, space=space.name))
    return redirect(url_for("admin_spaces.page"), 303)


def _page(form: dict[str, str], error: Invalid | None = None, refused: Invalid | None = None) -> str:
    return render_template(
        "admin_spaces.html", form=form, error=error, refused=refused, typed=word("person"),
        unkept=kb.spaces.unkept(store(), reader()),
        visibilities=[(each.value, visibility_text(each)) for each in Visibility],
        people=alphabetically(kb.people.readable(store(), reader()))[:SUGGESTED],
    )  # fmt: skip
