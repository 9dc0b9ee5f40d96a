"""Sites with their hours and holidays. A site that nobody described has the hours of `EVERYWHERE`."""

from __future__ import annotations

from collections import defaultdict
from datetime import time

from sqlalchemy import delete, insert, select

from kb.calendars import EVERYWHERE, TIMEZONE, Holiday, Site
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert
from kb.storage.settings import Settings

DEFAULT_TIMEZONE = "timezone"  # the setting that holds the organisation's own


class Sites(Aggregate):
    def put(self, site: Site) -> None:
        """Add a site, or replace the one of that name with its holidays."""
        row = {
            "name": site.name, "timezone": site.timezone, "days": list(site.days),
            "opens": site.opens.isoformat("minutes"), "closes": site.closes.isoformat("minutes"),
        }  # fmt: skip
        upsert(self.connection, tables.site, [row], ["name"])
        self.connection.execute(delete(tables.holiday).where(tables.holiday.c.site == site.name))
        rows = [{"site": site.name, "day": each.day, "name": each.name} for each in site.holidays]
        if rows:
            self.connection.execute(insert(tables.holiday), rows)

    def list(self) -> dict[str, Site]:
        """The described sites by name, EVERYWHERE always among them."""
        holidays: defaultdict[str, list[Holiday]] = defaultdict(list)
        for row in self.connection.execute(select(tables.holiday).order_by(tables.holiday.c.day)):
            holidays[row.site].append(Holiday(row.day, row.name))
        zone = Settings(self.connection, self.now).find(DEFAULT_TIMEZONE) or TIMEZONE
        found = {EVERYWHERE: Site(EVERYWHERE, str(zone))}
        for row in self.connection.execute(select(tables.site).order_by(tables.site.c.name)):
            hours = {"opens": time.fromisoformat(row.opens), "closes": time.fromisoformat(row.closes)}
            found[row.name] = record(Site, row, holidays=tuple(holidays[row.name]), **hours)
        return found

    def remove(self, name: str) -> None:
        self.connection.execute(delete(tables.site).where(tables.site.c.name == name))
