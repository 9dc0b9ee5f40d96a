"""What is done on a question: answer, comment, vote, accept, edit, close, delete. Plain forms; each answers 303."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

import kb.confirming
import kb.holding
import kb.questions
import kb.routes
import kb.verifying
from indexer.language import detect
from kb.errors import Invalid
from kb.model import Answer, Comment, Question, new_id
from kb.permissions import Action, require
from kb.questions import Thread
from kb.rules import COMMENT_LIMIT, LANGUAGES, clean
from web import catalogue
from web.addresses import question_url
from web.attachments import attached
from web.catalogue import _
from web.forms import day, tags, text, word
from web.practices import chosen_verdict
from web.questions import everything
from web.site import reader, store

pages = Blueprint("posts", __name__, url_prefix="/questions/<id>")
_ADDRESS = re.compile(r"/questions/([^/?#\s]+)")


@pages.post("/answers")
def answer(id: str) -> AnyResponse:
    try:
        given = kb.questions.answer(
            store(), reader(), id, text("body"), _language(), id=word("id") or None, attached=attached() or ()
        )
    except Invalid as error:
        return make_response(render_template("question.html", **everything(id, typed=text("body"), error=error)), 422)
    if _waits(id):
        return redirect(question_url(id), 303)
    flash(_("Thank you: your answer is there for everybody who asks next."))
    return redirect(question_url(id, answer=given.id), 303)


@pages.post("/comments")
def comment(id: str) -> AnyResponse:
    answer = word("answer") or None
    try:
        made = kb.questions.comment(
            store(), reader(), id, text("body"), answer, id=word("id") or None, attached=attached() or ()
        )
    except Invalid as error:
        refused = everything(id, error=error, commented=answer or id, comment_typed=text("body"))
        return make_response(render_template("question.html", **refused), 422)
    _waits(id)
    return redirect(f"{question_url(id)}#comment-{made.id}", 303)


@pages.post("/vote")
def vote(id: str) -> AnyResponse:
    value, answer = text("value"), word("answer") or None
    if value not in {"-1", "0", "1"}:
        raise Invalid("value", "A vote is 1, -1, or 0 to take it back.")
    reason = word("reason") or None
    if value == "-1" and reason is None:
        raise Invalid("reason", "Say what is wrong with it: wrong, outdated, not here or unclear.")
    kb.questions.vote(store(), reader(), id, answer, int(value), reason)
    return redirect(question_url(id, answer=answer), 303)


@pages.post("/verdict")
def verdict(id: str) -> AnyResponse:
    """Whether an answer works for oneself, or is outdated or dangerous; nothing takes it back."""
    answer = word("answer")
    try:
        kb.confirming.judge_answer(store(), reader(), answer, chosen_verdict(), text("note"))
    except Invalid as error:
        refused = everything(id, doubted=answer, doubt=error, note=text("note"))
        return make_response(render_template("question.html", **refused), 422)
    return redirect(question_url(id, answer=answer), 303)


@pages.post("/verify")
def verify(id: str) -> AnyResponse:
    """Put one's name to an answer until a day, or take the mark back (`back`)."""
    answer = word("answer")
    try:
        if word("back"):
            asked = kb.verifying.doubt_answer(store(), reader(), answer)
        else:
            asked = kb.verifying.verify_answer(store(), reader(), answer, day("until"), word("seen") or None)
            flash(_("Verified, under your name."))
    except Invalid as error:
        refused = everything(id, unverified=answer, undated=error, undated_day=word("until"))
        return make_response(render_template("question.html", **refused), 422)
    return redirect(question_url(asked.id, answer=answer), 303)


@pages.post("/accept")
def accept(id: str) -> AnyResponse:
    answer = word("answer") or None
    kb.questions.accept(store(), reader(), id, answer)
    return redirect(question_url(id, answer=answer), 303)


@pages.post("/outcome")
def judge(id: str) -> AnyResponse:
    """What the asker says of the answers so far."""
    kb.routes.judge(store(), reader(), id, word("outcome"))
    flash(_("Thank you. Others are asked now.") if word("outcome") == "no" else _("Thank you: noted."))
    return redirect(question_url(id), 303)


@pages.get("/edit")
def edit(id: str) -> str:
    thread = _thread(id, Action.EDIT)
    question = thread.question
    form = {
        "title": question.title,
        "body": question.body,
        "tags": " ".join(question.tags),
        "language": question.language,
    }
    files = thread.attached.get(id, ())
    return render_template("edit.html", question=question, answer=None, form=form, error=None, files=files)


@pages.post("/edit")
def edit_post(id: str) -> AnyResponse:
    try:
        question = kb.questions.edit_question(
            store(), reader(), id, text("title"), text("body"), tags(), _language(), attached()
        )
    except Invalid as error:
        form = {name: text(name) for name in ("title", "body", "tags", "language")}
        shown = render_template("edit.html", question=_thread(id).question, answer=None, form=form, error=error)
        return make_response(shown, 422)
    return redirect(question_url(question.id, question.title), 303)


@pages.get("/answers/<answer>/edit")
def edit_answer(id: str, answer: str) -> str:
    thread, given = _answer(id, answer, Action.EDIT)
    form = {"body": given.body, "language": given.language}
    files = thread.attached.get(answer, ())
    return render_template(
        "edit.html", question=thread.question, answer=given, form=form, error=None, files=files,
        verified=thread.verified.get(answer),
    )


