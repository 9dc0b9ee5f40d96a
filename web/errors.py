"""Errors become pages (or JSON, below /api/) here and nowhere else: NotFound 404, Forbidden 403, Invalid 422, Conflict
409, Unavailable 503. Views that own a form catch Invalid themselves and show its sentence beside the field.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from indexer.generations import IndexStale
from kb.errors import Conflict, Forbidden, Invalid, KnowledgeError, NotFound, Unavailable
from web.addresses import approval_url, procedure_url, space_url
from web.catalogue import _, mark
from web.forms import came_from

_STATUS: dict[type[KnowledgeError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Invalid: 422,
    Conflict: 409,
    Unavailable: 503,
}
_TITLES = {
    400: mark("This request cannot be read"),
    401: mark("Sign in first"),
    403: mark("This is not yours to do"),
    404: mark("There is nothing here"),
    405: mark("This address does not work that way"),
    409: mark("Something changed meanwhile"),
    413: mark("This is too long"),
    422: mark("This cannot be accepted as it is"),
    429: mark("Too many tries"),
    500: mark("Something broke on our side"),
    503: mark("The knowledge base cannot be reached"),
}
_TITLES_OF_PAGES = {403: mark("This page is not open to you"), 409: mark("This cannot be done here")}
_SENTENCES = {
    400: mark("The address or the form holds something that cannot be read. Go back and try again."),
    404: mark(
        "The address is wrong, the thing was removed, or it is in a space that is not yours. Search for it, or ask "
        "whoever gave you the address."
    ),
    405: mark("Go back and use the button on the page."),
    413: mark(
        "At most 256 KB of text can be sent at once, and 30 MB with files. A long document is better linked than sent."
    ),
    500: mark("It was noted in the log. Try again; if it happens again, tell your administrator when it happened."),
}

# said of the texts of a procedure that the reader may know of, whether this one is there or not
_UNREAD = mark(
    "This text does not exist, was released after its time, or only those who write and approve it read it. A text in "
    "force is open to everybody who reads the procedure."
)

_EDITED = mark(
    "Its author and those who keep the space edit it. Suggest your wording instead: they decide on it with one click."
)
_DELETED = mark(
    "Its author and those who keep the space delete it. Flag it instead, and say why: they look at it and tell you."
)
_KEPT = mark("This page is for compliance owners and administrators. Ask one of them for what you need.")
_OWN = mark("It is your own: whether it is useful is said by others.")
_WHO = {  # may do what was refused, by action and kind of thing ("": any)
    ("", ""): mark("You can read this, but not change it. Ask its author, or an animator of its space."),
    ("accept", "question"): mark(
        "Whoever asked says what solved it; those who keep the space may, when they do not. If an answer helped you, "
        "vote for it, or say that it works for you."
    ),
    ("edit", "question"): _EDITED,
    ("edit", "answer"): _EDITED,
    ("delete", "question"): _DELETED,
    ("delete", "answer"): _DELETED,
    ("delete", "comment"): _DELETED,
    ("close", "question"): mark(
        "Whoever asked, and those who keep the space, say that it was asked before. Tell them where, in a comment."
    ),
    ("vote", "question"): _OWN,
    ("vote", "answer"): _OWN,
    ("confirm", "answer"): _OWN,
    ("confirm", "practice"): _OWN,
    ("", "person"): mark("This page is somebody's own: they and the administrators change it. Yours is in the menu."),
    ("", "figures"): mark("The figures are for employees. The pages of your space say what is new in it."),
    ("", "handover"): mark("This page is for those who keep a space: its animators and compliance owners."),
    ("", "rights"): mark("This is for employees. Whoever invited you can tell you who reads the space."),
    ("", "procedures"): _KEPT,
    ("", "procedure"): mark(
        "Its owner, its deputy and the compliance owners of its space look after this procedure. Ask one of them."
    ),
    ("retire", "procedure"): mark(
        "A compliance owner of its space retires this procedure; its owner and deputy too, where no clause asks for it."
    ),
    ("approve", "proposal"): mark(
        "It is not your turn to decide on this text: its approvers decide in their order, and never on what they wrote."
    ),
    ("", "space"): mark(
        "Those who keep this space decide on this: its animators and compliance owners. Ask one of them."
    ),
    ("", "externaldocument"): mark(
        "Those who keep a space, or keep the document, change what stands here. Ask one of them."
    ),
    ("promote", "space"): mark(
        "Those who advise in this space make its practices: experts, animators, compliance owners. Ask one."
    ),
    ("", "practice"): mark(
        "Its authors, its keeper and those who advise in its space change a practice. Ask one of them."
    ),
}


def install(app: Flask) -> None:
    app.register_error_handler(KnowledgeError, _known)
    app.register_error_handler(IndexStale, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def sentence(error: KnowledgeError) -> str:
    """What went wrong, in the reader's language."""
    if isinstance(error, Invalid):
        said = _(error.message)
        return said % error.values if error.values else said
    if isinstance(error, NotFound):
        return _(_UNREAD if error.kind == "revision" else _SENTENCES[404])
    if isinstance(error, Forbidden) and error.kind == "administration":
        return _("This page is for administrators.")
    if isinstance(error, Forbidden) and error.kind == "records":
        return _(_KEPT)
    if isinstance(error, Forbidden) and error.why:
        return _(error.why)
    if isinstance(error, Forbidden):
        return _(_WHO.get((error.action, error.kind)) or _WHO.get(("", error.kind)) or _WHO["", ""])
    if isinstance(error, Unavailable):
        return _("Nothing was lost. Try again in a moment; if it lasts, tell your administrator.")
    return _(str(error))


