"""Working time of each site: time zone, days, hours, holidays; edited by an administrator."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, time
from zoneinfo import ZoneInfo

from kb.calendars import EVERYWHERE, Holiday, Site
from kb.errors import Invalid
from kb.model import Person
from kb.permissions import require_administrator
from kb.rules import clean
from kb.storage import Store
from kb.storage.sites import DEFAULT_TIMEZONE

HOLIDAY_LIMIT = 400
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:hH]([0-5]\d)?")


def readable(store: Store) -> dict[str, Site]:
    """The described sites by name; EVERYWHERE ("") stands for all others."""
    with store.read() as tx:
        return tx.sites.list()


def put(
    store: Store, administrator: Person, name: str, timezone: str, days: Collection[int], opens: str, closes: str,
    holidays: str = "",
) -> Site:  # fmt: skip
    """Describe a site. `opens` and `closes` are written like 9:00, `holidays` one a line like 2026-12-25 Christmas."""
    require_administrator(administrator)
    name = clean("name", " ".join(name.split()), 120)
    site = Site(
        name, _zone(timezone), clean_days("days", days, required=True), clean_clock("opens", opens),
        clean_clock("closes", closes), _holidays(holidays),
    )  # fmt: skip
    if site.opens >= site.closes:
        raise Invalid("closes", "The day ends before it begins. Write the later time here.")
    with store.write() as tx:
        tx.sites.put(site)
        tx.changes.add("put", "site", name, administrator.id)
    return site


def remove(store: Store, administrator: Person, name: str) -> None:
    """Let a site have the hours of all others again."""
    require_administrator(administrator)
    with store.write() as tx:
        tx.sites.remove(name)
        tx.changes.add("remove", "site", name, administrator.id)


def settle(store: Store, timezone: str) -> None:
    """The organisation's time zone, for sites that nobody described."""
    with store.read() as tx:
        if tx.settings.find(DEFAULT_TIMEZONE) == timezone:
            return
    with store.write() as tx:
        tx.settings.set(DEFAULT_TIMEZONE, timezone)


def clean_days(field: str, days: Collection[int], required: bool = False) -> tuple[int, ...]:
    """ISO numbers of days of the week, in order; Invalid when there is none though `required`."""
    kept = tuple(sorted({each for each in days if 1 <= each <= 7}))
    if required and not kept:
        raise Invalid(field, "Choose at least one day.")
    return kept


def clean_clock(field: str, text: str) -> time:
    """A time of day written like 9:00, 09:00 or 9h."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise Invalid(field, "This is no time of day. Write it like 9:00.")
    return time(int(found[1]), int(found[2] or 0))


def _zone(name: str) -> str:
    name = name.strip()
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise Invalid("timezone", "There is no such time zone. Write a name like Europe/Paris.") from None
    return name


def _holidays(text: str) -> tuple[Holiday, ...]:
    found: dict[date, str] = {}
    for line in clean("holidays", text, 40_000).splitlines():
        if not line.strip():
            continue
        day, _space, name = line.strip().partition(" ")
        try:
            found[date.fromisoformat(day)] = name.strip()[:80]
        except ValueError:
            raise Invalid(
                "holidays", "“%(line)s” does not begin with a day. Write one a line, like 2026-12-25 Christmas.",
                line=line.strip()[:40],
            ) from None  # fmt: skip
    if len(found) > HOLIDAY_LIMIT:
        raise Invalid("holidays", "That is more than %(limit)d holidays. Leave out past ones.", limit=HOLIDAY_LIMIT)
    return tuple(Holiday(day, found[day]) for day in sorted(found))


__all__ = ["EVERYWHERE", "clean_clock", "clean_days", "put", "readable", "remove", "settle"]
