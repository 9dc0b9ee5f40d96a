"""The rules of asking, without a database: who is asked, who waits, and that no cap is ever passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kb.calendars import Absence, Calendar, Preferences, Site
from kb.routing import Candidate, Choice, Circle, Numbers, Reason, Stage, Standing
from kb.turns import choose, circles, told, used_up, within_caps, worth
from tests.people import START

MONDAY = START  # 9 o'clock in Paris
DAY = date(2026, 11, 23)
NUMBERS = Numbers()


def person(id: str, **chosen: object) -> Standing:
    preferences = replace(Preferences(id), **chosen)  # type: ignore[arg-type]
    return Standing(Calendar(Site("Lyon"), preferences))


def asked(standings: dict[str, Standing], now: datetime = MONDAY, want: int = 2, tags: tuple[str, ...] = ()) -> Choice:
    candidates = [Candidate(id, 1.0, 0.5, reasons=(Reason("tagged", f"tag-{id}"),)) for id in standings]
    return choose(candidates, standings, tags, NUMBERS, now, want)


def names(choice: Choice) -> list[str]:
    return [candidate.person for candidate, _ in choice.asks]


def test_the_best_are_asked_first_and_no_more_than_wanted() -> None:
    choice = asked({"a": person("a"), "b": person("b"), "c": person("c")})
    assert names(choice) == ["a", "b"] and {starts for _, starts in choice.asks} == {MONDAY}


def test_whoever_is_away_or_off_that_day_is_passed_over() -> None:
    away = replace(person("a").calendar, absences=(Absence("x", "a", DAY, DAY),))
    choice = asked({"a": Standing(away), "b": person("b", days=(2, 3)), "c": person("c"), "d": person("d")})
    assert names(choice) == ["c", "d"] and choice.later


def test_quiet_hours_delay_and_do_not_drop() -> None:
    choice = asked({"a": person("a", quiet=(time(8), time(14))), "b": person("b")})
    assert [starts for _, starts in choice.asks] == [MONDAY + timedelta(hours=5), MONDAY]


def test_at_night_everybody_waits_for_the_morning() -> None:
    choice = asked({"a": person("a"), "b": person("b", days=(1, 2))}, MONDAY + timedelta(hours=12))
    assert {starts for _, starts in choice.asks} == {MONDAY + timedelta(days=1)}
    friday_night = MONDAY + timedelta(days=4, hours=12)
    assert {starts for _, starts in asked({"a": person("a")}, friday_night).asks} == {MONDAY + timedelta(days=7)}


def test_whoever_may_not_answer_is_never_asked_not_even_later() -> None:
    choice = asked({"a": replace(person("a"), may=False)})
    assert choice == Choice((), later=False)


def test_a_refused_subject_is_not_asked_about_by_tag_or_by_what_made_one_a_candidate() -> None:
    refusing = replace(person("a"), refused=frozenset({"crane"}))
    assert names(asked({"a": refusing}, tags=("Crane",))) == []
    assert names(asked({"a": refusing}, tags=("train",))) == ["a"]
    assert names(asked({"a": replace(refusing, refused=frozenset({"tag-a"}))})) == []


def test_whoever_has_more_chances_than_turns_is_asked_about_their_best_ones() -> None:
    few, many = [0.5] * 12, [0.9] * 4 + [0.6] * 8 + [0.3] * 100
    assert (worth(few, 3, NUMBERS), worth(many, 3, NUMBERS), worth(many, 1, NUMBERS)) == (0.0, 0.6, 0.9)
    assert worth(many, 3, replace(NUMBERS, best_weeks=0)) == 0.0
    sought = {"a": replace(person("a"), worth=0.6), "b": person("b")}
    assert names(asked(sought)) == ["b"], "their turns are kept for what they know better"
    dear = {"a": replace(person("a"), worth=0.6)}
    assert names(asked(dear)) == ["a"], "nobody else can be asked"
    plain = Candidate("a", 1.0, 0.1)
    assert choose([plain], dear, (), NUMBERS, MONDAY, 1, sparing=True) == Choice((), later=False)
    assert names(asked({"a": replace(person("a"), worth=0.5)})) == ["a"]
    named = Candidate("a", 1.0, 0.1, reasons=(Reason("named"),))
    assert names(choose([named], sought, (), NUMBERS, MONDAY, 1)) == ["a"], "a colleague chose them"


def test_nobody_is_asked_about_a_subject_much_more_often_than_the_others_who_answer_it() -> None:
    often = {"a": 9, "b": 4, "c": 3, "d": 3, "e": 2}  # answers of a year: four who share it
    assert used_up({"a": 8, "b": 3}, often, NUMBERS) == {"a"}, "a ninth would be more than three times 11 / 4"
    assert used_up({"a": 8, "b": 4}, often, NUMBERS) == frozenset()
    assert used_up({"a": 4, "e": 6}, often, NUMBERS) == {"a", "e"}, "whoever answers seldom is spared as well"
    assert used_up({"a": 2}, often, NUMBERS) == frozenset(), "three are nobody's share yet"
    assert used_up({"a": 80, "e": 80}, {"a": 9, "e": 2}, NUMBERS) == frozenset(), "one alone answers it often"
    assert used_up({"a": 2, "e": 6}, {"a": 9}, NUMBERS) == {"e"}, "nor does it, beside others who are asked too often"
    assert used_up({"e": 80}, {"e": 2}, NUMBERS) == used_up({"a": 80}, often, replace(NUMBERS, fair=0)) == frozenset()


def test_whoever_had_their_share_comes_after_the_others_of_a_wave() -> None:
    a, b = Candidate("a", 1.0, 0.9), Candidate("b", 1.0, 0.1)
    had = {"a": replace(person("a"), used_up=frozenset({"crane"})), "b": person("b")}
    far = replace(b, circle=Circle.WIDE)
    assert circles([a, b], Stage.FIRST, (), had, ["safety"]) == ([a, b], [a, b])
    assert circles([a, b], Stage.FIRST, (), had, ["crane", "safety"]) == ([b], [b])
    assert circles([a, far], Stage.FIRST, (), had, ["crane"]) == ([], [far]), "the next wave is asked instead"
    assert circles([a, far], Stage.SECOND, {"b"}, had, ["crane"]) == ([a], []), "nobody else is left"
    had["b"] = replace(person("b"), refused=frozenset({"crane"}))
    assert circles([a, far], Stage.SECOND, (), had, ["crane"]) == ([a, far], []), "whoever is left does not want it"
    named = replace(a, reasons=(Reason("named"),))
    assert circles([named, b], Stage.FIRST, (), had, ["crane"])[0] == [named, b], "a colleague chose them"


def test_whoever_is_asked_is_told_of_likelier_colleagues_who_are_spared() -> None:
    a, b, c, d = (Candidate(id, 1.0, chance) for id, chance in (("a", 0.9), ("b", 0.6), ("c", 0.5), ("d", 0.7)))
    known = {"a": replace(person("a"), used_up=frozenset({"crane"})), "b": replace(person("b"), worth=0.8)}
    known |= {"c": person("c"), "d": replace(person("d"), may=False)}
    choice = choose([b, c], known, ["crane"], NUMBERS, MONDAY, 2)
    ((asked, _),) = told(choice, [a, b, c, d], known, ["crane"]).asks
    assert (asked.person, asked.reasons) == ("c", (Reason("spared", count=2),))
    ((asked, _),) = told(choice, [a, b, c, d], known, ["safety"]).asks
    assert asked.reasons == (Reason("spared", count=1),), "of this subject a had no share yet"
    likeliest = choose([replace(c, probability=0.95)], known, ["crane"], NUMBERS, MONDAY, 2)
    assert told(likeliest, [a, b], known, ["crane"]) == likeliest


def test_where_nobody_of_the_nearest_is_worth_a_turn_the_wider_circle_is_looked_at() -> None:
    dear = {"a": replace(person("a"), worth=0.9), "b": replace(person("b"), worth=0.1), "c": person("c")}
    a, b, c = (Candidate(id, 1.0, 0.5) for id in "abc")
    assert names(choose([a], dear, (), NUMBERS, MONDAY, 1, [a, b])) == ["b"]
    assert names(choose([a, c], dear, (), NUMBERS, MONDAY, 1, [a, b, c])) == ["c"]
    assert names(choose([a], dear, (), NUMBERS, MONDAY, 1, [a])) == ["a"]
    busy = dear | {"c": replace(person("c"), busy=DAY)}
    assert names(choose([c], busy, (), NUMBERS, MONDAY, 1, [b, c])) == [], "it is worth waiting for"


def test_one_request_a_day_and_three_in_seven_days() -> None:
    day = timedelta(days=1)
    today = replace(person("a"), asked=(MONDAY,))
    assert asked({"a": today}, MONDAY + timedelta(hours=4)) == Choice((), later=True)
    assert names(asked({"a": today}, MONDAY + day)) == ["a"]
    three = replace(person("a"), asked=(MONDAY, MONDAY + day, MONDAY + 2 * day))
    assert names(asked({"a": three}, MONDAY + 3 * day)) == []
    assert names(asked({"a": three}, MONDAY + 7 * day)) == ["a"]


def test_a_person_may_set_lower_limits_never_higher_ones() -> None:
    assert names(asked({"a": person("a", week_cap=0)})) == []
    eager = replace(person("a", day_cap=5), asked=(MONDAY,))
    assert names(asked({"a": eager}, MONDAY + timedelta(hours=4))) == []


def test_who_is_busy_is_asked_when_that_day_is_over() -> None:
    busy = replace(person("a"), busy=DAY + timedelta(days=1))
    assert names(asked({"a": busy}, MONDAY + timedelta(days=1))) == []
    assert names(asked({"a": busy}, MONDAY + timedelta(days=2))) == ["a"]


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(0, 3), st.integers(0, 6))
def test_whatever_comes_no_day_and_no_seven_days_pass_the_caps(days: list[int], day_cap: int, week_cap: int) -> None:
    kept: list[date] = []
    for number in days:
        day = DAY + timedelta(days=number)
        if within_caps(kept, day, day_cap, week_cap):
            kept.append(day)
    for number in range(-7, 38):
        start = DAY + timedelta(days=number)
        assert sum(each == start for each in kept) <= day_cap
        assert sum(start <= each < start + timedelta(days=7) for each in kept) <= week_cap


def test_the_day_is_that_of_the_persons_site() -> None:
    tokyo = Standing(Calendar(Site("Tokyo", "Asia/Tokyo"), Preferences("a")))
    evening = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)  # the morning of the 24th there, five minutes before nine
    ((_, starts),) = asked({"a": tokyo}, evening).asks
    assert tokyo.calendar.day(starts) == date(2026, 11, 24)
    assert names(asked({"a": replace(tokyo, asked=(starts,))}, evening)) == []
