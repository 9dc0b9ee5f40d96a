"""For administrators: everybody, and the one-use link with which a person chooses a password."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for

import kb.accounts
import kb.people
from kb.errors import Forbidden
from kb.model import Person
from web.addresses import absolute
from web.forms import query, word
from web.site import reader, store

pages = Blueprint("admin", __name__, url_prefix="/admin")


@pages.before_request
def administrators_only() -> None:
    if not reader().admin:
        raise Forbidden("open", "administration", "")


@pages.get("/people")
def people() -> str:
    return _page(None, None)


@pages.post("/people/invite")
def invite() -> Response:
    """Make the link and show it, this once: only its hash is kept, so there is nothing to redirect to."""
    person = kb.people.get(store(), reader(), word("person"))
    link = absolute(url_for("auth.invited", secret=kb.accounts.invite(store(), person)))
    return make_response(_page(person, link), 200, {"Cache-Control": "no-store"})


def _page(invited: Person | None, link: str | None) -> str:
    name = query("name").lower()
    listed = [each for each in kb.people.readable(store(), reader()) if name in each.name.lower()]
    return render_template("admin_people.html", people=listed, name=name, invited=invited, link=link)
