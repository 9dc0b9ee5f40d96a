"""The first page: one box, three lanes that fill while typing, and below it what waits for the reader."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.questions
import kb.routes
from kb.errors import Invalid, Unavailable
from kb.model import Person, Question, QuestionStatus
from web import tasks
from web.catalogue import _
from web.errors import sentence
from web.forms import query
from web.site import finder, reader, store

pages = Blueprint("home", __name__)
SHOWN = 6


@pages.get("/")
def page() -> str:
    me = reader()
    waiting = kb.routes.waiting_for(store(), me)
    asked_of_me = {asked.id for _one, asked in waiting}
    open_ones = kb.questions.readable(store(), me, unanswered=True, limit=SHOWN + len(asked_of_me))
    unanswered = [each for each in open_ones if each.id not in asked_of_me][:SHOWN]
    recent = [each for each in kb.questions.readable(store(), me, limit=5 * SHOWN) if answered(each)][:SHOWN]
    names = authors([*recent, *unanswered, *(asked for _one, asked in waiting)])
    return render_template("home.html", waiting=waiting, recent=recent, unanswered=unanswered, names=names,
                           tasks=tasks.waiting())  # fmt: skip


@pages.get("/suggest")
def suggest() -> Response:
    """The three lanes for what is typed so far: the same block that the search page shows."""
    try:
        typed = query()
    except Invalid as error:
        return make_response(render_template("suggest.html", found=None, problem=sentence(error)), 422)
    found = finder().find(typed, reader()) if typed else None
    return make_response(render_template("suggest.html", found=found, problem=None))


@pages.post("/invitations/<id>/decline")
def decline(id: str) -> AnyResponse:
    kb.routes.decline(store(), reader(), id)
    flash(_("Understood: somebody else will be asked."))
    return redirect(url_for("home.page"), 303)


@pages.get("/health")
def health() -> Response:
    """For whoever watches: whether the database answers."""
    try:
        with store().read() as tx:
            tx.people.count()
    except Unavailable as error:
        return make_response(f"{error}\n", 503, {"Content-Type": "text/plain; charset=utf-8"})
    return make_response("ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"})


def answered(question: Question) -> bool:
    """Whether it is worth a line under "answered lately": questions asked before lead to the first one anyway."""
    return question.answers > 0 and question.status is not QuestionStatus.DUPLICATE


def authors(questions: list[Question]) -> dict[str, Person]:
    """Who asked, in one look-up for the whole page."""
    return kb.people.names(store(), {each.author for each in questions})
