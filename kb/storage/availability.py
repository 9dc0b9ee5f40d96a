"""What people chose about being asked, their absences, and the calendar that follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import time

from sqlalchemy import delete, insert, select

from kb.calendars import EVERYWHERE, Absence, Calendar, Preferences
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert
from kb.storage.sites import Sites


class Availability(Aggregate):
    def put(self, preferences: Preferences) -> None:
        start, end = preferences.quiet or (None, None)
        row = {
            "person": preferences.person, "language": preferences.language, "days": list(preferences.days),
            "quiet_from": start.isoformat("minutes") if start else None,
            "quiet_until": end.isoformat("minutes") if end else None,
            "day_cap": preferences.day_cap, "week_cap": preferences.week_cap,
        }  # fmt: skip
        upsert(self.connection, tables.preference, [row], ["person"])

    def preferences(self, people: Collection[str]) -> dict[str, Preferences]:
        """What each of `people` chose; those who chose nothing are there too."""
        preference = tables.preference
        found = {id: Preferences(id) for id in people}
        for row in self.connection.execute(select(preference).where(preference.c.person.in_(sorted(people)))):
            quiet = None
            if row.quiet_from is not None and row.quiet_until is not None:
                quiet = (time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until))
            found[row.person] = record(Preferences, row, quiet=quiet)
        return found

    def add_absence(self, absence: Absence) -> None:
        values = {"id": absence.id, "person": absence.person, "first": absence.first, "last": absence.last}
        self.connection.execute(insert(tables.absence).values(values))

    def absences(self, people: Collection[str]) -> Sequence[Absence]:
        """The absences of `people`, past ones too, the earliest first."""
        absence = tables.absence
        chosen = select(absence).where(absence.c.person.in_(sorted(people))).order_by(absence.c.first, absence.c.id)
        return [record(Absence, row) for row in self.connection.execute(chosen)]

    def remove_absence(self, person: str, id: str) -> bool:
        absence = tables.absence
        gone = delete(absence).where(absence.c.person == person, absence.c.id == id)
        return self.connection.execute(gone).rowcount == 1

    def calendars(self, people: Collection[str]) -> dict[str, Calendar]:
        """The calendar of each of `people`."""
        sites, person = Sites(self.connection, self.now).list(), tables.person
        away: defaultdict[str, list[Absence]] = defaultdict(list)
        for each in self.absences(people):
            away[each.person].append(each)
        chosen = self.preferences(people)
        rows = self.connection.execute(select(person.c.id, person.c.site).where(person.c.id.in_(sorted(people))))
        return {
            row.id: Calendar(sites.get(row.site, sites[EVERYWHERE]), chosen[row.id], tuple(away[row.id]))
            for row in rows
        }
