"""Help where it is needed: each page has a short word about itself, and the footer leads to it. And the accessibility
statement.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from web.forms import word

pages = Blueprint("help", __name__)


@pages.get("/help")
def page() -> str:
    """What one does on each page; first what concerns the one the reader came from (`of`: its blueprint)."""
    return render_template("help.html", of=word("of"))


@pages.get("/accessibility")
def accessibility() -> str:
    return render_template("accessibility.html")
