"""Questions with their tags and the number of their answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (  # fmt: skip
    Column,
    ColumnElement,
    Row,
    Select,
    String,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
    union_all,
    update,
)

from kb.errors import NotFound
from kb.model import Question, QuestionStatus
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert

CHUNK = 500
FEW = 100  # spaces that are looked through one by one


def _columns(question: Question, now: datetime) -> dict[str, Any]:
    created = question.created or now
    return {
        "id": question.id, "space": question.space, "title": question.title, "body": question.body,
        "author": question.author, "language": question.language, "status": question.status.value,
        "duplicate_of": question.duplicate_of, "score": question.score, "created": created,
        "edited": question.edited, "active": question.active or created,
    }  # fmt: skip


class Questions(Aggregate):
    def put(self, questions: Sequence[Question]) -> None:
        """Add questions, or replace those of the same id; their tags too."""
        upsert(self.connection, tables.question, [_columns(each, self.now) for each in questions], ["id"])
        ids = [each.id for each in questions]
        for start in range(0, len(ids), CHUNK):
            tag = tables.question_tag
            self.connection.execute(delete(tag).where(tag.c.question.in_(ids[start : start + CHUNK])))
        tags = [
            {"question": each.id, "position": place, "tag": tag}
            for each in questions
            for place, tag in enumerate(dict.fromkeys(each.tags), 1)
        ]
        if tags:
            self.connection.execute(insert(tables.question_tag), tags)

    def find(self, id: str, lock: bool = False) -> Question | None:
        statement = self._select().where(tables.question.c.id == id)
        if lock:
            self.lock([id])
        found = self._records(list(self.connection.execute(statement)))
        return found[0] if found else None

    def get(self, id: str, lock: bool = False) -> Question:
        """The question; with `lock`, its row stays ours until the transaction ends."""
        found = self.find(id, lock)
        if found is None:
            raise NotFound("question", id)
        return found

    def lock(self, ids: Collection[str]) -> None:
        """Keep the rows of `ids` ours until the transaction ends; taken in one order, so that two callers never wait
        for each other."""
        question = tables.question
        chosen = select(question.c.id).where(question.c.id.in_(sorted(ids))).order_by(question.c.id)
        self.connection.execute(chosen.with_for_update(key_share=True))

    def list(
        self,
        ids: Collection[str] | None = None,
        spaces: Collection[str] | None = None,
        author: str | None = None,
        tag: str | None = None,
        status: QuestionStatus | None = None,
        unanswered: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> Sequence[Question]:
        """Questions that fit every condition given, the most recently active first."""
        question = tables.question
        statement = self._select().order_by(question.c.active.desc(), question.c.id)
        if spaces is not None:
            statement = statement.where(question.c.space.in_(sorted(spaces)))
        if author is not None:
            statement = statement.where(question.c.author == author)
        if tag is not None:
            tagged = select(tables.question_tag.c.question).where(tables.question_tag.c.tag == tag)
            statement = statement.where(question.c.id.in_(tagged))
        if status is not None:
            statement = statement.where(question.c.status == status.value)
        if unanswered:
            answered = select(tables.answer.c.question)
            statement = statement.where(question.c.id.not_in(answered), question.c.status == QuestionStatus.OPEN.value)
        rest = ids is not None or author or tag or status or unanswered
        if not rest and limit and spaces and len(spaces) <= FEW:
            statement = statement.where(question.c.id.in_(_newest(sorted(spaces), limit + offset)))
        if ids is None:
            return self._records(list(self.connection.execute(statement.limit(limit).offset(offset))))
        rows: list[Row[Any]] = []
        wanted = sorted(ids)
        for start in range(0, len(wanted), CHUNK):
            rows += self.connection.execute(statement.where(question.c.id.in_(wanted[start : start + CHUNK])))
        return self._records(rows)

    def count(self, spaces: Collection[str] | None = None) -> int:
        statement = select(func.count()).select_from(tables.question)
        if spaces is not None:
            statement = statement.where(tables.question.c.space.in_(sorted(spaces)))
        return self.connection.execute(statement).scalar_one()

    def asked_since(self, since: datetime) -> Mapping[str, int]:
        """How many questions were asked since then, by space."""
        question = tables.question
        chosen = select(question.c.space, func.count().label("asked")).where(question.c.created >= since)
        return {row.space: row.asked for row in self.connection.execute(chosen.group_by(question.c.space))}

    def tags(self, spaces: Collection[str], limit: int = 100) -> Sequence[tuple[str, int]]:
        """The tags of questions in `spaces` with how many bear each, the commonest first."""
        tag, question = tables.question_tag, tables.question
        statement = (
            select(tag.c.tag, func.count().label("uses"))
            .join(question, question.c.id == tag.c.question)
            .where(question.c.space.in_(sorted(spaces)))
            .group_by(tag.c.tag)
            .order_by(func.count().desc(), tag.c.tag)
            .limit(limit)
        )
        return [(row.tag, row.uses) for row in self.connection.execute(statement)]

    def tags_beside(self, tag: str, spaces: Collection[str], limit: int) -> Sequence[str]:
        """The tags that stand most often beside `tag` on questions in `spaces`."""
        mine, other, question = tables.question_tag, tables.question_tag.alias("other"), tables.question
        statement = (
            select(other.c.tag)
            .join(mine, mine.c.question == other.c.question)
            .join(question, question.c.id == mine.c.question)
            .where(mine.c.tag == tag, other.c.tag != tag, question.c.space.in_(sorted(spaces)))
            .group_by(other.c.tag)
            .order_by(func.count().desc(), other.c.tag)
            .limit(limit)
        )
        return list(self.connection.execute(statement).scalars())

    def duplicates(self, id: str) -> Sequence[Question]:
        """The questions closed as duplicates of this one."""
        return self._records(list(self.connection.execute(self._select().where(tables.question.c.duplicate_of == id))))

    def most_duplicated(self, spaces: Collection[str], limit: int) -> Sequence[tuple[str, int]]:
        """Ids of questions in `spaces` that others in `spaces` were closed as duplicates of, with how many."""
        question, again = tables.question, tables.question.alias("again")
        inside = sorted(spaces)
        counted = (
            select(question.c.id, func.count().label("times"))
            .join(again, again.c.duplicate_of == question.c.id)
            .where(question.c.space.in_(inside), again.c.space.in_(inside))
            .group_by(question.c.id)
            .order_by(func.count().desc(), question.c.id)
            .limit(limit)
        )
        return [(row.id, row.times) for row in self.connection.execute(counted)]

    def move_answers(self, id: str, to: str) -> None:
        """Make the answers of one question those of another, with what hangs on them."""
        for table in tables.metadata.sorted_tables:
            if {"question", "answer"} <= set(table.c.keys()) and table.name != "bin":
                moved = update(table).where(table.c.question == id, table.c.answer.is_not(None))
                self.connection.execute(moved.values(question=to))
        answer = tables.answer
        self.connection.execute(update(answer).where(answer.c.question == id).values(question=to))

    def set_status(self, id: str, status: QuestionStatus, duplicate_of: str | None = None) -> None:
        self._set(id, status=status.value, duplicate_of=duplicate_of)

    def set_active(self, id: str) -> None:
        self._set(id, active=self.now)

    def change_score(self, id: str, by: int) -> None:
        self._set(id, score=tables.question.c.score + by)

    def remove(self, id: str) -> None:
        """Remove a question with all that hangs on it; what was closed as its duplicate opens again."""
        question, answer = tables.question, tables.answer
        accepted = exists().where(answer.c.question == question.c.id, answer.c.accepted.is_not(None))
        self.connection.execute(
            update(question)
            .where(question.c.duplicate_of == id)
            .values(
                duplicate_of=None,
                status=case((accepted, QuestionStatus.ANSWERED.value), else_=QuestionStatus.OPEN.value),
            )
        )
        self.connection.execute(delete(question).where(question.c.id == id))

    def _set(self, id: str, **values: Any) -> None:
        self.connection.execute(update(tables.question).where(tables.question.c.id == id).values(**values))

    def _select(self) -> Select[Any]:
        answers = (
            select(func.count())
            .where(tables.answer.c.question == tables.question.c.id)
            .scalar_subquery()
            .label("answers")
        )
        return select(tables.question, answers)

    def _records(self, rows: Sequence[Row[Any]]) -> Sequence[Question]:
        tags: defaultdict[str, list[str]] = defaultdict(list)
        ids = [row.id for row in rows]
        tag = tables.question_tag
        for start in range(0, len(ids), CHUNK):
            chosen = (
                select(tag)
                .where(tag.c.question.in_(ids[start : start + CHUNK]))
                .order_by(tag.c.question, tag.c.position)
            )
            for row in self.connection.execute(chosen):
                tags[row.question].append(row.tag)
        return [record(Question, row, status=QuestionStatus(row.status), tags=tuple(tags[row.id])) for row in rows]

    def by_month(self, space: str, first: str) -> Mapping[str, int]:
        """How many questions of a space and answers to them came in each month ("2026-11") from `first` on."""
        question, answer = tables.question, tables.answer
        start = datetime(int(first[:4]), int(first[5:]), 1, tzinfo=UTC)
        asked = select(_month(question.c.created)).where(question.c.space == space, question.c.created >= start)
        here = exists().where(question.c.id == answer.c.question, question.c.space == space)
        given = select(_month(answer.c.created)).where(answer.c.created >= start, here)
        found: Counter[str] = Counter()
        for each in (asked, given):
            counted = select(each.subquery().c.month, func.count()).group_by("month")
            found.update({row[0]: row[1] for row in self.connection.execute(counted)})
        return found


def _newest(spaces: Sequence[str], most: int) -> Select[Any]:
    """The ids of the `most` newest questions of each space: each is read off the end of its index, while all of them at
    once would be sorted first (at 29,000 questions: 58 ms, so less than 1)."""
    question = tables.question
    newest = [
        select(question.c.id)
        .where(question.c.space == each)
        .order_by(question.c.active.desc(), question.c.id)
        .limit(most)
        .subquery()
        for each in spaces
    ]
    return union_all(*(select(each.c.id) for each in newest)).subquery().select()


def _month(moment: Column[Any]) -> ColumnElement[str]:
    """As both databases write a moment: 2026-11."""
    return func.substr(cast(moment, String), 1, 7).label("month")
