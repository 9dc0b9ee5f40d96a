"""The letters of the site: Source Sans and Source Serif, from packages of PyPI, cut down to what French, English and
the names of Europe need. Nothing is fetched and no font file is kept in the repository: each cut is made once a
process, from the installed package, and may be kept by browsers for ever under its edition.
"""

from __future__ import annotations

import threading
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, url_for

pages = Blueprint("typefaces", __name__)
EDITION = 1  # of the cuts; the addresses stand in quisait.css too
_SIGNS = "\u00a0\u202f«»°·’‘“”…–—•−×→←€§²"
_LATIN = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŸ"
_NAMES = "ąćčďđęěğıłńňőřśşšťůűźżžĄĆČĎĐĘĚĞİŁŃŇŐŘŚŞŠŤŮŰŹŻŽāēėīņūĻļ"  # Zieliński, Dvořák
CUTS: dict[str, tuple[str, str, str]] = {
    "text": ("font_source_sans_pro", "SourceSansPro-Regular.ttf", _SIGNS + _LATIN + _NAMES),
    "strong": ("font_source_sans_pro", "SourceSansPro-Semibold.ttf", _SIGNS + _LATIN + _NAMES),
    "title": ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf", _SIGNS + _LATIN),
}
PRELOADED = tuple(CUTS)  # a page shows all three at once, and none may move it


@pages.get(f"/type/{EDITION}/<name>.woff2")
def typeface(name: str) -> Response:
    if name not in CUTS:
        abort(404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return make_response(cut(name), 200, {"Content-Type": "font/woff2", **kept})


def typeface_url(name: str) -> str:
    return url_for("typefaces.typeface", name=name)


def make_ahead() -> None:
    """Cut them before the first visitor asks, beside whatever else starts."""
    threading.Thread(target=lambda: [cut(name) for name in CUTS], name="typefaces", daemon=True).start()


@cache
def cut(name: str) -> bytes:
    """The font called `name` as WOFF2: its letters, their kerning, figures of one width."""
    from fontTools import subset  # a quarter of a second

    package, file, letters = CUTS[name]
    source = Path(str(import_module(package).__file__)).parent / "files" / file
    options = subset.Options(flavor="woff2", layout_features=["kern", "tnum"], hinting=False, glyph_names=False)
    with subset.load_font(str(source), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[*range(0x20, 0x7F), *map(ord, letters)])
        cutter.subset(font)
        made = BytesIO()
        subset.save_font(font, made, options)
    return made.getvalue()
