"""Deleted lately: what can still be brought back, by whoever deleted it and by the keepers of its space."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

import kb.deleting
import kb.people
from kb.bin import KEPT
from web.addresses import question_url
from web.catalogue import _
from web.site import reader, store

pages = Blueprint("bin", __name__, url_prefix="/deleted")


@pages.get("")
def page() -> str:
    found = kb.deleting.deleted(store(), reader())
    names = kb.people.names(store(), reader(), {each.person for each in found} | {each.author for each in found})
    return render_template("bin.html", deleted=found, names=names, days=KEPT.days)


@pages.post("/<id>")
def restore(id: str) -> AnyResponse:
    found = kb.deleting.restore(store(), reader(), id)
    flash(_("It is back, with all that hung on it."))
    return redirect(question_url(found.question, answer=found.id if found.kind == "answer" else None), 303)
