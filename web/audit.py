"""The audit trail for administrators and compliance owners: look through it, take it along, check the chain.

Administrators see what concerns the organisation and the spaces they read, a compliance owner their own spaces.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, make_response, render_template, send_file
from werkzeug.wrappers import Response as AnyResponse

import kb.audit
import kb.audit_names
import kb.people
import kb.proof
import kb.spaces
from kb.errors import Invalid
from kb.model import Person
from kb.permissions import audited_spaces, require_overseer
from kb.records import AuditEntry, AuditSearch
from web import proof_pack
from web.audit_sentences import audit_action_text
from web.catalogue import _
from web.forms import day, optional_day, word
from web.forms import page as page_number
from web.lists import csv_file
from web.people import called
from web.site import config, reader, store

pages = Blueprint("audit", __name__, url_prefix="/audit")
SIZE = 50
FIELDS = ("person", "action", "about", "since", "until")


@pages.get("")
def index() -> AnyResponse:
    try:
        _search()
    except Invalid as error:
        return make_response(_page(error), 422)
    return make_response(_page(None))


def _page(error: Invalid | None) -> str:
    require_overseer(reader())
    number, wrong_search = page_number(), error is not None and error.field in FIELDS
    search = AuditSearch() if wrong_search else _search()
    found = () if wrong_search else kb.audit.entries(store(), reader(), search, SIZE + 1, (number - 1) * SIZE)
    entries = found[:SIZE]
    done = [(each, audit_action_text(each)) for each in kb.audit.actions(store(), reader())]
    spaces = [each for each in kb.spaces.readable(store(), reader()) if each.id in audited_spaces(reader())]
    return render_template(
        "audit.html", spaces=spaces, proof={"day": word("day"), "space": word("space")}, today=store().clock().date(),
        entries=entries, more=len(found) > SIZE, number=number, error=error,
        names=kb.audit_names.names(store(), reader(), entries),
        form={name: word(name) for name in FIELDS}, actions=[("", _("Everything")), *done],
        head=kb.audit.head(store()),
    )  # fmt: skip


@pages.post("/export")
def export() -> Response:
    """What the filters leave, as a list; that it was taken is written down first."""
    search = _search()
    require_overseer(reader())
    asked = {name: word(name) for name in FIELDS if word(name)}
    kb.audit.record_export(store(), reader(), "audit", asked, None)
    found = kb.audit.entries(store(), reader(), search)
    names = {id: each.name for id, each in _named(found).items()}
    rows = [
        (each.number, each.at.isoformat(), each.actor, names.get(each.actor or "", ""),
         each.action, each.kind, each.id, each.space, _json(each.detail), each.salt, each.previous, each.hash)
        for each in found
    ]  # fmt: skip
    header = ("number", "at", "actor", "name", "action", "kind", "id", "space", "detail", "salt", "previous", "hash")
    return csv_file("audit", [header, *rows])


@pages.post("/proof")
def proof() -> AnyResponse:
    """What was official on a day in the spaces that the reader oversees (or one of them), as a zip."""
    try:
        found = kb.proof.prove(store(), reader(), day("day"), word("space") or None)
    except Invalid as error:
        return make_response(_page(error), 422)
    file = BytesIO()
    proof_pack.write(store(), found, reader().admin and not word("space"), file, config().organisation)
    file.seek(0)
    return send_file(file, "application/zip", as_attachment=True, download_name=f"{proof_pack.name_of(found)}.zip")


@pages.get("/verify")
def verify() -> AnyResponse:
    """Every entry against its hash, its neighbours, the head kept apart, and one written down elsewhere."""
    require_overseer(reader())
    known, error = word("head"), None
    try:
        found = kb.audit.verify(store(), known)
    except Invalid as refused:
        found, error = kb.audit.verify(store()), refused
    shown = render_template("audit_verify.html", found=found, known=known, error=error)
    return make_response(shown, 422 if error else 200)


def _search() -> AuditSearch:
    typed = word("person")
    return AuditSearch(
        actor=called(typed, "person", left=True).id if typed else None, action=word("action"), about=word("about"),
        since=optional_day("since"), until=optional_day("until"),
    )  # fmt: skip


def _named(entries: Sequence[AuditEntry]) -> Mapping[str, Person]:
    return kb.people.names(store(), reader(), {each.actor for each in entries})


def _json(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, ensure_ascii=False, sort_keys=True)
