"""How the pages look to this browser: light or dark, plain or strong contrast; unset, as the system has it."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.forms import local, text, word
from web.site import config

pages = Blueprint("appearance", __name__)
COOKIE = "look"
SCHEMES, CONTRAST = ("light", "dark"), "contrast"
_YEAR = 365 * 24 * 3600


def chosen() -> tuple[str, bool]:
    """Light, dark or "" for the system's; whether strong contrast is asked for."""
    parts = request.cookies.get(COOKIE, "").split(".")
    return next((each for each in SCHEMES if each in parts), ""), CONTRAST in parts


@pages.post("/look")
def choose() -> AnyResponse:
    """Keep one of the two choices in this browser, the other as it was."""
    scheme, contrast = chosen()
    if "scheme" in request.form:
        scheme = word("scheme") if word("scheme") in SCHEMES else ""
    if "contrast" in request.form:
        contrast = word("contrast") == "more"
    response = redirect(local(text("next"), "/"), 303)
    value = ".".join(filter(None, (scheme, CONTRAST if contrast else "")))
    response.set_cookie(COOKIE, value, max_age=_YEAR, samesite="Lax", httponly=True, secure=config().secure)
    return response
