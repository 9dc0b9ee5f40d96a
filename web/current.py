"""Is this still current? The page that the code on a printed text opens, for whoever holds the paper.

The address holds a seal, so that it is known only from paper. Without a sign-in it says yes or no and since when, and
nothing of what the text says; a reader is led to the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from flask import Blueprint, abort, render_template, url_for
from flask_babel import format_date
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.procedures
from kb.errors import NotFound
from kb.lifecycle import SHOWN, counting
from kb.model import ProcedureStatus, RevisionStatus
from kb.official import Proposal
from kb.permissions import Action, can
from web.addresses import absolute
from web.catalogue import _, said_in
from web.sentences import revision_status_text, revision_text
from web.signing import seal
from web.site import config, reader, somebody, store

if TYPE_CHECKING:
    from web.paper import Sheet

pages = Blueprint("current", __name__)
PURPOSE = "current"


def current_url(key: str, name: str) -> str:
    """The short address on paper of the text called `name` ("fr.3")."""
    return absolute(url_for("current.page", key=key, name=name, seal=seal(PURPOSE, key, name)))


def code_url(key: str, name: str) -> str:
    """The code that leads there, as the source of an image."""
    made = segno.make(current_url(key, name), error="m", micro=False)
    return str(made.svg_data_uri(border=2, dark="#000", light="#fff"))


@pages.get("/c/<path:key>/<name>-<seal>")
def page(key: str, name: str, seal: str) -> str:
    if seal != _seal(key, name):
        said = _("This address is not the one on the paper. Type it again to its last character, or scan the code.")
        abort(404, said)
    with store().read() as tx:
        procedure = tx.procedures.find(key)
        text = next((each for each in tx.procedures.history(key) if each.name == name), None)
    if procedure is None or text is None:
        abort(404)
    retired = procedure.status is ProcedureStatus.RETIRED
    following = next((each for each in procedure.revisions if each.language == text.language), None)
    me = somebody()
    return render_template(
        "current.html", procedure=procedure, text=text, retired=retired, following=following,
        current=not retired and text.status is RevisionStatus.PUBLISHED,
        was=text.status in SHOWN | {RevisionStatus.RELEASED},
        readable=me is not None and can(me, Action.READ, procedure),
    )  # fmt: skip


def _seal(key: str, name: str) -> str:
    return seal(PURPOSE, key, name)


@pages.get("/procedures/<path:key>/paper/<name>.pdf")
def pdf(key: str, name: str) -> AnyResponse:
    """The text called `name`, to be printed, in its own language."""
    found = kb.procedures.text(store(), reader(), key, name)
    if found.revision.status is RevisionStatus.RELEASED:
        raise NotFound("revision", f"{key}@{name}")
    from web import paper  # the PDF library takes half a second to load

    with said_in(found.revision.language):
        drawn = paper.draw(_sheet(found), store().clock())
    plain = "".join(each if each.isalnum() or each in "._-" else "-" for each in key)
    headers = {"Content-Disposition": f'inline; filename="{plain}-{name}.pdf"'}
    return AnyResponse(drawn, 200, headers, mimetype="application/pdf")


def _sheet(found: Proposal) -> Sheet:
    text, procedure = found.revision, found.procedure
    given = counting(found)
    names = kb.people.names(store(), None, {procedure.owner, *(each.person for each in given)})
    facts = [_("Kept by %(name)s", name=names[procedure.owner].name)] if procedure.owner in names else []
    if text.since and text.status in SHOWN:
        facts.insert(0, _("In force since %(day)s", day=_day(text.since)))
    for each in given:
        who = names[each.person].name + (f" ({each.body})" if each.body else "")
        facts.append(_("Approved by %(name)s on %(day)s", name=who, day=_day(each.at.date())))
    retired = procedure.status is ProcedureStatus.RETIRED
    in_force = text.status is RevisionStatus.PUBLISHED and not retired
    standing = _("This procedure is retired.") if retired else revision_status_text(text.status)
    from web.paper import Sheet

    return Sheet(
        procedure.key, text, revision_text(text), tuple(facts), "" if in_force else standing,
        current_url(procedure.key, text.name),
        _day(store().clock().date()), config().organisation,
    )  # fmt: skip


def _day(day: object) -> str:
    return str(format_date(day, "d MMMM yyyy", rebase=False))
