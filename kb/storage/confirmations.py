"""What people say of answers and practices after use, and the tasks that come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from kb.advice import Confirmation, Task, TaskKind, Verdict
from kb.errors import NotFound
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record

CHUNK = 500


class Confirmations(Aggregate):
    def put(self, confirmation: Confirmation) -> None:
        """Add a verdict, or replace the person's earlier one on the same thing."""
        self.remove(confirmation.person, confirmation.practice, confirmation.answer)
        values = {
            "id": confirmation.id, "person": confirmation.person, "practice": confirmation.practice,
            "answer": confirmation.answer, "verdict": confirmation.verdict.value, "unit": confirmation.unit,
            "note": confirmation.note, "first": confirmation.first, "at": confirmation.at,
        }  # fmt: skip
        self.connection.execute(insert(tables.confirmation).values(**values))

    def find(self, person: str, practice: str | None, answer: str | None) -> Confirmation | None:
        on = self._on(person, practice, answer)
        row = self.connection.execute(select(tables.confirmation).where(*on)).first()
        return None if row is None else _confirmation(row)

    def remove(self, person: str, practice: str | None, answer: str | None) -> None:
        self.connection.execute(delete(tables.confirmation).where(*self._on(person, practice, answer)))

    def of_practices(self, practices: Collection[str]) -> Mapping[str, Sequence[Confirmation]]:
        """Every verdict on these practices, by practice, the latest first."""
        return self._of("practice", practices)

    def of_answers(self, answers: Collection[str]) -> Mapping[str, Sequence[Confirmation]]:
        """The same of answers."""
        return self._of("answer", answers)

    def voters(self, answers: Collection[str]) -> Mapping[str, Collection[str]]:
        """Who voted for each of these answers."""
        vote, found = tables.vote, defaultdict(set)
        wanted = sorted(answers)
        for start in range(0, len(wanted), CHUNK):
            chosen = select(vote.c.answer, vote.c.person).where(vote.c.answer.in_(wanted[start : start + CHUNK]))
            for row in self.connection.execute(chosen.where(vote.c.value == 1)):
                found[row.answer].add(row.person)
        return found

    def _of(self, kind: str, ids: Collection[str]) -> Mapping[str, Sequence[Confirmation]]:
        table, found = tables.confirmation, defaultdict[str, list[Confirmation]](list)
        wanted = sorted(ids)
        for start in range(0, len(wanted), CHUNK):
            chosen = select(table).where(table.c[kind].in_(wanted[start : start + CHUNK]))
            for row in self.connection.execute(chosen.order_by(table.c.at.desc(), table.c.id)):
                found[row._mapping[kind]].append(_confirmation(row))
        return found

    def _on(self, person: str, practice: str | None, answer: str | None) -> tuple[Any, ...]:
        table = tables.confirmation
        return (
            table.c.person == person,
            table.c.practice.is_(None) if practice is None else table.c.practice == practice,
            table.c.answer.is_(None) if answer is None else table.c.answer == answer,
        )


class Tasks(Aggregate):
    def add(self, task: Task) -> None:
        values = {
            "id": task.id, "person": task.person, "kind": task.kind.value, "of": task.of, "subject": task.subject,
            "params": dict(task.params), "by": task.by, "created": task.created, "done": task.done,
        }  # fmt: skip
        self.connection.execute(insert(tables.task).values(**values))

    def get(self, id: str) -> Task:
        row = self.connection.execute(select(tables.task).where(tables.task.c.id == id)).first()
        if row is None:
            raise NotFound("task", id)
        return _task(row)

    def open(
        self, person: str | None = None, kind: TaskKind | None = None, of: str | None = None, subject: str | None = None
    ) -> Sequence[Task]:
        """The tasks that are not done and fit every condition given, the longest waiting first."""
        task = tables.task
        statement = select(task).where(task.c.done.is_(None)).order_by(task.c.created, task.c.id)
        for column, value in ((task.c.person, person), (task.c.kind, kind), (task.c.of, of), (task.c.subject, subject)):
            if value is not None:
                statement = statement.where(column == str(value))
        return [_task(row) for row in self.connection.execute(statement)]

    def finish(self, ids: Collection[str]) -> None:
        task = tables.task
        self.connection.execute(
            update(task).where(task.c.id.in_(sorted(ids)), task.c.done.is_(None)).values(done=self.now)
        )


def _confirmation(row: Row[Any]) -> Confirmation:
    return record(Confirmation, row, verdict=Verdict(row.verdict))


def _task(row: Row[Any]) -> Task:
    return record(Task, row, kind=TaskKind(row.kind))
