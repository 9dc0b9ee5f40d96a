"""What people allow with the subjects they are known for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, func, select

from kb.routing import InvitationStatus, SubjectUse
from kb.storage import tables
from kb.storage.aggregate import Aggregate
from kb.storage.dialect import upsert


class Subjects(Aggregate):
    def choose(self, person: str, uses: Mapping[str, SubjectUse]) -> None:
        rows = [{"person": person, "subject": subject.casefold(), "use": use.value} for subject, use in uses.items()]
        upsert(self.connection, tables.subject_choice, rows, ["person", "subject"])

    def choices(self, people: Collection[str]) -> Mapping[str, Mapping[str, SubjectUse]]:
        """What each of `people` chose, by subject in lower case."""
        choice = tables.subject_choice
        found: defaultdict[str, dict[str, SubjectUse]] = defaultdict(dict)
        for row in self.connection.execute(select(choice).where(choice.c.person.in_(sorted(people)))):
            found[row.person][row.subject] = SubjectUse(row.use)
        return found

    def refusals(self, person: str, tags: Collection[str]) -> Mapping[str, int]:
        """How often the person said "not me" to a question with each of these tags."""
        invitation, tag = tables.invitation, tables.question_tag
        chosen = (
            select(tag.c.tag, func.count().label("times"))
            .join(invitation, invitation.c.question == tag.c.question)
            .where(invitation.c.person == person, invitation.c.status == InvitationStatus.DECLINED.value)
            .where(tag.c.tag.in_(sorted(tags)))
            .group_by(tag.c.tag)
        )
        return {row.tag: row.times for row in self.connection.execute(chosen)}

    def answered(self, person: str, spaces: Collection[str]) -> Mapping[str, int]:
        """The tags of questions in `spaces` that the person answered, with how many, the commonest first."""
        answer, question, tag = tables.answer, tables.question, tables.question_tag
        times = func.count(func.distinct(question.c.id)).label("times")
        chosen = (
            select(tag.c.tag, times)
            .join(question, question.c.id == tag.c.question)
            .join(answer, answer.c.question == question.c.id)
            .where(answer.c.author == person, question.c.space.in_(sorted(spaces)))
            .group_by(tag.c.tag)
            .order_by(times.desc(), tag.c.tag)
        )
        return {row.tag: row.times for row in self.connection.execute(chosen)}

    def known(
        self, spaces: Collection[str], since: datetime, subject: str | None = None
    ) -> Sequence[tuple[str, str, str, int, int]]:
        """(space, tag, person, questions answered, questions solved) of what was answered since then; of one `subject`
        or of all."""
        answer, question, tag = tables.answer, tables.question, tables.question_tag
        solved = case((answer.c.accepted.is_not(None), question.c.id))
        chosen = (
            select(
                question.c.space, tag.c.tag, answer.c.author, func.count(func.distinct(question.c.id)),
                func.count(func.distinct(solved)),
            )
            .join(question, question.c.id == tag.c.question)
            .join(answer, answer.c.question == question.c.id)
            .where(question.c.space.in_(sorted(spaces)), answer.c.created >= since, answer.c.author.is_not(None))
            .group_by(question.c.space, tag.c.tag, answer.c.author)
        )  # fmt: skip
        chosen = chosen if subject is None else chosen.where(tag.c.tag == subject)
        return [(row[0], row[1], row[2], row[3], row[4]) for row in self.connection.execute(chosen)]

    def requests(self, space: str, tag: str, since: datetime) -> Mapping[str, int]:
        """How often each was asked since then to help with questions of this tag."""
        invitation, question, bears = tables.invitation, tables.question, tables.question_tag
        chosen = (
            select(invitation.c.person, func.count().label("times"))
            .join(question, question.c.id == invitation.c.question)
            .join(bears, bears.c.question == question.c.id)
            .where(bears.c.tag == tag, question.c.space == space, invitation.c.created > since)
            .group_by(invitation.c.person)
        )
        return {row.person: row.times for row in self.connection.execute(chosen)}

    def asked(self, spaces: Collection[str], since: datetime) -> Mapping[tuple[str, str], int]:
        """How many questions each (space, tag) got since then."""
        question, tag = tables.question, tables.question_tag
        chosen = (
            select(question.c.space, tag.c.tag, func.count())
            .join(question, question.c.id == tag.c.question)
            .where(question.c.space.in_(sorted(spaces)), question.c.created >= since)
            .group_by(question.c.space, tag.c.tag)
        )
        return {(row[0], row[1]): row[2] for row in self.connection.execute(chosen)}

    def latest_answered(self, person: str, space: str, tag: str) -> str | None:
        """The question of this tag that the person answered last."""
        answer, question, bears = tables.answer, tables.question, tables.question_tag
        chosen = (
            select(question.c.id)
            .join(answer, answer.c.question == question.c.id)
            .join(bears, bears.c.question == question.c.id)
            .where(answer.c.author == person, question.c.space == space, bears.c.tag == tag)
            .order_by(answer.c.created.desc(), question.c.id)
            .limit(1)
        )
        return self.connection.execute(chosen).scalar_one_or_none()

    def answered_alone(self, person: str, spaces: Collection[str], limit: int) -> Sequence[str]:
        """Questions that only this person answered: the best voted, then the latest."""
        answer, question = tables.answer, tables.question
        own = select(answer.c.id).where(answer.c.question == question.c.id, answer.c.author == person).exists()
        other = (
            select(answer.c.id)
            .where(answer.c.question == question.c.id, func.coalesce(answer.c.author, "") != person)
            .exists()
        )
        chosen = select(question.c.id).where(question.c.space.in_(sorted(spaces)), own, ~other)
        ordered = chosen.order_by(question.c.score.desc(), question.c.created.desc(), question.c.id).limit(limit)
        return [row.id for row in self.connection.execute(ordered)]
