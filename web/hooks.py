"""The webhooks of a space, for those who keep it: set up, what was sent, send again."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.hooks
import kb.spaces
from kb.errors import Invalid
from kb.hooks import Event
from kb.webhooks import Hook, HookKind
from web.catalogue import _, mark
from web.delivering import require_allowed
from web.forms import text, word
from web.site import config, reader, store

pages = Blueprint("hooks", __name__)
KINDS = {
    HookKind.SLACK: mark("Slack"), HookKind.MATTERMOST: mark("Mattermost"), HookKind.TEAMS: mark("Microsoft Teams"),
    HookKind.SIGNED: mark("A program (signed, Standard Webhooks)"),
}  # fmt: skip
EVENTS = {
    Event.ASKED: mark("Something is asked"), Event.ANSWERED: mark("Something is answered"),
    Event.SOLVED: mark("Something is solved"),
}  # fmt: skip


@pages.get("/spaces/<id>/webhooks")
def page(id: str) -> str:
    return _page(id, None, None)


@pages.post("/spaces/<id>/webhooks")
def add(id: str) -> AnyResponse:
    kb.spaces.get(store(), reader(), id)
    try:
        _require_allowed(text("url"))
        made = kb.hooks.add(store(), reader(), id, word("kind"), text("url"), request.form.getlist("events"))
    except Invalid as error:
        return make_response(_page(id, error, None), 422)
    if made.secret:  # shown once: nothing to redirect to
        return make_response(_page(id, None, made), 200, {"Cache-Control": "no-store"})
    flash(_("Set up. What happens from now on is sent there."))
    return redirect(url_for("hooks.page", id=id), 303)


@pages.post("/webhooks/<hook>/remove")
def remove(hook: str) -> AnyResponse:
    space = kb.hooks.remove(store(), reader(), hook)
    flash(_("Nothing is sent there any more."))
    return redirect(url_for("hooks.page", id=space), 303)


@pages.post("/webhooks/deliveries/<delivery>")
def again(delivery: str) -> AnyResponse:
    space = kb.hooks.send_again(store(), reader(), delivery)
    flash(_("It is sent again in a moment."))
    return redirect(url_for("hooks.page", id=space), 303)


def _require_allowed(url: str) -> None:
    """Raise Invalid for an address that would never be sent to."""
    try:
        if url.strip().startswith(("https://", "http://")):
            require_allowed(url, config().hooks_private)
    except ValueError:
        raise Invalid("url", "Write the whole address, like https://hooks.example.org/services/abc.") from None


def _page(id: str, error: Invalid | None, made: Hook | None) -> str:
    space = kb.spaces.get(store(), reader(), id)
    found = kb.hooks.of_space(store(), reader(), id)
    return render_template(
        "hooks.html", space=space, found=found, error=error, made=made, kinds=KINDS, events=EVENTS, url=text("url"),
        chosen=request.form.getlist("events"),
    )  # fmt: skip
