"""The page of whoever keeps a space: what waits, who is new and silent, whom to thank, the letter; and its guides."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import format_date
from werkzeug.wrappers import Response as AnyResponse

import kb.animating
import kb.guides
import kb.people
import kb.spaces
import kb.unsent
from kb.animating import Overview
from kb.errors import Invalid
from kb.guides import Lack
from kb.model import Question, new_id
from kb.permissions import Action, require
from web.addresses import absolute, practice_url, question_url
from web.catalogue import _, mark, ngettext
from web.forms import text, word
from web.home import authors
from web.site import reader, store

pages = Blueprint("animating", __name__, url_prefix="/spaces/<id>")
LISTED = 5
LACKS = {
    Lack.GUIDE: mark("Only the guide of the space stands there so far: fill in what you can."),
    Lack.VAGUE: mark("The first line does not say yet what it is about: name the thing, the tool or the place."),
    Lack.LINK: mark("Besides the address there are few words: say what you want to know about it."),
    Lack.SHORT: mark("It is very short: say what you want to do, and what you tried."),
    Lack.SHOUTED: mark("It is all in capitals, which is hard to read."),
    Lack.SEVERAL: mark("It asks several things: each finds its expert sooner on its own."),
}


@pages.get("/animate")
def page(id: str) -> str:
    return _page(kb.animating.overview(store(), reader(), id), None)


@pages.post("/letter")
def send(id: str) -> AnyResponse:
    try:
        sent = kb.animating.send(store(), reader(), id, text("subject"), text("body"), word("id") or None)
    except Invalid as error:
        return make_response(_page(kb.animating.overview(store(), reader(), id), error), 422)
    flash(_("Sent. Members find it in their inbox, or get it by mail as they chose."))
    return redirect(url_for("animating.letter", id=id, letter=sent.id), 303)


@pages.get("/letters/<letter>")
def letter(id: str, letter: str) -> str:
    found, space = kb.animating.letter(store(), reader(), letter)
    names = kb.people.names(store(), reader(), {found.by})
    return render_template("letter.html", letter=found, space=space, names=names)


@pages.get("/guides")
def guides(id: str) -> str:
    space = kb.spaces.get(store(), reader(), id)
    require(reader(), Action.MANAGE, space)
    return render_template("guides.html", space=space, form=kb.guides.of_space(store(), reader(), id), error=None)


@pages.post("/guides")
def choose(id: str) -> AnyResponse:
    try:
        kb.guides.choose(store(), reader(), id, text("ask"), text("answer"), bool(text("clinic")))
    except Invalid as error:
        form = {"ask": text("ask"), "answer": text("answer"), "clinic": bool(text("clinic"))}
        space = kb.spaces.get(store(), reader(), id)
        return make_response(render_template("guides.html", space=space, form=form, error=error), 422)
    flash(_("Kept. Whoever asks or answers here sees it from now on."))
    return redirect(url_for("animating.page", id=id), 303)


def lack_text(lack: Lack) -> str:
    return _(LACKS[lack])


def _page(seen: Overview, error: Invalid | None) -> str:
    unsent = None if error else kb.unsent.find(store(), reader(), f"letter {seen.space.id}")
    subject, body = (text("subject"), text("body")) if error else _drafted(seen)
    form = {"subject": subject, "body": body, "id": word("id") or new_id()}
    return render_template(
        "animate.html", seen=seen, space=seen.space, names=authors(list(seen.unanswered)), error=error,
        form=form | {"subject": "", "body": "", **unsent.fields} if unsent else form, unsent=unsent,
    )


def _drafted(seen: Overview) -> tuple[str, str]:
    """Subject and text of the week's letter, from what happened; whoever sends it says the rest."""
    day = format_date(store().clock(), "d MMMM")
    asked = ngettext("%(num)d question was asked this week.", "%(num)d questions were asked this week.", seen.asked)
    parts = [asked] if seen.asked else []
    parts += _part(_("Solved this week"), _questions(seen.solved))
    practices = [f"[{each.title}]({absolute(practice_url(each.id))})" for each in seen.practices]
    parts += _part(_("New practices"), practices)
    parts += _part(_("Who can help?"), _questions(seen.unanswered))
    if seen.deeds:
        thanked = ", ".join(each.person.name for each in seen.deeds)
        parts.append(_("Thank you to %(names)s, whose answers and practices helped.", names=thanked))
    if seen.welcome:
        parts.append(_("Welcome to %(names)s.", names=", ".join(each.name for each in seen.welcome)))
    return _("%(space)s: the week to %(day)s", space=seen.space.name, day=day), "\n\n".join(parts)


def _part(title: str, lines: Sequence[str]) -> list[str]:
    return [f"### {title}", "\n".join(f"- {each}" for each in lines[:LISTED])] if lines else []


def _questions(questions: Sequence[Question]) -> list[str]:
    return [f"[{each.title}]({absolute(question_url(each.id))})" for each in questions]
