"""Asking: what is similar, who will be asked and why, a preview; then the question, once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

import kb.questions
import kb.routes
import kb.spaces
from indexer.hits import Found
from indexer.language import detect as detect_language
from kb.errors import Invalid
from kb.model import Candidate, Role, Space, Visibility, new_id
from kb.rules import BODY_LIMIT, LANGUAGES, TITLE_LIMIT, clean
from web import catalogue
from web.addresses import person_url, procedure_url, question_url
from web.catalogue import _
from web.forms import query, tags, text, word
from web.site import finder, reader, store

pages = Blueprint("ask", __name__)
WHOM = 5


@pages.get("/ask")
def page() -> str:
    """An empty form, or one begun in the box of the home page (`title`)."""
    title = query("title")
    spaces = _spaces()
    chosen = word("space") or (spaces[0].id if spaces else "")
    form = {"id": new_id(), "title": title[:TITLE_LIMIT], "body": title if len(title) > TITLE_LIMIT else "", "tags": "",
            "space": chosen, "language": ""}  # fmt: skip
    return render_template("ask.html", form=form, spaces=spaces, found=_similar(title), preview=None, error=None)


@pages.post("/ask")
def post() -> AnyResponse:
    try:
        if text("action") == "preview":
            return _again(None)
        question = kb.questions.ask(
            store(), reader(), word("space"), text("title"), text("body"), tags(), _language(), id=word("id") or None
        )
    except Invalid as error:
        return _again(error)
    flash(_("Your question is posted. The colleagues most likely to know will be asked, a few at a time."))
    return redirect(question_url(question.id, question.title), 303)


@pages.post("/ask/similar")
def similar() -> str:
    """The block beside the form: the preview, what is similar, who will be asked."""
    title, body = clean("title", text("title"), TITLE_LIMIT * 5), clean("body", text("body"), BODY_LIMIT)
    return render_template("ask_similar.html", found=_similar(f"{title}\n{body}"), typed=title, preview=body)


@pages.post("/ask/answered")
def answered() -> AnyResponse:
    """ "This answers me": nothing is posted, the search counts as solved, and its path is kept to learn from."""
    asked, kind, id = clean("text", text("text"), BODY_LIMIT, required=True), word("kind"), word("id")
    if kind not in _PLACES:
        raise Invalid("kind", "Choose what answered you.")
    found = finder().find(asked, reader())
    candidates = [Candidate(each.person, each.score, each.probability) for each in found.people]
    kb.routes.record(
        store(),
        reader().id,
        asked,
        found.band,
        found.probability,
        found.scorer,
        candidates,
        outcome=f"answered by {id}",
    )
    flash(_("Good. Noted that this answered you: it helps the next person who asks."))
    return redirect(_PLACES[kind](id), 303)


_PLACES: dict[str, Callable[[str], str]] = {"question": question_url, "procedure": procedure_url, "person": person_url}


def _again(error: Invalid | None) -> Response:
    """The form with what was typed, beside it what was found; 422 with `error` beside its field."""
    form = {name: text(name) for name in ("id", "title", "body", "tags", "space", "language")}
    found = _similar(f"{form['title']}\n{form['body']}") if error is None else None
    page = render_template("ask.html", form=form, spaces=_spaces(), found=found, preview=form["body"], error=error)
    return make_response(page, 422 if error else 200)


def _similar(typed: str) -> Found | None:
    typed = clean("body", typed, BODY_LIMIT + TITLE_LIMIT * 5 + 1)
    return finder().find(typed, reader(), limit=WHOM) if typed else None


def _spaces() -> list[Space]:
    """The spaces the reader may ask in, by name, behind the one most of their questions belong in."""
    me = reader()
    spaces = [each for each in kb.spaces.readable(store(), me) if me.roles[each.id] is not Role.READER]
    return sorted(spaces, key=lambda each: (each.id not in me.member_of, each.visibility is not Visibility.OPEN))


def _language() -> str:
    """The language chosen, else the one the question is written in."""
    if text("language") in LANGUAGES:
        return text("language")
    return detect_language(f"{text('title')} {text('body')}", default=catalogue.language())
