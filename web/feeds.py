"""Atom feeds of a space, a tag, a person and a search, at an address that nobody can guess and its owner can end.

One secret a person stands in all of their addresses; a feed shows what that person may read at the moment it is
fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree

from flask import Blueprint, Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.accounts
import kb.evidence
import kb.following
import kb.mail
import kb.people
import kb.questions
import kb.spaces
import kb.tags
from kb.markdown import plain
from kb.model import EvidenceKind, Person, Question, SecretKind
from web import catalogue
from web.addresses import absolute, question_url
from web.catalogue import _
from web.forms import query
from web.sentences import name_text
from web.site import config, finder, reader, store

pages = Blueprint("feeds", __name__)
SIZE = 30
_ATOM = "http://www.w3.org/2005/Atom"


@pages.get("/feeds")
def page() -> str:
    return render_template("feeds.html", standing=kb.accounts.has_address(store(), reader(), SecretKind.FEED), made=())


@pages.post("/feeds")
def issue() -> Response:
    """New addresses, shown once: nothing to redirect to."""
    secret = kb.accounts.issue_address(store(), reader(), SecretKind.FEED)
    made = [(each.name, _address(secret, "space", each.id)) for each in kb.spaces.readable(store(), reader())]
    for each in kb.following.followed(store(), reader()):
        if each.of == "tag":
            made.append((each.subject, _address(secret, "tag", each.subject)))
        elif isinstance(each.thing, Person):
            made.append((each.thing.name, _address(secret, "person", each.subject)))
    search = _address(secret, "search", "") + "?q="
    shown = render_template("feeds.html", standing=True, made=made, search=search)
    return make_response(shown, 200, {"Cache-Control": "no-store"})


@pages.post("/feeds/end")
def end() -> AnyResponse:
    kb.accounts.revoke_address(store(), reader(), SecretKind.FEED)
    flash(_("The addresses have ended."))
    return redirect(url_for("feeds.page"), 303)


@pages.get("/feed/<secret>/<any(space, tag, person, search):of>.atom", defaults={"subject": ""})
@pages.get("/feed/<secret>/<any(space, tag, person, search):of>/<subject>.atom")
def feed(secret: str, of: str, subject: str) -> Response:
    """404 for an address that ended, and for what its owner may not read."""
    person = kb.accounts.find_address(store(), secret, SecretKind.FEED)
    if person is None:
        abort(404)
    g.language_of_link = kb.mail.language_of(store(), person)
    title, found = _found(person, of, subject)
    text = _atom(title, found, person)
    headers = {"Content-Type": "application/atom+xml; charset=utf-8", "Cache-Control": "private, no-store"}
    return make_response(text, 200, headers)


def _found(person: Person, of: str, subject: str) -> tuple[str, Sequence[Question]]:
    """The feed's title and its questions, the latest first."""
    if of == "space":
        space = kb.spaces.get(store(), person, subject)
        return space.name, kb.questions.readable(store(), person, space=subject, limit=SIZE)
    if of == "tag":
        tag = kb.tags.meant(store(), person, subject)
        return tag, kb.questions.readable(store(), person, tag=tag, limit=SIZE)
    if of == "person":
        other = kb.people.get(store(), person, subject)
        kinds = {EvidenceKind.ACCEPTED, EvidenceKind.UPVOTED, EvidenceKind.ANSWERED, EvidenceKind.ASKED}
        known = [each for each in kb.evidence.of_person(store(), person, subject) if each.kind in kinds]
        return other.name, _questions(person, [each.subject for each in known[:SIZE]])
    typed = query()
    hits = finder().search(f"{typed} kind:question", person, size=SIZE).answers if typed else []
    return typed or _("Search"), _questions(person, [each.question for each in hits])


def _questions(person: Person, ids: Sequence[str]) -> Sequence[Question]:
    with store().read() as tx:
        found = tx.questions.list(set(ids), spaces=set(person.roles))
    return sorted(found, key=lambda each: each.active.timestamp() if each.active else 0.0, reverse=True)


def _atom(title: str, questions: Sequence[Question], reader: Person) -> bytes:
    """The feed (RFC 4287)."""
    names = kb.people.names(store(), reader, {each.author for each in questions})
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(root, "title", f"{title} · Quisait {config().organisation}".strip())
    _add(root, "id", absolute(request.path).replace(request.view_args["secret"], "-") if request.view_args else "")
    _add(root, "updated", _moment(max((each.active for each in questions if each.active), default=store().clock())))
    for each in questions:
        entry, address = ElementTree.SubElement(root, f"{{{_ATOM}}}entry"), absolute(question_url(each.id, each.title))
        _add(entry, "title", each.title)
        _add(entry, "id", absolute(question_url(each.id)))
        ElementTree.SubElement(entry, f"{{{_ATOM}}}link", href=address)
        _add(entry, "updated", _moment(each.active or each.created or store().clock()))
        author = ElementTree.SubElement(entry, f"{{{_ATOM}}}author")
        _add(author, "name", name_text(each.author, names, reader))
        answers = catalogue.ngettext("%(num)d answer", "%(num)d answers", each.answers)
        _add(entry, "summary", f"{plain(each.body)[:500]} ({answers})".strip())
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = "".join(
        each for each in text if each in "\t\n\r" or each >= " "
    )


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _address(secret: str, of: str, subject: str) -> str:
    return absolute(url_for("feeds.feed", secret=secret, of=of, subject=subject or None))
