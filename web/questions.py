"""A question's page, what hangs below it, and the lists of questions: all, unanswered, by tag."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import cast

from flask import Blueprint, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

import kb.catching_up
import kb.confirming
import kb.deleting
import kb.drifts
import kb.elsewhere
import kb.guides
import kb.merging
import kb.notices
import kb.outcomes
import kb.people
import kb.practices
import kb.procedures
import kb.questions
import kb.routes
import kb.spaces
import kb.suggesting
import kb.twins
import kb.unsent
import kb.verifying
from kb.errors import NotFound
from kb.lifecycle import next_review
from kb.model import Answer, Comment, Person, Question
from kb.permissions import Action, can
from kb.questions import Thread
from kb.routes import Asked
from kb.routing import InvitationStatus
from kb.twins import Twin
from web.addresses import procedure_url, question_url
from web.because import named_in
from web.catalogue import _, language
from web.forms import page as page_number
from web.forms import word
from web.home import authors
from web.site import beside, finder, reader, store

pages = Blueprint("questions", __name__)
SIZE = 20
VERIFIED_MONTHS = 12  # for which a verification is proposed to hold
NEAR = 8  # questions behind which twins are looked for


class Rights:
    """What the reader may do on this page, asked once by templates: `may("edit", answer)`."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def __call__(self, action: str, thing: Question | Answer | Comment | None = None) -> bool:
        return can(reader(), Action(action), thing or self.question, self.question.space)


@pages.get("/questions/<id>")
@pages.get("/questions/<id>/<slug>")
def page(id: str, slug: str = "") -> AnyResponse | str:
    try:
        shown = everything(id, **_unsent(id))
    except NotFound:
        if not kb.deleting.can_restore(store(), reader(), id):
            raise
        flash(_("This question was deleted. You can still bring it back."))
        return redirect(url_for("bin.page"), 303)
    shown["story"] = kb.catching_up.visit(store(), reader(), cast(Thread, shown["thread"]))
    kb.notices.seen(store(), reader(), cast(Question, shown["question"]))
    return render_template("question.html", **shown)


def _unsent(id: str) -> dict[str, object]:
    """What the reader is writing here and has not sent."""
    shown: dict[str, object] = {}
    answering = kb.unsent.find(store(), reader(), f"answer {id}")
    commenting = kb.unsent.find(store(), reader(), f"comment {id}")
    if answering is not None:
        shown |= {"typed": answering.fields.get("body", ""), "typed_id": answering.fields.get("id", "")}
        shown["unsent"] = answering
    if commenting is not None:
        shown["commented"] = commenting.fields.get("answer") or id
        shown["comment_typed"] = commenting.fields.get("body", "")
    return shown


def everything(id: str, **typed: object) -> dict[str, object]:
    """All that a question's page shows; `typed` adds what a refused form held."""
    thread = kb.questions.thread(store(), reader(), id)
    invited = kb.routes.of_question(store(), reader(), id)
    related = beside(lambda: finder().related(id, reader(), limit=5))
    asked = {each.invitation.person for each in invited}
    named = {name for each in invited for name in (*named_in(each.reasons), each.invitation.detail)}
    said = kb.confirming.said(store(), reader(), thread.answers)
    judges = {given.person for each in said.values() for given in (*each.works, *each.doubts)}
    names = kb.people.names(store(), reader(), _people(thread) | asked | named | judges)
    sayings = kb.elsewhere.waiting(store(), reader(), id)
    names |= kb.people.names(store(), reader(), {name for each in sayings for name in (each.by, each.person)})
    space = kb.spaces.get(store(), reader(), thread.question.space)
    mine = next((each for each in invited if each.invitation.person == reader().id), None)
    here = {thread.question.author, *(each.author for each in thread.answers), *asked}
    return {
        "practices": kb.practices.made_of(store(), reader(), [each.id for each in thread.answers]),
        "said": said, "judged": {id: each.of(reader().id) for id, each in said.items()},
        "warned": kb.drifts.warnings(store(), reader(), [each.id for each in thread.answers]),
        "promoting": can(reader(), Action.PROMOTE, space),
        "thread": thread, "question": thread.question, "may": Rights(thread.question), "names": names, "space": space,
        "related": related, "knowing": [each for each in related.people if each.person not in here][:3],
        "invited": [each for each in invited if each.invitation.person in names],
        "mine": mine,
        "elsewhere_named": named_elsewhere(reader(), invited),
        "week": mine and kb.routes.requests_this_week(store(), reader()),
        "suggested": len(kb.suggesting.waiting(store(), reader(), id)), "sayings": sayings,
        "twins": _twins(thread.question), "settles": kb.outcomes.may_settle(store(), reader(), thread.question),
        "answered_others": kb.outcomes.answered_others(store(), reader(), thread.question),
        "outcome": kb.routes.outcome(store(), reader(), id),
        "guide": kb.guides.of_space(store(), reader(), space.id).answer,
        "digest": kb.verifying.digest, "today": store().clock().date(),
        "until": next_review(store().clock().date(), VERIFIED_MONTHS).isoformat(),
        "typed": "", "error": None, "commented": "", **typed,
    }  # fmt: skip


