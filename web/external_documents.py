"""Documents of external origin: the list everybody reads, and who keeps each up to date."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.external_documents
import kb.people
import kb.spaces
from kb.errors import Invalid
from kb.model import Person, new_id
from kb.permissions import Action, can, require
from kb.records import ExternalDocument
from web.catalogue import _
from web.forms import optional_day, text, word
from web.people import alphabetically, called
from web.rendering import day as written_day
from web.site import reader, store

pages = Blueprint("external_documents", __name__, url_prefix="/register/documents")
FIELDS = ("title", "space", "issuer", "edition", "link", "owner", "next_check", "check_months", "note")


@pages.get("")
def index() -> str:
    documents = kb.external_documents.readable(store(), reader(), due=word("show") == "due")
    spaces = {each.id: each for each in kb.spaces.readable(store(), reader())}
    people = {each.owner for each in documents} | {each.checked_by for each in documents}
    return render_template(
        "external_documents.html", documents=documents, spaces=spaces, names=kb.people.names(store(), reader(), people),
        today=store().clock().date(), editable={each.id for each in documents if can(reader(), Action.EDIT, each)},
        keeping=any(can(reader(), Action.MANAGE, each) for each in spaces.values()),
    )  # fmt: skip


@pages.get("/new")
def add() -> str:
    return _form(None, dict.fromkeys(FIELDS, "") | {"check_months": "12", "space": word("space")}, None)


@pages.post("/new")
def add_post() -> AnyResponse:
    return _save(None)


@pages.get("/<id>")
def edit(id: str) -> str:
    document = _editable(id)
    names = kb.people.names(store(), reader(), {document.owner})
    form = {name: str(getattr(document, name) or "") for name in FIELDS}
    return _form(document, form | {"owner": names[document.owner].name if document.owner else ""}, None)


@pages.post("/<id>")
def edit_post(id: str) -> AnyResponse:
    return _save(_editable(id))


@pages.post("/<id>/check")
def check(id: str) -> AnyResponse:
    after = kb.external_documents.check(store(), reader(), id)
    following = written_day(after.next_check).striptags()
    flash(_("Noted: still the edition in force. The next look is on %(day)s.", day=following))
    return redirect(url_for("external_documents.index"), 303)


@pages.post("/<id>/remove")
def remove(id: str) -> AnyResponse:
    kb.external_documents.remove(store(), reader(), id)
    flash(_("The document is no longer in the register. The audit trail keeps that it was."))
    return redirect(url_for("external_documents.index"), 303)


def _editable(id: str) -> ExternalDocument:
    document = kb.external_documents.get(store(), reader(), id)
    require(reader(), Action.EDIT, document)
    return document


def _save(before: ExternalDocument | None) -> AnyResponse:
    try:
        document = kb.external_documents.put(store(), reader(), _typed(before))
    except Invalid as error:
        return make_response(_form(before, {name: text(name) for name in FIELDS}, error), 422)
    flash(_("“%(title)s” is up to date.", title=document.title))
    return redirect(url_for("external_documents.index"), 303)


def _typed(before: ExternalDocument | None) -> ExternalDocument:
    owner = called(text("owner"), "owner") if text("owner").strip() else None
    months = text("check_months").strip()
    if not months.isascii() or not months.isdigit() or len(months) > 3:
        raise Invalid("check_months", "Write a number of months, such as 12.")
    plain = before or ExternalDocument(new_id(), word("space"), "")
    return replace(
        plain, space=word("space"), title=text("title"), issuer=text("issuer"), edition=text("edition"),
        link=text("link"), owner=owner.id if owner else None, next_check=optional_day("next_check"),
        check_months=int(months), note=text("note"),
    )  # fmt: skip


def _readers() -> list[Person]:
    return alphabetically(kb.people.readable(store(), reader()))


def _form(document: ExternalDocument | None, form: dict[str, str], error: Invalid | None) -> str:
    spaces = [each for each in kb.spaces.readable(store(), reader()) if can(reader(), Action.MANAGE, each)]
    if document is None and not spaces:
        require(reader(), Action.MANAGE, kb.spaces.readable(store(), reader())[0])
    if document is not None and document.space not in {each.id for each in spaces}:
        spaces = [kb.spaces.get(store(), reader(), document.space), *spaces]
    return render_template(
        "external_document.html", document=document, form=form, error=error, spaces=spaces, people=_readers()[:500]
    )
