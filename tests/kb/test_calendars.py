"""When a person may be asked: hours of the site, days off, quiet hours, absences, and clocks that are put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kb.calendars import Absence, Calendar, Holiday, Preferences, Site

PARIS = ZoneInfo("Europe/Paris")
PLAIN = Calendar(Site("Lyon"), Preferences("p"))  # Monday to Friday, 9 to 18 in Paris


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of Paris; 23 November 2026 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def liking(**chosen: object) -> Calendar:
    return replace(PLAIN, preferences=replace(PLAIN.preferences, **chosen))  # type: ignore[arg-type]


def test_in_working_hours_one_may_ask_at_once() -> None:
    assert PLAIN.is_open(at(23, 9)) and PLAIN.is_open(at(23, 17, 59))
    assert not PLAIN.is_open(at(23, 18)) and not PLAIN.is_open(at(23, 8, 59)) and not PLAIN.is_open(at(22, 12))


def test_in_the_evening_one_waits_for_the_morning_and_on_friday_for_monday() -> None:
    assert PLAIN.next_open(at(23, 20)) == at(24, 9)
    assert PLAIN.next_open(at(27, 18)) == at(30, 9)
    assert PLAIN.next_open(at(23, 11)) == at(23, 11)


def test_holidays_and_days_off_are_passed_over() -> None:
    closed = replace(PLAIN, site=replace(PLAIN.site, holidays=(Holiday(date(2026, 11, 24)),)))
    assert closed.next_open(at(23, 20)) == at(25, 9)
    assert liking(days=(1, 4)).next_open(at(23, 20)) == at(26, 9)
    assert not liking(days=(6,)).works_on(date(2026, 11, 28)), "the site is closed on Saturdays"


def test_absences_hold_their_first_and_last_day() -> None:
    away = replace(PLAIN, absences=(Absence("a", "p", date(2026, 11, 23), date(2026, 11, 25)),))
    assert away.next_open(at(23, 10)) == at(26, 9)
    assert not away.works_on(date(2026, 11, 25)) and away.works_on(date(2026, 11, 26))


def test_quiet_hours_delay_and_never_drop() -> None:
    noon = liking(quiet=(time(12), time(14)))
    assert noon.next_open(at(23, 12, 30)) == at(23, 14)
    assert noon.next_open(at(23, 11, 59)) == at(23, 11, 59)
    night = liking(quiet=(time(16), time(10)))
    assert night.next_open(at(23, 9, 30)) == at(23, 10)
    assert night.next_open(at(23, 16)) == at(24, 10)


def test_whoever_works_never_is_never_reached() -> None:
    never = liking(quiet=(time(8), time(19)))
    assert never.next_open(at(23, 10)) is None and never.after(at(23, 10), 1) is None
    assert never.next_day(at(23, 10)) is None


def test_working_time_goes_on_over_nights_and_weekends() -> None:
    assert PLAIN.after(at(23, 10), 4) == at(23, 14)
    assert PLAIN.after(at(23, 16), 4) == at(24, 11)
    assert PLAIN.after(at(27, 17), 2) == at(30, 10)
    assert PLAIN.after(at(21, 3), 9) == at(23, 18)


def test_the_next_day_and_week_begin_with_work() -> None:
    assert PLAIN.next_day(at(23, 5)) == at(24, 9)
    assert PLAIN.next_day(at(27, 12)) == at(30, 9)
    assert PLAIN.next_week(at(23, 9)) == at(30, 9)
    new_year = replace(PLAIN, site=replace(PLAIN.site, holidays=(Holiday(date(2027, 1, 4)),)))
    assert new_year.next_week(at(30, 9, month=12)) == datetime(2027, 1, 5, 9, tzinfo=PARIS).astimezone(UTC)


def test_the_morning_stays_at_nine_when_clocks_change() -> None:
    before = at(23, 20, month=10)  # Friday; on the 25th clocks are put back
    assert PLAIN.next_open(before) == at(26, 9, month=10)
    assert before.hour == 18 and at(26, 9, month=10).hour == 8


def test_the_day_is_that_of_the_site() -> None:
    montreal = replace(PLAIN, site=replace(PLAIN.site, timezone="America/Montreal"))
    assert montreal.day(datetime(2026, 11, 24, 2, tzinfo=UTC)) == date(2026, 11, 23)
    assert montreal.next_open(at(23, 9)) == datetime(2026, 11, 23, 14, tzinfo=UTC)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC)),
    st.floats(0.1, 60),
    st.sets(st.integers(1, 5)),
    st.none() | st.tuples(st.times(), st.times()),
)
def test_after_and_between_agree(
    moment: datetime, hours: float, days: set[int], quiet: tuple[time, time] | None
) -> None:
    calendar = liking(days=tuple(sorted(days)), quiet=quiet)
    end = calendar.after(moment, hours)
    if end is None:
        return
    assert abs(calendar.hours_between(moment, end) - hours) < 1e-3
    opened = calendar.next_open(moment)
    assert opened is not None and moment <= opened <= end
    assert calendar.is_open(opened) and calendar.hours_between(moment, opened) == 0
    assert end - moment >= timedelta(hours=hours) - timedelta(milliseconds=1)
