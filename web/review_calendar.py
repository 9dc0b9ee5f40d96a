"""One's deadlines in one's own calendar: reviews, what is to be read before a day, until when what one verified holds,
the last day of one's guests. A feed at an address that nobody can guess and its owner can end."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.accounts
import kb.campaigns
import kb.guests
import kb.mail
import kb.reviewing
import kb.verifying
from kb.model import Person, SecretKind
from web import catalogue
from web.addresses import absolute, person_url, practice_url, procedure_url, question_url
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
    """Every coming deadline of the owner of the address. 404 for an address that ended."""
    person = kb.accounts.find_address(store(), secret, SecretKind.CALENDAR)
    if person is None:
        abort(404)
    spoken = kb.mail.language_of(store(), person) or catalogue.language()
    with catalogue.said_in(spoken):
        events = [*_procedures(person, spoken), *_verified(person), *_guests(person)]
        text = calendar(_("Deadlines in Quisait"), events, store().clock())
    headers = {"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, no-store"}
    return make_response(text, 200, headers)


def _procedures(person: Person, spoken: str) -> Iterator[Event]:
    """Those they keep, to be reviewed; those they are to read."""
    for each in kb.reviewing.kept_by(store(), person):
        key, title = each.procedure.key, each.procedure.revision(spoken).title
        said = _("Review %(key)s %(title)s", key=key, title=title)
        yield Event(f"review-{key}@quisait", each.day, said, absolute(procedure_url(key)))
    for asked in kb.campaigns.asked_of(store(), person):
        key, title = asked.procedure.key, asked.procedure.revision(spoken).title
        if asked.owed.due is not None and not asked.owed.done:
            said = _("Read %(key)s %(title)s before this day", key=key, title=title)
            yield Event(f"read-{key}@quisait", asked.owed.due, said, absolute(procedure_url(key)))


def _verified(person: Person) -> Iterator[Event]:
    for about, answer, until in kb.verifying.given_by(store(), person):
        address = question_url(about.id, about.title, answer) if answer else practice_url(about.id, about.title)
        said = _("You verified “%(title)s” until this day", title=about.title)
        yield Event(f"verified-{answer or about.id}@quisait", until, said, absolute(address))


def _guests(person: Person) -> Iterator[Event]:
    for guest in kb.guests.sponsored_by(store(), person):
        if guest.ends is not None:
            said = _("Last day of your guest %(name)s", name=guest.name)
            yield Event(f"guest-{guest.id}@quisait", guest.ends, said, absolute(person_url(guest.id)))
