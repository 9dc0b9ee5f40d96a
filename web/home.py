"""The first page: one box, three lanes that fill while typing, and below it what waits for the reader."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

import kb.people
import kb.questions
import kb.routes
import kb.starting
from kb.errors import Invalid, Unavailable
from kb.model import Person, Question, QuestionStatus
from web import tasks
from web.because import named_in
from web.errors import sentence
from web.forms import query
from web.site import finder, reader, store

pages = Blueprint("home", __name__)
SHOWN, HELP = 6, 4


@pages.get("/")
def page() -> str:
    me = reader()
    waiting = kb.routes.waiting_for(store(), me)
    elsewhere = {each.question.id for each in waiting}
    stuck = [each for each in kb.routes.helpable(store(), me, HELP + len(elsewhere)) if each[0].id not in elsewhere]
    elsewhere |= {question.id for question, _route in stuck[:HELP]}
    open_ones = kb.questions.readable(store(), me, unanswered=True, limit=SHOWN + len(elsewhere))
    unanswered = [each for each in open_ones if each.id not in elsewhere][:SHOWN]
    recent = [each for each in kb.questions.readable(store(), me, limit=5 * SHOWN) if answered(each)][:SHOWN]
    shown = [*recent, *unanswered, *(each.question for each in waiting), *(question for question, _route in stuck)]
    named = {name for each in waiting for name in named_in(each.reasons)}
    names = kb.people.names(store(), reader(), {each.author for each in shown} | named)
    return render_template(
        "home.html", waiting=waiting, recent=recent, unanswered=unanswered, names=names,
        stuck=[question for question, _route in stuck[:HELP]], week=kb.routes.requests_this_week(store(), me),
        tasks=tasks.waiting(), new_here=kb.starting.is_new(store(), me),
    )  # fmt: skip


@pages.get("/suggest")
def suggest() -> Response:
    """The three lanes for what is typed so far: the same block that the search page shows."""
    try:
        typed = query()
    except Invalid as error:
        return make_response(render_template("suggest.html", found=None, problem=sentence(error)), 422)
    found = finder().find(typed, reader(), typing=True) if typed else None
    return make_response(render_template("suggest.html", found=found, problem=None))


@pages.get("/gaps")
def gaps() -> str:
    """Questions that nobody could answer so far: whoever can, may."""
    found = [question for question, _route in kb.routes.gaps(store(), reader())]
    return render_template("gaps.html", questions=found, names=authors(found))


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
    return kb.people.names(store(), reader(), {each.author for each in questions})
