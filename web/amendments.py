"""From practice to procedure: proposing other duties, and what those who keep the procedure make of it."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

import kb.amending
import kb.people
from kb.amending import Grounds
from kb.comparing import compare
from kb.errors import Conflict, Invalid, KnowledgeError
from kb.model import Duty, Person
from kb.permissions import Action, can
from web.addresses import amendment_url, draft_url
from web.catalogue import _
from web.drafts import SPARE_ROWS, typed_duties
from web.forms import text, word
from web.site import reader, store

pages = Blueprint("amendments", __name__)


@pages.get("/practices/<id>/amend")
def form(id: str) -> str:
    """The duties in force, to be written as they should be."""
    return _form(id, None, "")


@pages.post("/practices/<id>/amend")
def propose(id: str) -> AnyResponse:
    typed = typed_duties()
    try:
        if word("action") == "rows":
            return make_response(_form(id, typed, text("why")))
        made = kb.amending.propose(store(), reader(), id, word("procedure"), typed, text("why"))
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else 409
        return make_response(_form(id, typed, text("why"), error), status)
    flash(_("Proposed. Those who keep the procedure find it among their tasks."))
    return redirect(amendment_url(made.id), 303)


@pages.get("/amendments/<id>")
def page(id: str) -> str:
    return _page(id)


@pages.post("/amendments/<id>/take")
def take(id: str) -> AnyResponse:
    try:
        draft = kb.amending.take(store(), reader(), id)
    except Conflict as error:
        return make_response(_page(id, error), 409)
    flash(_("It is a draft now. Read it once more, then give it to its approvers."))
    return redirect(draft_url(draft.procedure, draft.language), 303)


@pages.post("/amendments/<id>/decline")
def decline(id: str) -> AnyResponse:
    try:
        kb.amending.decline(store(), reader(), id, text("reason"))
    except (Invalid, Conflict) as error:
        return make_response(_page(id, error), 422 if isinstance(error, Invalid) else 409)
    flash(_("Declined. Whoever proposed it reads your reason."))
    return redirect(amendment_url(id), 303)


def _form(id: str, typed: tuple[Duty, ...] | None, why: str, error: KnowledgeError | None = None) -> str:
    practice, procedure, current = kb.amending.text_to_amend(store(), reader(), id, word("procedure"))
    with store().read() as tx:
        found = kb.amending.grounds(tx, reader(), practice)
    return render_template(
        "amend.html", practice=practice, procedure=procedure, text=current, error=error, why=why, grounds=found,
        duties=[*(current.duties if typed is None else typed), *([Duty("", "", "")] * SPARE_ROWS)],
        names=_people(found), today=store().clock().date(),
    )  # fmt: skip


def _page(id: str, error: KnowledgeError | None = None) -> str:
    shown = kb.amending.get(store(), reader(), id)
    amendment = shown.amendment
    named = kb.people.names(store(), reader(), {amendment.author, amendment.decided_by})
    return render_template(
        "amendment.html", shown=shown, amendment=amendment, procedure=shown.procedure, error=error,
        compared=compare(shown.before, shown.after), grounds=shown.grounds, reason=text("reason"),
        today=store().clock().date(), names=named | _people(shown.grounds),
        keeping=can(reader(), Action.EDIT, shown.procedure),
    )  # fmt: skip


def _people(found: Grounds | None) -> dict[str, Person]:
    """Everybody whom the evidence names."""
    if found is None:
        return {}
    ids = {*found.practice.authors, found.practice.verifier, *(answer.author for _question, answer in found.sources)}
    return kb.people.names(store(), reader(), ids | {each.person for each in (*found.said.works, *found.said.doubts)})
