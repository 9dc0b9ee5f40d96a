"""Deciding on a text: read whole, compared with the one in force, signed with a password or refused with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.accounts
import kb.amending
import kb.approving
import kb.procedures
import kb.spaces
from kb.accounts import TooManyTries
from kb.comparing import compare
from kb.errors import Invalid
from kb.lifecycle import counting, digest, turn
from kb.official import Decision
from kb.permissions import Action, can
from web.catalogue import _
from web.forms import refuse_nul, text, word
from web.procedures import earlier, people_of
from web.site import reader, store

pages = Blueprint("approvals", __name__)


@pages.get("/procedures/<path:key>/approval/<name>")
def page(key: str, name: str) -> str:
    return _page(key, name)


@pages.post("/procedures/<path:key>/approval/<name>")
def decide(key: str, name: str) -> AnyResponse:
    """Approve (with the password, once more) or refuse (with a reason) exactly the text whose hash the form holds."""
    refusing, sha256 = word("action") == "refuse", word("sha256")
    try:
        kb.procedures.text(store(), reader(), key, name)
        if refusing:
            kb.approving.refuse(store(), reader(), key, name, sha256, text("reason"))
        else:
            refuse_nul(text("password"))
            kb.accounts.confirm(store(), reader(), text("password"))
            kb.approving.approve(store(), reader(), key, name, sha256)
    except Invalid as error:
        return make_response(_page(key, name, error), 429 if isinstance(error, TooManyTries) else 422)
    if refusing:
        flash(_("It went back to its author, with your reason."))
    else:
        flash(_("You approved it. Your signature holds the text as you read it."))
    return redirect(url_for("tasks.page"), 303)


def _page(key: str, name: str, error: Invalid | None = None) -> str:
    found = kb.procedures.text(store(), reader(), key, name)
    timeline = kb.procedures.timeline(store(), reader(), key)
    revision, given = found.revision, counting(found)
    before = earlier(revision, timeline)
    return render_template(
        "approval.html", procedure=found.procedure, text=revision, found=found, before=before,
        compared=compare(before, revision) if before else None, names=people_of((found,)), sha256=digest(revision),
        space=kb.spaces.get(store(), reader(), found.procedure.space), deciding=can(reader(), Action.APPROVE, found),
        keeping=can(reader(), Action.EDIT, found), turn={each.person for each in turn(found)},
        signed={each.person: each for each in given}, error=error, reason=text("reason"),
        amendment=kb.amending.of_text(store(), key, name),
        refusals=[each for each in found.approvals if each.decision is Decision.REFUSED],
    )  # fmt: skip
