"""Asking: what is similar, who will be asked and why, a preview; then the question, once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.guides
import kb.holding
import kb.outcomes
import kb.people
import kb.questions
import kb.routes
import kb.spaces
import kb.tags
import kb.unsent
from indexer.hits import Found
from indexer.language import detect as detect_language
from indexer.placing import likeliest
from kb.errors import Invalid
from kb.guides import Guides, Lack
from kb.model import Role, Space, Visibility, new_id
from kb.routing import Numbers
from kb.rules import BODY_LIMIT, LANGUAGES, TITLE_LIMIT, clean, clean_tags
from kb.waves import numbers
from web import catalogue
from web.addresses import person_url, procedure_url, question_url, space_url
from web.attachments import attached
from web.because import candidates
from web.catalogue import _
from web.forms import query, tags, text, word
from web.site import finder, reader, store

pages = Blueprint("ask", __name__)
SIMILAR, NAMED = 10, 5
TAG = "tag:"  # begins the button that takes a proposed tag


@pages.get("/ask")
def page() -> str:
    """An empty form, or one begun in the box of the home page (`title`)."""
    title = query("title")
    spaces = _spaces()
    form = {"id": new_id(), "title": title[:TITLE_LIMIT], "body": title if len(title) > TITLE_LIMIT else "", "tags": "",
            "space": word("space"), "language": ""}  # fmt: skip
    unsent = kb.unsent.find(store(), reader(), "ask")
    if unsent is not None and not title:
        form |= {name: value for name, value in unsent.fields.items() if name in form}
    found, settled = _similar(f"{form['title']}\n{form['body']}"), bool(form["space"])
    form["space"] = form["space"] or _proposed(found) or (spaces[0].id if spaces else "")
    return render_template(
        "ask.html", form=form, spaces=spaces, found=found, preview=None, error=None, unsent=unsent, settled=settled,
        taken_up=unsent is not None and not title, **_foreseen(found, form["space"]),
    )  # fmt: skip


@pages.post("/ask")
def post() -> AnyResponse:
    try:
        files = attached() or ()
        if text("action") == "preview":
            return _again(None)
        if text("action") == "guide" or text("action").startswith(TAG) or _lacking():
            return _again(None)
        struck, named = wishes()
        question = kb.questions.ask(
            store(), reader(), word("space"), text("title"), text("body"), tags(), _language(), word("id") or None,
            struck, named, files,
        )  # fmt: skip
    except Invalid as error:
        return _again(error)
    if kb.holding.waits(store(), reader(), question.space):
        flash(_("Thank you. Those who keep this space read it first; you will hear when it is posted."))
        return redirect(space_url(question.space), 303)
    flash(_("Your question is posted. The colleagues most likely to know will be asked, a few at a time."))
    return redirect(question_url(question.id, question.title), 303)


@pages.post("/ask/similar")
def similar() -> str:
    """The block beside the form: the preview, what is similar, who will be asked; with `propose`, in the space that
    what was found points to."""
    title, body = clean("title", text("title"), TITLE_LIMIT * 5), clean("body", text("body"), BODY_LIMIT)
    found = _similar(f"{title}\n{body}")
    proposed = _proposed(found) if word("propose") else ""
    return render_template(
        "ask_similar.html", found=found, typed=title, preview=body, proposed=proposed, while_typing=True,
        **_foreseen(found, proposed),
    )  # fmt: skip


@pages.post("/ask/answered")
def answered() -> AnyResponse:
    """ "This answers me": nothing is posted, the search counts as solved, and its path is kept to learn from."""
    asked, kind, id = clean("text", text("text"), BODY_LIMIT, required=True), word("kind"), word("id")
    answer = word("answer") or None
    if kind not in _PLACES:
        raise Invalid("kind", "Choose what answered you.")
    found = finder().find(asked, reader())
    kb.outcomes.answered_me(
        store(), reader(), asked, kind, id, answer, found.band, found.probability, found.scorer,
        candidates(store(), found, Numbers()),
    )  # fmt: skip
    flash(_("Good. Noted that this answered you: it helps the next person who asks."))
    return redirect(_PLACES[kind](id), 303)


def _lacking() -> Sequence[Lack]:
    """What the question lacks to be answered well; nothing once its asker was told (`advised`)."""
    if text("advised") or word("space") not in reader().roles:
        return ()
    title, body = clean("title", text("title"), TITLE_LIMIT * 5), clean("body", text("body"), BODY_LIMIT)
    guides = _guides(word("space"))
    return kb.guides.lacking(title, body, guides.ask) if guides.clinic and title else ()


def _guides(space: str) -> Guides:
    return kb.guides.of_space(store(), reader(), space) if space in reader().roles else Guides()


def _used_practice(id: str) -> str:
    """A practice's page that asks whether it is still true."""
    return url_for("practices.page", id=id, used=1)


