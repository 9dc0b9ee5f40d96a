"""What the invited reply, on the page of their request: the five, and why they were asked, even a year later."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.procedures
import kb.replies
import kb.routes
import kb.subjects
from kb.errors import Invalid
from kb.model import Person
from kb.routing import OPEN, SubjectUse
from web.addresses import question_url
from web.because import named_in
from web.catalogue import _
from web.forms import day, text, word
from web.site import reader, store

pages = Blueprint("replies", __name__, url_prefix="/invitations/<id>")
_FIELDS = ("until", "other", "where")
_PLACE = re.compile(r"/(question|procedure)s/([^?#\s]+)")


@pages.get("")
def page(id: str) -> str:
    return _page(id, None)


@pages.post("/will-answer")
def will_answer(id: str) -> AnyResponse:
    question = kb.replies.will_answer(store(), reader(), id)
    flash(_("Thank you. The others are released, and whoever asked knows."))
    return redirect(question_url(question.id, question.title) + "#body", 303)


@pages.post("/not-me")
def not_me(id: str) -> AnyResponse:
    declined = kb.replies.not_me(store(), reader(), id)
    if declined.subjects:
        return redirect(url_for("replies.stop", id=id, subject=declined.subjects[0]), 303)
    flash(_("Understood: somebody else will be asked."))
    return redirect(url_for("home.page"), 303)


@pages.get("/stop")
def stop(id: str) -> str:
    """After two refusals: whether to stop asking about this."""
    return render_template("stop_asking.html", subject=passed_on(reader(), id, word("subject")))


@pages.post("/stop")
def stop_post(id: str) -> AnyResponse:
    subject = passed_on(reader(), id, text("subject"))
    use = SubjectUse.SHOWN if text("stop") else SubjectUse.ROUTED
    kb.subjects.choose(store(), reader(), reader().id, {subject: use})
    if text("stop"):
        flash(_("Noted: you will not be asked about %(subject)s any more.", subject=subject))
    else:
        flash(_("Noted: you may still be asked about %(subject)s.", subject=subject))
    return redirect(url_for("home.page"), 303)


def passed_on(person: Person, id: str, subject: str) -> str:
    """`subject`, when this request to `person` was about it."""
    _request, question = kb.replies.request(store(), person, id)
    if subject not in question.tags:
        raise Invalid("subject", "This request was about something else. Choose your subjects under your name.")
    return subject


@pages.post("/busy")
def busy(id: str) -> AnyResponse:
    return _reply(id, lambda: busy_until(reader(), id))


@pages.post("/ask-instead")
def ask_instead(id: str) -> AnyResponse:
    return _reply(id, lambda: instead(reader(), id))


@pages.post("/known")
def known(id: str) -> AnyResponse:
    return _reply(id, lambda: answered_at(reader(), id))


@pages.post("/answers-me")
def answers_me(id: str) -> AnyResponse:
    """The asker: what was named as the answer is one."""
    question = kb.replies.answers_me(store(), reader(), id)
    flash(_("Good. The question is closed, and leads there."))
    return redirect(question_url(question.id, question.title), 303)


def busy_until(person: Person, id: str) -> str:
    """Take the form's day for `person`; what to say. Mails' pages do the same."""
    kb.replies.busy(store(), person, id, day("until"))
    return _("Noted: you will not be asked before that day is over.")


def instead(person: Person, id: str) -> str:
    other = kb.people.find_named(store(), person, text("other"), "other")
    named = kb.replies.ask_instead(store(), person, id, other.id)
    return _("Thank you: %(name)s will be asked.", name=named.name)


def answered_at(person: Person, id: str) -> str:
    found = _PLACE.search(text("where"))
    if found is None:
        of, subject = "procedure", _key(person, text("where"))
    else:
        of, subject = found[1], found[2].split("/")[0] if found[1] == "question" else unquote(found[2])
    kb.replies.known(store(), person, id, of, subject)
    return _("Thank you: whoever asked is shown the place.")


def _key(person: Person, typed: str) -> str:
    """The key of a procedure that is called by it, in small letters too."""
    known = {each.key.casefold(): each.key for each in kb.procedures.readable(store(), person)}
    if (key := known.get(typed.strip().casefold())) is None:
        raise Invalid("where", "There is nothing at that address. Copy it from the page that answers this.")
    return key


def _reply(id: str, act: Callable[[], str]) -> AnyResponse:
    try:
        flash(act())
    except Invalid as error:
        return make_response(_page(id, error), 422)
    return redirect(url_for("home.page"), 303)


def _page(id: str, error: Invalid | None) -> str:
    why = kb.routes.why(store(), reader(), id)
    asked = why.asked
    people = named_in(asked.reasons) | {asked.invitation.person, asked.question.author}
    names = kb.people.names(store(), reader(), people)
    mine = asked.invitation.person == reader().id and asked.invitation.status in OPEN
    typed = {name: request.form.get(name, "") for name in _FIELDS}
    return render_template("invitation.html", why=why, asked=asked, names=names, mine=mine, error=error, typed=typed)
