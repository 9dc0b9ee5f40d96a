"""Becoming a member by rule or by invitation, and why somebody can see a space."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.joining
import kb.people
import kb.rights
import kb.spaces
from kb.errors import Invalid
from kb.model import Role, Space
from kb.permissions import Action, can, require
from web.addresses import space_url
from web.catalogue import _, ngettext
from web.forms import query, text, word
from web.people import called
from web.site import reader, store
from web.spaces import chosen_person, members_page

pages = Blueprint("joining", __name__)


@pages.post("/spaces/<id>/rules")
def add_rule(id: str) -> AnyResponse:
    space = _kept(id)
    try:
        changed = kb.joining.add_rule(store(), reader(), id, word("attribute"), text("value"), _role("rule_role"))
    except Invalid as error:
        return make_response(members_page(space, error), 422)
    if changed:
        flash(
            ngettext("The rule holds: one membership follows.", "The rule holds: %(num)d memberships follow.", changed)
        )
    else:
        flash(_("The rule holds; nobody comes in by it for now."))
    return redirect(url_for("spaces.members", id=id), 303)


@pages.post("/spaces/<id>/rules/remove")
def remove_rule(id: str) -> AnyResponse:
    changed = kb.joining.remove_rule(store(), reader(), id, word("rule"))
    if changed:
        flash(ngettext("The rule is gone: one membership ends.", "The rule is gone: %(num)d memberships end.", changed))
    else:
        flash(_("The rule is gone; nobody leaves with it."))
    return redirect(url_for("spaces.members", id=id), 303)


@pages.post("/spaces/<id>/invite")
def invite(id: str) -> AnyResponse:
    space = _kept(id)
    try:
        person = chosen_person()
        kb.joining.invite(store(), reader(), id, person.id, _role("role"))
    except Invalid as error:
        return make_response(members_page(space, error), 422)
    flash(_("%(name)s is invited, and will say yes or no.", name=person.name))
    return redirect(url_for("spaces.members", id=id), 303)


@pages.get("/joining/<id>")
def own(id: str) -> str:
    """One's own invitation: what it is, yes and no."""
    invitation, space = kb.joining.own(store(), reader(), id)
    names = kb.people.names(store(), reader(), {invitation.by})
    return render_template("joining.html", invitation=invitation, space=space, names=names)


@pages.post("/joining/<id>")
def reply(id: str) -> AnyResponse:
    accept = word("reply") == "yes"
    space = kb.joining.reply(store(), reader(), id, accept)
    flash(_("Welcome to %(space)s.", space=space.name) if accept else _("Noted: you do not join."))
    return redirect(space_url(space.id) if accept else url_for("home.page"), 303)


@pages.get("/spaces/<id>/rights")
def rights(id: str) -> AnyResponse:
    """Who can read a space; of the person named, why or why not."""
    space, right, error = kb.spaces.get(store(), reader(), id), None, None
    try:
        if query("person"):
            right = kb.rights.explain(store(), reader(), id, called(query("person"), "person").id)
    except Invalid as refused:
        error = refused
    by = kb.people.names(store(), reader(), {right.rule.by} if right and right.rule else set())
    with store().read() as tx:
        readers = tx.people.count_readers(id)
    shown = render_template(
        "rights.html", space=space, right=right, error=error, typed=query("person"), by=by, readers=readers,
        keeping=can(reader(), Action.MANAGE, space),
    )  # fmt: skip
    return make_response(shown, 422 if error else 200)


def _kept(id: str) -> Space:
    space = kb.spaces.get(store(), reader(), id)
    require(reader(), Action.MANAGE, space)
    return space


def _role(field: str) -> Role:
    if word(field) not in set(Role):
        raise Invalid("role", "Choose one of the roles offered.")
    return Role(word(field))
