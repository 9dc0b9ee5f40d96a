"""Spaces: those the reader may read, and one with its procedures, its questions and its people."""

from __future__ import annotations

from flask import Blueprint, render_template

import kb.people
import kb.procedures
import kb.questions
import kb.spaces
from kb.model import Role
from web import catalogue
from web.site import reader, store

pages = Blueprint("spaces", __name__)
SHOWN = 8
_ORDER = [Role.ANIMATOR, Role.COMPLIANCE_OWNER, Role.EXPERT, Role.MEMBER, Role.READER]


@pages.get("/spaces")
def index() -> str:
    return render_template("spaces.html", spaces=kb.spaces.readable(store(), reader()))


@pages.get("/spaces/<id>")
def page(id: str) -> str:
    space = kb.spaces.get(store(), reader(), id)
    procedures = [(each, each.revision(catalogue.language())) for each in kb.procedures.readable(store(), reader(), id)]
    unanswered = kb.questions.readable(store(), reader(), space=id, unanswered=True, limit=SHOWN)
    recent = [each for each in kb.questions.readable(store(), reader(), space=id, limit=5 * SHOWN) if each.answers][
        :SHOWN
    ]
    members = kb.spaces.members(store(), reader(), id)
    people = {each.person for each in members} | {each.author for each in (*recent, *unanswered)}
    names = kb.people.names(store(), people)
    ranked = sorted(members, key=lambda each: (_ORDER.index(each.role), names[each.person].name))
    return render_template(
        "space.html",
        space=space,
        procedures=procedures,
        recent=recent,
        unanswered=unanswered,
        members=ranked,
        names=names,
    )