@pages.post("/answers/<answer>/edit")
def edit_answer_post(id: str, answer: str) -> AnyResponse:
    thread, given = _answer(id, answer, Action.EDIT)
    try:
        kb.questions.edit_answer(store(), reader(), given.id, text("body"), _language(), attached())
    except Invalid as error:
        form = {"body": text("body"), "language": text("language")}
        return make_response(
            render_template("edit.html", question=thread.question, answer=given, form=form, error=error), 422
        )
    return redirect(question_url(id, thread.question.title, given.id), 303)


@pages.get("/delete")
def delete(id: str) -> str:
    return _deletion(_thread(id, Action.DELETE))


@pages.post("/delete")
def delete_post(id: str) -> AnyResponse:
    thread = _thread(id, Action.DELETE)
    try:
        kb.questions.delete_question(store(), reader(), id, _why(thread.question))
    except Invalid as error:
        return make_response(_deletion(thread, error=error), 422)
    flash(_("The question is deleted."))
    return redirect(url_for("bin.page"), 303)


@pages.get("/answers/<answer>/delete")
def delete_answer(id: str, answer: str) -> str:
    thread, given = _answer(id, answer, Action.DELETE)
    return _deletion(thread, given)


@pages.post("/answers/<answer>/delete")
def delete_answer_post(id: str, answer: str) -> AnyResponse:
    thread, given = _answer(id, answer, Action.DELETE)
    try:
        kb.questions.delete_answer(store(), reader(), answer, _why(given))
    except Invalid as error:
        return make_response(_deletion(thread, given, error=error), 422)
    flash(_undoable(_("The answer is deleted.")))
    return redirect(question_url(id), 303)


@pages.get("/comments/<comment>/delete")
def delete_comment(id: str, comment: str) -> str:
    thread, made = _comment(id, comment)
    return _deletion(thread, comment=made)


@pages.post("/comments/<comment>/delete")
def delete_comment_post(id: str, comment: str) -> AnyResponse:
    thread, made = _comment(id, comment)
    try:
        kb.questions.delete_comment(store(), reader(), comment, _why(made))
    except Invalid as error:
        return make_response(_deletion(thread, comment=made, error=error), 422)
    flash(_undoable(_("The comment is deleted.")))
    return redirect(question_url(id), 303)


def _deletion(
    thread: Thread, answer: Answer | None = None, comment: Comment | None = None, error: Invalid | None = None
) -> str:
    """Whether to delete it, and why when another wrote it."""
    asked = thread.question
    return render_template(
        "delete.html", question=asked, thread=thread, answer=answer, comment=comment, error=error, reason=text("reason")
    )


def _undoable(said: str) -> Markup:
    """With the way back."""
    return Markup('{} <a href="{}">{}</a>').format(said, url_for("bin.page"), _("Bring it back"))


@pages.get("/close")
def close(id: str) -> str:
    return render_template("close.html", question=_thread(id, Action.CLOSE).question, original="", error=None)


@pages.post("/close")
def close_post(id: str) -> AnyResponse:
    """Close as asked before; with an empty `original` and `reopen`, open it again."""
    try:
        original = word("original")
        found = _ADDRESS.search(original)
        if not original and not text("reopen"):
            raise Invalid("original", "Paste the address of the question that was asked first.")
        first = (found[1] if found else original) or None
        kb.questions.close_as_duplicate(store(), reader(), id, first, merge=bool(text("merge")))
    except Invalid as error:
        question = _thread(id).question
        return make_response(
            render_template("close.html", question=question, original=text("original"), error=error), 422
        )
    return redirect(question_url(id), 303)


def _waits(id: str) -> bool:
    """Whether what was just sent is read by the keepers first; then it is said."""
    waits = kb.holding.waits(store(), reader(), _thread(id).question.space)
    if waits:
        flash(_("Thank you. Those who keep this space read it first; you will hear when it is posted."))
    return waits


def _why(post: Question | Answer | Comment) -> str:
    """The reason for deleting what another wrote: they are told."""
    mine = post.author in (None, reader().id)
    return clean("reason", text("reason"), COMMENT_LIMIT, required=not mine)


def _thread(id: str, action: Action = Action.READ) -> Thread:
    thread = kb.questions.thread(store(), reader(), id)
    require(reader(), action, thread.question)
    return thread


def _comment(id: str, comment: str) -> tuple[Thread, Comment]:
    thread = _thread(id)
    made = next((each for each in thread.comments if each.id == comment), None) or abort(404)
    require(reader(), Action.DELETE, made, thread.question.space)
    return thread, made


def _answer(id: str, answer: str, action: Action) -> tuple[Thread, Answer]:
    thread = _thread(id)
    given = next((each for each in thread.answers if each.id == answer), None) or abort(404)
    require(reader(), action, given, thread.question.space)
    return thread, given


def _language() -> str:
    """The language chosen, else the one that the text is written in."""
    if text("language") in LANGUAGES:
        return text("language")
    return detect(f"{text('title')} {text('body')}", default=catalogue.language())


pages.app_context_processor(lambda: {"new_id": new_id})
