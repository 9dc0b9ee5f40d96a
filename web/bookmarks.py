"""Bookmarks: one button where the thing is, a note beside it, and the list of all one keeps."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

import kb.bookmarks
import kb.reading_lists
from kb.errors import Invalid
from kb.kept import Bookmark, ReadingList
from web.catalogue import _
from web.forms import local, text, word
from web.site import reader, store

pages = Blueprint("bookmarks", __name__, url_prefix="/bookmarks")


@pages.get("")
def page() -> str:
    return render_template("bookmarks.html", kept=kb.bookmarks.of_person(store(), reader()), error=None)


@pages.post("")
def change() -> AnyResponse:
    """Keep it with its note, put it on a reading list (`list`), or (`stop`) let it go."""
    of, subject = word("of"), word("subject")
    try:
        if text("stop"):
            kb.bookmarks.let_go(store(), reader(), of, subject)
            flash(_("Let go."))
        elif text("add"):
            listed = kb.reading_lists.add(store(), reader(), word("list"), of, subject, text("note"))
            flash(_("It stands on the list “%(title)s”.", title=listed.title))
        else:
            kb.bookmarks.keep(store(), reader(), of, subject, text("note"))
            flash(_("Kept: you find it again under “Kept for later”."))
    except Invalid as error:
        kept = kb.bookmarks.of_person(store(), reader())
        return make_response(render_template("bookmarks.html", kept=kept, error=error), 422)
    return redirect(local(text("next"), "/bookmarks"), 303)


def bookmark_of(of: str, subject: str) -> Bookmark | None:
    """For templates: the reader's bookmark of it."""
    return kb.bookmarks.find(store(), reader(), of, subject)


def own_lists() -> tuple[ReadingList, ...]:
    """For templates: the reading lists that the reader may add to."""
    return kb.reading_lists.editable(store(), reader())
