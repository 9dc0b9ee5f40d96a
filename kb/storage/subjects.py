"""What people allow with the subjects they are known for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import func, select

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
