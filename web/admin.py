"""For administrators: everybody, adding and correcting people, the one-use link with which one chooses a password, who
administers, and who has left.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.accounts
import kb.guests
import kb.people
import kb.spaces
from kb import Store
from kb.errors import Invalid
from kb.model import Person, PersonKind
from kb.permissions import KEEPERS, require_administrator
from kb.rules import clean, slug
from web.addresses import absolute
from web.catalogue import _, mark
from web.forms import optional_day, query, text, word
from web.people import alphabetically, called
from web.site import reader, store

pages = Blueprint("admin", __name__, url_prefix="/admin")
FIELDS = ("name", "email", "title", "unit", "site", "kind", "sponsor", "ends")
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")


@dataclass(frozen=True, slots=True)
class Change:
    """What an administrator does to a person after a question: how, and what is said when it is done."""

    make: Callable[[Store, Person, str], Person]
    done: str


CHANGES = {
    "left": Change(
        lambda store, admin, id: kb.people.set_left(store, admin, id, True),
        mark("%(name)s has left and can no longer sign in."),
    ),
    "back": Change(lambda store, admin, id: kb.people.set_left(store, admin, id, False), mark("%(name)s is back.")),
    "administrator": Change(
        lambda store, admin, id: kb.people.set_administrator(store, admin, id, True),
        mark("%(name)s is an administrator."),
    ),
    "plain": Change(
        lambda store, admin, id: kb.people.set_administrator(store, admin, id, False),
        mark("%(name)s is no longer an administrator."),
    ),
}


@pages.before_request
def administrators_only() -> None:
    require_administrator(reader())


@pages.get("/people")
def people() -> str:
    return _page(None, None)


@pages.post("/people/invite")
def invite() -> Response:
    """Make the link and show it, this once: only its hash is kept, so there is nothing to redirect to."""
    person = kb.people.get(store(), reader(), word("person"))
    link = absolute(url_for("auth.invited", secret=kb.accounts.invite(store(), person, reader().id)))
    return make_response(_page(person, link), 200, {"Cache-Control": "no-store"})


@pages.get("/people/new")
def add() -> str:
    return _form(None, dict.fromkeys(FIELDS, "") | {"kind": PersonKind.EMPLOYEE.value}, None)


@pages.post("/people/new")
def add_post() -> AnyResponse:
    return _save(None)


@pages.get("/people/<id>")
def edit(id: str) -> str:
    person = kb.people.get(store(), reader(), id)
    form = {name: str(getattr(person, name) or "") for name in FIELDS}
    sponsor = kb.people.names(store(), reader(), {person.sponsor}).get(person.sponsor or "")
    return _form(person, form | {"sponsor": sponsor.name if sponsor else ""}, None)


@pages.post("/people/<id>")
def edit_post(id: str) -> AnyResponse:
    return _save(kb.people.get(store(), reader(), id))


@pages.get("/people/<id>/<any(left, back, administrator, plain):change>")
def confirm(id: str, change: str) -> str:
    return render_template("admin_confirm.html", person=kb.people.get(store(), reader(), id), change=change, error=None)


@pages.post("/people/<id>/<any(left, back, administrator, plain):change>")
def change(id: str, change: str) -> AnyResponse:
    before = kb.people.get(store(), reader(), id)
    try:
        CHANGES[change].make(store(), reader(), id)
    except Invalid as error:
        return make_response(render_template("admin_confirm.html", person=before, change=change, error=error), 422)
    flash(_(CHANGES[change].done, name=before.name))
    if id == reader().id:
        return redirect(url_for("home.page"), 303)
    kept = {space for space, role in before.roles.items() if role in KEEPERS}
    if change == "left" and any(each.id in kept for each in kb.spaces.unkept(store(), reader())):
        flash(_("They were the last to keep a space. Name below who keeps it now."))
        return redirect(url_for("admin_spaces.page"), 303)
    return redirect(url_for("admin.people", name=before.name, left="1" if change == "left" else None), 303)


def _save(before: Person | None) -> AnyResponse:
    try:
        typed = _typed(before)
        with store().read() as tx:
            if typed.kind is PersonKind.GUEST and typed.ended is None:
                kb.guests.check_terms(tx, typed)
        person = kb.people.put(store(), typed, reader().id)
    except Invalid as error:
        form = {name: text(name) for name in FIELDS}
        return make_response(_form(before, form, error), 422)
    if before is None:
        flash(_("%(name)s is added. Make them a link, so that they can choose a password.", name=person.name))
    else:
        flash(_("%(name)s is up to date.", name=person.name))
    return redirect(url_for("admin.people", name=person.name), 303)


def _typed(before: Person | None) -> Person:
    """The person of the form. Invalid when it holds something that cannot be taken."""
    name = clean("name", " ".join(text("name").split()), 120, required=True)
    email = clean("email", text("email"), 200) or None
    if email is not None and not _EMAIL.fullmatch(email):
        raise Invalid("email", "This is no e-mail address. Write it like name@example.org.")
    if text("kind") not in set(PersonKind):
        raise Invalid("kind", "Choose employee or guest.")
    title, unit, site = (clean(field, " ".join(text(field).split()), 120) for field in ("title", "unit", "site"))
    with store().read() as tx:
        person = before or Person(kb.guests.free_id(tx, name), name)
    sponsor = called(text("sponsor"), "sponsor").id if word("sponsor") else None
    return replace(
        person, name=name, email=email, title=title, unit=unit, site=site, kind=PersonKind(text("kind")),
        sponsor=sponsor, ends=optional_day("ends"),
    )  # fmt: skip


def _form(person: Person | None, form: dict[str, str], error: Invalid | None) -> str:
    known = kb.people.readable(store(), reader())
    units, sites = sorted({each.unit for each in known} - {""}), sorted({each.site for each in known} - {""})
    return render_template("admin_person.html", person=person, form=form, error=error, units=units, sites=sites)


def _page(invited: Person | None, link: str | None) -> str:
    name, left = query("name"), bool(word("left"))
    known = alphabetically((kb.people.left if left else kb.people.readable)(store(), reader()))
    listed = [each for each in known if slug(name) in slug(each.name)]
    return render_template("admin_people.html", people=listed, name=name, left=left, invited=invited, link=link)
