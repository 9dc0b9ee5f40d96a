"""Guests of a shared space: those who keep it let one in, with a sponsor and a last day; the sponsor prolongs."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.accounts
import kb.guests
import kb.people
import kb.spaces
from kb.errors import Forbidden, Invalid
from kb.model import Person, Space, Visibility
from kb.permissions import Action, require
from web.addresses import absolute, person_url
from web.catalogue import _
from web.forms import optional_day, text, word
from web.people import called
from web.site import reader, store

pages = Blueprint("guests", __name__)
FIELDS = ("name", "email", "unit", "sponsor", "ends")


@pages.get("/spaces/<id>/guest")
def new(id: str) -> str:
    return _form(_kept(id), dict.fromkeys(FIELDS, "") | {"sponsor": reader().name}, None)


@pages.post("/spaces/<id>/guest")
def add(id: str) -> Response:
    """Let them in and show the link with which they choose a password, this once."""
    space = _kept(id)
    try:
        sponsor = called(word("sponsor"), "sponsor")
        guest = kb.guests.invite(
            store(), reader(), id, text("name"), text("email"), text("unit"), sponsor.id, optional_day("ends")
        )
    except Invalid as error:
        return make_response(_form(space, {name: text(name) for name in FIELDS}, error), 422)
    link = absolute(url_for("auth.invited", secret=kb.accounts.invite(store(), guest, reader().id)))
    shown = render_template("guest_link.html", space=space, guest=guest, link=link)
    return make_response(shown, 200, {"Cache-Control": "no-store"})


@pages.get("/people/<id>/prolong")
def prolong(id: str) -> str:
    return _prolong(_guest(id), None)


@pages.post("/people/<id>/prolong")
def prolong_post(id: str) -> AnyResponse:
    guest = _guest(id)
    try:
        kb.guests.prolong(store(), reader(), id, optional_day("ends"))
    except Invalid as error:
        return make_response(_prolong(guest, error), 422)
    flash(_("%(name)s: the last day is changed.", name=guest.name))
    return redirect(person_url(id), 303)


def _kept(id: str) -> Space:
    space = kb.spaces.get(store(), reader(), id)
    require(reader(), Action.MANAGE, space)
    if space.visibility is not Visibility.PARTNER:
        raise Forbidden(Action.MANAGE, "space", id, "Guests enter shared spaces only.")
    return space


def _guest(id: str) -> Person:
    guest = kb.people.get(store(), reader(), id)
    if not kb.guests.may_prolong(reader(), guest):
        raise Forbidden(Action.EDIT, "person", id)
    return guest


def _form(space: Space, form: dict[str, str], error: Invalid | None) -> str:
    return render_template("guest.html", space=space, form=form, error=error)


def _prolong(guest: Person, error: Invalid | None) -> str:
    typed = text("ends") or (guest.ends.isoformat() if guest.ends else "")
    return render_template("guest_prolong.html", guest=guest, typed=typed, error=error)
