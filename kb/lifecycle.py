"""The life of a procedure, as rules that need no database.

    draft -> in review -> approved -> published -> superseded          (a draft may be discarded; nothing is deleted)

Approval is of a *text*: a signature holds the SHA-256 of the canonical form below, and counts only while the text is
exactly that and has not been taken back since. Stages of approvers take their turn in order; nobody decides on a text
they wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import date, timedelta

from kb.errors import Conflict, Invalid
from kb.model import Procedure, ProcedureStatus, Revision, RevisionStatus
from kb.official import Approval, Approver, Charter, Decision, Proposal

MOVES = {
    "submit": ((RevisionStatus.DRAFT,), RevisionStatus.IN_REVIEW),
    "approve": ((RevisionStatus.IN_REVIEW,), RevisionStatus.APPROVED),
    "refuse": ((RevisionStatus.IN_REVIEW,), RevisionStatus.DRAFT),
    "withdraw": ((RevisionStatus.IN_REVIEW, RevisionStatus.APPROVED), RevisionStatus.DRAFT),
    "publish": ((RevisionStatus.APPROVED,), RevisionStatus.PUBLISHED),
    "supersede": ((RevisionStatus.PUBLISHED,), RevisionStatus.SUPERSEDED),
    "release": ((RevisionStatus.SUPERSEDED, RevisionStatus.PUBLISHED), RevisionStatus.RELEASED),
    "discard": ((RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW, RevisionStatus.APPROVED), RevisionStatus.DISCARDED),
}
IN_WORK = frozenset({RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW, RevisionStatus.APPROVED})
SHOWN = frozenset({RevisionStatus.PUBLISHED, RevisionStatus.SUPERSEDED})
SOON, LATE = timedelta(days=30), timedelta(days=14)


def moved(revision: Revision, verb: str) -> RevisionStatus:
    """The status to which `verb` leads; Conflict when the revision is not where that begins."""
    origins, target = MOVES[verb]
    if revision.status not in origins:
        raise Conflict("This text is no longer where you saw it. Open it again to see how it stands.")
    return target


# -- the text that is approved


def canonical(revision: Revision) -> str:
    """The text that an approver signs: one JSON object, keys sorted, no spaces between, not ASCII-escaped."""
    return json.dumps(
        {
            "procedure": revision.procedure, "language": revision.language, "revision": revision.number,
            "title": revision.title, "purpose": revision.summary,
            "duties": [[each.step, each.role, each.what, each.rule] for each in revision.duties],
            "essentials": revision.body, "tags": list(revision.tags), "change": revision.change,
            "major": revision.major, "effective": revision.effective.isoformat() if revision.effective else None,
        },
        sort_keys=True, separators=(",", ":"), ensure_ascii=False,
    )  # fmt: skip


def digest(revision: Revision) -> str:
    """The SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(revision).encode()).hexdigest()


def require_complete(revision: Revision) -> None:
    """Invalid, with the field, when something is missing that an approver needs."""
    if not revision.title:
        raise Invalid("title", "Give it a title: what one would call it.")
    if not revision.summary:
        raise Invalid("summary", "Write the purpose in a sentence or two.")
    if not revision.duties:
        raise Invalid("duties", "Name at least one duty: who does what.")
    for each in revision.duties:
        if not each.role or not each.what:
            raise Invalid("duties", "Step %(step)s lacks who does it, or what.", step=each.step)
    if revision.base is not None and not revision.change:
        raise Invalid("change", "Say in a sentence what is new: it is shown beside the comparison.")


# -- approval


def counting(proposal: Proposal) -> tuple[Approval, ...]:
    """The approvals that hold: given since the text was last submitted, and to exactly this text."""
    revision = proposal.revision
    if revision.submitted is None:
        return ()
    sha256, since = digest(revision), revision.submitted
    return tuple(
        each for each in proposal.approvals
        if each.decision is Decision.APPROVED and each.at >= since and each.sha256 == sha256
    )  # fmt: skip


def eligible(charter: Charter, writers: Collection[str]) -> tuple[Approver, ...]:
    """The approvers who did not write the text, in the order of their stages."""
    able = (each for each in charter.approvers if each.person not in writers)
    return tuple(sorted(able, key=lambda each: each.stage))


def turn(proposal: Proposal) -> tuple[Approver, ...]:
    """Whose decision is waited for now: the first stage without an approval; then, while the minimum is not reached,
    everybody who has not decided yet. Nobody, when the text is not in review or has all it needs."""
    if proposal.revision.status is not RevisionStatus.IN_REVIEW:
        return ()
    given = counting(proposal)
    signed, passed = {each.person for each in given}, {each.stage for each in given}
    able = [each for each in eligible(proposal.charter, proposal.revision.writers) if each.person not in signed]
    for stage in dict.fromkeys(each.stage for each in able):
        if stage not in passed:
            return tuple(each for each in able if each.stage == stage)
    return tuple(able) if len(given) < proposal.charter.minimum else ()


def enough(proposal: Proposal) -> bool:
    """Whether every stage that can has approved, and as many people as the charter asks for."""
    given = counting(proposal)
    passed = {each.stage for each in given}
    stages = {each.stage for each in eligible(proposal.charter, proposal.revision.writers)}
    return len(given) >= max(1, proposal.charter.minimum) and stages <= passed


def require_approvers(charter: Charter, writers: Collection[str]) -> None:
    """Conflict when the text could never be approved: too few approvers who did not write it."""
    if not charter.approvers:
        raise Conflict("Nobody approves procedures in this space yet. Those who keep the space name its approvers.")
    if len(eligible(charter, writers)) < charter.minimum:
        raise Conflict(
            "This space has too few approvers who did not write this text. Those who keep the space can name more."
        )


# -- in force, and looked at again


def overtaken(procedure: Procedure, revision: Revision) -> bool:
    """Whether a text with a later number came into force meanwhile (a load brings one)."""
    return any(each.language == revision.language and each.number > revision.number for each in procedure.revisions)


def next_review(day: date, months: int) -> date:
    """`months` after `day`, at the 28th at the latest."""
    count = day.month - 1 + months
    return date(day.year + count // 12, count % 12 + 1, min(day.day, 28))


def review_due(procedure: Procedure) -> date | None:
    """The day by which somebody should have looked at it again; None when it has no interval or is not in force."""
    if procedure.status is not ProcedureStatus.PUBLISHED or not procedure.review_months or procedure.reviewed is None:
        return None
    return next_review(procedure.reviewed, procedure.review_months)


def reminder(due: date, today: date) -> int:
    """How many kinds of keepers should have heard by `today`: the owner a month before, the deputy on the day, the
    compliance owners of the space a fortnight later."""
    return (today >= due - SOON) + (today >= due) + (today >= due + LATE)
