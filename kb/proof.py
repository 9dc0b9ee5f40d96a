"""What was official on a day, put together so that a stranger can check it: texts in force with the hashes their
approvers signed, who acknowledged, which reviews were due and what became of them, and the audit trail up to that day.

Nothing but what stands in the knowledge base: the same day gives the same proof, until somebody changes what is on
record about that day. Who kept a procedure and who read a space are as they are now: the audit trail tells how they
changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb import audit
from kb.errors import Invalid, NotFound
from kb.lifecycle import SHOWN, canonical
from kb.model import Person, Procedure, ProcedureStatus, Revision, RevisionStatus
from kb.official import Acknowledgement, Campaign
from kb.permissions import audited_spaces, require_overseer
from kb.proof_sheets import (
    Kept,
    Sheet,
    acknowledgements_sheet,
    after,
    approvals_sheet,
    coverage_sheet,
    procedures_sheet,
    reviews_sheet,
    start,
)
from kb.rules_audit import content
from kb.rules_audit import digest as entry_digest
from kb.storage import Store, Transaction


@dataclass(frozen=True, slots=True)
class Proof:
    """`texts` are canonical texts by procedure and revision ("FIN-01", "fr.3"); `head` is the hash of the last entry of
    that day (of `entries` there are)."""

    day: date
    spaces: tuple[str, ...]
    texts: Mapping[tuple[str, str], str]
    sheets: tuple[Sheet, ...]
    entries: int
    head: str


def spaces_of(store: Store, overseer: Person | None, space: str | None) -> tuple[str, ...]:
    """The ids of the spaces that a proof is of: all, those that `overseer` oversees (None: whoever keeps the data
    folder, all), or one of them. Forbidden, NotFound."""
    if overseer is not None:
        require_overseer(overseer)
    with store.read() as tx:
        known = sorted(each.id for each in tx.spaces.list())
    mine = known if overseer is None else [each for each in known if each in audited_spaces(overseer)]
    if space is not None and space not in mine:
        raise NotFound("space", space)
    return tuple(mine) if space is None else (space,)


def prove(store: Store, overseer: Person | None, day: date, space: str | None = None) -> Proof:
    """Put the proof of a day together; that it was is written down first."""
    spaces = spaces_of(store, overseer, space)
    with store.write() as tx:
        if day > tx.now.date():
            raise Invalid("day", "This day is to come. Choose today, or one that is past.")
        actor, detail = overseer.id if overseer else None, {"day": day.isoformat(), "spaces": list(spaces)}
        audit.record(tx, actor, "export", ("proof", ""), detail, space)
    with store.read() as tx:
        kept = [found for each in tx.procedures.list(spaces=spaces) if (found := _on(tx, each, day)) is not None]
        people = {each.id: each for each in tx.people.list()}
        campaigns = [(each, one) for each in kept for one in _campaigns(tx, each.procedure, day)]
        said = {each.procedure.key: _said(tx, each.procedure, day) for each in kept}
        reviews = {each.procedure.key: tx.reviews.list(each.procedure.key) for each in kept}
        approvals = tx.approvals.list([text.id for each in kept for text in each.texts])
        entries = [each for each in tx.audit.stream() if each.at < after(day)]
        sheets = (
            procedures_sheet(kept, approvals, people), approvals_sheet(kept, approvals, people, day),
            coverage_sheet(campaigns, said, people, day), acknowledgements_sheet(kept, said, people),
            reviews_sheet(kept, reviews, people, entries, day),
        )  # fmt: skip
        texts = {(each.procedure.key, text.name): canonical(text) for each in kept for text in _shown(each, said)}
    last = entries[-1] if entries else None
    return Proof(day, spaces, texts, sheets, last.number if last else 0, last.hash if last else "0" * 64)


def trail(store: Store, spaces: Collection[str], until: int, whole: bool) -> Iterator[Mapping[str, object]]:
    """The entries 1 to `until`: those of `spaces` (and, with `whole`, those of no space) with all they say, the others
    by their digests alone, which is enough to check the chain."""
    with store.read() as tx:
        for each in tx.audit.stream(until=until):
            shown = each.space in spaces or (whole and each.space is None)
            said = content(each) if shown else {"digest": entry_digest(each)}
            yield {"number": each.number, **said, "previous": each.previous, "hash": each.hash}


# -- what was in force


def _on(tx: Transaction, procedure: Procedure, day: date) -> Kept | None:
    """A procedure as it was on the day; None when nothing of it was in force."""
    if procedure.retired is not None and procedure.retired < after(day):
        return None
    shown = [each for each in tx.procedures.history(procedure.key) if each.status in SHOWN]
    history = [each for each in shown if (began := start(each)) is not None and began <= day]
    texts: dict[str, Revision] = {}
    for each in sorted(history, key=lambda each: each.number):
        if each.ended is None or each.ended >= after(day):
            texts[each.language] = replace(each, status=RevisionStatus.PUBLISHED, ended=None)
    if not texts:
        return None
    as_it_was = replace(procedure, status=ProcedureStatus.PUBLISHED, retired=None, revisions=tuple(texts.values()))
    return Kept(as_it_was, tuple(texts[each] for each in sorted(texts)), tuple(history))


def _shown(kept: Kept, said: Mapping[str, Sequence[Acknowledgement]]) -> Sequence[Revision]:
    """The texts in force, and those that somebody acknowledged."""
    read = {each.revision for each in said[kept.procedure.key]} | {each.id for each in kept.texts}
    return [each for each in kept.history if each.id in read]


def _campaigns(tx: Transaction, procedure: Procedure, day: date) -> Sequence[Campaign]:
    """Those that ran on the day, as they were."""
    ran = [each for each in tx.campaigns.list(procedure.key) if each.created and each.created < after(day)]
    return [replace(each, ended=None) for each in ran if each.ended is None or each.ended >= after(day)]


def _said(tx: Transaction, procedure: Procedure, day: date) -> Sequence[Acknowledgement]:
    return [each for each in tx.acknowledgements.list(procedure.key) if each.at < after(day)]
