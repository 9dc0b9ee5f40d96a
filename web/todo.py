"""What a task says in the reader's language, where it is done, and the button that ends it.

A new kind of task is one line here; its facts are in `params`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.tasks
from kb.advice import Practice, TaskKind
from kb.model import Question
from kb.permissions import Action, can
from kb.tasks import Due
from web.addresses import amendment_url, practice_url, procedure_url, question_url
from web.catalogue import _, day_text, language, mark
from web.site import reader, store

pages = Blueprint("todo", __name__)
_SENTENCES: Mapping[TaskKind, str] = {
    TaskKind.DOUBTED: mark("A colleague says that this practice is no longer true: mend it, verify it or take it back"),
    TaskKind.WRITE: mark("People ask about this, and no duty answers: say it in a duty, or in a practice"),
    TaskKind.UNOPENED: mark("Nobody opened it in twelve months: is it needed, and can it be found?"),
    TaskKind.UNHELD: mark("Nobody holds the role of step %(step)s: name somebody, or name the role as people know it"),
    TaskKind.HAND_OVER: mark("Your last day is %(day)s: agree who looks after it, and hand it over"),
    TaskKind.WRITE_DOWN: mark("Your last day is %(day)s and you alone answered this: write it down as a practice"),
    TaskKind.AMEND: mark("A colleague proposes to change its duties, from practice"),
}  # fmt: skip


@pages.post("/tasks/<id>/done")
def done(id: str) -> AnyResponse:
    kb.tasks.finish(store(), reader(), id)
    flash(_("Done."))
    return redirect(url_for("tasks.page"), 303)


def task_text(due: Due) -> str:
    """What is to be done, as one sentence."""
    if due.task.kind is TaskKind.WRITE and (wanted := _wanted(due)):
        return _(
            "People want to know “%(wanted)s”, and no duty answers: say it in a duty, or in a practice", wanted=wanted
        )
    facts = dict(due.task.params)
    if "day" in facts:
        facts["day"] = day_text(date.fromisoformat(str(facts["day"])))
    return _(_SENTENCES[due.task.kind]) % facts


def _wanted(due: Due) -> str:
    """What people want to know: the words searched, or the question as far as the reader may read it."""
    if "words" in due.task.params:
        return str(due.task.params["words"])
    with store().read() as tx:
        asked = tx.questions.find(str(due.task.params.get("question", "")))
    return asked.title if asked is not None and can(reader(), Action.READ, asked) else ""


def task_title_text(due: Due) -> str:
    """What it is about, as that is called."""
    if isinstance(due.about, Practice | Question):
        return due.about.title
    return f"{due.about.key} {due.about.revision(language()).title}" if due.about.revisions else due.about.key


def task_url(due: Due) -> str:
    """Where it is done."""
    if due.task.kind is TaskKind.AMEND:
        return amendment_url(str(due.task.params["amendment"]))
    if isinstance(due.about, Practice):
        return practice_url(due.about.id, due.about.title)
    if isinstance(due.about, Question):
        return question_url(due.about.id, due.about.title)
    return procedure_url(due.about.key)
