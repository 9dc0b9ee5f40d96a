"""Reading lists: what somebody of a space thinks others should read, in their order, each with why.

Anybody who may write in the space makes one; they and those who keep the space change it. A list is read by whoever
reads its space; what a reader may not read on it is left out. Whoever is new finds those meant for them with
their first weeks, and anybody can be pointed at one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from kb.bookmarks import Thing, readable, thing_of
from kb.errors import Forbidden, Invalid, NotFound
from kb.kept import Item, ReadingList
from kb.model import NoticeKind, Person, Space, new_id
from kb.notices import tell
from kb.permissions import Action, can, require, visible_spaces
from kb.rules import COMMENT_LIMIT, TITLE_LIMIT, clean
from kb.storage import Store, Transaction

MOST = 100  # lines of a list


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as its reader may read it."""

    listed: ReadingList
    space: Space
    lines: tuple[tuple[Item, Thing], ...]
    editable: bool


def make(
    store: Store, person: Person, space: str, title: str, note: str = "", newcomers: bool = False, id: str | None = None
) -> ReadingList:
    """A new list, empty. A repeated `id` is the same list."""
    with store.write() as tx:
        found = tx.spaces.find(space)
        if found is None or space not in visible_spaces(person):
            raise Invalid("space", "Choose one of your spaces.")
        require(person, Action.ASK, found)
        made = ReadingList(id or new_id(), space, *_words(title, note), person.id, newcomers, (), tx.now)
        try:
            return tx.reading_lists.get(made.id)
        except NotFound:
            tx.reading_lists.put(made)
        tx.changes.add("make", "reading list", made.id, person.id)
        return made


def change(
    store: Store, person: Person, id: str, title: str, note: str, newcomers: bool, items: Sequence[Item]
) -> ReadingList:
    """Replace what a list says. Lines that `person` may not read stay, at its end."""
    with store.write() as tx:
        before = _editable(tx, person, id)
        for each in items:
            readable(tx, person, each.of, each.subject)
        hidden = [each for each in before.items if thing_of(tx, person, each.of, each.subject) is None]
        title, note = _words(title, note)
        kept = tuple(replace(each, note=clean("items", each.note, COMMENT_LIMIT)) for each in (*items, *hidden))
        after = replace(before, title=title, note=note, newcomers=newcomers, items=kept, edited=tx.now)
        tx.reading_lists.put(after)
        tx.changes.add("change", "reading list", id, person.id)
        return after


def add(store: Store, person: Person, id: str, of: str, subject: str, note: str = "") -> ReadingList:
    """Put something at the end of a list; it stands there once."""
    note = clean("note", note, COMMENT_LIMIT)
    with store.write() as tx:
        before = _editable(tx, person, id)
        readable(tx, person, of, subject)
        rest = [each for each in before.items if (each.of, each.subject) != (of, subject)]
        if len(rest) >= MOST:
            raise Invalid("address", "At most %(limit)d lines: nobody reads more. Begin another list.", limit=MOST)
        after = replace(before, items=(*rest, Item(of, subject, note)), edited=tx.now)
        tx.reading_lists.put(after)
        tx.changes.add("change", "reading list", id, person.id)
        return after


def remove(store: Store, person: Person, id: str) -> None:
    with store.write() as tx:
        _editable(tx, person, id)
        tx.reading_lists.remove(id)
        tx.notices.settle_key(f"pointed {id}")
        tx.changes.add("remove", "reading list", id, person.id)


def point(store: Store, person: Person, id: str, other: Person) -> None:
    """Point a colleague at a list: they are told, once. Invalid when they may not read its space."""
    with store.write() as tx:
        found = tx.reading_lists.get(id)
        space = tx.spaces.get(found.space)
        require(person, Action.READ, space)
        reader = tx.people.get(other.id)
        if not can(reader, Action.READ, space):
            raise Invalid("person", "%(name)s may not read this space.", name=reader.name)
        if tx.reading_lists.point(id, reader.id, person.id):
            facts = {"by": person.id, "list": id, "titled": found.title}
            tell(tx, reader.id, NoticeKind.POINTED, space, facts, key=f"pointed {id}")
            tx.changes.add("point", "reading list", id, person.id)


def get(store: Store, reader: Person, id: str) -> Shown:
    with store.read() as tx:
        return _shown(tx, reader, tx.reading_lists.get(id))


def editable(store: Store, person: Person) -> tuple[ReadingList, ...]:
    """The lists that `person` may add to, by title, without what stands on them."""
    with store.read() as tx:
        spaces = {each.id: each for each in tx.spaces.list()}
        found = tx.reading_lists.list(visible_spaces(person))
    return tuple(each for each in found if _may_edit(person, each, spaces[each.space]))


def in_spaces(store: Store, reader: Person, space: str | None = None) -> tuple[Shown, ...]:
    """The lists that `reader` may read, by title; of one space when asked."""
    spaces = visible_spaces(reader) if space is None else visible_spaces(reader) & {space}
    with store.read() as tx:
        return tuple(_shown(tx, reader, each) for each in tx.reading_lists.list(spaces)) if not reader.ended else ()


def for_newcomer(store: Store, reader: Person) -> tuple[tuple[Shown, str | None], ...]:
    """The lists that `reader` was pointed at, with by whom, then those meant for whoever is new in their spaces."""
    found: list[tuple[Shown, str | None]] = []
    with store.read() as tx:
        for id, by in tx.reading_lists.pointed(reader.id):
            listed = tx.reading_lists.get(id)
            if listed.space in visible_spaces(reader) and reader.ended is None:
                found.append((_shown(tx, reader, listed), by))
    known = {shown.listed.id for shown, _by in found}
    rest = [each for each in in_spaces(store, reader) if each.listed.newcomers and each.listed.id not in known]
    return (*found, *((each, None) for each in rest if each.lines))


def _shown(tx: Transaction, reader: Person, listed: ReadingList) -> Shown:
    space = tx.spaces.get(listed.space)
    if not can(reader, Action.READ, space):
        raise NotFound("reading list", listed.id)
    lines = [(each, thing_of(tx, reader, each.of, each.subject)) for each in listed.items]
    readable_lines = tuple((item, thing) for item, thing in lines if thing is not None)
    return Shown(listed, space, readable_lines, _may_edit(reader, listed, space))


def _may_edit(person: Person, listed: ReadingList, space: Space) -> bool:
    writes = can(person, Action.ASK, space)
    return writes and (listed.by == person.id or can(person, Action.MANAGE, space))


def _editable(tx: Transaction, person: Person, id: str) -> ReadingList:
    found = tx.reading_lists.get(id, lock=True)
    space = tx.spaces.get(found.space)
    if not can(person, Action.READ, space):
        raise NotFound("reading list", id)
    if not _may_edit(person, found, space):
        refuse(id)
    return found


def refuse(id: str) -> NoReturn:
    """Tell somebody who reads a list and may not change it who may."""
    raise Forbidden(
        "change", "reading list", id, "Whoever made a list, and those who keep its space, change it. Ask one of them."
    )


def _words(title: str, note: str) -> tuple[str, str]:
    return clean("title", " ".join(title.split()), TITLE_LIMIT, required=True), clean("note", note, COMMENT_LIMIT)
