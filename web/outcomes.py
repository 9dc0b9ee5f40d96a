"""Did it solve it? Said from a mail, without signing in: the link names the asker and the question, signed, and ends.
A GET shows the answers with a button each; the POST says it. It may be said anew until the link ends."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.mail
import kb.outcomes
import kb.people
import kb.questions
import kb.replies
import kb.routes
from web.forms import word
from web.mail_links import link_for, opened
from web.questions import named_elsewhere
from web.site import store

pages = Blueprint("outcomes", __name__, url_prefix="/outcome/<link>")


def outcome_link(person: str, question: str) -> str:
    """The part of the address that says who judges the answers to which question."""
    return link_for("outcome", person, question)


@pages.get("")
def page(link: str) -> str:
    person, id = opened("outcome", link)
    thread = kb.questions.thread(store(), person, id)
    if not kb.outcomes.may_settle(store(), person, thread.question):
        abort(404)
    places = named_elsewhere(person, kb.routes.of_question(store(), person, id))
    named = {*(each.author for each in thread.answers), *(each.invitation.person for each, _address, _title in places)}
    return render_template(
        "outcome.html", link=link, person=person, thread=thread, names=kb.people.names(store(), person, named),
        outcome=kb.routes.outcome(store(), person, id), places=places,
    )  # fmt: skip


@pages.post("")
def post(link: str) -> AnyResponse:
    person, id = opened("outcome", link)
    if word("answer"):
        kb.questions.accept(store(), person, id, word("answer"))
    elif word("known"):
        kb.replies.answers_me(store(), person, word("known"), id)
    else:
        kb.routes.judge(store(), person, id, word("outcome"))
    return redirect(url_for("outcomes.page", link=link), 303)
