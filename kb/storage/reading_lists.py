"""Bookmarks, reading lists, and who was pointed at one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from kb.errors import NotFound
from kb.kept import Bookmark, Item, ReadingList
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import insert_new, upsert


class Bookmarks(Aggregate):
    def put(self, bookmark: Bookmark) -> None:
        values = {name: getattr(bookmark, name) for name in Bookmark.__slots__}
        upsert(self.connection, tables.bookmark, [values], ["person", "of", "subject"])

    def remove(self, person: str, of: str, subject: str) -> None:
        bookmark = tables.bookmark
        chosen = (bookmark.c.person == person, bookmark.c.of == of, bookmark.c.subject == subject)
        self.connection.execute(delete(bookmark).where(*chosen))

    def of_person(self, person: str) -> Sequence[Bookmark]:
        """What a person keeps, the latest first."""
        bookmark = tables.bookmark
        chosen = select(bookmark).where(bookmark.c.person == person)
        rows = self.connection.execute(chosen.order_by(bookmark.c.at.desc(), bookmark.c.of, bookmark.c.subject))
        return [record(Bookmark, row) for row in rows]


class ReadingLists(Aggregate):
    def put(self, listed: ReadingList) -> None:
        values = {name: getattr(listed, name) for name in ReadingList.__slots__ if name != "items"}
        values["lines"] = [[each.of, each.subject, each.note] for each in listed.items]
        upsert(self.connection, tables.reading_list, [values], ["id"])

    def get(self, id: str, lock: bool = False) -> ReadingList:
        chosen = select(tables.reading_list).where(tables.reading_list.c.id == id)
        row = self.connection.execute(chosen.with_for_update() if lock else chosen).first()
        if row is None:
            raise NotFound("reading list", id)
        return record(ReadingList, row, items=tuple(Item(*each) for each in row.lines))

    def list(self, spaces: Collection[str]) -> Sequence[ReadingList]:
        """The lists of `spaces`, by title."""
        listed = tables.reading_list
        chosen = select(listed).where(listed.c.space.in_(sorted(spaces))).order_by(listed.c.title, listed.c.id)
        rows = self.connection.execute(chosen)
        return [record(ReadingList, row, items=tuple(Item(*each) for each in row.lines)) for row in rows]

    def remove(self, id: str) -> None:
        self.connection.execute(delete(tables.reading_list).where(tables.reading_list.c.id == id))

    def point(self, id: str, person: str, by: str) -> bool:
        """Note that somebody is pointed at a list; False when they were before."""
        row = {"list": id, "person": person, "by": by, "at": self.now}
        return insert_new(self.connection, tables.reading_pointed, row, ["list", "person"])

    def pointed(self, person: str) -> Sequence[tuple[str, str]]:
        """The lists a person was pointed at, with by whom, the latest first."""
        pointed = tables.reading_pointed
        chosen = select(pointed).where(pointed.c.person == person).order_by(pointed.c.at.desc(), pointed.c.list)
        return [(row.list, row.by) for row in self.connection.execute(chosen)]
