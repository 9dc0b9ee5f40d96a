"""Routes with their candidates, and the invitations that came of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update

from kb.model import Band, Candidate, Invitation, InvitationStatus, Route
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record


class Routes(Aggregate):
    def add(self, route: Route) -> None:
        candidates = [[each.person, each.score, each.probability] for each in route.candidates]
        values = {
            "id": route.id, "asker": route.asker, "question": route.question, "text": route.text,
            "band": route.band.value, "probability": route.probability, "scorer": route.scorer,
            "candidates": candidates, "outcome": route.outcome, "created": route.created,
        }  # fmt: skip
        self.connection.execute(insert(tables.route).values(**values))

    def find(self, question: str) -> Route | None:
        """The latest route of a question."""
        route = tables.route
        row = self.connection.execute(
            select(route).where(route.c.question == question).order_by(route.c.created.desc()).limit(1)
        ).first()
        if row is None:
            return None
        return record(Route, row, band=Band(row.band), candidates=tuple(Candidate(*each) for each in row.candidates))

    def set_outcome(self, id: str, outcome: str) -> None:
        self.connection.execute(update(tables.route).where(tables.route.c.id == id).values(outcome=outcome))

    def add_invitations(self, invitations: Sequence[Invitation]) -> None:
        rows = [
            {"id": each.id, "route": each.route, "question": each.question, "person": each.person, "wave": each.wave,
             "status": each.status.value, "reasons": list(each.reasons), "created": each.created, "closed": each.closed}
            for each in invitations
        ]  # fmt: skip
        if rows:
            self.connection.execute(insert(tables.invitation), rows)

    def invitations(
        self, question: str | None = None, person: str | None = None, status: InvitationStatus | None = None
    ) -> Sequence[Invitation]:
        invitation = tables.invitation
        statement = select(invitation).order_by(invitation.c.created.desc(), invitation.c.id)
        if question is not None:
            statement = statement.where(invitation.c.question == question)
        if person is not None:
            statement = statement.where(invitation.c.person == person)
        if status is not None:
            statement = statement.where(invitation.c.status == status.value)
        return [
            record(Invitation, row, status=InvitationStatus(row.status)) for row in self.connection.execute(statement)
        ]

    def set_invitation(self, id: str, status: InvitationStatus) -> None:
        invitation = tables.invitation
        self.connection.execute(
            update(invitation).where(invitation.c.id == id).values(status=status.value, closed=self.now)
        )

    def asked_since(self, people: Collection[str], since: datetime) -> dict[str, int]:
        """How many invitations each of `people` was sent since then (those without any are left out)."""
        invitation = tables.invitation
        statement = (
            select(invitation.c.person, func.count().label("times"))
            .where(invitation.c.person.in_(sorted(people)), invitation.c.created > since)
            .group_by(invitation.c.person)
        )
        return {row.person: row.times for row in self.connection.execute(statement)}
