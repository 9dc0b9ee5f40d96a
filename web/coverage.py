"""What the procedures of a space leave unanswered, for those who answer for them: each with a task in one click."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.coverage
import kb.people
from indexer.finder import Finder
from kb.coverage import Nearest
from kb.model import Band, Duty, Person, Procedure, Question
from web.catalogue import _
from web.forms import word
from web.site import reader, store

pages = Blueprint("coverage", __name__, url_prefix="/spaces/<id>/coverage")


@pages.get("")
def page(id: str) -> str:
    report = kb.coverage.report(store(), reader(), id)
    unheld: dict[str, tuple[Procedure, list[Duty]]] = {}
    for procedure, duty in report.unheld:
        unheld.setdefault(procedure.key, (procedure, []))[1].append(duty)
    procedures = [*(each.procedure for each in report.clusters), *report.unopened, *(each for each, _ in report.unheld)]
    return render_template(
        "coverage.html", report=report, space=report.space, unheld=list(unheld.values()),
        given=kb.coverage.given(store(), reader(), id),
        names=kb.people.names(store(), reader(), {each.owner for each in procedures}),
    )  # fmt: skip


@pages.post("/tasks")
def give(id: str) -> AnyResponse:
    person = kb.coverage.give(store(), reader(), id, word("hole"), word("key"), word("step"))
    names = kb.people.names(store(), reader(), {person})
    flash(_("%(name)s has it among their tasks.", name=names[person].name if person in names else ""))
    return redirect(url_for("coverage.page", id=id), 303)


@pages.post("/questions")
def go_through(id: str) -> AnyResponse:
    kb.coverage.go_through(store(), reader(), id)
    flash(_("The questions of the last twelve months are gone through now. Look again in a minute."))
    return redirect(url_for("coverage.page", id=id), 303)


def nearest(finder: Finder) -> Nearest:
    """In whose reach a question lies: the procedure found first for it, unless a duty of it was found and something is
    likely to answer."""

    def near(person: Person, question: Question) -> str | None:
        found = finder.related(question.id, person, limit=1)
        first = found.procedures[0] if found.procedures else None
        return first.key if first and (first.duty is None or found.band is not Band.ANSWERED) else None

    return near
