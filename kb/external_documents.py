"""Documents of external origin: what others publish and one must follow. Here stand the link, who keeps it, and when
somebody looks again whether it is still the edition in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from urllib.parse import urlsplit

from kb import audit
from kb.errors import Invalid
from kb.lifecycle import next_review
from kb.model import Person
from kb.permissions import Action, can, require, visible_spaces
from kb.records import ExternalDocument
from kb.rules import COMMENT_LIMIT, TITLE_LIMIT, clean
from kb.storage import Store, Transaction

LINK_LIMIT, MONTHS = 1_000, 120


def readable(store: Store, reader: Person, due: bool = False) -> Sequence[ExternalDocument]:
    """Those of the reader's spaces, the next to be checked first; only those whose day has come, with `due`."""
    with store.read() as tx:
        found = tx.external_documents.list(visible_spaces(reader))
        today = tx.now.date()
    return [each for each in found if not due or (each.next_check is not None and each.next_check <= today)]


def get(store: Store, reader: Person, id: str) -> ExternalDocument:
    with store.read() as tx:
        document = tx.external_documents.get(id)
    require(reader, Action.READ, document)
    return document


def put(store: Store, keeper: Person, document: ExternalDocument) -> ExternalDocument:
    """Add a document, or change the one of that id. Invalid with its field; Forbidden outside one's own spaces."""
    document = _clean(document)
    with store.write() as tx:
        space = tx.spaces.find(document.space)
        if space is None or document.space not in visible_spaces(keeper):
            raise Invalid("space", "Choose one of your spaces.")
        before = tx.external_documents.find(document.id)
        if before is None:
            require(keeper, Action.MANAGE, space)
        else:
            require(keeper, Action.EDIT, before)
            if before.space != document.space:
                require(keeper, Action.MANAGE, space)
        owner = tx.people.find(document.owner) if document.owner else None
        if document.owner and (owner is None or owner.ended is not None or not can(owner, Action.READ, space)):
            raise Invalid("owner", "Choose somebody who reads this space.")
        if before is not None:
            document = replace(document, checked=before.checked, checked_by=before.checked_by, created=before.created)
        if document != before:
            tx.external_documents.put(document)
            tx.changes.add("put", "external document", document.id, keeper.id)
            _record(tx, keeper, "change" if before else "add", document, _changed(before, document))
        return tx.external_documents.get(document.id)


def check(store: Store, person: Person, id: str) -> ExternalDocument:
    """ "Still the edition in force": noted, and the next day to look again set."""
    with store.write() as tx:
        before = tx.external_documents.get(id, lock=True)
        require(person, Action.EDIT, before)
        today = tx.now.date()
        following = next_review(today, before.check_months)
        after = replace(before, checked=today, checked_by=person.id, next_check=following)
        tx.external_documents.put(after)
        tx.changes.add("check", "external document", id, person.id)
        _record(tx, person, "check", after, {"edition": after.edition, "next": following.isoformat()})
        return after


def remove(store: Store, person: Person, id: str) -> None:
    """Take it out of the register: it no longer concerns anybody here."""
    with store.write() as tx:
        document = tx.external_documents.get(id, lock=True)
        require(person, Action.EDIT, document)
        tx.external_documents.remove(id)
        tx.changes.add("remove", "external document", id, person.id)
        _record(tx, person, "remove", document, {"title": document.title, "edition": document.edition})


def _clean(document: ExternalDocument) -> ExternalDocument:
    title = clean("title", document.title, TITLE_LIMIT, required=True)
    link = clean("link", document.link, LINK_LIMIT)
    if link and (urlsplit(link).scheme not in ("http", "https") or not urlsplit(link).netloc):
        raise Invalid("link", "Write an address that begins with https://, or leave it empty and say below where.")
    if not 1 <= document.check_months <= MONTHS:
        raise Invalid("check_months", "Write a number of months from 1 to %(most)d.", most=MONTHS)
    return replace(
        document, title=title, link=link, issuer=clean("issuer", document.issuer, TITLE_LIMIT),
        edition=clean("edition", document.edition, TITLE_LIMIT), note=clean("note", document.note, COMMENT_LIMIT),
    )  # fmt: skip


def _changed(before: ExternalDocument | None, after: ExternalDocument) -> dict[str, object]:
    if before is None:
        return {"title": after.title, "edition": after.edition, "owner": after.owner}
    names = [each.name for each in fields(after) if getattr(before, each.name) != getattr(after, each.name)]
    return {"changed": names, "edition": after.edition}


def _record(tx: Transaction, by: Person, action: str, document: ExternalDocument, detail: dict[str, object]) -> None:
    audit.record(tx, by.id, action, ("external document", document.id), detail, document.space)
