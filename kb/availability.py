"""When a person may be asked, as they say it themselves: their days, quiet hours, absences, and fewer requests than the
administrator's number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kb.calendars import Absence, Calendar
from kb.errors import Invalid, NotFound
from kb.model import Person, new_id
from kb.permissions import Action, require
from kb.sites import clean_clock, clean_days
from kb.storage import Store

LONGEST = 3 * 366  # days of one absence
CAP_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Availability:
    """`away` is the absence that runs today, `coming` those that have not ended, `busy` the last day on which they said
    they have no time."""

    calendar: Calendar
    away: Absence | None
    coming: tuple[Absence, ...]
    busy: date | None = None


def of_person(store: Store, reader: Person, id: str) -> Availability:
    """Their days and absences; NotFound when `reader` may not know of them."""
    with store.read() as tx:
        require(reader, Action.READ, tx.people.get(id))
        calendar = tx.availability.calendars([id])[id]
        today, busy = calendar.day(tx.now), tx.routes.busy([id]).get(id)
    coming = tuple(each for each in calendar.absences if each.last >= today)
    away = next((each for each in coming if each.first <= today), None)
    return Availability(calendar, away, coming, busy if busy is not None and busy >= today else None)


def choose(
    store: Store, editor: Person, person: str, days: Collection[int], quiet_from: str, quiet_until: str, day_cap: str,
    week_cap: str,
) -> None:  # fmt: skip
    """Set days, quiet hours (both empty: none) and caps (empty: the administrator's). Invalid beside the field."""
    if bool(quiet_from.strip()) != bool(quiet_until.strip()):
        raise Invalid("quiet_from" if not quiet_from.strip() else "quiet_until", "Fill in both times, or neither.")
    quiet = None
    if quiet_from.strip():
        quiet = (clean_clock("quiet_from", quiet_from), clean_clock("quiet_until", quiet_until))
    a_day, a_week = _cap("day_cap", day_cap), _cap("week_cap", week_cap)
    with store.write() as tx:
        require(editor, Action.EDIT, tx.people.get(person, lock=True))
        before = tx.availability.preferences([person])[person]
        after = replace(before, days=clean_days("days", days), quiet=quiet, day_cap=a_day, week_cap=a_week)
        calendar = replace(tx.availability.calendars([person])[person], preferences=after, absences=())
        if calendar.next_open(tx.now) is None:
            raise Invalid("days", "This leaves no time at all. Leave some, or enter an absence instead.")
        tx.availability.put(after)
        tx.mails.forget_due(person)
        tx.changes.add("availability", "person", person, editor.id)


def be_away(store: Store, editor: Person, person: str, first: date, last: date) -> None:
    """Enter an absence, both days included."""
    if last < first:
        raise Invalid("last", "The absence ends before it begins. Write the later day here.")
    if last - first > timedelta(days=LONGEST):
        raise Invalid("last", "At most three years. Who leaves for longer has an end date instead.")
    with store.write() as tx:
        require(editor, Action.EDIT, tx.people.get(person, lock=True))
        tx.availability.add_absence(Absence(new_id(), person, first, last))
        tx.mails.forget_due(person)
        tx.changes.add("availability", "person", person, editor.id)


def be_back(store: Store, editor: Person, person: str, absence: str) -> None:
    """Take an absence out."""
    with store.write() as tx:
        require(editor, Action.EDIT, tx.people.get(person, lock=True))
        if not tx.availability.remove_absence(person, absence):
            raise NotFound("absence", absence)
        tx.mails.forget_due(person)
        tx.changes.add("availability", "person", person, editor.id)


def _cap(field: str, text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > CAP_LIMIT:
        raise Invalid(field, "Write a number from 0 to %(limit)d, or leave it empty.", limit=CAP_LIMIT)
    return int(text)


def language(store: Store, person: Person) -> str | None:
    """The language that a person chose for pages and mails; None: none yet."""
    with store.read() as tx:
        return tx.availability.preferences([person.id])[person.id].language


def choose_language(store: Store, person: Person, language: str) -> None:
    """Choose it for oneself."""
    with store.write() as tx:
        before = tx.availability.preferences([person.id])[person.id]
        if before.language != language:
            tx.availability.put(replace(before, language=language))
