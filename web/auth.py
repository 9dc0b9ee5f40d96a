"""Who is asking: the session cookie for people, a bearer token for programs; sign-in, invitations and tokens.

Everything but a few open pages needs a signed-in person. In the demonstration a visitor without a session is the
configured person, and the header offers to be somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

import kb.accounts
import kb.availability
import kb.founding
from kb.accounts import SESSION, TooManyTries
from kb.errors import Invalid, NotFound
from kb.model import Person
from kb.rules import LANGUAGES, clean, slug
from web import catalogue, unsent
from web.catalogue import _
from web.forms import local, refuse_nul, text, word
from web.security import bearer
from web.site import config, reader, somebody, store

COOKIE = "quisait"
OPEN = {
    "static",
    "home.health",
    "auth.sign_in",
    "auth.sign_in_post",
    "auth.invited",
    "auth.invited_post",
    "auth.language",
    "appearance.choose",
    "first.page",  # sealed, and only while nobody is there
    "first.found",
    "typefaces.typeface",
    "help.accessibility",
    "installing.manifest",
    "installing.icon",
    "installing.opensearch",
    "installing.suggestions",  # a stranger gets none
    "feeds.feed",
    "review_calendar.feed",  # its address is its secret
    "mail.stop",
    "mail.stop_post",
    "one_click.page",  # as is that of a link in a mail
    "one_click.ask",
    "one_click.act",
    "one_click.stop",
    "one_click.stop_post",
    "current.page",  # sealed: known from paper only
    "outcomes.page",
    "elsewhere.confirming",
    "elsewhere.confirm",
    "outcomes.post",
    "acknowledgements.by_link",  # signed for one person
    "acknowledgements.by_link_post",
}
pages = Blueprint("auth", __name__)


def install(app: Flask) -> None:
    app.before_request(recognise)
    app.register_blueprint(pages)


def recognise() -> AnyResponse | None:
    """Find out who asks; send a stranger to the sign-in page (a program gets 401)."""
    g.language_default = config().language
    g.person = None
    if request.endpoint in {"static", "typefaces.typeface"}:
        return None
    g.person = _who()
    if g.person is not None and catalogue.COOKIE not in request.cookies and not request.path.startswith("/api/"):
        g.language_of_person = kb.availability.language(store(), g.person)
    if g.person is not None or request.endpoint in OPEN:
        return None
    if request.path.startswith("/api/"):
        refused = jsonify({"error": _("Sign in first: send an API token as Authorization: Bearer."), "status": 401})
        return make_response(refused, 401, {"WWW-Authenticate": "Bearer"})
    if request.method != "GET" and (place := unsent.place_of_request()):
        kept = unsent.carried(place)
        return make_response(render_template("sign_in.html", next="/", email="", error=None, kept=kept), 401)
    if request.method != "GET":
        return redirect(url_for("auth.sign_in"), 303)
    if request.path == "/suggest":
        abort(401, _("Your session has ended. Sign in again."))
    return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")), 303)


def _who() -> Person | None:
    token = bearer()
    if token is not None:
        return kb.accounts.find_token(store(), token) if request.path.startswith("/api/") else None
    secret = request.cookies.get(COOKIE)
    person = kb.accounts.find_session(store(), secret) if secret else None
    if person is None and config().demo:
        with store().read() as tx:
            person = tx.people.find(config().demo)
    return person


def cast_of_demo() -> Sequence[Person]:
    """Whom a visitor of the demonstration may be."""
    with store().read() as tx:
        return sorted((each for each in tx.people.list() if each.ended is None), key=lambda each: slug(each.name))


def start_session(response: AnyResponse, person: Person) -> AnyResponse:
    """Sign `person` in with a new secret; an earlier session of this browser ends."""
    _end_session()
    response.set_cookie(
        COOKIE,
        kb.accounts.open_session(store(), person),
        max_age=SESSION,
        httponly=True,
        samesite="Lax",
        secure=config().secure,
    )
    return response


def _end_session() -> None:
    secret = request.cookies.get(COOKIE)
    if secret:
        kb.accounts.close_session(store(), secret)


@pages.get("/sign-in")
def sign_in() -> str | AnyResponse:
    onward = local(request.args.get("next"), "/")
    if g.person is not None and not config().demo:
        return redirect(onward, 303)
    return render_template("sign_in.html", next=onward, email="", error=None, empty=kb.founding.is_empty(store()))


@pages.post("/sign-in")
def sign_in_post() -> AnyResponse:
    email, password, onward = text("email")[:200], text("password"), local(text("next"), "/")
    try:
        refuse_nul(email, password)
        person = kb.accounts.sign_in(store(), email, password, request.remote_addr or "")
    except Invalid as error:
        page = render_template("sign_in.html", next=onward, email=email, error=error, kept=unsent.carried_on())
        if isinstance(error, TooManyTries):
            return make_response(page, 429, {"Retry-After": str(ceil(error.wait.total_seconds()))})
        return make_response(page, 422)
    return start_session(redirect(unsent.arrived(person) or onward, 303), person)


@pages.post("/sign-out")
def sign_out() -> AnyResponse:
    _end_session()
    response = redirect(url_for("auth.sign_in"), 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=config().secure)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.get("/invite/<secret>")
def invited(secret: str) -> str:
    return render_template("invite.html", person=_of_invite(secret), error=None)


@pages.post("/invite/<secret>")
def invited_post(secret: str) -> AnyResponse:
    person = _of_invite(secret)
    try:
        refuse_nul(text("password"))
        if text("password") != text("again"):
            raise Invalid("again", "The two passwords differ. Type the same one twice.")
        kb.accounts.accept_invite(store(), secret, text("password"))
    except Invalid as error:
        return make_response(render_template("invite.html", person=person, error=error), 422)
    return start_session(redirect(url_for("home.page"), 303), person)


def _of_invite(secret: str) -> Person:
    person = kb.accounts.find_invite(store(), secret)
    if person is None:
        abort(404, _("This link was used or has ended. Ask your administrator for a new one."))
    return person


@pages.get("/tokens")
def tokens() -> str:
    return render_template("tokens.html", tokens=kb.accounts.list_tokens(store(), reader()), secret=None, error=None)


@pages.post("/tokens")
def make_token() -> Response:
    try:
        label = clean("label", text("label"), 80, required=True)
    except Invalid as error:
        tokens = kb.accounts.list_tokens(store(), reader())
        return make_response(render_template("tokens.html", tokens=tokens, secret=None, error=error), 422)
    secret = kb.accounts.issue_token(store(), reader(), label, reader().id)
    shown = render_template("tokens.html", tokens=kb.accounts.list_tokens(store(), reader()), secret=secret, error=None)
    return make_response(shown, 200, {"Cache-Control": "no-store"})  # shown once: nothing to redirect to


@pages.post("/tokens/revoke")
def revoke_token() -> AnyResponse:
    kb.accounts.revoke_token(store(), reader(), word("hash"))
    flash(_("The token is revoked. Programs that used it can no longer sign in."))
    return redirect(url_for("auth.tokens"), 303)


@pages.post("/language")
def language() -> AnyResponse:
    """Keep the reader's choice of language: in this browser, and (signed in) for the next one and for mails. Lead back
    to the page they came from."""
    chosen = word("language")
    if chosen not in LANGUAGES:
        raise Invalid("language", "Choose one of the languages offered.")
    if (person := somebody()) is not None:
        kb.availability.choose_language(store(), person, chosen)
    response = redirect(local(text("next"), "/"), 303)
    response.set_cookie(
        catalogue.COOKIE, chosen, max_age=365 * 24 * 3600, samesite="Lax", httponly=True, secure=config().secure
    )
    return response


@pages.post("/demo/person")
def become() -> AnyResponse:
    """Be somebody else: in the demonstration only."""
    if not config().demo:
        raise NotFound("page", request.path)
    with store().read() as tx:
        person = tx.people.get(word("person"))
    flash(_("You are %(name)s now.", name=person.name))
    return start_session(redirect(url_for("home.page"), 303), person)
