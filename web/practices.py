"""Practices: the list of each space, a practice's page, and what is done with one: promote, edit, verify, take back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import kb.amending
import kb.attachments
import kb.confirming
import kb.drifts
import kb.people
import kb.practices
import kb.questions
import kb.spaces
import kb.verifying
from kb.advice import Practice, Verdict
from kb.errors import Invalid, NotFound
from kb.lifecycle import next_review
from kb.model import Answer, Person, Question, new_id
from kb.permissions import Action, can, require
from kb.practices import Shown, Words
from kb.rules import LANGUAGES
from web import catalogue
from web.addresses import practice_url
from web.attachments import attached
from web.catalogue import _
from web.forms import day, tags, text, word
from web.questions import VERIFIED_MONTHS, compare
from web.site import beside, finder, reader, store

pages = Blueprint("practices", __name__)
SUGGESTED = 2  # duties that finding proposes
_ADDRESS = re.compile(r"(?:.*/questions/)?([^/?#\s]+)(?:[/?#]\S*)?")
Offered = Sequence[tuple[Question, Answer]]


@pages.get("/practices")
def index() -> str:
    chosen = kb.spaces.get(store(), reader(), word("space")) if word("space") else None
    spaces = [chosen] if chosen else kb.spaces.readable(store(), reader())
    listed = kb.practices.readable(store(), reader(), chosen.id if chosen else None)
    groups = [(space, [each for each in listed if each.space == space.id]) for space in spaces]
    return render_template(
        "practices.html", groups=[each for each in groups if each[1]], space=chosen, names=people_of(listed),
        ended=kb.practices.readable(store(), reader(), chosen.id if chosen else None, ended=True),
        today=store().clock().date(),
    )  # fmt: skip


@pages.get("/practices/<id>")
@pages.get("/practices/<id>/<slug>")
def page(id: str, slug: str = "") -> str:
    return _page(kb.practices.get(store(), reader(), id))


def _page(shown: Shown, error: Invalid | None = None, form: str = "") -> str:
    practice, today = shown.practice, store().clock().date()
    said = kb.confirming.said(store(), reader(), [practice])[practice.id]
    others = {answer.author for _question, answer in shown.sources}
    others |= {given.person for given in (*said.works, *said.doubts)}
    return render_template(
        "practice.html", shown=shown, practice=practice, today=today, digest=kb.verifying.digest,
        names=people_of([practice]) | kb.people.names(store(), reader(), others), said=said, mine=said.of(reader().id),
        form=form,
        files=kb.attachments.of_practice(store(), reader(), practice.id),
        space=kb.spaces.get(store(), reader(), practice.space), error=error, reason=text("reason"),
        note=text("note"), used=bool(word("used")),
        until=word("until") if error else next_review(today, VERIFIED_MONTHS).isoformat(),
        may=lambda action: can(reader(), Action(action), practice), reader_is_author=reader().id in practice.authors,
        amendments=kb.amending.of_practice(store(), reader(), practice.id),
        ripe=kb.amending.ripe(said) and can(reader(), Action.COMMENT, practice) and practice.ended is None,
        warned=kb.drifts.warnings(store(), reader(), [practice.id]).get(practice.id, []),
        related=beside(lambda: finder().beside(practice.id, reader(), limit=4)),
    )  # fmt: skip


@pages.get("/practices/new")
def new() -> str:
    answers = [word_of(each) for each in request.args.getlist("answer")]
    offered = _offered(answers)
    if not offered:
        abort(404)
    question, answer = next(each for each in offered if each[1].id == answers[0])
    require(reader(), Action.PROMOTE, kb.spaces.get(store(), reader(), question.space))
    authors = kb.people.names(store(), reader(), {each.author for _question, each in offered if each.id in answers})
    form: dict[str, object] = {
        "id": new_id(), "answers": answers, "title": question.title.rstrip(" ?"), "body": answer.body, "more": "",
        "authors": ", ".join(each.name for each in authors.values()), "keeper": reader().name,
        "helps": ", ".join(_helping(question)), "tags": " ".join(question.tags), "language": answer.language,
    }  # fmt: skip
    return _form(None, form, offered)


@pages.post("/practices/new")
def promote() -> AnyResponse:
    """Make it; or show the answers of one more question (`action` "more"), to be ticked too."""
    answers = [word_of(each) for each in request.form.getlist("answer")]
    form = _typed() | {"id": word("id"), "answers": answers, "more": text("more")}
    more = _ADDRESS.fullmatch(word("more")) if word("more") else None
    offered = _offered(answers, more[1] if more else None)
    try:
        if word("action") == "more":
            if more is None or not any(question.id == more[1] for question, _answer in offered):
                raise Invalid("more", "There is no answered question at that address.")
            return make_response(_form(None, form, offered))
        if not answers:
            raise Invalid("answers", "Tick at least one answer that this was learned from.")
        space = next((question.space for question, each in offered if each.id == answers[0]), "")
        made = kb.practices.promote(store(), reader(), space, _words(), answers, id=word("id") or None)
    except Invalid as error:
        return make_response(_form(None, form, offered, error), 422)
    flash(_("It is a practice of the space now. Somebody who knows should verify it."))
    return redirect(practice_url(made.id, made.title), 303)


@pages.get("/practices/<id>/edit")
def edit(id: str) -> str:
    shown = kb.practices.get(store(), reader(), id)
    practice, names = shown.practice, people_of([shown.practice])
    require(reader(), Action.EDIT, practice)
    readable = {each.procedure.key for each in shown.helped}
    form: dict[str, object] = {
        "title": practice.title, "body": practice.body, "tags": " ".join(practice.tags), "language": practice.language,
        "authors": ", ".join(names[each].name for each in practice.authors if each in names),
        "helps": ", ".join(each.name for each in practice.helps if each.procedure in readable),
        "keeper": names[practice.keeper].name if practice.keeper in names else "",
    }  # fmt: skip
    return _form(practice, form, ())


@pages.post("/practices/<id>/edit")
def edit_post(id: str) -> AnyResponse:
    practice = kb.practices.get(store(), reader(), id).practice
    try:
        after = kb.practices.edit(store(), reader(), id, _words())
    except Invalid as error:
        return make_response(_form(practice, _typed(), (), error), 422)
    return redirect(practice_url(after.id, after.title), 303)


@pages.post("/practices/<id>/verify")
def verify(id: str) -> AnyResponse:
    try:
        kb.practices.verify(store(), reader(), id, day("until"), word("seen"))
    except Invalid as error:
        return make_response(_page(kb.practices.get(store(), reader(), id), error), 422)
    flash(_("Verified, under your name."))
    return redirect(practice_url(id), 303)


@pages.post("/practices/<id>/verdict")
def verdict(id: str) -> AnyResponse:
    """Still true? One click after use; nothing takes it back."""
    try:
        given = chosen_verdict()
        pushed = kb.confirming.judge_practice(store(), reader(), id, given, text("note"))
    except Invalid as error:
        return make_response(_page(kb.practices.get(store(), reader(), id), error, "verdict"), 422)
    if pushed:
        flash(_("Thank you. Three colleagues agree, so it holds for another year."))
    elif given is not None:
        flash(_("Thank you: noted.") if given is Verdict.WORKS else _("Thank you. Whoever keeps it looks into it."))
    return redirect(practice_url(id), 303)


@pages.post("/practices/<id>/withdraw")
def withdraw(id: str) -> AnyResponse:
    try:
        kb.practices.withdraw(store(), reader(), id, text("reason"))
    except Invalid as error:
        return make_response(_page(kb.practices.get(store(), reader(), id), error), 422)
    flash(_("It is taken back: nobody finds it any more, and its page says why."))
    return redirect(practice_url(id), 303)


@pages.get("/practices/<id>/history")
def history(id: str) -> str:
    """The earlier texts, each compared with the one that replaced it."""
    practice = kb.practices.get(store(), reader(), id).practice
    edits, later, steps = kb.practices.history(store(), reader(), id), f"{practice.title}\n\n{practice.body}", []
    for each in edits:
        earlier = f"{each.title}\n\n{each.body}"
        steps.append((each, compare(earlier, later)))
        later = earlier
    names = kb.people.names(store(), reader(), {each.person for each in edits})
    return render_template("practice_history.html", practice=practice, steps=steps, names=names)


def chosen_verdict() -> Verdict | None:
    """The verdict of the form, None when it is taken back. Invalid when it is none."""
    if not word("verdict"):
        return None
    if word("verdict") not in set(Verdict):
        raise Invalid("note", "Choose one of the verdicts offered.")
    return Verdict(word("verdict"))


def people_of(practices: Sequence[Practice]) -> dict[str, Person]:
    """Everybody whom lines about these practices name."""
    ids = {id for each in practices for id in (*each.authors, each.keeper, each.verifier)}
    return kb.people.names(store(), reader(), ids)


def word_of(value: str) -> str:
    """An id as an address or a form holds it: one word, not too long."""
    return "".join(value.split())[:200]


def _offered(answers: Sequence[str], question: str | None = None) -> Offered:
    """The answers of the questions that `answers` belong to, and of one more."""
    with store().read() as tx:
        asked = [each.question for each in tx.answers.list(ids=answers)]
    found: list[tuple[Question, Answer]] = []
    for id in dict.fromkeys((*asked, *([question] if question else []))):
        try:
            thread = kb.questions.thread(store(), reader(), id)
        except NotFound:
            continue
        found += [(thread.question, each) for each in thread.answers]
    return found


def _helping(question: Question) -> list[str]:
    """The duties that finding holds closest to the question."""
    near = beside(lambda: finder().related(question.id, reader(), limit=SUGGESTED)).procedures
    return [f"{each.key}#{each.duty}" if each.duty else each.key for each in near]


def _form(practice: Practice | None, form: Mapping[str, object], offered: Offered, error: Invalid | None = None) -> str:
    names = kb.people.names(store(), reader(), {each.author for _question, each in offered})
    return render_template(
        "practice_form.html", practice=practice, form=form, offered=offered, names=names, error=error,
        files=kb.attachments.of_practice(store(), reader(), practice.id) if practice else (),
    )


def _files() -> tuple[str, ...] | None:
    ids = attached()
    return None if ids is None else tuple(ids)


def _typed() -> dict[str, object]:
    return {name: text(name) for name in ("title", "body", "authors", "helps", "tags", "keeper", "language")}


def _words() -> Words:
    """What the form says, people by their ids. Invalid beside a name that nobody bears."""
    authors = [each.strip() for each in text("authors").split(",") if each.strip()][:50]
    keeper = text("keeper").strip()
    return Words(
        text("title"), text("body"),
        tuple(kb.people.find_named(store(), reader(), each, "authors").id for each in authors),
        tuple(re.split(r"[,;\s]+", text("helps"))), tuple(tags()),
        kb.people.find_named(store(), reader(), keeper, "keeper").id if keeper else None,
        text("language") if text("language") in LANGUAGES else catalogue.language(), _files(),
    )  # fmt: skip
