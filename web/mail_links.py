"""Links of mails that speak for one person about one thing: what a reply, a confirmation and an outcome have in common.

They act without a sign-in (`signing`), end after the days that the administrator set, and show their page in the
language of the mail they stood in; to whoever is signed in, in that of their pages.
"""

from __future__ import annotations

from datetime import timedelta

from flask import abort, g

import kb.mail
from kb.model import Person
from kb.waves import numbers
from web.catalogue import _
from web.signing import sign, signed
from web.site import somebody, store


def link_for(purpose: str, person: str, thing: str) -> str:
    """The part of the address that says who speaks, and about what."""
    with store().read() as tx:
        runs = timedelta(days=numbers(tx).link_days)
    return sign(purpose, person, thing, runs=runs)


def opened(purpose: str, link: str) -> tuple[Person, str]:
    """Whose link it is, and for which thing; 404 when it has ended or was not made here for this purpose."""
    values = signed(purpose, link)
    if values is None or len(values) != 2:
        abort(404, _("This link has ended or cannot be read. Sign in: what you are asked is on the first page."))
    with store().read() as tx:
        person = tx.people.get(values[0])
    if somebody() is None:
        g.language_of_link = kb.mail.language_of(store(), person)
    return person, values[1]
