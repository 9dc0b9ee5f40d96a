"""Saying "I have read it": on the procedure's page, or from the link of a mail without a sign-in.

The link of a mail is signed for one person and one procedure, and ends. Opening it changes nothing, for mail scanners
open links; it shows that procedure and one button.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.campaigns
from kb.errors import Conflict, NotFound
from kb.model import Person, ProcedureStatus
from kb.notices import Told
from web import catalogue
from web.addresses import procedure_url
from web.catalogue import _
from web.errors import sentence
from web.forms import word
from web.signing import sign, signed
from web.site import reader, store
from web.telling import notice_url

pages = Blueprint("acknowledgements", __name__)
PURPOSE, RUNS = "acknowledge", timedelta(days=120)


def mailed_url(told: Told) -> str:
    """Where a notice leads from a mail: what is to be acknowledged can be from the link itself."""
    if told.notice.kind in kb.campaigns.KINDS:
        link = sign(PURPOSE, told.notice.person, told.notice.subject, runs=RUNS)
        return url_for("acknowledgements.by_link", link=link)
    return notice_url(told)


@pages.post("/procedures/<path:key>/acknowledge")
def acknowledge(key: str) -> AnyResponse:
    kb.campaigns.acknowledge(store(), reader(), key, word("revision"))
    flash(_("Noted: you have read it."))
    return redirect(procedure_url(key, word("revision").partition(".")[0]), 303)


@pages.get("/acknowledge/<link>")
def by_link(link: str) -> str:
    return _page(*_of(link))


@pages.post("/acknowledge/<link>")
def by_link_post(link: str) -> AnyResponse:
    person, key = _of(link)
    try:
        kb.campaigns.acknowledge(store(), person, key, word("revision"), by_mail=True)
    except Conflict as error:
        return make_response(_page(person, key, sentence(error)), 409)
    return redirect(url_for("acknowledgements.by_link", link=link), 303)


def _of(link: str) -> tuple[Person, str]:
    values = signed(PURPOSE, link)
    if values is None or len(values) != 2:
        abort(404, _("This link cannot be read, or has ended. Sign in: what you are asked is among your tasks."))
    with store().read() as tx:
        person = tx.people.find(values[0])
    if person is None or person.ended is not None:
        abort(404)
    return person, values[1]


def _page(person: Person, key: str, problem: str = "") -> str:
    """The text only while it is asked for: a mail that goes astray later shows nothing."""
    try:
        own = kb.campaigns.own(store(), person, key)
    except NotFound:
        abort(404)
    procedure = own.asked.procedure if own.asked else None
    if procedure is not None and procedure.status is not ProcedureStatus.PUBLISHED:
        procedure = None
    spoken = [*person.languages, catalogue.language()]
    text = procedure.revision(word("language") or spoken[0]) if procedure else None
    return render_template(
        "acknowledge_link.html", person=person, key=key, own=own, procedure=procedure, text=text, problem=problem
    )
