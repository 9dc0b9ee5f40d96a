"""For those who keep a space: what goes with whom, and the subjects that nobody or one person knows."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.handover
import kb.people
import kb.spaces
from kb.advice import Practice
from kb.model import Procedure
from kb.tasks import Thing
from web.addresses import practice_url, procedure_url, question_url
from web.catalogue import _, language
from web.forms import word
from web.site import reader, store

pages = Blueprint("handover", __name__, url_prefix="/handover")


@pages.get("")
def page() -> str:
    found = kb.handover.outlook(store(), reader())
    spaces = {each.id: each for each in kb.spaces.readable(store(), reader())}
    return render_template("handover.html", outlook=found, spaces=spaces, kind=kind, title=title, where=where)


@pages.post("")
def ask_for() -> AnyResponse:
    person = kb.people.get(store(), reader(), word("person"))
    kb.handover.ask_for(store(), reader(), person.id, word("of"), word("subject"))
    flash(_("%(name)s finds it among their tasks.", name=person.name))
    return redirect(url_for("handover.page") + f"#{person.id}", 303)


def kind(thing: Thing) -> str:
    return type(thing).__name__.lower()


def title(thing: Thing) -> str:
    if isinstance(thing, Procedure):
        return f"{thing.key} {thing.revision(language()).title}"
    return thing.title


def where(thing: Thing) -> str:
    if isinstance(thing, Procedure):
        return procedure_url(thing.key)
    return practice_url(thing.id, thing.title) if isinstance(thing, Practice) else question_url(thing.id, thing.title)
