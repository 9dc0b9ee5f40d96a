"""A revision with all that its approval depends on, read in one transaction; and whoever is asked to decide.

What drafting and approving share: both end by asking the next approvers, or by asking nobody any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kb.errors import NotFound
from kb.lifecycle import turn
from kb.model import NoticeKind, Procedure, ProcedureStatus, Revision, RevisionStatus
from kb.notices import settle, tell
from kb.official import Approver, Charter, Proposal
from kb.permissions import visible_spaces
from kb.storage import Transaction


def able(tx: Transaction, spaces: Collection[str]) -> Mapping[str, Charter]:
    """The charters of spaces, each with those of its approvers who have not left and still read the space."""
    charters = tx.charters.list(spaces)
    named = {each.person for charter in charters.values() for each in charter.approvers}
    people = {each.id: each for each in tx.people.list(named) if each.ended is None}

    def reads(approver: Approver, space: str) -> bool:
        return approver.person in people and space in visible_spaces(people[approver.person])

    return {
        space: replace(charter, approvers=tuple(each for each in charter.approvers if reads(each, space)))
        for space, charter in charters.items()
    }


def proposals(tx: Transaction, revisions: Sequence[Revision]) -> tuple[Proposal, ...]:
    """The revisions, each with all that its approval depends on."""
    procedures = {each.key: each for each in tx.procedures.list({each.procedure for each in revisions})}
    charters = able(tx, {each.space for each in procedures.values()})
    approvals = tx.approvals.list({each.id for each in revisions})
    return tuple(
        Proposal(procedures[each.procedure], each, charters[procedures[each.procedure].space], approvals[each.id])
        for each in revisions
    )


def find(tx: Transaction, key: str, name: str) -> Proposal:
    """The text of a procedure called `name` ("fr.3")."""
    tx.procedures.get(key)
    revision = next((each for each in tx.procedures.history(key) if each.name == name), None)
    if revision is None:
        raise NotFound("revision", f"{key}@{name}")
    return proposals(tx, [revision])[0]


def ask_next(tx: Transaction, key: str, name: str) -> None:
    """Tell the approvers whose turn has come, each once for each submission."""
    found = find(tx, key, name)
    revision = found.revision
    for each in turn(found):
        facts = {"by": revision.author, "revision": name, "named": revision.title}
        once = f"to approve {revision.id} {revision.submitted}"
        tell(tx, each.person, NoticeKind.TO_APPROVE, found.procedure, facts, key=once)


def ask_no_more(tx: Transaction, procedure: Procedure) -> None:
    """What was asked of approvers is done, but for those whom a text of the procedure still waits for."""
    history = [each for each in tx.procedures.history(procedure.key) if each.status is RevisionStatus.IN_REVIEW]
    awaited = {approver.person for each in proposals(tx, history) for approver in turn(each)}
    for each in tx.charters.get(procedure.space).approvers:
        if each.person not in awaited:
            settle(tx, each.person, procedure, [NoticeKind.TO_APPROVE])


def set_unborn(tx: Transaction, procedure: Procedure) -> None:
    """A procedure without a text in force is in review when one of its texts is, else a draft."""
    if procedure.status not in (ProcedureStatus.DRAFT, ProcedureStatus.IN_REVIEW):
        return
    waiting = (RevisionStatus.IN_REVIEW, RevisionStatus.APPROVED)
    asked = any(each.status in waiting for each in tx.procedures.history(procedure.key))
    status = ProcedureStatus.IN_REVIEW if asked else ProcedureStatus.DRAFT
    if status is not procedure.status:
        tx.procedures.put([replace(procedure, status=status)])
