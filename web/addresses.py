"""The address of every thing, on this site. The JSON API, feeds and mails use the same ones.

Inside a request they are relative ("/questions/ab12/how-to"); `absolute` puts the public address before them.
"""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request, url_for

from indexer.hits import AnswerHit, PersonHit, ProcedureHit, Reason, ReasonKind
from kb.rules import slug
from web.site import config


def question_url(id: str, title: str = "", answer: str | None = None) -> str:
    return url_for("questions.page", id=id, slug=slug(title) or None, _anchor=f"answer-{answer}" if answer else None)


def practice_url(id: str, title: str = "") -> str:
    return url_for("practices.page", id=id, slug=slug(title) or None)


def amendment_url(id: str) -> str:
    return url_for("amendments.page", id=id)


def coverage_url(space: str) -> str:
    """What the procedures of a space leave open."""
    return url_for("coverage.page", id=space)


def procedure_url(key: str, language: str | None = None, step: str | None = None, revision: str | None = None) -> str:
    anchor = f"step-{step}" if step else None
    return url_for("procedures.page", key=key, language=language, revision=revision, _anchor=anchor)


def approval_url(key: str, name: str) -> str:
    """Where the text called `name` ("fr.3") is read and decided on."""
    return url_for("approvals.page", key=key, name=name)


def draft_url(key: str, language: str) -> str:
    return url_for("drafts.page", key=key, language=language)


def changes_url(key: str, name: str) -> str:
    """What the text called `name` changed in the duties, alone."""
    return url_for("procedures.changes", key=key, name=name)


def comparison_url(key: str, before: str | None = None, after: str | None = None) -> str:
    """Two texts side by side; without names, the newest beside the one before it."""
    named: dict[str, Any] = {"from": before, "to": after}
    return url_for("procedures.comparison", key=key, **named)


def person_url(id: str) -> str:
    return url_for("people.page", id=id)


def space_url(id: str) -> str:
    return url_for("spaces.page", id=id)


def tag_url(tag: str) -> str:
    return url_for("tags.page", tag=tag)


def attachment_url(id: str, name: str = "") -> str:
    return url_for("attachments.file", id=id, name=name or None)


def search_url(query: str, kind: str = "") -> str:
    return url_for("search.page", q=query, kind=kind or None)


def found_url(hit: ProcedureHit) -> str:
    """Where a procedure found by a search leads: its duty, which is said in the address too, so that it is counted."""
    anchor = f"step-{hit.duty}" if hit.duty else None
    return url_for("procedures.page", key=hit.key, language=hit.language, step=hit.duty or None, _anchor=anchor)


def kept_url(of: str, id: str) -> str:
    """Of something that is kept: a question, a practice or a procedure."""
    if of == "question":
        return question_url(id)
    return practice_url(id) if of == "practice" else procedure_url(id)


def reading_list_url(id: str) -> str:
    return url_for("reading_lists.page", id=id)


def hit_url(hit: ProcedureHit | AnswerHit | PersonHit) -> str:
    """Where a hit leads: the duty of a procedure, the answer below its question, the practice, the person."""
    if isinstance(hit, ProcedureHit):
        return procedure_url(hit.key, hit.language, hit.duty)
    if isinstance(hit, AnswerHit) and hit.practice:
        return practice_url(hit.practice, hit.title)
    if isinstance(hit, AnswerHit):
        return question_url(hit.question, hit.title, hit.answer)
    return person_url(hit.person)


def reason_url(reason: Reason) -> str | None:
    """The page that shows the reason is true, or None for words and skills."""
    if reason.kind is ReasonKind.DECLARED:
        return url_for("search.page", q=reason.title)
    if reason.subject is None:
        return None
    if reason.of == "question":
        return question_url(reason.subject, reason.title)
    if reason.of == "practice":
        return practice_url(reason.subject, reason.title)
    if reason.of == "procedure":
        return procedure_url(reason.subject)
    return tag_url(reason.subject) if reason.of == "tag" else None


def absolute(address: str) -> str:
    """`address` with the public address of the site before it, for mails, feeds and links that are handed on."""
    if address.startswith(("http://", "https://")):
        return address
    root = config().url or (request.host_url.rstrip("/") if has_request_context() else "")
    return f"{root}{address}"
