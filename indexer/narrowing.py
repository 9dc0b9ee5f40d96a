"""From all passages to those that a question may look at: first what the reader may see, then what the query asks for.

Both are one boolean column, made before anything is ranked, counted or suggested. A filter by somebody or somewhere
that does not exist, or that the reader may not know of, leaves nothing: the two are told apart by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from indexer.catalogue import KINDS, LANES, Catalogue, Columns, Mask
from indexer.passages import PRACTICE
from indexer.query import Query
from indexer.sight import Sight
from indexer.view import View
from kb import Store
from kb.model import Person, PersonKind
from kb.permissions import Action, can, visible_spaces
from kb.rules import slug
from kb.tags import meant

_ANSWER, _PRACTICE = KINDS.index("answer"), KINDS.index("practice")


def readable(store: Store, view: View, reader: Person) -> Sight:
    """Passages of the reader's spaces and profiles of people the reader may know of; nothing for those who have
    left."""
    if reader.ended is not None:
        columns = view.catalogue.columns
        return Sight(columns, np.zeros(len(columns.number), np.bool_))
    return view.sights.of(visible_spaces(reader), _profiles(store, reader))


def narrowed(store: Store, view: View, sight: Sight, query: Query, reader: Person) -> Sight:
    """Those passages of `sight` that fit every filter, hold every phrase, and whose document holds nothing unwanted."""
    if not query.filtered:
        return sight
    catalogue, columns, seen = view.catalogue, sight.columns, sight.allowed
    allowed = seen
    if query.space is not None:
        allowed = allowed & np.isin(columns.space, _spaces(store, catalogue, query.space, reader))
    if query.person is not None:
        allowed = allowed & np.isin(columns.author, _authors(store, catalogue, query.person, reader))
    if query.tag is not None:
        borne = catalogue.bearing(columns.tags, query.tag)  # procedures keep the tags they were signed with
        allowed = allowed & (borne | catalogue.bearing(columns.tags, meant(store, reader, query.tag)))
    if query.language is not None:
        allowed = allowed & (columns.language == catalogue.languages.find(query.language))
    if query.before is not None:
        allowed = allowed & (columns.created < query.before)
    if query.after is not None:
        allowed = allowed & (columns.created >= query.after)
    if query.practices:
        allowed = allowed & (columns.kind == _PRACTICE)
    if query.state == "verified":
        allowed = allowed & np.isin(columns.document, _verified(store, catalogue))
    elif query.state is not None:
        allowed = allowed & _in_state(columns, seen, query.state)
    for phrase in query.phrases:
        allowed = allowed & _holding(view, columns, allowed, phrase)
    for words in query.without:
        unwanted = np.unique(columns.document[_holding(view, columns, seen, words)])
        allowed = allowed & ~np.isin(columns.document, unwanted)
    return Sight(columns, allowed)


def _profiles(store: Store, reader: Person) -> list[str] | None:
    """Whose profiles the reader may see: None for everybody's."""
    if reader.kind is PersonKind.EMPLOYEE:
        return None
    with store.read() as tx:
        return [each.id for each in tx.people.list() if can(reader, Action.READ, each)]


def _spaces(store: Store, catalogue: Catalogue, typed: str, reader: Person) -> list[int]:
    """The codes of the reader's spaces with this id or name."""
    with store.read() as tx:
        spaces = [each for each in tx.spaces.list() if can(reader, Action.READ, each)]
    typed = typed.casefold()
    ids = [each.id for each in spaces if typed in (each.id.casefold(), each.name.casefold(), slug(each.name))]
    return _codes(catalogue.spaces.find(id) for id in ids)


def _authors(store: Store, catalogue: Catalogue, typed: str, reader: Person) -> list[int]:
    """The codes of people with this id, or with this name or e-mail when the reader may know of them."""
    if reader.kind is PersonKind.EMPLOYEE and (code := catalogue.authors.find(typed)) >= 0:
        return [code]
    typed = typed.casefold()

    def called(person: Person) -> bool:
        names = (person.name.casefold(), slug(person.name), (person.email or "").casefold())
        return (person.id.casefold() == typed or typed in names) and can(reader, Action.READ, person)

    with store.read() as tx:
        return _codes(catalogue.authors.find(each.id) for each in tx.people.list() if called(each))


def _codes(found: Iterable[int]) -> list[int]:
    return [code for code in found if code >= 0]


def _verified(store: Store, catalogue: Catalogue) -> list[int]:
    """The codes of the practices, and of the questions with an answer, that somebody's word holds for today."""
    with store.read() as tx:
        today = tx.now.date()
        ids = [f"{PRACTICE}{each.id}" for each in tx.practices.list() if each.is_verified(today)]
        ids += tx.verifications.questions(today)
    return _codes(catalogue.documents.find(f"answers\n{id}") for id in ids)


def _in_state(columns: Columns, seen: Mask, state: str) -> Mask:
    """(rows,): whose question has an accepted answer ("accepted"), or no answer at all ("unanswered")."""
    answers = seen & (columns.kind == _ANSWER)
    of = np.isin(columns.document, columns.document[answers & columns.accepted if state == "accepted" else answers])
    asked = (columns.lane == LANES.index("answers")) & (columns.kind != _PRACTICE)
    mask: Mask = (of if state == "accepted" else ~of) & asked
    return mask


def _holding(view: View, columns: Columns, among: Mask, words: str) -> Mask:
    """(rows,): those of `among` that hold the words one after the other."""
    rows = columns.rows(view.words.phrase(words, columns.by_number(among), len(columns.number))[0])
    mask = np.zeros(len(among), np.bool_)
    mask[rows[rows >= 0]] = True
    return mask
