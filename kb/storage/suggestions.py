"""Edits that others suggest, and what colleagues are said to have said: both wait for one person's yes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from kb.errors import NotFound
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.suggested import Said, Suggestion


class Suggestions(Aggregate):
    def add(self, suggestion: Suggestion) -> None:
        values = {name: getattr(suggestion, name) for name in Suggestion.__slots__}
        self.connection.execute(insert(tables.suggestion).values(**values | {"tags": list(suggestion.tags)}))

    def get(self, id: str) -> Suggestion:
        row = self.connection.execute(select(tables.suggestion).where(tables.suggestion.c.id == id)).first()
        if row is None:
            raise NotFound("suggestion", id)
        return record(Suggestion, row)

    def open_of(self, question: str) -> Sequence[Suggestion]:
        """Suggestions for a question and its answers that nobody decided on, the oldest first."""
        suggestion = tables.suggestion
        chosen = select(suggestion).where(suggestion.c.question == question, suggestion.c.closed.is_(None))
        rows = self.connection.execute(chosen.order_by(suggestion.c.created, suggestion.c.id))
        return [record(Suggestion, row) for row in rows]

    def close(self, id: str, taken: bool) -> None:
        suggestion = tables.suggestion
        chosen = update(suggestion).where(suggestion.c.id == id)
        self.connection.execute(chosen.values(closed=self.now, taken=taken))


class Sayings(Aggregate):
    def add(self, said: Said) -> None:
        values = {name: getattr(said, name) for name in Said.__slots__}
        self.connection.execute(insert(tables.said).values(**values))

    def get(self, id: str) -> Said:
        row = self.connection.execute(select(tables.said).where(tables.said.c.id == id)).first()
        if row is None:
            raise NotFound("saying", id)
        return record(Said, row)

    def open_of(self, question: str) -> Sequence[Said]:
        said = tables.said
        chosen = select(said).where(said.c.question == question, said.c.closed.is_(None))
        return [record(Said, row) for row in self.connection.execute(chosen.order_by(said.c.created, said.c.id))]

    def close(self, id: str) -> None:
        said = tables.said
        self.connection.execute(update(said).where(said.c.id == id).values(closed=self.now))
