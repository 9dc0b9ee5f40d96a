"""What people say of their time, and sites of theirs: kept, judged, and counted in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from kb import Store, availability, sites
from kb.calendars import EVERYWHERE, Holiday, Preferences, Site
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Person
from tests.people import Clock

NOTHING: dict[str, Any] = {"days": [], "quiet_from": "", "quiet_until": "", "day_cap": "", "week_cap": ""}


def test_a_site_keeps_its_hours_and_holidays(settled: Store, erik: Person) -> None:
    said = "2026-12-25 Noël\n\n2026-05-01"
    lyon = sites.put(settled, erik, " Lyon ", "Europe/Paris", [5, 1, 1], "8:30", "17h", said)
    holidays = (Holiday(date(2026, 5, 1)), Holiday(date(2026, 12, 25), "Noël"))
    assert lyon == Site("Lyon", "Europe/Paris", (1, 5), time(8, 30), time(17), holidays)
    assert sites.readable(settled)["Lyon"] == lyon
    sites.put(settled, erik, "Lyon", "Europe/Paris", [1], "8:30", "17h")
    assert sites.readable(settled)["Lyon"].holidays == ()
    sites.remove(settled, erik, "Lyon")
    assert list(sites.readable(settled)) == [EVERYWHERE]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("timezone", {"timezone": "Europe/Atlantis"}), ("timezone", {"timezone": "../etc/passwd"}),
        ("days", {"days": [0, 9]}), ("opens", {"opens": "nine"}), ("closes", {"closes": "24:30"}),
        ("closes", {"opens": "18:00", "closes": "9:00"}), ("holidays", {"holidays": "Christmas 2026-12-25"}),
    ],
)  # fmt: skip
def test_what_a_site_cannot_be_is_said_beside_the_field(
    settled: Store, erik: Person, field: str, given: dict[str, Any]
) -> None:
    right: dict[str, Any] = {"timezone": "Europe/Paris", "days": [1], "opens": "9:00", "closes": "18:00"}
    with pytest.raises(Invalid) as refused:
        sites.put(settled, erik, "Lyon", **right | given)
    assert refused.value.field == field


def test_only_an_administrator_describes_sites(settled: Store, alice: Person) -> None:
    with pytest.raises(Forbidden):
        sites.put(settled, alice, "Lyon", "Europe/Paris", [1], "9:00", "18:00")
    with pytest.raises(Forbidden):
        sites.remove(settled, alice, "Lyon")


def test_sites_that_nobody_described_have_the_organisations_time(settled: Store, alice: Person, erik: Person) -> None:
    sites.settle(settled, "America/Montreal")
    assert availability.of_person(settled, alice, "alice").calendar.site.timezone == "America/Montreal"
    sites.put(settled, erik, EVERYWHERE, "Asia/Tokyo", [1], "9:00", "18:00")
    assert availability.of_person(settled, alice, "alice").calendar.site.timezone == "Asia/Tokyo"


def test_what_a_person_chooses_is_kept(settled: Store, alice: Person, erik: Person) -> None:
    availability.choose(settled, alice, "alice", [1, 2, 9], "12:00", "14:00", "", "2")
    found = availability.of_person(settled, erik, "alice").calendar.preferences
    assert found == Preferences("alice", None, (1, 2), (time(12), time(14)), None, 2)
    availability.choose(settled, erik, "alice", **NOTHING)
    assert availability.of_person(settled, alice, "alice").calendar.preferences == Preferences("alice")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("quiet_until", {"quiet_from": "12:00"}), ("quiet_from", {"quiet_until": "12:00"}),
        ("day_cap", {"day_cap": "-1"}),
        ("week_cap", {"week_cap": "99"}), ("quiet_from", {"quiet_from": "noon", "quiet_until": "14:00"}),
        ("days", {"days": [6, 7]}), ("days", {"quiet_from": "8:00", "quiet_until": "20:00"}),
    ],
)  # fmt: skip
def test_what_leaves_no_time_or_cannot_be_read_is_refused(
    settled: Store, alice: Person, field: str, given: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        availability.choose(settled, alice, "alice", **NOTHING | given)
    assert refused.value.field == field
    assert availability.of_person(settled, alice, "alice").calendar.preferences == Preferences("alice")


def test_an_absence_runs_from_its_first_day_to_its_last(
    settled: Store, alice: Person, bob: Person, clock: Clock
) -> None:
    availability.be_away(settled, alice, "alice", date(2026, 11, 24), date(2026, 11, 25))
    assert availability.of_person(settled, bob, "alice").away is None
    clock.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    found = availability.of_person(settled, bob, "alice")
    assert found.away is not None and found.coming == (found.away,) and not found.calendar.is_open(clock.now)
    availability.be_back(settled, alice, "alice", found.away.id)
    assert availability.of_person(settled, bob, "alice").calendar.is_open(clock.now)


def test_nobody_enters_somebody_elses_absence(settled: Store, alice: Person, bob: Person) -> None:
    availability.be_away(settled, alice, "alice", date(2026, 11, 24), date(2026, 11, 25))
    (absence,) = availability.of_person(settled, alice, "alice").coming
    with pytest.raises(Forbidden):
        availability.be_away(settled, bob, "alice", date(2026, 11, 24), date(2026, 11, 25))
    with pytest.raises(Forbidden):
        availability.be_back(settled, bob, "alice", absence.id)
    with pytest.raises(NotFound):
        availability.be_back(settled, bob, "bob", absence.id)
    with pytest.raises(Invalid):
        availability.be_away(settled, alice, "alice", date(2026, 11, 24), date(2026, 11, 23))


def test_a_guest_knows_the_days_of_those_they_know_only(settled: Store, charlie: Person) -> None:
    assert availability.of_person(settled, charlie, "alice").coming == ()
    with pytest.raises(NotFound):
        availability.of_person(settled, charlie, "dora")
