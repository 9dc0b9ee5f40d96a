"""Answered elsewhere: the asker's form, and the page where the colleague confirms, also by the link of a mail."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.elsewhere
import kb.mail
import kb.people
import kb.questions
from indexer.language import detect
from kb.errors import Conflict, Invalid
from kb.model import Person
from web import catalogue
from web.addresses import question_url
from web.catalogue import _
from web.forms import text
from web.mail_links import link_for, opened
from web.people import called
from web.site import reader, store

pages = Blueprint("elsewhere", __name__)


@pages.get("/questions/<id>/elsewhere")
def page(id: str) -> str:
    kb.elsewhere.require_asker(reader(), kb.questions.thread(store(), reader(), id).question)
    return _form(id, None)


@pages.post("/questions/<id>/elsewhere")
def write_down(id: str) -> AnyResponse:
    try:
        colleague = called(text("colleague"), "colleague")
        language = detect(text("body"), default=catalogue.language())
        kb.elsewhere.write_down(store(), reader(), id, colleague.id, text("body"), language)
    except Invalid as error:
        return make_response(_form(id, error), 422)
    flash(_("%(name)s is asked to confirm it with one click.", name=colleague.name))
    return redirect(question_url(id), 303)


def said_link(person: str, said: str) -> str:
    """The part of the address that says who confirms what."""
    return link_for("said", person, said)


@pages.get("/said/<link>")
def confirming(link: str) -> str:
    person, id = opened("said", link)
    return _confirming(link, person, id, None)


@pages.post("/said/<link>")
def confirm(link: str) -> AnyResponse:
    person, id = opened("said", link)
    try:
        if text("deny"):
            kb.elsewhere.deny(store(), person, id)
        else:
            kb.elsewhere.confirm(store(), person, id, text("body"))
    except Invalid as error:
        return make_response(_confirming(link, person, id, error), 422)
    except Conflict:
        pass  # a second click: the page says how it ended
    return redirect(url_for("elsewhere.confirming", link=link), 303)


@pages.get("/said-to-have-said/<id>")
def own(id: str) -> AnyResponse:
    """From the inbox: the same page, by a link made at this moment."""
    kb.elsewhere.get(store(), reader(), id)
    return redirect(url_for("elsewhere.confirming", link=said_link(reader().id, id)), 303)


def _confirming(link: str, person: Person, id: str, error: Invalid | None) -> str:
    said, question = kb.elsewhere.get(store(), person, id)
    names = kb.people.names(store(), person, {said.by})
    typed = text("body") or said.body
    return render_template(
        "said.html", link=link, person=person, said=said, question=question, names=names, error=error, typed=typed
    )


def _form(id: str, error: Invalid | None) -> str:
    thread = kb.questions.thread(store(), reader(), id)
    typed = {name: text(name) for name in ("colleague", "body")}
    return render_template("elsewhere.html", question=thread.question, error=error, typed=typed)
