"""What the audit trail says was done, in sentences: people, spaces and titles by their names, days in the reader's
language. The ids stay in the entries, and in what is taken along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date

from markupsafe import Markup, escape

from kb.advice import AmendmentStatus
from kb.audit_names import LISTED, PEOPLE, SPACES, Names
from kb.entry import Attribute
from kb.model import PersonKind, RevisionStatus, Role, Visibility
from kb.records import AuditEntry, DriftDecision
from web.addresses import person_url, practice_url, procedure_url, question_url, space_url
from web.catalogue import _, day_text, mark
from web.records_sentences import drift_decision_text
from web.sentences import amendment_text, revision_status_text, role_text, tongue_text, visibility_text

_TEXT = re.compile(r"(?:(?P<key>[^@\s]+)[@ ])?(?P<language>fr|en)\.(?P<number>\d+)")


def audit_action_text(action: str) -> str:
    return _(_ACTIONS[action]) if action in _ACTIONS else action


def audit_actor_text(entry: AuditEntry, names: Names) -> Markup:
    """Who did it, leading to their page; without a person, whether its day had come or somebody was at the console."""
    if entry.actor is not None:
        name = names.people[entry.actor].name if entry.actor in names.people else entry.actor
        return Markup('<a href="{}">{}</a>').format(person_url(entry.actor), name)
    by_itself = entry.action in _BY_ITSELF or entry.detail.get("changed") == ["ended"]
    return escape(_("by itself, on its day") if by_itself else _("the keeper of the data folder"))


def audit_about_text(entry: AuditEntry, names: Names) -> Markup:
    """What an entry is about: its kind, and its name leading to its page where there is one."""
    kind = _(_KINDS[entry.kind]) if entry.kind in _KINDS else entry.kind
    if not entry.id:
        return escape(kind)
    name, address = _about(entry.kind, entry.id, names)
    shown = Markup('<a href="{}">{}</a>').format(address, name) if address else escape(name)
    return Markup("{} {}").format(kind, shown)


def _about(kind: str, id: str, names: Names) -> tuple[str, str | None]:
    if kind == "procedure":
        return id, procedure_url(id)
    if kind in ("person", "account"):
        return (names.people[id].name if id in names.people else id), person_url(id)
    if kind == "space":
        return names.spaces.get(id, id), space_url(id)
    if kind == "practice" and id in names.practices:
        return names.practices[id].title, practice_url(id, names.practices[id].title)
    if kind == "answer" and id in names.answers:
        asked = names.answers[id]
        return asked.title, question_url(asked.id, asked.title, id)
    return (names.documents[id].title if kind == "external document" and id in names.documents else id), None


def audit_detail_text(detail: Mapping[str, object], names: Names) -> str:
    """What an entry says beside, as "name: value" pairs."""
    colon = _("%(name)s: %(value)s")
    pairs = [
        colon % {"name": _(_DETAILS[name]) if name in _DETAILS else name, "value": _value(value, name, names)}
        for name, value in detail.items()
        if value not in (None, [], {}, "")
    ]
    return " · ".join(pairs)


def text_text(name: str) -> str:
    """A text by its name ("fr.2", "TRV-02@en.1") in words: "2 (French)", "TRV-02 (1, English)"."""
    found = _TEXT.fullmatch(name)
    if found is None:
        return name
    tongue = tongue_text(found["language"])
    if found["key"]:
        return f"{found['key']} ({found['number']}, {tongue})"
    return f"{found['number']} ({tongue})"


def _value(value: object, name: str, names: Names) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{_word(each, name, names)} {_value(said, name, names)}" for each, said in value.items())
    if name == "changed" and isinstance(value, list):
        return ", ".join(dict.fromkeys(_value(each, name, names) for each in value))
    if isinstance(value, list | tuple):
        shown = ", ".join(_value(each, name, names) for each in value[:LISTED])
        return shown + (f" … ({len(value)})" if len(value) > LISTED else "")
    return _word(value, name, names) if isinstance(value, str) else str(value)


def _word(value: str, name: str, names: Names) -> str:
    """One value that is a word: by its name, its day, its status; itself where it is none of these."""
    if name in PEOPLE and value in names.people:
        return names.people[value].name
    if name in SPACES:
        return names.spaces.get(value, value)
    if name == "practice" and value in names.practices:
        return names.practices[value].title
    if name in ("answer", "answers") and value in names.answers:
        return names.answers[value].title
    if name == "campaign" and value in names.campaigns:
        return _("of %(day)s", day=day_text(names.campaigns[value].date()))
    if name == "sha256":
        return text_text(value) if "." in value else value[:12]
    if name == "changed":
        return _(_DETAILS[value]) if value in _DETAILS else value
    if name in _WORDS and value in set(_WORDS[name][0]):
        return _WORDS[name][1](value)
    if name in _ROLES and value in set(Role):
        return role_text(Role(value))
    if name in _DAYS:
        with suppress(ValueError):
            return day_text(date.fromisoformat(value))
    return text_text(value) if name in _TEXTS else value


_BY_ITSELF = frozenset(("publish", "ask to acknowledge", "remind", "apply rules", "withdraw"))
# what facts of these names hold; everything else is shown as it was written
_ROLES = frozenset(("before", "members", "replaced", "role", "roles"))
_DAYS = frozenset(("day", "doing_since", "due", "ends", "next", "next_check", "until"))
_TEXTS = frozenset(("from", "replaced", "revision", "revisions", "texts"))
_ACTIONS = {
    "acknowledge": mark("Acknowledged"),
    "add": mark("Added"),
    "amend": mark("Amendment proposed"),
    "apply rules": mark("Rules applied"),
    "approve": mark("Text approved"),
    "ask to acknowledge": mark("Asked to acknowledge"),
    "change": mark("Changed"),
    "check": mark("Looked at again"),
    "choose password": mark("Password chosen"),
    "compare": mark("Compared with what is done"),
    "decide": mark("Decided between procedure and practice"),
    "decide amendment": mark("Amendment decided on"),
    "discard": mark("Draft given up"),
    "draft": mark("Draft begun"),
    "end campaign": mark("Campaign ended"),
    "export": mark("Exported"),
    "import": mark("Imported"),
    "issue calendar": mark("Calendar address made"),
    "issue token": mark("Token issued"),
    "load": mark("Loaded"),
    "make link": mark("Link made"),
    "promote": mark("Made a practice"),
    "propose release": mark("Release of texts proposed"),
    "publish": mark("Brought into force"),
    "put charter": mark("Approvers named"),
    "put member": mark("Role given"),
    "put rule": mark("Rule for joining made"),
    "refuse": mark("Text sent back"),
    "release": mark("Texts released"),
    "remind": mark("Reminded of the review"),
    "remove member": mark("Member removed"),
    "remove rule": mark("Rule for joining ended"),
    "remove": mark("Removed"),
    "retire": mark("Retired"),
    "review": mark("Found still valid"),
    "revoke calendar": mark("Calendar address ended"),
    "revoke token": mark("Token revoked"),
    "start campaign": mark("Campaign started"),
    "submit": mark("Text submitted"),
    "doubt": mark("No longer found true"),
    "verify": mark("Found true"),
    "withdraw": mark("Text taken back"),
    "withdraw release": mark("Proposed release withdrawn"),
}
_KINDS = {
    "account": mark("Account"),
    "answer": mark("Answer to"),
    "archive": mark("Archive"),
    "audit": mark("Audit trail"),
    "campaign": mark("Campaign"),
    "clause": mark("Clauses"),
    "external document": mark("External document"),
    "person": mark("Person"),
    "practice": mark("Practice"),
    "proof": mark("Proof pack"),
    "procedure": mark("Procedure"),
    "question": mark("Questions"),
    "space": mark("Space"),
}
_DETAILS = {
    "about": mark("about"),
    "action": mark("what was done"),
    "admin": mark("administrator"),
    "administrators": mark("administrators"),
    "answer": mark("answer"),
    "answers": mark("answers"),
    "approvers": mark("approvers"),
    "attribute": mark("who has"),
    "audience": mark("audience"),
    "authors": mark("authors"),
    "before": mark("before"),
    "body": mark("on behalf of"),
    "by_mail": mark("by the link of a mail"),
    "came": mark("came"),
    "campaign": mark("campaign"),
    "changed": mark("changed"),
    "check_months": mark("months between two looks"),
    "count": mark("number"),
    "day": mark("day"),
    "decision": mark("decision"),
    "deputy": mark("deputy"),
    "doing": mark("current work"),
    "doing_since": mark("current work"),
    "due": mark("deadline"),
    "duties": mark("duties"),
    "edition": mark("edition"),
    "email": mark("e-mail"),
    "ended": mark("end"),
    "ends": mark("last day"),
    "from": mark("written from"),
    "holds": mark("roles in duties"),
    "invited": mark("invited by"),
    "issuer": mark("published by"),
    "keep_months": mark("months kept"),
    "kind": mark("kind"),
    "label": mark("for"),
    "languages": mark("languages"),
    "link": mark("link"),
    "members": mark("members"),
    "minimum": mark("at least"),
    "months": mark("months"),
    "name": mark("name"),
    "next": mark("next"),
    "next_check": mark("next look"),
    "note": mark("remark"),
    "owner": mark("owner"),
    "people": mark("people"),
    "person": mark("person"),
    "practice": mark("practice"),
    "proposed_by": mark("proposed by"),
    "references": mark("references"),
    "replaced": mark("in place of"),
    "review_months": mark("months between reviews"),
    "revision": mark("revision"),
    "revisions": mark("revisions"),
    "role": mark("role"),
    "roles": mark("roles"),
    "satisfies": mark("what it answers"),
    "scope": mark("scope"),
    "sha256": mark("signature"),
    "site": mark("site"),
    "sites": mark("sites"),
    "skills": mark("skills"),
    "space": mark("space"),
    "spaces": mark("spaces"),
    "sponsor": mark("guest of"),
    "status": mark("status"),
    "step": mark("step"),
    "successor": mark("followed by"),
    "texts": mark("texts"),
    "title": mark("title"),
    "twins": mark("known to whoever has the same question"),
    "unit": mark("unit"),
    "units": mark("units"),
    "until": mark("until"),
    "value": mark("value"),
    "visibility": mark("visibility"),
    "went": mark("went"),
}
_PEOPLE = {"employee": mark("employee"), "guest": mark("guest")}
_WORDS: Mapping[str, tuple[Iterable[str], Callable[[str], str]]] = {
    "action": (_ACTIONS, audit_action_text),
    "attribute": (Attribute, lambda value: _(_DETAILS[value])),
    "decision": (
        (*DriftDecision, *AmendmentStatus),
        lambda value: drift_decision_text(DriftDecision(value)) if value in set(DriftDecision)
        else amendment_text(AmendmentStatus(value)),
    ),
    "kind": (PersonKind, lambda value: _(_PEOPLE[value])),
    "status": (RevisionStatus, lambda value: revision_status_text(RevisionStatus(value))),
    "visibility": (Visibility, lambda value: visibility_text(Visibility(value))),
}  # fmt: skip
