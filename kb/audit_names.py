"""What the ids in the audit trail are called, for whoever reads it; the entries themselves keep the ids.

Only what the reader may read bears its name here: the rest stays an id, as it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kb.advice import Practice
from kb.model import Person, PersonKind, Question
from kb.permissions import Action, can, visible_spaces
from kb.records import AuditEntry, ExternalDocument
from kb.storage import Store, Transaction

PEOPLE = frozenset((
    "administrators", "approvers", "authors", "came", "deputy", "invited", "members", "owner", "people", "person",
    "proposed_by", "sponsor", "went",
))  # fmt: skip
SPACES = frozenset(("space", "spaces"))
LISTED = 5  # how many of a list are shown


@dataclass(frozen=True, slots=True)
class Names:
    """By id. An answer is known by its question, a campaign by its start."""

    people: Mapping[str, Person] = field(default_factory=dict)
    spaces: Mapping[str, str] = field(default_factory=dict)
    practices: Mapping[str, Practice] = field(default_factory=dict)
    answers: Mapping[str, Question] = field(default_factory=dict)
    documents: Mapping[str, ExternalDocument] = field(default_factory=dict)
    campaigns: Mapping[str, datetime] = field(default_factory=dict)


def names(store: Store, reader: Person, entries: Sequence[AuditEntry]) -> Names:
    """Of everything that `entries` name."""
    who = _ids(entries, PEOPLE, ("person", "account")) | {each.actor for each in entries if each.actor}
    with store.read() as tx:
        people = tx.people.list(who) if who else ()
        guest = reader.kind is PersonKind.GUEST
        practices = tx.practices.list(ids=_ids(entries, {"practice"}, ("practice",)))
        documents = tx.external_documents.list(visible_spaces(reader))
        return Names(
            {each.id: each for each in people if not guest or can(reader, Action.READ, each)},
            {each.id: each.name for each in tx.spaces.list() if can(reader, Action.READ, each)},
            {each.id: each for each in practices if can(reader, Action.READ, each)},
            _answers(tx, reader, _ids(entries, {"answer", "answers"}, ("answer",))),
            {each.id: each for each in documents},
            _campaigns(tx, _ids(entries, {"campaign"}, ())),
        )


def _ids(entries: Iterable[AuditEntry], facts: Iterable[str], kinds: Sequence[str]) -> set[str]:
    found = {each.id for each in entries if each.kind in kinds and each.id}
    return found.union(*(_values(each.detail.get(name)) for each in entries for name in facts))


def _values(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple | dict) else []


def _answers(tx: Transaction, reader: Person, ids: set[str]) -> dict[str, Question]:
    answers = tx.answers.list(ids=ids)
    questions = {each.id: each for each in tx.questions.list(ids={each.question for each in answers})}
    asked = {each.id: questions[each.question] for each in answers if each.question in questions}
    return {id: each for id, each in asked.items() if can(reader, Action.READ, each)}


def _campaigns(tx: Transaction, ids: set[str]) -> dict[str, datetime]:
    return {each.id: each.created for each in tx.campaigns.list() if each.id in ids and each.created} if ids else {}
