"""Following: one button where the thing is, and the list of all one follows."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

import kb.following
from web.catalogue import _
from web.forms import local, text, word
from web.site import reader, store

pages = Blueprint("following", __name__, url_prefix="/following")


@pages.get("")
def page() -> str:
    return render_template("following.html", followed=kb.following.followed(store(), reader()))


@pages.post("")
def change() -> AnyResponse:
    """Follow, or (`stop`) follow no longer."""
    if text("stop"):
        kb.following.unfollow(store(), reader(), word("of"), word("subject"))
        flash(_("You follow this no longer."))
    else:
        kb.following.follow(store(), reader(), word("of"), word("subject"))
        flash(_("You will hear of what is new here, with your other news."))
    return redirect(local(text("next"), "/following"), 303)


def follows(of: str, subject: str) -> bool:
    """For templates: whether the reader follows it."""
    return kb.following.follows(store(), reader(), of, subject)
