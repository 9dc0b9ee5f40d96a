"""Who is asked to acknowledge which procedure, and what they said; acknowledgements are added and never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import insert, select, update

from kb.errors import NotFound
from kb.official import Acknowledgement, Audience, Campaign
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record


class Campaigns(Aggregate):
    def add(self, campaign: Campaign) -> None:
        whom = campaign.audience
        row = {
            "id": campaign.id, "procedure": campaign.procedure, "deadline": campaign.deadline, "days": campaign.days,
            "roles": list(whom.roles), "units": list(whom.units), "sites": list(whom.sites),
            "spaces": list(campaign.spaces), "people": list(campaign.people), "renew_months": campaign.renew_months,
            "texts": list(campaign.texts), "note": campaign.note, "started_by": campaign.started_by,
            "created": campaign.created or self.now, "ended": campaign.ended,
        }  # fmt: skip
        self.connection.execute(insert(tables.campaign).values(row))

    def get(self, id: str) -> Campaign:
        found = self._many(tables.campaign.c.id == id)
        if not found:
            raise NotFound("campaign", id)
        return found[0]

    def list(self, procedure: str | None = None) -> Sequence[Campaign]:
        """Those of a procedure (of all), the newest first."""
        return self._many(*([] if procedure is None else [tables.campaign.c.procedure == procedure]))

    def running(self, procedure: str | None = None) -> Sequence[Campaign]:
        """Those of a procedure (of all) that were not ended, by deadline."""
        chosen = [] if procedure is None else [tables.campaign.c.procedure == procedure]
        found = self._many(tables.campaign.c.ended.is_(None), *chosen)
        return sorted(found, key=lambda each: (each.deadline, each.id))

    def end(self, ids: Collection[str]) -> None:
        campaign = tables.campaign
        chosen = update(campaign).where(campaign.c.id.in_(sorted(ids)), campaign.c.ended.is_(None))
        self.connection.execute(chosen.values(ended=self.now))

    def _many(self, *chosen: object) -> Sequence[Campaign]:
        campaign = tables.campaign
        statement = select(campaign).where(*chosen).order_by(campaign.c.created.desc(), campaign.c.id)  # type: ignore[arg-type]
        return [
            record(Campaign, row, audience=Audience(tuple(row.roles), tuple(row.units), tuple(row.sites)))
            for row in self.connection.execute(statement)
        ]


class Acknowledgements(Aggregate):
    def add(self, given: Acknowledgement) -> None:
        row = {
            "id": given.id, "procedure": given.procedure, "revision": given.revision, "person": given.person,
            "sha256": given.sha256, "by_mail": given.by_mail, "at": given.at,
        }  # fmt: skip
        self.connection.execute(insert(tables.acknowledgement).values(row))

    def list(self, procedure: str, person: str | None = None) -> Sequence[Acknowledgement]:
        """What was said of a procedure (by one person), the newest first."""
        table = tables.acknowledgement
        chosen = [table.c.procedure == procedure, *([] if person is None else [table.c.person == person])]
        ordered = select(table).where(*chosen).order_by(table.c.at.desc(), table.c.id)
        return [record(Acknowledgement, row) for row in self.connection.execute(ordered)]
