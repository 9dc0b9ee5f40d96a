"""What is being written is kept: while typing (the page's script sends it), and when a session has ended meanwhile.

A form sent without a session comes back with the sign-in page, which carries it along; once signed in it is kept as
unsent and its page opens with it. Strangers leave nothing on the server.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.unsent
from kb.errors import KnowledgeError
from kb.model import Person
from kb.rules import BODY_LIMIT
from web.catalogue import _
from web.forms import local, text, word
from web.site import reader, store

pages = Blueprint("unsent", __name__, url_prefix="/unsent")
CARRIED = "kept-"
_FORMS = {"ask.post": "ask", "posts.answer": "answer", "posts.comment": "comment",
          "animating.send": "letter"}  # fmt: skip


@pages.post("")
def keep() -> Response:
    """For the script: keep the form as it stands."""
    kb.unsent.keep(store(), reader(), word("place"), {name: _typed(name) for name in kb.unsent.FIELDS})
    return make_response("", 204)


@pages.post("/away")
def throw_away() -> AnyResponse:
    kb.unsent.throw_away(store(), reader(), word("place"))
    flash(_("Thrown away."))
    return redirect(local(text("next"), "/"), 303)


def place_of_request() -> str:
    """Where the form that was just sent without a session is written; "" when it is none that is carried along."""
    kind = _FORMS.get(request.endpoint or "", "")
    id = (request.view_args or {}).get("id")
    return f"{kind} {id}" if kind and id else kind


def carried(place: str) -> dict[str, str]:
    """The sent form as hidden fields of the sign-in page."""
    given = {name: _typed(name)[:BODY_LIMIT] for name in kb.unsent.FIELDS if request.form.get(name)}
    return {f"{CARRIED}place": place} | {f"{CARRIED}{name}": value for name, value in given.items()}


def _typed(name: str) -> str:
    """A field; of the attached files all ids, parted by spaces."""
    return " ".join(request.form.getlist(name)) if name == "attached" else text(name)


def carried_on() -> dict[str, str]:
    """The same, when the sign-in form is shown again."""
    return {name: value for name, value in request.form.items() if name.startswith(CARRIED)}


def arrived(person: Person) -> str | None:
    """After signing in: keep what was carried along; where to go on writing, None when there was nothing."""
    brought: Mapping[str, str] = {name.removeprefix(CARRIED): value for name, value in carried_on().items()}
    place = brought.get("place", "")
    try:
        if not place or not kb.unsent.keep(store(), person, place, brought):
            return None
    except KnowledgeError:  # it was not theirs to write: that keeps nobody out
        return None
    flash(_("Your session had ended. What you wrote is here: send it again."))
    kind, _space, id = place.partition(" ")
    if kind == "letter":
        return url_for("animating.page", id=id) + "#body"
    return url_for("ask.page") if kind == "ask" else url_for("questions.page", id=id) + "#body"