_PLACES: dict[str, Callable[[str], str]] = {
    "question": question_url, "practice": _used_practice, "procedure": procedure_url, "person": person_url,
}  # fmt: skip


def _again(error: Invalid | None) -> Response:
    """The form with what was typed, beside it what was found; 422 with `error` beside its field."""
    form = {name: text(name) for name in ("id", "title", "body", "tags", "space", "language")}
    lacking: Sequence[Lack] = ()
    if text("action") == "guide":
        form["body"] = form["body"].strip() or _guides(form["space"]).ask
    elif text("action").startswith(TAG):
        form["tags"] = f"{form['tags']} {text('action').removeprefix(TAG)}".strip()
    elif error is None and text("action") != "preview":
        lacking = _lacking()
    found = _similar(f"{form['title']}\n{form['body']}") if error is None or error.field == "named" else None
    page = render_template(
        "ask.html", form=form, spaces=_spaces(), found=found, preview=form["body"], error=error, lacking=lacking,
        advised=bool(lacking or text("advised")) and text("action") != "guide", settled=True,
        **_foreseen(found, tagged=form["tags"]),
    )
    return make_response(page, 422 if error else 200)


def wishes() -> tuple[list[str], list[str]]:
    """Ids of those struck out, and of those named in the form (names or e-mail addresses, parted by commas). Invalid
    beside the field for a name that nobody bears."""
    struck = [clean("struck", each, 200) for each in request.form.getlist("struck")]
    typed = [each.strip() for each in text("named").split(",") if each.strip()]
    return struck, [kb.people.find_named(store(), reader(), each, "named").id for each in typed[:NAMED]]


def _foreseen(found: Found | None, space: str = "", tagged: str = "") -> dict[str, object]:
    """Who would be asked, when it goes on to others, who may read it; what is wrong with a name, beside the names; and
    which tags are proposed."""
    space = space or word("space")
    seen: dict[str, object] = dict.fromkeys(("foresight", "wrong_name", "where")) | {"named": text("named")}
    seen["guide"] = _guides(space).ask
    if found is None or space not in reader().roles:
        return seen
    like = [("practice", each.practice) if each.practice else ("question", each.question) for each in found.answers]
    seen["tags_proposed"] = kb.tags.proposed(store(), reader(), like, (tagged or text("tags")).split())
    here = kb.spaces.get(store(), reader(), space)
    likely = candidates(store(), found, _limits())
    typed = {"title": " ".join(text("title").split()), "body": text("body").replace("\r\n", "\n").strip()}
    seen |= {"where": here, "struck": request.form.getlist("struck")}
    try:
        struck, named = wishes()
        foresight = kb.routes.foresee(store(), reader(), space, likely, _tags(), struck, named, **typed)
    except Invalid as error:
        seen["wrong_name"] = error
        foresight = kb.routes.foresee(store(), reader(), space, likely, _tags(), **typed)
    left_out = kb.people.names(store(), reader(), request.form.getlist("struck"))
    return seen | {"foresight": foresight, "left_out": left_out}


def _tags() -> tuple[str, ...]:
    try:
        return clean_tags(tags())
    except Invalid:
        return ()


def _similar(typed: str) -> Found | None:
    typed = clean("body", typed, BODY_LIMIT + TITLE_LIMIT * 5 + 1)
    return finder().find(typed, reader(), limit=SIMILAR, people=_limits().reach) if typed else None


def _limits() -> Numbers:
    with store().read() as tx:
        return numbers(tx)


def _spaces() -> list[Space]:
    """The spaces the reader may ask in, by name, behind the one most of their questions belong in."""
    me = reader()
    spaces = [each for each in kb.spaces.readable(store(), me) if me.roles[each.id] is not Role.READER]
    return sorted(spaces, key=lambda each: (each.id not in me.member_of, each.visibility is not Visibility.OPEN))


def _proposed(found: Found | None) -> str:
    """The space among theirs that what was found points to; "" when it points nowhere."""
    if found is None:
        return ""
    mine = reader().roles
    return likeliest(found, [each for each, role in mine.items() if role is not Role.READER]) or ""


def _language() -> str:
    """The language chosen, else the one the question is written in."""
    if text("language") in LANGUAGES:
        return text("language")
    return detect_language(f"{text('title')} {text('body')}", default=catalogue.language())
