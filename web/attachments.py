"""Files on posts: sent with the post's own form, or at once by the page's script; given only to who may read the post.

What a browser may show in a page are pictures of four kinds; everything else is saved. Nothing in a file can act here:
its type is told from its content and stays (nosniff), and it is opened in a sandbox.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask import Blueprint, abort, g, render_template, request, send_file
from flask_babel import format_decimal
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

import kb.attachments
from kb.attached import Attachment
from kb.attachments import LARGEST
from kb.errors import Invalid
from web.catalogue import _
from web.forms import ID_LIMIT, text
from web.site import reader, shelf, store

pages = Blueprint("attachments", __name__)
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@pages.get("/attachments/<id>")
@pages.get("/attachments/<id>/<name>")
def file(id: str, name: str = "") -> AnyResponse:
    found = kb.attachments.read(store(), reader(), id)
    place = shelf().find(found.sha256)
    if place is None:
        abort(404, _("This file is lost: it is no longer where files are kept. Ask whoever added it for it."))
    response = send_file(
        place, found.type, as_attachment=not found.picture, download_name=found.name, etag=found.sha256, max_age=0
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    return response


@pages.post("/attachments")
def keep() -> tuple[str, int]:
    """For the script: keep files at once; what the form shows of them."""
    try:
        attached()
    except Invalid as error:
        return render_template("attached.html", kept=now_attached(), error=error), 422
    return render_template("attached.html", kept=now_attached(), error=None), 200


def attached() -> list[str] | None:
    """Ids of the files that the form's post is to have: those kept before and still ticked, those sent with it. None
    for a form without a field for files. Invalid when one cannot be taken; the others are kept all the same."""
    if not text("filed"):
        return None
    g.attached = [each[:ID_LIMIT] for each in request.form.getlist("attached")]
    wrong: Invalid | None = None
    for each in request.files.getlist("files"):
        if not each.filename:
            continue
        try:
            g.attached.append(kb.attachments.keep(store(), shelf(), reader(), each.filename, _content(each)).id)
        except Invalid as error:
            wrong = wrong or error
    if wrong is not None:
        raise wrong
    return list(g.attached)


def now_attached(
    otherwise: Sequence[Attachment] = (), drafted: Mapping[str, str] | None = None
) -> Sequence[Attachment]:
    """For templates: the files that a form shows. When it was not sent just now: those of a draft, else `otherwise`."""
    sent = "attached" in g
    ids: Collection[str] = g.attached if sent else (drafted or {}).get("attached", "").split()
    return kb.attachments.own(store(), reader(), ids) if ids else () if sent else otherwise


def bytes_text(size: int) -> str:
    """ "1.4 MB", in the reader's language."""
    if size < 1024 * 1024:
        return _("%(size)s KB", size=max(1, round(size / 1024)))
    return _("%(size)s MB", size=format_decimal(round(size / 1024 / 1024, 1)))


def _content(sent: FileStorage) -> bytes:
    return sent.stream.read(LARGEST + 1)