def _known(error: KnowledgeError) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    if status >= 500:
        current_app.logger.error("%s %s: %s", request.method, request.path, error)
    more = {"field": error.field} if isinstance(error, Invalid) else {}
    return _answer(status, sentence(error), more, _instead(error))


def _instead(error: KnowledgeError) -> tuple[str, str] | None:
    """Where else to go than to the first page: the address and its words."""
    named = request.view_args or {}
    if isinstance(error, NotFound) and error.kind == "revision" and "key" in named:
        return procedure_url(named["key"]), _("To the procedure, and who keeps it")
    if isinstance(error, Forbidden) and error.kind in ("procedure", "proposal", "revision") and "key" in named:
        return procedure_url(named["key"]), _("To the procedure, and who keeps it")
    if isinstance(error, Conflict) and "key" in named and request.blueprint in ("approvals", "drafts", "reviews"):
        if "name" in named:
            return approval_url(named["key"], named["name"]), _("Open it again")
        return procedure_url(named["key"]), _("To the procedure, and who keeps it")
    if isinstance(error, Forbidden) and error.kind == "space" and error.id:
        return space_url(error.id), _("To the space, and who keeps it")
    return None


def _stale(error: IndexStale) -> Response:
    current_app.logger.error("%s %s: %s", request.method, request.path, error)
    return _answer(503, _("Finding is being prepared anew. Questions and procedures can be read meanwhile."), {})


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    own = error.description if error.description != type(error).description else None
    answer = _answer(status, _(_SENTENCES[status]) if status in _SENTENCES and not own else own or error.name, {})
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            answer.headers[name] = value
    return answer


def _unforeseen(error: Exception) -> Response:
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    current_app.logger.exception("%s %s", request.method, request.path)
    return _answer(500, _(_SENTENCES[500]), {})


def _answer(status: int, text: str, more: dict[str, Any], instead: tuple[str, str] | None = None) -> Response:
    if request.path.startswith("/api/"):
        return make_response(jsonify({"error": text, "status": status, **more}), status)
    title = _(_TITLES.get(status, _TITLES[400 if status < 500 else 500]))
    if request.method == "GET" and status in _TITLES_OF_PAGES:
        title = _(_TITLES_OF_PAGES[status])
    back = came_from()
    values = {"title": title, "text": text, "instead": instead, "back": "" if instead and back == instead[0] else back}
    return make_response(render_template("error.html", status=status, **values), status)
