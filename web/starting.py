"""The first weeks: what binds one, what people like one use, whom to know, one question one could answer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.campaigns
import kb.people
import kb.questions
import kb.reading_lists
import kb.starting
from kb.model import Question
from web import catalogue
from web.forms import word
from web.site import beside, finder, reader, store

pages = Blueprint("starting", __name__)


@pages.get("/start")
def page() -> str:
    me = reader()
    found = kb.starting.path(store(), me, catalogue.language())
    practices = [each.practice for each in found.practices]
    question = _answerable()
    reading = kb.reading_lists.for_newcomer(store(), me)
    names = ({question.author} if question else set()) | {by for _shown, by in reading}
    asked = {each.procedure.key: each for each in kb.campaigns.asked_of(store(), me)}
    steps = [f"procedure {group[0].procedure.key}" for group in found.bound]
    steps += [f"practice {each.id}" for each in practices] + [f"person {each.person.id}" for each in found.people]
    return render_template(
        "start.html", reading=reading, found=found, question=question, asked=asked,
        names=kb.people.names(store(), reader(), names),
        ticked=len(found.done.intersection(steps)), steps=len(steps), today=store().clock().date(),
    )  # fmt: skip


@pages.post("/start")
def tick() -> AnyResponse:
    kb.starting.tick(store(), reader(), word("step"), request.form.get("done") == "1")
    return redirect(url_for("starting.page", _anchor=word("at") or None), 303)


def _answerable() -> Question | None:
    """One open question of a colleague, near to what the reader knows, or (nothing near) the one that waits longest."""
    me = reader()
    waiting = kb.questions.readable(store(), me, unanswered=True, limit=None)
    theirs = {each.id: each for each in waiting if each.author != me.id}
    words = " ".join((*me.skills, me.title))
    if words:
        for each in beside(lambda: finder().search(f"{words} is:unanswered kind:question", me, size=5)).answers:
            if each.question in theirs:
                return theirs[each.question]
    return min(theirs.values(), key=lambda each: str(each.created), default=None)
