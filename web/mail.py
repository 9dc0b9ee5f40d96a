"""When one is sent mails: the choices of each person, what the next digest would say, and the one click that stops."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.availability
import kb.mail
import kb.notices
import kb.people
from kb.errors import Invalid
from kb.mail import Part
from kb.model import NoticeKind
from kb.outbox import MANDATORY, MailChoice
from kb.permissions import Action, require
from web.catalogue import _
from web.forms import word
from web.mailing import compose
from web.signing import signed
from web.site import config, reader, store
from web.telling import TELLINGS

pages = Blueprint("mail", __name__)


@pages.get("/people/<id>/mail")
def choices(id: str) -> str:
    return _form(id, None)


@pages.post("/people/<id>/mail")
def choose(id: str) -> AnyResponse:
    chosen = {kind: word(kind.value) for kind in NoticeKind}
    try:
        if set(chosen.values()) - set(MailChoice):
            raise Invalid("choice", "Choose one of the times offered.")
        taken = {kind: MailChoice(each) for kind, each in chosen.items()}
        kb.mail.choose(store(), reader(), id, taken, word("language") or None)
    except Invalid as error:
        return make_response(_form(id, error), 422)
    flash(_("Noted. It holds for every mail from now on."))
    return redirect(url_for("mail.choices", id=id), 303)


def _form(id: str, error: Invalid | None) -> str:
    person = kb.people.get(store(), reader(), id)
    require(reader(), Action.EDIT, person)
    chosen = kb.mail.choices(store(), reader(), id)
    language = kb.availability.language(store(), person)
    waiting = kb.notices.inbox(store(), reader()) if id == reader().id else ()
    preview = compose(True, person, [Part(each, "") for each in waiting], links=False) if waiting else None
    return render_template(
        "mail.html", person=person, chosen=chosen, tellings=TELLINGS, mandatory=MANDATORY, error=error,
        language_chosen=language, preview=preview, sends=config().smtp is not None,
    )  # fmt: skip


@pages.get("/mail/stop/<word>")
def stop(word: str) -> str:
    """A page with one button: mail scanners open links, and nothing must change by that."""
    person, kind = _of(word)
    return render_template("mail_stop.html", person=person, kind=kind, tellings=TELLINGS, stopped=False)


@pages.post("/mail/stop/<word>")
def stop_post(word: str) -> str:
    """Stop these mails. Mail programs post here themselves (RFC 8058) and follow no redirect, so the page answers."""
    person, kind = _of(word)
    kb.mail.stop(store(), person, frozenset({NoticeKind(kind)}) if kind else None)
    return render_template("mail_stop.html", person=person, kind=kind, tellings=TELLINGS, stopped=True)


def _of(word: str) -> tuple[str, str]:
    values = signed("stop mail", word)
    if values is None or len(values) != 2 or (values[1] and values[1] not in set(NoticeKind)):
        abort(404, _("This link cannot be read. Sign in and choose what you are sent under your name."))
    return values[0], values[1]
