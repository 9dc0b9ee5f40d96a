"""Quisait among the apps of a phone and in the browser's own box: a manifest with our icon, a search description, and
suggestions for who is signed in. Nothing is kept offline: a copy of what one may read would outlive the session.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO

from flask import Blueprint, Response, abort, json, make_response, render_template, url_for

from kb.errors import Invalid
from web.addresses import absolute, hit_url
from web.catalogue import _, language
from web.forms import query
from web.security import static_url
from web.site import config, finder, somebody

pages = Blueprint("installing", __name__)
SIZES = (192, 512)  # pixels of the icon
EACH = 3  # suggestions of a lane
_PAPER, _PETROL, _EMBER = "#f7f5f0", "#0d5b55", "#ad4214"


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    icons = [
        {"src": url_for("installing.icon", size=size), "sizes": f"{size}x{size}", "type": "image/png",
         "purpose": purpose}
        for size in SIZES for purpose in ("any", "maskable")
    ]  # fmt: skip
    icons.append({"src": static_url("logo.svg"), "sizes": "any", "type": "image/svg+xml"})
    said = {
        "name": f"Quisait · {config().organisation}" if config().organisation else "Quisait", "short_name": "Quisait",
        "lang": language(), "start_url": url_for("home.page"), "scope": url_for("home.page"), "display": "standalone",
        "background_color": _PAPER, "theme_color": _PAPER, "icons": icons,
        "shortcuts": [
            {"name": _("Ask"), "url": url_for("ask.page")}, {"name": _("Inbox"), "url": url_for("inbox.page")}
        ],
    }  # fmt: skip
    return make_response(json.dumps(said), 200, {"Content-Type": "application/manifest+json"})


@pages.get("/icon-<int:size>.png")
def icon(size: int) -> Response:
    if size not in SIZES:
        abort(404)
    kept = {"Cache-Control": "public, max-age=86400"}
    return make_response(drawn(size), 200, {"Content-Type": "image/png", **kept})


@cache
def drawn(size: int) -> bytes:
    """The mark on paper, as PNG: a ring that is open where the dot stands, with the margin that round masks need."""
    from PIL import Image, ImageDraw

    scale = size * 4 / 32  # drawn larger, then brought down, so that edges are smooth
    picture = Image.new("RGB", (size * 4, size * 4), _PAPER)
    pen = ImageDraw.Draw(picture)
    small = 0.62  # of the mark within the picture

    def at(x: float, y: float) -> tuple[float, float]:
        return (16 + (x - 16) * small) * scale, (16 + (y - 16) * small) * scale

    def disc(x: float, y: float, radius: float, colour: str) -> None:
        across, down = at(x, y)
        far = radius * small * scale
        pen.ellipse((across - far, down - far, across + far, down + far), fill=colour)

    (left, top), (right, bottom) = at(3.04, 3.25), at(27.04, 27.25)
    pen.arc((left, top, right, bottom), 41, 358, fill=_PETROL, width=round(4 * small * scale))
    disc(22.6, 21.8, 2, _PETROL)
    disc(25, 15, 2, _PETROL)
    disc(26, 25.5, 3.5, _EMBER)
    made = BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
    return made.getvalue()


@pages.get("/opensearch.xml")
def opensearch() -> Response:
    search = absolute(url_for("search.page")) + "?q={searchTerms}"
    suggest = absolute(url_for("installing.suggestions")) + "?q={searchTerms}"
    page = render_template("opensearch.xml", search=search, suggest=suggest, icon=absolute(static_url("logo.svg")))
    return make_response(page, 200, {"Content-Type": "application/opensearchdescription+xml"})


@pages.get("/suggestions")
def suggestions() -> Response:
    """What the browser's box shows while typing: titles that its reader may read, with their pages; a stranger gets
    none."""
    try:
        typed = query()
    except Invalid:
        typed = ""
    me, titles, kinds, places = somebody(), [], [], []
    if me is not None and len(typed) >= EACH:
        found = finder().find(typed, me, typing=True)
        lanes = ((found.answers, _("Answers and practices")), (found.procedures, _("Procedures")))
        for hits, kind in lanes:
            for hit in hits[:EACH]:
                titles.append(hit.title)
                kinds.append(kind)
                places.append(absolute(hit_url(hit)))
    said = json.dumps([typed, titles, kinds, places])
    return make_response(said, 200, {"Content-Type": "application/x-suggestions+json"})
