"""Rules that make members, and invitations to spaces."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from kb.entry import Attribute, MembershipRule, SpaceInvitation
from kb.errors import NotFound
from kb.model import Role
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record


class Joining(Aggregate):
    def add_rule(self, rule: MembershipRule) -> None:
        values = {name: getattr(rule, name) for name in MembershipRule.__slots__}
        values |= {"attribute": rule.attribute.value, "role": rule.role.value}
        self.connection.execute(insert(tables.membership_rule).values(**values))

    def rules(self, space: str | None = None) -> Sequence[MembershipRule]:
        """The rules of a space, or all, the oldest first."""
        rule = tables.membership_rule
        chosen = select(rule).order_by(rule.c.created, rule.c.id)
        rows = self.connection.execute(chosen if space is None else chosen.where(rule.c.space == space))
        return [record(MembershipRule, row, attribute=Attribute(row.attribute), role=Role(row.role)) for row in rows]

    def remove_rule(self, id: str) -> None:
        rule = tables.membership_rule
        self.connection.execute(delete(rule).where(rule.c.id == id))

    def invite(self, invitation: SpaceInvitation) -> None:
        values = {name: getattr(invitation, name) for name in SpaceInvitation.__slots__}
        self.connection.execute(insert(tables.space_invitation).values(**values | {"role": invitation.role.value}))

    def get(self, id: str) -> SpaceInvitation:
        invitation = tables.space_invitation
        row = self.connection.execute(select(invitation).where(invitation.c.id == id)).first()
        if row is None:
            raise NotFound("invitation", id)
        return record(SpaceInvitation, row, role=Role(row.role))

    def open(self, space: str | None = None, person: str | None = None) -> Sequence[SpaceInvitation]:
        """Invitations that nobody replied to, the oldest first."""
        invitation = tables.space_invitation
        chosen = select(invitation).where(invitation.c.closed.is_(None))
        if space is not None:
            chosen = chosen.where(invitation.c.space == space)
        if person is not None:
            chosen = chosen.where(invitation.c.person == person)
        rows = self.connection.execute(chosen.order_by(invitation.c.created, invitation.c.id))
        return [record(SpaceInvitation, row, role=Role(row.role)) for row in rows]

    def close(self, id: str, taken: bool) -> None:
        invitation = tables.space_invitation
        chosen = update(invitation).where(invitation.c.id == id)
        self.connection.execute(chosen.values(closed=self.now, taken=taken))
