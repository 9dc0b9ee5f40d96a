"""The official layer beside its texts: charters with their approvers, decisions on revisions, reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select

from kb.model import new_id
from kb.official import Approval, Approver, Charter, Decision, Review
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert

CHUNK = 500


class Charters(Aggregate):
    def put(self, charter: Charter) -> None:
        row = {"space": charter.space, "minimum": charter.minimum, "words": charter.words,
               "duties": charter.duties, "keep_months": charter.keep_months}  # fmt: skip
        upsert(self.connection, tables.charter, [row], ["space"])
        self.connection.execute(delete(tables.approver).where(tables.approver.c.space == charter.space))
        rows = [
            {"space": charter.space, "person": each.person, "stage": each.stage, "body": each.body}
            for each in charter.approvers
        ]
        if rows:
            self.connection.execute(insert(tables.approver), rows)

    def get(self, space: str) -> Charter:
        """The charter of a space; one without approvers where none was written."""
        return self.list([space])[space]

    def list(self, spaces: Collection[str]) -> dict[str, Charter]:
        """The charters of spaces, by their ids; approvers by stage."""
        approvers: defaultdict[str, list[Approver]] = defaultdict(list)
        approver, charter = tables.approver, tables.charter
        chosen = select(approver).where(approver.c.space.in_(sorted(spaces)))
        for row in self.connection.execute(chosen.order_by(approver.c.stage, approver.c.person)):
            approvers[row.space].append(record(Approver, row))
        rows = self.connection.execute(select(charter).where(charter.c.space.in_(sorted(spaces))))
        written = {row.space: record(Charter, row, approvers=tuple(approvers[row.space])) for row in rows}
        return {space: written.get(space) or Charter(space) for space in spaces}


class Approvals(Aggregate):
    def add(self, approval: Approval) -> None:
        row = {
            "id": approval.id, "revision": approval.revision, "person": approval.person, "stage": approval.stage,
            "body": approval.body, "decision": approval.decision.value, "reason": approval.reason,
            "sha256": approval.sha256, "at": approval.at,
        }  # fmt: skip
        self.connection.execute(insert(tables.approval).values(row))

    def list(self, revisions: Collection[str]) -> dict[str, tuple[Approval, ...]]:
        """Every decision on these revisions, oldest first."""
        approval = tables.approval
        found: defaultdict[str, list[Approval]] = defaultdict(list)
        wanted = sorted(revisions)
        for start in range(0, len(wanted), CHUNK):
            chosen = select(approval).where(approval.c.revision.in_(wanted[start : start + CHUNK]))
            for row in self.connection.execute(chosen.order_by(approval.c.at, approval.c.id)):
                found[row.revision].append(record(Approval, row, decision=Decision(row.decision)))
        return {id: tuple(found[id]) for id in wanted}


class Reviews(Aggregate):
    def add(self, procedure: str, person: str, note: str) -> Review:
        made = Review(new_id(), procedure, person, note, self.now)
        self.connection.execute(
            insert(tables.review).values(id=made.id, procedure=procedure, person=person, note=note, at=made.at)
        )
        return made

    def list(self, procedure: str) -> Sequence[Review]:
        """Every review of a procedure, newest first."""
        review = tables.review
        chosen = select(review).where(review.c.procedure == procedure).order_by(review.c.at.desc(), review.c.id)
        return [record(Review, row) for row in self.connection.execute(chosen)]
