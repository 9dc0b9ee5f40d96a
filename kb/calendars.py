"""When a person may be asked: the working hours of their site, less their own days off, quiet hours and absences.

Everything is told from data (`Site`, `Preferences`, `Absence`) without looking at a clock. A day is a day of the
site's time zone; whole moments are aware UTC; durations are hours of working time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

EVERYWHERE = ""  # the name of the site that stands for every site without hours of its own
TIMEZONE = "Europe/Paris"
WORKDAYS = (1, 2, 3, 4, 5)
HORIZON = 400  # days looked ahead: who works on none of them is not reached at all


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Working days are ISO numbers (1: Monday)."""

    name: str
    timezone: str = TIMEZONE
    days: tuple[int, ...] = WORKDAYS
    opens: time = time(9)
    closes: time = time(18)
    holidays: tuple[Holiday, ...] = ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose about being asked and told; empty or None: as the organisation has it. `days`: the days they
    work, `quiet`: from when to when they want nothing (over midnight too), caps: fewer requests than the
    administrator's number."""

    person: str
    language: str | None = None
    days: tuple[int, ...] = ()
    quiet: tuple[time, time] | None = None
    day_cap: int | None = None
    week_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """From the first to the last day, both included; why is nobody's business."""

    id: str
    person: str
    first: date
    last: date


@dataclass(frozen=True)
class Calendar:
    site: Site
    preferences: Preferences
    absences: tuple[Absence, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.site.timezone)

    @cached_property
    def _holidays(self) -> frozenset[date]:
        return frozenset(each.day for each in self.site.holidays)

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def works_on(self, day: date) -> bool:
        """Whether this is a working day of the site and of the person."""
        if day.isoweekday() not in self.site.days or day in self._holidays:
            return False
        if self.preferences.days and day.isoweekday() not in self.preferences.days:
            return False
        return not any(each.first <= day <= each.last for each in self.absences)

    def is_open(self, moment: datetime) -> bool:
        return self.next_open(moment) == moment

    def next_open(self, moment: datetime) -> datetime | None:
        """The first moment from `moment` on at which they may be asked; None when there is none for a year."""
        return next((max(start, moment) for start, _ in self._windows(moment)), None)

    def next_day(self, moment: datetime) -> datetime | None:
        """When their next working day begins: the first window of a later day."""
        today = self.day(moment)
        return next((start for start, _ in self._windows(moment) if self.day(start) > today), None)

    def next_week(self, moment: datetime) -> datetime | None:
        """When the first working day of a later week begins."""
        week = self.day(moment).isocalendar()[:2]
        return next((start for start, _ in self._windows(moment) if self.day(start).isocalendar()[:2] > week), None)

    def after(self, moment: datetime, hours: float) -> datetime | None:
        """When `hours` of their working time will have passed; None when that is more than a year away."""
        left = timedelta(hours=hours)
        for start, end in self._windows(moment):
            begin = max(start, moment)
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Hours of their working time from `start` to `end`."""
        seconds = 0.0
        for opens, closes in self._windows(start):
            if opens >= end:
                break
            seconds += (min(closes, end) - max(opens, start)).total_seconds()
        return seconds / 3600

    def _windows(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The times in which they may be asked that end after `moment`, in order."""
        first = self.day(moment)
        for number in range(HORIZON):
            day = first + timedelta(days=number)
            if not self.works_on(day):
                continue
            for opens, closes in self._hours():
                start, end = self._at(day, opens), self._at(day, closes)
                if start < end and end > moment:
                    yield start, end

    def _hours(self) -> Iterator[tuple[time, time]]:
        """The site's hours without the quiet ones."""
        opens, closes = self.site.opens, self.site.closes
        if self.preferences.quiet is None:
            yield opens, closes
            return
        begin, end = self.preferences.quiet
        if begin <= end:
            yield opens, min(begin, closes)
            yield max(end, opens), closes
        else:  # over midnight
            yield max(opens, end), min(closes, begin)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)
