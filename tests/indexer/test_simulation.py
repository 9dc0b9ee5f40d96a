"""Routing replayed on questions whose answerers are known: who is asked, what it costs, under which caps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from indexer.simulation import Case, History, Report, simulate
from kb.routing import Candidate, Numbers
from kb.turns import by_turns

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAST = [(person, START - timedelta(days=3), "trains") for person in ("ann", "ben", "cid", "dot", "eve") for _ in "123"]
HISTORY = History(START, PAST, {"ann": 1.0, "eve": 1.0})


def case(number: int, right: str, ranked: str = "ann ben cid dot eve", hours: float = 1) -> Case:
    at = START + timedelta(hours=number * hours)
    return Case(f"q{number}", "zoe", at, "trains", tuple(ranked.split()), frozenset(right.split()))


def ways(*cases: Case, numbers: Numbers | None = None) -> dict[str, Report]:
    return {each.way: each for each in simulate(cases, HISTORY, numbers)}


def test_one_of_the_first_two_answers_and_nobody_else_is_asked() -> None:
    found = ways(case(0, "ann"))["waves"]
    assert (found.first_wave_hit, found.answered, found.requests) == (1.0, 1.0, 1)


def test_the_next_wave_is_asked_when_the_first_says_nothing() -> None:
    found = ways(case(0, "eve"))["waves"]
    assert (found.first_wave_hit, found.answered, found.requests, found.refusals) == (0.0, 1.0, 5, 0)


def test_whoever_is_there_but_does_not_know_refuses_and_is_replaced_at_once() -> None:
    found = ways(case(0, "cid"), case(1, "ann ben", ranked=""))["waves"]
    assert found.refusals == 2 and found.answered == 0.5
    assert found.first_wave_hit == 0.0  # a replacement is not one of the first two


def test_nobody_is_asked_beyond_the_caps_nor_about_their_own_question() -> None:
    found = ways(*(case(number, "ann") for number in range(40)))
    for way in ("waves", "the busiest"):
        assert found[way].week_p95 <= 3 and found[way].week_most <= 3
    assert found["everybody in the tag"].week_most == 40
    mine = replace(case(0, "ann"), asker="ann")
    assert ways(mine)["waves"].first_wave_hit == 0.0


def test_looser_caps_let_the_one_who_knows_answer_more() -> None:
    cases = [case(number, "ann", hours=24) for number in range(20)]
    tight, loose = ways(*cases), ways(*cases, numbers=Numbers(day_cap=5, week_cap=50, fair=0))
    assert tight["waves"].answered < loose["waves"].answered == 1.0


def test_turns_are_kept_for_the_questions_that_somebody_knows_best() -> None:
    """Ann is a candidate for five questions a day and may answer three a week; one in ten is hers."""

    def day(number: int) -> list[Case]:
        plain = [replace(case(9 * number + k, "", f"ann one{number}{k}", 2.5), chances=(0.2, 0.1)) for k in range(4)]
        hers = replace(case(9 * number + 5, "ann", "ann", 2.5), chances=(0.9,))
        return [*plain, hers] if number % 2 == 0 else plain

    cases = [each for number in range(60) for each in day(number)]
    kept = ways(*cases, numbers=Numbers(fair=0))["waves"]
    any_of_them = ways(*cases, numbers=Numbers(fair=0, best_weeks=0))["waves"]
    assert kept.first_wave_hit > 2 * any_of_them.first_wave_hit and kept.requests < any_of_them.requests


def test_the_spread_is_of_the_most_asked_against_the_mean_of_the_experts() -> None:
    cases = [case(number, "ann", "ann", hours=24 * 7) for number in range(20)]
    assert ways(*cases)["waves"].spread == 5.0  # twenty requests for one of five experts: nobody else can be asked


def test_where_none_of_the_experts_was_asked_the_spread_is_among_those_who_were() -> None:
    strangers = " ".join(f"new{number}" for number in range(8))
    assert ways(*(case(number, "new0", strangers, hours=24 * 7) for number in range(20)))["waves"].spread >= 1.0


def test_requests_about_a_subject_are_shared_among_its_experts() -> None:
    cases = [case(number, "ann", hours=24 * 7) for number in range(60)]
    fair, as_it_comes = ways(*cases)["waves"], ways(*cases, numbers=Numbers(fair=0))["waves"]
    assert as_it_comes.spread == 5.0 and as_it_comes.first_wave_hit == 1.0
    assert fair.spread <= 3.0 and fair.first_wave_hit < 1.0


def test_a_simulation_is_the_same_each_time() -> None:
    cases = [case(number, "ben eve" if number % 3 else "cid") for number in range(30)]
    assert ways(*cases) == ways(*reversed(cases))


def test_turns_go_to_those_asked_less_and_to_those_who_answer() -> None:
    likely, equal = Candidate("ann", 1.0, 0.5), Candidate("ben", 1.0, 0.45)
    assert [each.person for each in by_turns([likely, equal], {}, Numbers())] == ["ann", "ben"]
    first, second = by_turns([likely, equal], {"ann": 2}, Numbers())
    assert (first.person, [each.kind for each in first.reasons]) == ("ben", ["turn"])
    assert [(each.kind, each.count) for each in second.reasons] == [("load", 2)]
    silent = by_turns([likely, equal], {}, Numbers(), {"ann": (6, 0)})
    assert [each.person for each in silent] == ["ben", "ann"]
    assert Counter(each.person for each in silent) == Counter(["ann", "ben"])
