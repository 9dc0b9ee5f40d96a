"""Deciding on a text, and bringing what was approved into force on its day.

An approver signs exactly the text they read: they send its hash, which must be that of the text as it stands, and the
approval keeps it. Publication looks once more: a text that is not the one signed goes back to being a draft.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kb import announcing, audit
from kb.errors import Conflict, Forbidden
from kb.following import tell_followers_of_procedure
from kb.lifecycle import IN_WORK, counting, digest, enough, moved, overtaken
from kb.model import NoticeKind, Person, Procedure, ProcedureStatus, Revision, RevisionStatus, new_id
from kb.notices import settle, tell
from kb.official import Approval, Decision, Proposal
from kb.permissions import Action, can, require
from kb.proposals import ask_next, ask_no_more, find, proposals, set_unborn
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction


def in_work(store: Store, reader: Person, key: str) -> tuple[Proposal, ...]:
    """The texts of a procedure in work that `reader` may see, by language."""
    with store.read() as tx:
        revisions = [each for each in tx.procedures.history(key) if each.status in IN_WORK]
        found = proposals(tx, sorted(revisions, key=lambda each: each.language))
    return tuple(each for each in found if can(reader, Action.READ, each))


def waiting_for(store: Store, person: Person) -> tuple[Proposal, ...]:
    """The texts that wait for this person's decision, the longest waiting first."""
    with store.read() as tx:
        found = proposals(tx, tx.procedures.revisions({RevisionStatus.IN_REVIEW}))
    mine = [each for each in found if can(person, Action.APPROVE, each)]
    return tuple(sorted(mine, key=lambda each: str(each.revision.submitted)))


def approve(store: Store, approver: Person, key: str, name: str, sha256: str) -> Proposal:
    """Sign the text whose hash is `sha256`; whoever calls has made sure that it is really `approver`.

    Raises Conflict when the text is another by now, Forbidden with the reason when it is not theirs to decide."""
    return _decide(store, approver, key, name, Decision.APPROVED, sha256, "")


def refuse(store: Store, approver: Person, key: str, name: str, sha256: str, reason: str) -> Proposal:
    """Send the text back to its author, with the reason."""
    reason = clean("reason", reason, COMMENT_LIMIT, required=True)
    return _decide(store, approver, key, name, Decision.REFUSED, sha256, reason)


def _decide(
    store: Store, person: Person, key: str, name: str, decision: Decision, sha256: str, reason: str
) -> Proposal:
    with store.write() as tx:
        tx.procedures.get(key, lock=True)
        found = find(tx, key, name)
        require(person, Action.READ, found)
        _require_turn(person, found)
        revision = found.revision
        if digest(revision) != sha256:
            raise Conflict("The text changed after you opened it. Read it again before you decide.")
        mine = next(each for each in found.charter.approvers if each.person == person.id)
        given = Approval(new_id(), revision.id, person.id, mine.stage, mine.body, decision, reason, sha256, tx.now)
        tx.approvals.add(given)
        after = replace(found, approvals=(*found.approvals, given))
        if decision is Decision.REFUSED or enough(after):
            status = moved(revision, "refuse" if decision is Decision.REFUSED else "approve")
            tx.procedures.set_status(revision.id, status)
            after = replace(after, revision=replace(revision, status=status))
        if decision is Decision.REFUSED:
            set_unborn(tx, found.procedure)
            _tell_keepers(tx, NoticeKind.REFUSED, found.procedure, revision, person.id, given.id)
        ask_no_more(tx, found.procedure)
        ask_next(tx, key, name)
        verb = "approve" if decision is Decision.APPROVED else "refuse"
        tx.changes.add(verb, "procedure", key, person.id)
        detail = {"revision": name, "body": mine.body, "sha256": sha256}
        audit.record(tx, person.id, verb, ("procedure", key), detail, found.procedure.space)
        return after


def _require_turn(person: Person, found: Proposal) -> None:
    if can(person, Action.APPROVE, found):
        return
    moved(found.revision, "approve")
    id = found.revision.id
    if person.id in found.revision.writers:
        raise Forbidden("approve", "revision", id, "You wrote this text, so others decide on it.")
    if all(each.person != person.id for each in found.charter.approvers):
        raise Forbidden("approve", "revision", id, "You are not among the approvers of this space.")
    if any(each.person == person.id for each in counting(found)):
        raise Forbidden("approve", "revision", id, "You have approved this text already.")
    raise Forbidden("approve", "revision", id, "Others decide first. When it is your turn, it is among your tasks.")


def publish_due(store: Store) -> tuple[str, ...]:
    """Bring every approved text into force whose day has come; the ids of those that did. For the worker."""
    with store.read() as tx:
        due = [each for each in tx.procedures.revisions({RevisionStatus.APPROVED}) if _due(each, tx.now.date())]
    published = []
    for each in due:
        with store.write() as tx:
            if _publish(tx, each):
                published.append(each.id)
    return tuple(published)


def _due(revision: Revision, today: date) -> bool:
    return revision.status is RevisionStatus.APPROVED and (revision.effective is None or revision.effective <= today)


def _publish(tx: Transaction, seen: Revision) -> bool:
    procedure = tx.procedures.get(seen.procedure, lock=True)
    found = find(tx, seen.procedure, seen.name)
    revision = found.revision
    if not _due(revision, tx.now.date()):
        return False
    if not counting(found) or overtaken(procedure, revision):
        tx.procedures.set_status(revision.id, moved(revision, "withdraw"))
        set_unborn(tx, procedure)
        _tell_keepers(tx, NoticeKind.RETURNED, procedure, revision, None, str(revision.submitted))
        tx.changes.add("withdraw", "procedure", procedure.key)
        detail = {"revision": revision.name, "sha256": digest(revision)}
        audit.record(tx, None, "withdraw", ("procedure", procedure.key), detail, procedure.space)
        return False
    for each in procedure.revisions:
        if each.language == revision.language and each.status is RevisionStatus.PUBLISHED:
            tx.procedures.set_status(each.id, moved(each, "supersede"), ended=tx.now)
    tx.procedures.set_status(revision.id, moved(revision, "publish"), published=tx.now)
    in_force = replace(
        procedure, status=ProcedureStatus.PUBLISHED, reviewed=tx.now.date(), reminded=0, retired=None, reason="",
        successor=None,
    )  # fmt: skip
    tx.procedures.put([in_force])
    for person in {procedure.owner, procedure.deputy} - {None}:
        settle(tx, str(person), procedure, [NoticeKind.REVIEW_DUE])
    _tell_keepers(tx, NoticeKind.PUBLISHED, in_force, revision, None, revision.id)
    tell_followers_of_procedure(tx, in_force, revision.name, revision.id)
    announcing.enqueue(tx, revision)
    if tx.campaigns.running(procedure.key):
        tx.jobs.add("acknowledge", {"procedure": procedure.key})
    tx.changes.add("publish", "procedure", procedure.key)
    replaced = f"{revision.language}.{revision.base}" if revision.base else ""
    detail = {"revision": revision.name, "replaced": replaced, "sha256": digest(revision)}
    audit.record(tx, None, "publish", ("procedure", procedure.key), detail, procedure.space)
    return True


def _tell_keepers(
    tx: Transaction, kind: NoticeKind, procedure: Procedure, revision: Revision, by: str | None, once: str
) -> None:
    """Tell its owner and everybody who wrote it what became of a text."""
    facts = {"by": by, "revision": revision.name, "named": revision.title}
    for person in {procedure.owner, *revision.writers} - {None, by}:
        tell(tx, person, kind, procedure, facts, key=f"{kind} {once}")
