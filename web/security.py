"""What protects every page: headers, the refusal of cross-site posts, the limit on size, and hashed static files.

A post from another site is refused by what browsers themselves say of it (`Sec-Fetch-Site`, else `Origin`), so forms
need no token. Requests that bear an API token carry nothing a foreign page could borrow, and are let through.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request, url_for

from kb.attachments import LARGEST, MOST
from web.catalogue import _
from web.site import config

SIZE_LIMIT = 256 * 1024
FILES_LIMIT = MOST * LARGEST // 2  # of a form with files
TAKING_FILES = frozenset(
    {"ask.post", "posts.answer", "posts.comment", "posts.edit_post", "posts.edit_answer_post", "practices.promote",
     "practices.edit_post", "attachments.keep", "api.keep_file", "first.found", "health.load"}
)  # fmt: skip
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_STATIC = Path(__file__).parent / "static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def install(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = SIZE_LIMIT
    app.config["MAX_FORM_PARTS"] = 200
    app.before_request(refuse_strangers)
    app.before_request(allow_files)
    app.after_request(protect)
    app.jinja_env.globals["static_url"] = static_url


def bearer() -> str | None:
    """The API token that the request bears, or None."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() or None if kind.lower() == "bearer" else None


def refuse_strangers() -> None:
    """404 for addresses no page has; 403 for a post that another site sent."""
    if _CONTROL.search(request.path):
        abort(404)
    if request.method in _SAFE or bearer() is not None or not _from_elsewhere():
        return
    abort(403, _("This came from another site, so nothing was changed. Open the page here and try again."))


def allow_files() -> None:
    """A form with files may be larger than one without, where files are taken."""
    if request.endpoint in TAKING_FILES and request.mimetype in ("multipart/form-data", "application/json"):
        request.max_content_length = FILES_LIMIT


def _from_elsewhere() -> bool:
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    return _place(origin) not in {_place(request.host_url), _place(config().url)} - {None}


def _place(address: str) -> tuple[str, str] | None:
    """Scheme and host with port; None when there is none (`Origin: null`, no public address)."""
    parts = urlsplit(address)
    return (parts.scheme, parts.netloc.lower()) if parts.netloc else None


def protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if config().secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static":
        hashed = request.args.get("v") == fingerprint((request.view_args or {}).get("filename", ""))
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
    elif request.endpoint not in {"typefaces.typeface", "installing.icon"}:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.update(["Cookie", "Accept-Language"])
    return response


def static_url(name: str) -> str:
    """The address of a static file with the hash of its content: it may be kept for ever."""
    return url_for("static", filename=name, v=fingerprint(name))


def fingerprint(name: str) -> str:
    return _hash(name) if not current_app.debug else _hash.__wrapped__(name)


@cache
def _hash(name: str) -> str:
    file = (_STATIC / name).resolve()
    if not file.is_relative_to(_STATIC) or not file.is_file():
        return ""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
