"""Recognition in words: a skill that a colleague confirms with what showed it, thanks for an answer."""

from __future__ import annotations

import re
from urllib.parse import unquote

from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

import kb.endorsing
import kb.people
import kb.questions
import kb.thanking
from kb.errors import Invalid, NotFound
from kb.model import Answer, Question
from web.addresses import person_url, question_url
from web.catalogue import _
from web.forms import text, word
from web.site import reader, store

pages = Blueprint("recognition", __name__)
_PLACE = re.compile(r"/(question|practice|procedure)s/([^?#\s]+)")


@pages.get("/people/<id>/skills/confirm")
def confirm(id: str) -> str:
    return _confirm(id, None)


@pages.post("/people/<id>/skills/confirm")
def confirm_post(id: str) -> AnyResponse:
    """The place is an address of this site, or else the name of a project."""
    place = _PLACE.search(text("where"))
    try:
        if place is None:
            kb.endorsing.endorse(store(), reader(), id, word("skill"), kb.endorsing.PROJECT, text("where"))
        else:
            subject = unquote(place[2]) if place[1] == "procedure" else place[2].split("/")[0]
            kb.endorsing.endorse(store(), reader(), id, word("skill"), place[1], subject)
    except Invalid as error:
        return make_response(_confirm(id, error), 422)
    flash(_("Confirmed. It stands beside the skill, with your name."))
    return redirect(person_url(id), 303)


@pages.post("/people/<id>/skills/withdraw")
def withdraw(id: str) -> AnyResponse:
    kb.endorsing.withdraw(store(), reader(), id, word("skill"))
    flash(_("Taken back."))
    return redirect(person_url(id), 303)


@pages.get("/questions/<id>/thank")
def thank(id: str) -> str:
    return _thank(*_answer(id), None)


@pages.post("/questions/<id>/thank")
def thank_post(id: str) -> AnyResponse:
    question, answer = _answer(id)
    try:
        kb.thanking.thank(store(), reader(), id, answer.id, text("words"))
    except Invalid as error:
        return make_response(_thank(question, answer, error), 422)
    flash(_("Your thanks are on their way."))
    return redirect(question_url(id, question.title, answer.id), 303)


def _answer(id: str) -> tuple[Question, Answer]:
    thread = kb.questions.thread(store(), reader(), id)
    found = next((each for each in thread.answers if each.id == word("answer")), None)
    if found is None or found.author is None:
        raise NotFound("answer", word("answer"))
    return thread.question, found


def _confirm(id: str, error: Invalid | None) -> str:
    person = kb.people.get(store(), reader(), id)
    return render_template("skill.html", person=person, skill=word("skill"), error=error, typed=text("where"))


def _thank(question: Question, answer: Answer, error: Invalid | None) -> str:
    names = kb.people.names(store(), reader(), {answer.author})
    return render_template(
        "thank.html", question=question, answer=answer, names=names, error=error, typed=text("words")
    )
