"""What words mean which tag, and which tags somebody said are two things."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select, update

from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.dialect import insert_new, upsert


class Tags(Aggregate):
    def synonyms(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """Each word that means a tag: the tag, and the spaces whose readers know the word."""
        synonym = tables.tag_synonym
        rows = self.connection.execute(select(synonym).order_by(synonym.c.word))
        return {row.word: (row.tag, tuple(row.spaces)) for row in rows}

    def meant(self, words: Collection[str], spaces: Collection[str] | None = None) -> Mapping[str, str]:
        """Of `words`, those that mean a tag, and which; those alone that readers of `spaces` know, where it is said."""
        synonym = tables.tag_synonym
        rows = self.connection.execute(select(synonym).where(synonym.c.word.in_(sorted(words))))
        return {row.word: row.tag for row in rows if spaces is None or not set(spaces).isdisjoint(row.spaces)}

    def put(self, word: str, tag: str, spaces: Sequence[str], by: str) -> None:
        """Let `word` mean `tag`, and whatever meant `word` too."""
        synonym = tables.tag_synonym
        self.connection.execute(update(synonym).where(synonym.c.tag == word).values(tag=tag))
        row = {"word": word, "tag": tag, "spaces": sorted(spaces), "by": by, "at": self.now}
        upsert(self.connection, synonym, [row], ["word"])

    def remove(self, word: str) -> None:
        self.connection.execute(delete(tables.tag_synonym).where(tables.tag_synonym.c.word == word))

    def keep_apart(self, one: str, other: str, by: str) -> None:
        first, second = sorted((one, other))
        row = {"one": first, "other": second, "by": by, "at": self.now}
        insert_new(self.connection, tables.tag_apart, row, ["one", "other"])

    def apart(self) -> Collection[frozenset[str]]:
        return {frozenset((row.one, row.other)) for row in self.connection.execute(select(tables.tag_apart))}

    def bearing(self, tag: str) -> Sequence[str]:
        """Ids of the questions that bear a tag, whoever may read them."""
        borne = tables.question_tag
        return list(self.connection.execute(select(borne.c.question).where(borne.c.tag == tag)).scalars())

    def rename_follows(self, word: str, tag: str) -> None:
        """Whoever follows `word` follows `tag`."""
        follow = tables.follow
        chosen = select(follow).where(follow.c.of == "tag", follow.c.subject == word)
        for row in self.connection.execute(chosen).all():
            values = {"person": row.person, "of": "tag", "subject": tag, "since": row.since}
            insert_new(self.connection, follow, values, ["person", "of", "subject"])
        self.connection.execute(delete(follow).where(follow.c.of == "tag", follow.c.subject == word))

    def rename_choices(self, word: str, tag: str) -> None:
        """What people allow with the subject `word` holds for `tag`, unless they said something of it."""
        choice = tables.subject_choice
        for row in self.connection.execute(select(choice).where(choice.c.subject == word)).all():
            values = {"person": row.person, "subject": tag, "use": row.use}
            insert_new(self.connection, choice, values, ["person", "subject"])


