"""The five replies from a mail, without signing in: a link that says who and which request, signed, and that ends.

A GET only shows what would be done (mail scanners open links); the POST does it. A link works once because a request
is replied to once: afterwards every link of it shows how it ended. Rights are those of the person the link was made
for, asked at the moment of the click.
"""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.mail
import kb.people
import kb.replies
import kb.routes
import kb.subjects
from indexer.language import detect
from kb.errors import Conflict, Invalid
from kb.model import Person
from kb.routing import OPEN, SubjectUse
from web import catalogue
from web.because import named_in
from web.forms import text, word
from web.mail_links import link_for, opened
from web.replies import answered_at, busy_until, instead, passed_on
from web.site import store

pages = Blueprint("one_click", __name__, url_prefix="/reply/<link>")
_FIELDS = ("body", "until", "other", "where")


def link_to(person: str, invitation: str) -> str:
    """The part of the address that says who replies to which request."""
    return link_for("reply", person, invitation)


@pages.get("")
def page(link: str) -> str:
    """How the request stands: what a POST leads to."""
    person, id = opened("reply", link)
    return _page(link, person, id, "", None)


@pages.get("/<any(answer, will_answer, not_me, busy, ask_instead, known):act>")
def ask(link: str, act: str) -> str:
    person, id = opened("reply", link)
    return _page(link, person, id, act, None)


@pages.post("/<any(answer, will_answer, not_me, busy, ask_instead, known):act>")
def act(link: str, act: str) -> AnyResponse:
    person, id = opened("reply", link)
    try:
        subject = _do(person, id, act)
    except Invalid as error:
        return make_response(_page(link, person, id, act, error), 422)
    except Conflict:
        subject = None  # a second click: the page says how it ended
    if subject is not None:
        return redirect(url_for("one_click.stop", link=link, subject=subject), 303)
    return redirect(url_for("one_click.page", link=link), 303)


@pages.get("/stop")
def stop(link: str) -> str:
    """After two refusals: whether to stop asking about this."""
    return render_template("stop_asking.html", subject=passed_on(*opened("reply", link), word("subject")))


@pages.post("/stop")
def stop_post(link: str) -> AnyResponse:
    person, id = opened("reply", link)
    subject = passed_on(person, id, text("subject"))
    use = SubjectUse.SHOWN if text("stop") else SubjectUse.ROUTED
    kb.subjects.choose(store(), person, person.id, {subject: use})
    return redirect(url_for("one_click.page", link=link, stopped=subject if text("stop") else None), 303)


def _do(person: Person, id: str, act: str) -> str | None:
    """The reply; a subject when the person may be asked whether to stop being asked about it."""
    match act:
        case "answer":
            kb.replies.answer(store(), person, id, text("body"), detect(text("body"), default=catalogue.language()))
        case "will_answer":
            kb.replies.will_answer(store(), person, id)
        case "not_me":
            return next(iter(kb.replies.not_me(store(), person, id).subjects), None)
        case "busy":
            busy_until(person, id)
        case "ask_instead":
            instead(person, id)
        case "known":
            answered_at(person, id)
    return None


def _page(link: str, person: Person, id: str, act: str, error: Invalid | None) -> str:
    why = kb.routes.why(store(), person, id)
    asked = why.asked
    kb.replies.request(store(), person, id)  # their own, and theirs to read
    names = kb.people.names(store(), person, named_in(asked.reasons) | {asked.question.author, asked.invitation.detail})
    typed = {name: request.form.get(name, "") for name in _FIELDS}
    return render_template(
        "one_click.html", link=link, person=person, why=why, asked=asked, names=names, act=act, error=error,
        typed=typed, open=asked.invitation.status in OPEN, stopped=word("stopped"),
    )  # fmt: skip
