"""Flagging a post, and the queue of those who keep spaces: what was flagged, what waits to be posted."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.attachments
import kb.holding
import kb.moderating
import kb.people
import kb.questions
import kb.spaces
from kb.errors import Invalid
from kb.flags import FlagReason
from kb.model import Answer, Comment, Question
from kb.permissions import Action, require
from web.addresses import question_url
from web.catalogue import _, mark
from web.forms import text, word
from web.site import reader, store

pages = Blueprint("moderation", __name__)
REASONS = {
    FlagReason.CONFIDENTIAL: mark("It holds something confidential"),
    FlagReason.PERSONAL: mark("It tells something personal about somebody"),
    FlagReason.RUDE: mark("It is rude"),
    FlagReason.NOT_HERE: mark("It does not belong here"),
    FlagReason.OTHER: mark("Something else"),
}


@pages.get("/questions/<id>/flag")
def flag(id: str) -> str:
    return _flag(id, None)


@pages.post("/questions/<id>/flag")
def flag_post(id: str) -> AnyResponse:
    answer, comment = word("answer") or None, word("comment") or None
    try:
        kb.moderating.flag(store(), reader(), id, answer, comment, word("reason"), text("note"))
    except Invalid as error:
        return make_response(_flag(id, error), 422)
    flash(_("Thank you. Those who keep the space look at it, and you will hear what they decide."))
    return redirect(question_url(id), 303)


@pages.get("/moderation")
def page() -> str:
    return _page(None, "")


@pages.post("/moderation/flags/<id>")
def decide(id: str) -> AnyResponse:
    try:
        kb.moderating.decide(store(), reader(), id, word("decision") == "remove", text("reason"))
    except Invalid as error:
        return make_response(_page(error, id), 422)
    flash(_("Decided. Whoever raised it is told."))
    return redirect(url_for("moderation.page"), 303)


@pages.post("/moderation/posts/<id>")
def judge(id: str) -> AnyResponse:
    try:
        if word("decision") == "post":
            kb.moderating.approve(store(), reader(), id)
            flash(_("It is posted, and its author knows."))
        else:
            kb.moderating.refuse(store(), reader(), id, text("reason"))
            flash(_("It is not posted. Its author is told why."))
    except Invalid as error:
        return make_response(_page(error, id), 422)
    return redirect(url_for("moderation.page"), 303)


@pages.get("/spaces/<id>/approval")
def approval(id: str) -> str:
    space = kb.spaces.get(store(), reader(), id)
    require(reader(), Action.MANAGE, space)
    return render_template("space_approval.html", space=space, whose=kb.holding.whose_wait(store(), id))


@pages.post("/spaces/<id>/approval")
def approval_post(id: str) -> AnyResponse:
    kb.holding.choose(store(), reader(), id, request.form.getlist("whose"))
    flash(_("Noted. It holds for what is written from now on."))
    return redirect(url_for("spaces.page", id=id), 303)


def _flag(id: str, error: Invalid | None) -> str:
    thread = kb.questions.thread(store(), reader(), id)
    wanted = word("comment") or word("answer")
    posts: list[Question | Answer | Comment] = [*thread.answers, *thread.comments]
    post = next((each for each in posts if each.id == wanted), thread.question)
    return render_template(
        "flag.html", question=thread.question, said=kb.moderating.title_of(post), answer=word("answer"),
        comment=word("comment"), reasons=REASONS, note=text("note"), error=error,
    )  # fmt: skip


def _page(error: Invalid | None, wrong: str) -> str:
    queue = kb.moderating.queue(store(), reader())
    people = {each.flag.person for each in queue.flagged} | {each.post.author for each in queue.flagged}
    names = kb.people.names(store(), reader(), people | {each.person for each in queue.held})
    files = {each.id: kb.attachments.of_held(store(), reader(), each.id) for each in queue.held}
    return render_template(
        "moderation.html", attached=files, queue=queue, names=names, reasons=REASONS, error=error, wrong=wrong,
        spaces={each.id: each for each in kb.spaces.readable(store(), reader())},
    )  # fmt: skip
