"""The first page: one box, three lanes that fill while typing, and below it blocks: what waits for the reader, then
what is new in their spaces, in the order that suits their part or that they chose.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.arranging
import kb.people
import kb.questions
import kb.routes
from kb.arranging import Block
from kb.errors import Invalid, Unavailable
from kb.model import Person, Question, QuestionStatus
from web import waiting
from web.errors import sentence
from web.forms import query, word
from web.site import finder, reader, store

pages = Blueprint("home", __name__)


@pages.get("/")
def page() -> str:
    chosen = kb.arranging.arrangement(store(), reader())
    return render_template("home.html", **waiting.gather(chosen.shown), blocks=chosen.shown, chosen=chosen.chosen)


@pages.get("/home")
def arranging() -> str:
    """Which blocks stand below the box, and in which order; whoever moved one goes on from the button they pressed."""
    pressed = word("block"), {"hide": "show", "show": "hide"}.get(word("move"), word("move"))
    chosen = kb.arranging.arrangement(store(), reader())
    return render_template("home_arrange.html", arrangement=chosen, pressed=pressed)


@pages.post("/home")
def arrange() -> AnyResponse:
    """One step up or down, hidden or shown, or back to what suits: each is a button."""
    if word("back"):
        kb.arranging.forget(store(), reader())
        return redirect(url_for("home.arranging"), 303)
    blocks = list(kb.arranging.arrangement(store(), reader()).blocks)
    block = word("block")
    place = next((n for n, (name, _shown) in enumerate(blocks) if name == block), None)
    if place is None:
        raise Invalid("blocks", "Choose among the blocks offered, each once.")
    step = {"up": -1, "down": 1}.get(word("move"), 0)
    if word("move") in {"hide", "show"}:
        blocks[place] = (blocks[place][0], word("move") == "show")
    elif 0 <= place + step < len(blocks):
        blocks[place], blocks[place + step] = blocks[place + step], blocks[place]
    hidden = [name for name, shown in blocks if not shown]
    kb.arranging.arrange(store(), reader(), [name for name, _shown in blocks], hidden)
    return redirect(url_for("home.arranging", block=Block(block), move=word("move")), 303)


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
