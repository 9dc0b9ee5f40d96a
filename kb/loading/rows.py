"""What each kind of row must hold, and the form in which it is staged.

References (ids of other rows) stand in columns of their own, where SQL checks them; everything else is one JSON text,
so that a field absent from the file stays absent and what is stored already is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from kb.advice import Verdict
from kb.loading.fields import BadRow, Fields
from kb.model import PersonKind, ProcedureStatus, Role, Visibility
from kb.rules import BODY_LIMIT, COMMENT_LIMIT, LANGUAGES, TITLE_LIMIT

Row = dict[str, Any]
PROCEDURE_LIMIT = 500_000
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_LANGUAGES = {
    "français": "fr", "francais": "fr", "french": "fr", "anglais": "en", "english": "en", "allemand": "de",
    "german": "de", "deutsch": "de", "espagnol": "es", "spanish": "es", "italien": "it", "italian": "it",
}  # fmt: skip


def _data(**values: Any) -> str:
    return json.dumps({name: value for name, value in values.items() if value is not None}, ensure_ascii=False)


def _if_there(fields: Fields, name: str, limit: int, line: bool = True) -> str | None:
    return fields.text(name, limit, line=line) if name in fields else None


def person(fields: Fields, prefix: str) -> Row:
    email = fields.text("email", 254, line=True) or None
    if email is not None and not _EMAIL.fullmatch(email):
        fields.notes.append(f"email {email[:60]!r} is not an address and was left out.")
        email = None
    languages = fields.words("languages", 30)
    if languages is not None:
        languages = tuple(dict.fromkeys(_language(each) for each in languages))
    return {
        "id": fields.id("id"), "email": email, "made": int(bool(fields.row.get("made"))),
        "data": _data(
            name=fields.text("name", TITLE_LIMIT, required=True, line=True),
            title=_if_there(fields, "title", TITLE_LIMIT), unit=_if_there(fields, "unit", TITLE_LIMIT),
            site=_if_there(fields, "site", TITLE_LIMIT),
            languages=languages,
            skills=fields.words("skills", 100), holds=fields.words("holds", 200),
            about=_if_there(fields, "about", COMMENT_LIMIT, line=False),
            kind=fields.one_of("kind", tuple(PersonKind)), admin=fields.flag("admin"), created=fields.moment("created"),
        ),
    }  # fmt: skip


def _language(text: str) -> str:
    text = text.lower()
    return _LANGUAGES.get(text) or re.split(r"[-_]", text)[0]


def space(fields: Fields, prefix: str) -> Row:
    key = fields.id("key")
    members = fields.row.get("members") or []
    if not isinstance(members, list):
        raise BadRow('members must be a list, like [{"person": "p1", "role": "member"}].')
    kept = []
    for each in members:
        member = Fields(each if isinstance(each, dict) else {})
        try:
            kept.append(
                {"person": member.id("person"), "role": member.one_of("role", tuple(Role)) or Role.MEMBER.value}
            )
        except BadRow as bad:
            fields.notes.append(f"A member of {key} was left out: {bad}")
    return {
        "id": prefix + key, "raw": key, "members": json.dumps(kept),
        "data": _data(
            name=fields.text("name", TITLE_LIMIT, line=True) or key,
            description=_if_there(fields, "description", COMMENT_LIMIT, line=False),
            visibility=fields.one_of("visibility", tuple(Visibility)),
        ),
    }  # fmt: skip


def procedure(fields: Fields, prefix: str) -> Row:
    key = fields.id("key")
    if "title" not in fields:
        raise BadRow(f"title is missing: {key} needs one.")
    return {
        "key": prefix + key, "language": fields.one_of("language", LANGUAGES), "space": fields.ref("space"),
        "owner": fields.ref("owner"), "deputy": fields.ref("deputy"),
        "data": _data(
            title=fields.text("title", TITLE_LIMIT, line=True), summary=fields.text("summary", BODY_LIMIT),
            body=fields.text("body", PROCEDURE_LIMIT), duties=_duties(fields), tags=fields.tags(),
            satisfies=fields.words("satisfies"), status=fields.one_of("status", tuple(ProcedureStatus)),
            effective=fields.day("effective"), review_months=fields.months("review_every"),
            scope=_if_there(fields, "scope", 500), roles=fields.words("roles"), units=fields.words("units"),
            sites=fields.words("sites"),
        ),
    }  # fmt: skip


def _duties(fields: Fields) -> list[list[str]]:
    """Duties as [step, role, what, rule]."""
    given = fields.row.get("duties") or []
    if not isinstance(given, list):
        raise BadRow('duties must be a list, like [{"step": "1", "role": "Buyer", "what": "Orders", "rule": ""}].')
    kept = []
    for place, each in enumerate(given, 1):
        if not isinstance(each, dict):
            raise BadRow(f"duty {place} must be an object with step, role, what and rule.")
        duty = Fields(each)
        step = duty.text("step", 20, line=True) or str(place)
        role = duty.text("role" if "role" in duty else "who", TITLE_LIMIT, line=True)
        kept.append([step, role, duty.text("what", COMMENT_LIMIT, line=True), duty.text("rule", 500, line=True)])
    return kept


def question(fields: Fields, prefix: str) -> Row:
    original = fields.ref("duplicate_of")
    return {
        "id": prefix + fields.id("id"), "space": fields.ref("space"), "author": fields.ref("author"),
        "duplicate_of": None if original is None else prefix + original, "score": fields.number("score"), "level": None,
        "data": _data(
            title=fields.text("title", TITLE_LIMIT, required=True, line=True), body=fields.text("body", BODY_LIMIT),
            tags=fields.tags(), language=fields.language(), created=fields.moment("created"),
        ),
    }  # fmt: skip


def answer(fields: Fields, prefix: str) -> Row:
    id = fields.id("id")
    if "body" not in fields:
        raise BadRow(f"body is missing: answer {id} needs its words.")
    body = fields.text("body", BODY_LIMIT)
    if not body:
        fields.notes.append(f"Answer {id} is empty; it was loaded as it is.")
    accepted = fields.flag("accepted")
    return {
        "id": prefix + id, "question": prefix + fields.id("question"), "author": fields.ref("author"),
        "score": fields.number("score"), "accepted": None if accepted is None else int(accepted),
        "data": _data(body=body, language=fields.language(), created=fields.moment("created")),
    }  # fmt: skip


def comment(fields: Fields, prefix: str) -> Row:
    return {
        "id": prefix + fields.id("id"), "target": prefix + fields.id("on"), "question": None, "answer": None,
        "author": fields.ref("author"),
        "data": _data(body=fields.text("body", COMMENT_LIMIT, required=True), created=fields.moment("created")),
    }  # fmt: skip


def vote(fields: Fields, prefix: str) -> Row:
    value = fields.number("value")
    if value not in (-1, 1):
        raise BadRow("value must be 1 or -1.")
    return {
        "person": fields.id("person"), "target": prefix + fields.id("on"), "question": None, "answer": None,
        "value": value, "created": fields.moment("created"),
    }  # fmt: skip


def practice(fields: Fields, prefix: str) -> Row:
    answers = fields.words("answers", 200) or ()
    if not answers:
        raise BadRow("answers is missing: name at least one answer that the practice was learned from.")
    verifier, keeper = fields.ref("verifier"), fields.ref("keeper")
    return {
        "id": prefix + fields.id("id"),
        "data": _data(
            title=fields.text("title", TITLE_LIMIT, required=True, line=True),
            body=fields.text("body", BODY_LIMIT, required=True), language=fields.language(),
            answers=[prefix + each for each in answers], authors=fields.words("authors", 200) or (),
            helps=[prefix + each for each in fields.words("helps", 300) or ()], tags=fields.tags(),
            keeper=keeper, verifier=verifier, people=[each for each in (verifier, keeper) if each],
            created=fields.moment("created"), verified=fields.moment("verified"), until=fields.day("until"),
        ),
    }  # fmt: skip


def confirmation(fields: Fields, prefix: str) -> Row:
    verdict = fields.one_of("verdict", tuple(Verdict))
    if verdict is None:
        raise BadRow(f"verdict is missing: write one of {', '.join(Verdict)}.")
    note = fields.text("note", 300, line=True)
    return {
        "person": fields.id("person"), "target": prefix + fields.id("on"),
        "data": _data(verdict=verdict, note=note, created=fields.moment("created")),
    }  # fmt: skip


READERS: dict[str, Callable[[Fields, str], Row]] = {
    "person": person, "space": space, "procedure": procedure, "question": question, "answer": answer,
    "comment": comment, "vote": vote, "practice": practice,
    "confirmation": confirmation,
}  # fmt: skip