def _twins(question: Question) -> Sequence[Twin]:
    """For the asker: people elsewhere who asked or solved the same lately."""
    if question.author != reader().id:
        return ()
    text, eyes = f"{question.title}\n{question.body}", kb.twins.eyes(store(), reader())
    found = beside(lambda: finder().find(text, eyes, exclude=question.id, limit=NEAR))
    return kb.twins.among(store(), reader(), question.id, [each.question for each in found.answers if each.question])


def named_elsewhere(person: Person, invited: Sequence[Asked]) -> list[tuple[Asked, str, str]]:
    """Where colleagues say it is answered already, for `person` who asked: the request, the address, its title."""
    found: list[tuple[Asked, str, str]] = []
    for each in invited:
        of, _space, id = (each.invitation.detail or "").partition(" ")
        if each.invitation.status is not InvitationStatus.KNOWN or each.question.author != person.id:
            continue
        with suppress(NotFound):
            if of == "question":
                title = kb.questions.thread(store(), person, id).question.title
                found.append((each, question_url(id, title), title))
            else:
                title = kb.procedures.get(store(), person, id).revision(language()).title
                found.append((each, procedure_url(id), f"{id} {title}"))
    return found


def _people(thread: Thread) -> set[str | None]:
    posts: list[Question | Answer | Comment] = [thread.question, *thread.answers, *thread.comments]
    return {*(each.author for each in posts), *(each.person for each in thread.verified.values())}


@pages.get("/questions")
def all() -> str:
    if word("show") == "duplicated":
        return _duplicated()
    unanswered = word("show") == "unanswered"
    return _list(unanswered)


def _duplicated() -> str:
    """What is asked again and again."""
    counted = kb.merging.most_duplicated(store(), reader(), 3 * SIZE)
    shown = [each for each, _count in counted]
    return render_template(
        "questions.html", questions=shown, unanswered=False, duplicated={each.id: n for each, n in counted},
        number=1, more=False, names=authors(shown), tags=(),
    )  # fmt: skip


def _list(unanswered: bool) -> str:
    number = page_number()
    found = kb.questions.readable(
        store(), reader(), unanswered=unanswered, limit=SIZE + 1, offset=(number - 1) * SIZE
    )
    more, shown = len(found) > SIZE, list(found[:SIZE])
    with store().read() as tx:
        tags = tx.questions.tags(spaces=frozenset(reader().roles), limit=40)
    return render_template(
        "questions.html",
        questions=shown,
        unanswered=unanswered,
        number=number,
        more=more,
        names=authors(shown),
        tags=tags,
    )


@pages.get("/questions/<id>/history")
def history(id: str) -> str:
    """The earlier texts of a question or of one of its answers, each compared with the one that replaced it."""
    thread = kb.questions.thread(store(), reader(), id)
    answer = next((each for each in thread.answers if each.id == word("answer")), None)
    edits = kb.questions.history(store(), reader(), id, answer.id if answer else None)
    later = answer.body if answer else f"{thread.question.title}\n\n{thread.question.body}"
    steps = []
    for each in edits:
        earlier = f"{each.title}\n\n{each.body}" if each.title else each.body
        steps.append((each, compare(earlier, later)))
        later = earlier
    names = kb.people.names(store(), reader(), {each.person for each in edits})
    editing = can(reader(), Action.EDIT, answer or thread.question, thread.question.space)
    return render_template(
        "history.html", question=thread.question, answer=answer, steps=steps, names=names, editing=editing
    )


def compare(earlier: str, later: str) -> Markup:
    """Both texts in one, word by word: what was taken out in `<del>`, what came in in `<ins>`."""
    before, after = re.findall(r"\s+|[^\s]+", earlier), re.findall(r"\s+|[^\s]+", later)
    parts = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(Markup("{}").format("".join(before[i:j])))
            continue
        if j > i:
            parts.append(Markup("<del>{}</del>").format("".join(before[i:j])))
        if m > k:
            parts.append(Markup("<ins>{}</ins>").format("".join(after[k:m])))
    return Markup("").join(parts)
