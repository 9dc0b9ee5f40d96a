"""The reviews one keeps, in one's own calendar: a feed at an address that nobody can guess and its owner can end."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.accounts
import kb.reviewing
from kb.model import SecretKind
from web import catalogue
from web.addresses import absolute, procedure_url
from web.catalogue import _
from web.ical import Event, calendar
from web.site import reader, store

pages = Blueprint("review_calendar", __name__)


@pages.get("/tasks/calendar")
def page() -> str:
    standing = kb.accounts.has_address(store(), reader(), SecretKind.CALENDAR)
    return render_template("calendar.html", standing=standing, address="")


@pages.post("/tasks/calendar")
def issue() -> Response:
    """A new address, shown once: nothing to redirect to."""
    secret = kb.accounts.issue_address(store(), reader(), SecretKind.CALENDAR)
    address = absolute(url_for("review_calendar.feed", secret=secret))
    shown = render_template("calendar.html", standing=True, address=address)
    return make_response(shown, 200, {"Cache-Control": "no-store"})


@pages.post("/tasks/calendar/end")
def end() -> AnyResponse:
    kb.accounts.revoke_address(store(), reader(), SecretKind.CALENDAR)
    flash(_("The address has ended. Take the calendar out of your program too."))
    return redirect(url_for("review_calendar.page"), 303)


@pages.get("/calendar/<secret>.ics")
def feed(secret: str) -> Response:
    """Every coming review of what the owner of the address keeps. 404 for an address that ended."""
    person = kb.accounts.find_address(store(), secret, SecretKind.CALENDAR)
    if person is None:
        abort(404)
    spoken = next((each for each in person.languages if each in {"fr", "en"}), catalogue.language())
    with catalogue.said_in(spoken):
        events = [
            Event(
                f"review-{each.procedure.key}@quisait", each.day,
                _("Review %(key)s %(title)s", key=each.procedure.key, title=each.procedure.revision(spoken).title),
                absolute(procedure_url(each.procedure.key)),
            )
            for each in kb.reviewing.kept_by(store(), person)
        ]  # fmt: skip
        text = calendar(_("Procedures to review"), events, store().clock())
    headers = {"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, no-store"}
    return make_response(text, 200, headers)
