"""On a question's page: recommend a colleague, who is asked."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.questions
import kb.recommending
from kb.errors import Invalid
from kb.permissions import Action, require
from web.addresses import question_url
from web.catalogue import _
from web.forms import word
from web.people import called
from web.site import reader, store

pages = Blueprint("recommending", __name__, url_prefix="/questions/<id>/recommend")


@pages.get("")
def page(id: str) -> str:
    return _page(id)


@pages.post("")
def recommend(id: str) -> AnyResponse:
    try:
        named = called(word("other"), "other")
        kb.recommending.recommend(store(), reader(), id, named.id)
    except Invalid as error:
        return make_response(_page(id, error), 422)
    flash(_("%(name)s is asked, and reads that you recommend them.", name=named.name))
    return redirect(url_for("questions.page", id=id), 303)


def _page(id: str, error: Invalid | None = None) -> str:
    question = kb.questions.thread(store(), reader(), id).question
    require(reader(), Action.COMMENT, question)
    left = kb.recommending.left(store(), reader())
    return render_template(
        "recommend.html", question=question, error=error, typed=word("other"), left=left, back=question_url(id)
    )
