"""Facts of the official records into sentences: what the audit trail says was done, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kb.model import Revision, RevisionStatus, Role, Visibility
from kb.records import AuditFault, AuditFaultKind, DriftDecision
from web.catalogue import _, day_text, language, mark, ngettext
from web.sentences import language_name, revision_status_text, role_text, visibility_text


def audit_action_text(action: str) -> str:
    return _(_ACTIONS[action]) if action in _ACTIONS else action


def drift_kind_text(kind: str) -> str:
    """In which way a duty and a practice do not fit together."""
    return _(_DRIFTS[kind]) if kind in _DRIFTS else kind


def drift_decision_text(decision: DriftDecision) -> str:
    return _(_DECISIONS[decision])


def audit_kind_text(kind: str) -> str:
    return _(_KINDS[kind]) if kind in _KINDS else kind


def audit_detail_text(detail: Mapping[str, object]) -> str:
    """What an entry says beside, as "name: value" pairs."""
    colon = _("%(name)s: %(value)s")
    pairs = [
        colon % {"name": _(_DETAILS[name]) if name in _DETAILS else name, "value": _value(value, name)}
        for name, value in detail.items()
        if value not in (None, [], {}, "")
    ]
    return " · ".join(pairs)


def read_in_text(code: str) -> str:
    return _("Read in %(language)s", language=_within(code))


def outrun_text(newer: Revision) -> str:
    """What a text that another language's has left behind says of itself."""
    return _(
        "The duties have changed in the text in %(language)s, in force since %(day)s; this one does not say so yet.",
        language=_within(newer.language), day=day_text(newer.since or newer.created or date.min),
    )  # fmt: skip


def _within(code: str) -> str:
    """The name of a language inside a sentence: French writes it small."""
    name = language_name(code)
    return name.lower() if language() == "fr" else name


def fault_text(fault: AuditFault) -> str:
    """What is wrong with the trail, as one sentence."""
    first, last = fault.first, fault.last
    match fault.kind:
        case AuditFaultKind.ALTERED:
            return _("Entry %(number)d was altered: its content does not fit its hash.", number=first)
        case AuditFaultKind.MISSING:
            return ngettext(
                "Entry %(first)d is missing.", "%(num)d entries are missing, %(first)d to %(last)d.",
                last - first + 1, first=first, last=last,
            )  # fmt: skip
        case AuditFaultKind.UNLINKED:
            return _("Entry %(number)d does not follow the one before it: one of the two was replaced or moved.",
                     number=first)  # fmt: skip
        case AuditFaultKind.TRUNCATED:
            return ngettext(
                "The end is cut off: entry %(first)d is missing.",
                "The end is cut off: %(num)d entries are missing, %(first)d to %(last)d.",
                last - first + 1, first=first, last=last,
            )  # fmt: skip
        case AuditFaultKind.BEYOND:
            return _(
                "Entries from %(number)d on were added after the head was set: they stand under no head.", number=first
            )
        case AuditFaultKind.HEAD:
            return _("The head kept apart is not the hash of the last entry, %(number)d.", number=last)
        case AuditFaultKind.UNKNOWN:
            return _("No entry bears the head you gave: this is another trail, or it was written anew.")


def _value(value: object, name: str = "") -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "status" and value in set(RevisionStatus):
        return revision_status_text(RevisionStatus(str(value)))
    if name == "decision" and value in set(DriftDecision):
        return drift_decision_text(DriftDecision(str(value)))
    if name == "visibility" and value in set(Visibility):
        return visibility_text(Visibility(str(value)))
    if isinstance(value, str) and value in set(Role):
        return role_text(Role(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        shown = ", ".join(_value(each) for each in value[:5])
        return shown + (f" … ({len(value)})" if len(value) > 5 else "")
    return str(value)


_DRIFTS = {
    "role": mark("Another person"),
    "time": mark("Another time"),
    "amount": mark("Another amount"),
    "reference": mark("Another place or form"),
    "negation": mark("Asked for here, left out there"),
    "order": mark("Another order"),
}
_DECISIONS = {
    DriftDecision.OPEN: mark("To decide"),
    DriftDecision.PROCEDURE_RIGHT: mark("The procedure is right"),
    DriftDecision.PRACTICE_RIGHT: mark("The practice is right"),
    DriftDecision.NO_CONFLICT: mark("No conflict"),
}
_ACTIONS = {
    "acknowledge": mark("Acknowledged"),
    "add": mark("Added"),
    "amend": mark("Amendment proposed"),
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
    "refuse": mark("Text sent back"),
    "release": mark("Texts released"),
    "remind": mark("Reminded of the review"),
    "remove member": mark("Member removed"),
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
    "answer": mark("answer"),
    "decision": mark("decision"),
    "practice": mark("practice"),
    "step": mark("step"),
    "admin": mark("administrator"),
    "administrators": mark("administrators"),
    "answers": mark("answers"),
    "approvers": mark("approvers"),
    "authors": mark("authors"),
    "before": mark("before"),
    "body": mark("on behalf of"),
    "by_mail": mark("by the link of a mail"),
    "campaign": mark("campaign"),
    "changed": mark("changed"),
    "count": mark("number"),
    "day": mark("day"),
    "deputy": mark("deputy"),
    "due": mark("due on"),
    "edition": mark("edition"),
    "from": mark("written from"),
    "keep_months": mark("months kept"),
    "kind": mark("kind"),
    "label": mark("for"),
    "members": mark("members"),
    "minimum": mark("at least"),
    "months": mark("months"),
    "next": mark("next"),
    "owner": mark("owner"),
    "people": mark("people"),
    "person": mark("person"),
    "proposed_by": mark("proposed by"),
    "references": mark("references"),
    "replaced": mark("in place of"),
    "revision": mark("revision"),
    "revisions": mark("revisions"),
    "role": mark("role"),
    "roles": mark("roles"),
    "sites": mark("sites"),
    "spaces": mark("spaces"),
    "status": mark("status"),
    "successor": mark("followed by"),
    "texts": mark("texts"),
    "title": mark("title"),
    "units": mark("units"),
    "visibility": mark("visibility"),
}
