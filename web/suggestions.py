"""Suggesting an edit to whoever wrote a post, deciding on what was suggested, putting an earlier text back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.questions
import kb.suggesting
from kb.errors import Invalid
from kb.model import Answer, Question
from kb.permissions import Action, require
from kb.suggesting import Suggested
from web.addresses import question_url
from web.catalogue import _
from web.forms import tags, text, word
from web.questions import compare
from web.site import reader, store

pages = Blueprint("suggestions", __name__, url_prefix="/questions/<id>/suggestions")


@pages.get("/new")
def new(id: str) -> str:
    question, post = _post(id)
    form = {"title": question.title, "body": post.body, "tags": " ".join(question.tags), "note": ""}
    return render_template("suggest_edit.html", question=question, post=post, form=form, error=None)


@pages.post("/new")
def add(id: str) -> AnyResponse:
    question, post = _post(id)
    try:
        answer = post.id if isinstance(post, Answer) else None
        kb.suggesting.suggest(store(), reader(), id, answer, text("title"), text("body"), tags(), text("note"))
    except Invalid as error:
        form = {name: text(name) for name in ("title", "body", "tags", "note")}
        shown = render_template("suggest_edit.html", question=question, post=post, form=form, error=error)
        return make_response(shown, 422)
    flash(_("Thank you. Whoever wrote it decides, and you will hear."))
    return redirect(question_url(id, question.title), 303)


@pages.get("")
def index(id: str) -> str:
    """What was suggested, each beside the text that stands."""
    question = kb.questions.thread(store(), reader(), id).question
    found = kb.suggesting.waiting(store(), reader(), id)
    names = kb.people.names(store(), reader(), {each.suggestion.person for each in found})
    return render_template(
        "suggestions.html", question=question, names=names, found=[(each, _difference(each)) for each in found]
    )


@pages.post("/<suggestion>")
def decide(id: str, suggestion: str) -> AnyResponse:
    if text("take"):
        kb.suggesting.take(store(), reader(), suggestion)
        flash(_("The suggested text stands now. The earlier one is in the history."))
    else:
        kb.suggesting.decline(store(), reader(), suggestion)
        flash(_("The text stays as it is. Whoever suggested the other is told."))
    return redirect(question_url(id), 303)


@pages.post("/put-back/<edit>")
def put_back(id: str, edit: str) -> AnyResponse:
    answer = kb.suggesting.put_back(store(), reader(), id, edit)
    flash(_("The earlier text stands again. The one it replaces is in the history."))
    return redirect(url_for("questions.history", id=id, answer=answer), 303)


def _post(id: str) -> tuple[Question, Question | Answer]:
    thread = kb.questions.thread(store(), reader(), id)
    require(reader(), Action.COMMENT, thread.question)
    if not word("answer"):
        return thread.question, thread.question
    return thread.question, next((each for each in thread.answers if each.id == word("answer")), None) or abort(404)


def _difference(each: Suggested) -> object:
    post, made = each.post, each.suggestion
    if isinstance(post, Answer):
        return compare(post.body, made.body)
    before, after = (f"{one.title}\n\n{one.body}\n\n{' '.join(one.tags)}" for one in (post, made))
    return compare(before, after)
