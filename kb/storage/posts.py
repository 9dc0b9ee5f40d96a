"""What hangs on a question: answers, comments, votes, and earlier texts of what was edited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from kb.errors import NotFound
from kb.model import Against, Answer, Comment, Edit, Vote
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert

CHUNK = 500


class Answers(Aggregate):
    def put(self, answers: Sequence[Answer]) -> None:
        """Add answers, or replace those of the same id."""
        rows = [
            {"id": each.id, "question": each.question, "body": each.body, "author": each.author,
             "language": each.language, "score": each.score, "accepted": each.accepted,
             "created": each.created or self.now, "edited": each.edited}
            for each in answers
        ]  # fmt: skip
        upsert(self.connection, tables.answer, rows, ["id"])

    def find(self, id: str) -> Answer | None:
        row = self.connection.execute(select(tables.answer).where(tables.answer.c.id == id)).first()
        return None if row is None else record(Answer, row)

    def get(self, id: str, lock: bool = False) -> Answer:
        """The answer; with `lock`, its row stays ours. Lock its question first: everybody takes them in that order."""
        if lock:
            self.connection.execute(
                select(tables.answer.c.id).where(tables.answer.c.id == id).with_for_update(key_share=True)
            )
        found = self.find(id)
        if found is None:
            raise NotFound("answer", id)
        return found

    def list(
        self, questions: Collection[str] | None = None, author: str | None = None, ids: Collection[str] | None = None
    ) -> Sequence[Answer]:
        """Answers to `questions`, or by `author`, or of `ids`: the accepted first, then the best voted, then the
        oldest."""
        answer = tables.answer
        statement = select(answer).order_by(
            answer.c.accepted.is_(None), answer.c.score.desc(), answer.c.created, answer.c.id
        )
        if author is not None:
            statement = statement.where(answer.c.author == author)
        column, wanted = (answer.c.id, ids) if ids is not None else (answer.c.question, questions)
        if wanted is None:
            return [record(Answer, row) for row in self.connection.execute(statement)]
        found: list[Answer] = []
        chosen = sorted(wanted)
        for start in range(0, len(chosen), CHUNK):
            rows = self.connection.execute(statement.where(column.in_(chosen[start : start + CHUNK])))
            found += [record(Answer, row) for row in rows]
        return found

    def count(self, spaces: Collection[str] | None = None) -> int:
        statement = select(func.count()).select_from(tables.answer)
        if spaces is not None:
            inside = select(tables.question.c.id).where(tables.question.c.space.in_(sorted(spaces)))
            statement = statement.where(tables.answer.c.question.in_(inside))
        return self.connection.execute(statement).scalar_one()

    def set_accepted(self, question: str, id: str | None) -> None:
        """Make `id` the one accepted answer of its question, or none."""
        answer = tables.answer
        self.connection.execute(update(answer).where(answer.c.question == question).values(accepted=None))
        if id is not None:
            self.connection.execute(update(answer).where(answer.c.id == id).values(accepted=self.now))

    def set_body(self, id: str, body: str, language: str) -> None:
        values = {"body": body, "language": language, "edited": self.now}
        self.connection.execute(update(tables.answer).where(tables.answer.c.id == id).values(**values))

    def change_score(self, id: str, by: int) -> None:
        answer = tables.answer
        self.connection.execute(update(answer).where(answer.c.id == id).values(score=answer.c.score + by))

    def remove(self, id: str) -> None:
        self.connection.execute(delete(tables.answer).where(tables.answer.c.id == id))


class Comments(Aggregate):
    def put(self, comments: Sequence[Comment]) -> None:
        rows = [
            {"id": each.id, "question": each.question, "answer": each.answer, "body": each.body, "author": each.author,
             "created": each.created or self.now}
            for each in comments
        ]  # fmt: skip
        upsert(self.connection, tables.comment, rows, ["id"])

    def get(self, id: str) -> Comment:
        row = self.connection.execute(select(tables.comment).where(tables.comment.c.id == id)).first()
        if row is None:
            raise NotFound("comment", id)
        return record(Comment, row)

    def find_all(self, ids: Collection[str]) -> Sequence[Comment]:
        """Those of `ids`, in no order, the unknown left out."""
        wanted, comment = sorted(ids), tables.comment
        found: list[Comment] = []
        for start in range(0, len(wanted), CHUNK):
            chosen = select(comment).where(comment.c.id.in_(wanted[start : start + CHUNK]))
            found += [record(Comment, row) for row in self.connection.execute(chosen)]
        return found

    def list(self, question: str) -> Sequence[Comment]:
        """Every comment below a question and its answers, oldest first."""
        comment = tables.comment
        statement = select(comment).where(comment.c.question == question).order_by(comment.c.created, comment.c.id)
        return [record(Comment, row) for row in self.connection.execute(statement)]

    def remove(self, id: str) -> None:
        self.connection.execute(delete(tables.comment).where(tables.comment.c.id == id))


class Votes(Aggregate):
    def find(self, person: str, question: str, answer: str | None) -> Vote | None:
        row = self.connection.execute(select(tables.vote).where(*self._on(person, question, answer))).first()
        return None if row is None else _vote(row)

    def add(self, votes: Sequence[Vote]) -> None:
        rows = [
            {
                "person": each.person,
                "question": each.question,
                "answer": each.answer,
                "value": each.value,
                "created": each.created,
                "reason": each.reason.value if each.reason else None,
            }
            for each in votes
        ]
        if rows:
            self.connection.execute(insert(tables.vote), rows)

    def find_all(self, questions: Collection[str]) -> Sequence[Vote]:
        """Every vote on these questions and on their answers, in no order."""
        wanted, vote = sorted(questions), tables.vote
        found: list[Vote] = []
        for start in range(0, len(wanted), CHUNK):
            chosen = select(vote).where(vote.c.question.in_(wanted[start : start + CHUNK]))
            found += [_vote(row) for row in self.connection.execute(chosen)]
        return found

    def list(self, question: str, person: str | None = None) -> Sequence[Vote]:
        statement = select(tables.vote).where(tables.vote.c.question == question)
        if person is not None:
            statement = statement.where(tables.vote.c.person == person)
        return [_vote(row) for row in self.connection.execute(statement)]

    def remove(self, person: str, question: str, answer: str | None) -> None:
        self.connection.execute(delete(tables.vote).where(*self._on(person, question, answer)))

    def _on(self, person: str, question: str, answer: str | None) -> tuple[Any, ...]:
        vote = tables.vote
        on_answer = vote.c.answer.is_(None) if answer is None else vote.c.answer == answer
        return vote.c.person == person, vote.c.question == question, on_answer


def _vote(row: Row[Any]) -> Vote:
    return record(Vote, row, reason=Against(row.reason) if row.reason else None)


class Edits(Aggregate):
    def get(self, id: str) -> Edit:
        row = self.connection.execute(select(tables.edit).where(tables.edit.c.id == id)).first()
        if row is None:
            raise NotFound("edit", id)
        return record(Edit, row)

    def add(self, edit: Edit) -> None:
        values = {
            "id": edit.id, "question": edit.question, "answer": edit.answer, "title": edit.title, "body": edit.body,
            "person": edit.person, "created": edit.created,
        }  # fmt: skip
        self.connection.execute(insert(tables.edit).values(**values))

    def list(self, question: str, answer: str | None = None) -> Sequence[Edit]:
        """The earlier texts of a question, or of one of its answers, newest first."""
        edit = tables.edit
        on = edit.c.answer.is_(None) if answer is None else edit.c.answer == answer
        statement = select(edit).where(edit.c.question == question, on).order_by(edit.c.created.desc(), edit.c.id)
        return [record(Edit, row) for row in self.connection.execute(statement)]

    def edited(self, question: str) -> Collection[str]:
        """Ids of the posts of a thread (the question itself, its answers) that have earlier texts."""
        edit = tables.edit
        rows = self.connection.execute(
            select(edit.c.question, edit.c.answer).where(edit.c.question == question).distinct()
        )
        return {row.answer or row.question for row in rows}
