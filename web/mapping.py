"""The expertise map of a subject: people by site, their answers over time. It is a table, and is drawn inside it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

import kb.mapping
from web.forms import word
from web.site import reader, store

pages = Blueprint("mapping", __name__)


@pages.get("/map")
def page() -> str:
    """The map of the tag in the address."""
    tag = word("tag").casefold()
    if not tag:
        abort(404)
    return render_template("map.html", tag=tag, map=kb.mapping.map_of(store(), reader(), tag))
