"""How long texts are kept that left force, and their release by two people.

A space's charter says for how many months a text is kept after it was replaced, or its procedure retired; where it says
nothing, for ever. What was kept long enough is only ever *listed*. One overseer of the space proposes its release,
another confirms it: then the words go. Number, dates, approvals and the hash of the text stay, so that a copy kept
elsewhere can still be told from a forgery; the audit trail says who proposed and who confirmed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb import audit
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.lifecycle import digest, moved, next_review
from kb.model import NoticeKind, Person, Procedure, ProcedureStatus, Revision, RevisionStatus, Role, new_id
from kb.notices import tell
from kb.official import Charter, Release
from kb.permissions import audited_spaces, require_overseer
from kb.storage import Store, Transaction


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that was in force until the day `left`, and is to be kept until `until`."""

    procedure: Procedure
    revision: Revision
    left: date
    until: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """A release that waits for its second person; `confirming`: whether that may be the reader."""

    release: Release
    texts: tuple[Kept, ...]
    confirming: bool


def due(store: Store, overseer: Person, space: str | None = None) -> tuple[Kept, ...]:
    """The texts of the overseer's spaces (of one) that were kept long enough and that nobody proposed to release yet,
    by procedure: a list, nothing else. Forbidden for whoever oversees nothing."""
    require_overseer(overseer)
    spaces = audited_spaces(overseer) if space is None else audited_spaces(overseer) & {space}
    with store.read() as tx:
        proposed = {id for each in tx.releases.open(spaces) for id in each.texts}
        return tuple(each for each in _due(tx, spaces) if each.revision.id not in proposed)


def waiting(store: Store, overseer: Person) -> tuple[Waiting, ...]:
    """The releases of the overseer's spaces that wait for a second person."""
    require_overseer(overseer)
    spaces = audited_spaces(overseer)
    with store.read() as tx:
        texts = {each.revision.id: each for each in _due(tx, spaces)}
        return tuple(
            Waiting(each, tuple(texts[id] for id in each.texts if id in texts), each.proposed_by != overseer.id)
            for each in tx.releases.open(spaces)
        )


def propose(store: Store, overseer: Person, space: str, texts: Collection[str]) -> Release:
    """Propose to release these texts (ids of revisions) of a space. Invalid when one is to be kept still."""
    _require(overseer, space)
    with store.write() as tx:
        allowed = {each.revision.id for each in _due(tx, {space})}
        allowed -= {id for each in tx.releases.open([space]) for id in each.texts}
        chosen = tuple(sorted(set(texts)))
        if not chosen:
            raise Invalid("texts", "Choose at least one text.")
        if not set(chosen) <= allowed:
            raise Invalid("texts", "One of these is to be kept still, or is proposed already. Open the list again.")
        seconds = _seconds(tx, space, overseer)
        if not seconds:
            raise Conflict("Nobody else oversees this space, and it takes two. Name a second compliance owner first.")
        release = Release(new_id(), space, chosen, overseer.id, tx.now)
        tx.releases.add(release)
        about, facts = tx.spaces.get(space), {"by": overseer.id}
        for each in seconds:
            tell(tx, each, NoticeKind.TO_RELEASE, about, facts, key=f"release {release.id}")
        tx.changes.add("propose release", "space", space, overseer.id)
        audit.record(tx, overseer.id, "propose release", ("space", space), {"texts": list(chosen)}, space)
        return release


def confirm(store: Store, overseer: Person, id: str) -> Release:
    """Release what another proposed: the words of these texts are gone, for good. Forbidden for who proposed it."""
    with store.write() as tx:
        release = _open(tx, overseer, id)
        if release.proposed_by == overseer.id:
            raise Forbidden(
                "release", "text", id, "You proposed this, so somebody else who oversees the space confirms it."
            )
        known = {each.revision.id: each for each in _due(tx, {release.space})}
        if not set(release.texts) <= set(known):
            raise Conflict("One of these texts is to be kept longer by now. Withdraw the proposal and make another.")
        hashes = {}
        for id_ in release.texts:
            revision = known[id_].revision
            hashes[id_] = digest(revision)
            tx.procedures.set_text(replace(revision, title="", summary="", body="", duties=(), tags=(), change=""))
            tx.procedures.set_status(id_, moved(revision, "release"))
        tx.releases.close(release.id, overseer.id)
        _settle(tx, release.space)
        tx.changes.add_all("release", "procedure", sorted({known[each].procedure.key for each in release.texts}))
        detail = {"proposed_by": release.proposed_by, "sha256": hashes}
        audit.record(tx, overseer.id, "release", ("space", release.space), detail, release.space)
        return tx.releases.get(release.id)


def withdraw(store: Store, overseer: Person, id: str) -> None:
    """Take a proposal back (anybody who oversees the space may): everything stays."""
    with store.write() as tx:
        release = _open(tx, overseer, id)
        tx.releases.close(release.id, None)
        _settle(tx, release.space)
        tx.changes.add("withdraw release", "space", release.space, overseer.id)
        detail = {"texts": list(release.texts)}
        audit.record(tx, overseer.id, "withdraw release", ("space", release.space), detail, release.space)


def _seconds(tx: Transaction, space: str, proposer: Person) -> list[str]:
    """Who may confirm: the other compliance owners of the space; where there is none, its administrators."""
    others = [each for each in tx.people.list() if each.id != proposer.id and space in audited_spaces(each)]
    owners = [each.id for each in others if each.roles[space] is Role.COMPLIANCE_OWNER]
    return owners or [each.id for each in others]


def _settle(tx: Transaction, space: str) -> None:
    """Whoever was told of a release of the space need not look any more, once none is open."""
    if not tx.releases.open([space]):
        tx.notices.settle_all("space", space, [NoticeKind.TO_RELEASE])


def _open(tx: Transaction, overseer: Person, id: str) -> Release:
    release = tx.releases.get(id, lock=True)
    if release.space not in audited_spaces(overseer):
        raise NotFound("release", id)
    if release.closed is not None:
        raise Conflict("This was decided already. Open the list again.")
    return release


def _require(overseer: Person, space: str) -> None:
    require_overseer(overseer)
    if space not in audited_spaces(overseer):
        raise NotFound("space", space)


def _due(tx: Transaction, spaces: Collection[str]) -> Sequence[Kept]:
    charters = {id: each for id, each in tx.charters.list(spaces).items() if each.keep_months}
    procedures = {each.key: each for each in tx.procedures.list(spaces=frozenset(charters))}
    statuses = {RevisionStatus.SUPERSEDED, RevisionStatus.PUBLISHED}
    texts: defaultdict[str, list[Revision]] = defaultdict(list)
    for each in tx.procedures.revisions(statuses):
        texts[each.procedure].append(each)
    today = tx.now.date()
    found = [
        kept
        for key, procedure in sorted(procedures.items())
        for each in texts[key]
        if (kept := _kept(procedure, each, charters[procedure.space])) is not None and kept.until <= today
    ]
    return found


def _kept(procedure: Procedure, revision: Revision, charter: Charter) -> Kept | None:
    """Until when a text is kept; None when it is in force, or has no end."""
    left = revision.ended
    if revision.status is RevisionStatus.PUBLISHED:
        left = procedure.retired if procedure.status is ProcedureStatus.RETIRED else None
    if left is None or charter.keep_months is None:
        return None
    return Kept(procedure, revision, left.date(), next_review(left.date(), charter.keep_months))
