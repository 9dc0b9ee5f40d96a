"""Facts of the official records into sentences: languages, drift, and what is wrong with the audit trail.

What the trail says was done is in `audit_sentences`.
"""

from __future__ import annotations

from datetime import date

from kb.model import Revision
from kb.records import AuditFault, AuditFaultKind, DriftDecision
from web.catalogue import _, day_text, mark, ngettext
from web.sentences import tongue_text


def drift_kind_text(kind: str) -> str:
    """In which way a duty and a practice do not fit together."""
    return _(_DRIFTS[kind]) if kind in _DRIFTS else kind


def drift_decision_text(decision: DriftDecision) -> str:
    return _(_DECISIONS[decision])


def read_in_text(code: str) -> str:
    return _("Read in %(language)s", language=tongue_text(code))


def outrun_text(newer: Revision) -> str:
    """What a text that another language's has left behind says of itself."""
    return _(
        "The duties have changed in the text in %(language)s, in force since %(day)s; this one does not say so yet.",
        language=tongue_text(newer.language), day=day_text(newer.since or newer.created or date.min),
    )  # fmt: skip


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
