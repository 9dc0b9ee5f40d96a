"""The inbox: what the reader was told, unread, read and done; each line says why it is there."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.notices
import kb.people
from kb.errors import Invalid
from kb.model import NoticeState
from web.forms import page as page_number
from web.forms import word
from web.site import reader, store

pages = Blueprint("inbox", __name__)
SIZE = 30


@pages.get("/inbox")
def page() -> str:
    chosen = word("show")
    state = NoticeState(chosen) if chosen in set(NoticeState) else NoticeState.UNREAD
    found, number = kb.notices.inbox(store(), reader(), state), page_number()
    shown = found[(number - 1) * SIZE : number * SIZE]
    names = kb.people.names(store(), reader(), {str(each.notice.params.get("by")) for each in shown})
    more = len(found) > number * SIZE
    return render_template("inbox.html", shown=shown, state=state, names=names, number=number, more=more)


@pages.post("/inbox")
def mark_all() -> AnyResponse:
    """Everything unread is read."""
    kb.notices.set_state(store(), reader(), NoticeState.READ)
    return redirect(url_for("inbox.page"), 303)


@pages.post("/inbox/<id>")
def mark(id: str) -> AnyResponse:
    if word("state") not in set(NoticeState):
        raise Invalid("state", "Choose unread, read or done.")
    kb.notices.set_state(store(), reader(), NoticeState(word("state")), id)
    return redirect(url_for("inbox.page", show=word("show") or None), 303)


def unread() -> int:
    """How many notices wait for the reader: on every page."""
    return len(kb.notices.inbox(store(), reader()))
