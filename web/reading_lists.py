"""Reading lists of the spaces: all of them, one with its lines, making and changing one, pointing a colleague at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.reading_lists
import kb.spaces
from kb.errors import Invalid, NotFound
from kb.kept import Item
from kb.model import Role, Space, new_id
from kb.reading_lists import MOST, Shown
from web.catalogue import _
from web.forms import text, word
from web.site import reader, store

pages = Blueprint("reading_lists", __name__, url_prefix="/reading")
_ADDRESS = re.compile(r"/(questions|practices|procedures)/([^?#\s]+)")


@pages.get("")
def index() -> str:
    chosen = kb.spaces.get(store(), reader(), word("space")) if word("space") else None
    lists = kb.reading_lists.in_spaces(store(), reader(), chosen.id if chosen else None)
    names = kb.people.names(store(), reader(), {each.listed.by for each in lists})
    return render_template("reading_lists.html", lists=lists, space=chosen, names=names, writing=bool(_writing()))


@pages.get("/new")
def new() -> str:
    return _new({"space": word("space"), "title": "", "note": "", "newcomers": "", "id": new_id()}, None)


@pages.post("/new")
def make() -> AnyResponse:
    try:
        made = kb.reading_lists.make(
            store(), reader(), word("space"), text("title"), text("note"), bool(text("newcomers")),
            id=word("id") or None,
        )  # fmt: skip
    except Invalid as error:
        return make_response(_new({name: text(name) for name in (*_FIELDS, "space", "id")}, error), 422)
    return redirect(url_for("reading_lists.edit", id=made.id), 303)


@pages.get("/<id>")
def page(id: str) -> str:
    return _page(kb.reading_lists.get(store(), reader(), id), None)


@pages.get("/<id>/edit")
def edit(id: str) -> str:
    return _edit(kb.reading_lists.get(store(), reader(), id), None)


@pages.post("/<id>/edit")
def edit_post(id: str) -> AnyResponse:
    """Save the words and the lines in their order; a pasted address becomes the last line."""
    shown = kb.reading_lists.get(store(), reader(), id)
    try:
        items = _items()
        if word("address"):
            items.append(Item(*_pasted(text("address")), text("address_note").strip()))
        if len(items) > MOST:
            raise Invalid("address", "At most %(limit)d lines: nobody reads more. Begin another list.", limit=MOST)
        _change(id, items)
    except Invalid as error:
        return make_response(_edit(shown, error), 422)
    return redirect(url_for("reading_lists.edit" if word("address") else "reading_lists.page", id=id), 303)


def _change(id: str, items: list[Item]) -> None:
    try:
        kb.reading_lists.change(store(), reader(), id, text("title"), text("note"), bool(text("newcomers")), items)
    except NotFound:
        raise Invalid("address", "There is nothing there that you may read. Paste another address.") from None


@pages.post("/<id>/point")
def point(id: str) -> AnyResponse:
    try:
        other = kb.people.find_named(store(), reader(), text("person"), "person")
        kb.reading_lists.point(store(), reader(), id, other)
    except Invalid as error:
        return make_response(_page(kb.reading_lists.get(store(), reader(), id), error), 422)
    flash(_("%(name)s is told of it.", name=other.name))
    return redirect(url_for("reading_lists.page", id=id), 303)


@pages.post("/<id>/delete")
def delete(id: str) -> AnyResponse:
    kb.reading_lists.remove(store(), reader(), id)
    flash(_("The list is deleted."))
    return redirect(url_for("reading_lists.index"), 303)


_FIELDS = ("title", "note", "newcomers")


def _pasted(address: str) -> tuple[str, str]:
    found = _ADDRESS.search(address.strip())
    if found is None:
        raise Invalid("address", "Paste the address of a question, a practice or a procedure.")
    path = unquote(found[2]).rstrip("/")
    return found[1].rstrip("s"), path if found[1] == "procedures" else path.split("/")[0]


def _items() -> list[Item]:
    """The lines of the form by the numbers beside them; without a number, out."""
    lines: list[tuple[float, int, Item]] = []
    for place, named in enumerate(request.form.getlist("item")[:MOST]):
        of, _space, subject = named.partition(" ")
        number = text(f"place {named}").strip().replace(",", ".")
        if number:
            if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", number):
                raise Invalid("items", "Write a number for each line, or nothing to take it off.")
            lines.append((float(number), place, Item(of, subject, text(f"note {named}").strip())))
    return [item for _number, _place, item in sorted(lines, key=lambda each: each[:2])]


def _page(shown: Shown, error: Invalid | None) -> str:
    names = kb.people.names(store(), reader(), {shown.listed.by})
    return render_template("reading_list.html", shown=shown, names=names, error=error, person=text("person"))


def _new(form: Mapping[str, str], error: Invalid | None) -> str:
    return render_template("reading_list_new.html", form=form, spaces=_writing(), error=error)


def _writing() -> list[Space]:
    """The spaces in which the reader may make a list."""
    me = reader()
    return [each for each in kb.spaces.readable(store(), me) if me.roles[each.id] is not Role.READER]


def _edit(shown: Shown, error: Invalid | None) -> str:
    if not shown.editable:
        kb.reading_lists.refuse(shown.listed.id)
    listed = shown.listed
    form: dict[str, object] = {"title": listed.title, "note": listed.note, "newcomers": listed.newcomers}
    form |= {"address": "", "address_note": ""}
    if error is not None:
        form |= {name: text(name) for name in form}
    return render_template("reading_list_edit.html", shown=shown, form=form, error=error)
