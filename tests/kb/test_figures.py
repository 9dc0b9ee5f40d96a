"""How it goes, as numbers: of what the reader reads, naming nobody, small groups hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb import Store, figures, questions
from kb.advice import Practice
from kb.errors import Forbidden, NotFound
from kb.model import Answer, Band, Person, Procedure, ProcedureStatus, Question
from kb.routing import Candidate, Invitation, InvitationStatus, Route
from kb.rules_figures import Link, beyond, gini, groups, links, quantile, routing
from tests import people
from tests.people import COMMON, FINANCE, PARTNER, START, Clock


def test_questions_answers_and_working_hours_of_the_last_twelve_months(
    settled: Store, alice: Person, bob: Person, clock: Clock
) -> None:
    asked = [questions.ask(settled, bob, COMMON, f"Where is train {number}?") for number in range(5)]
    clock.forward(hours=2)
    questions.answer(settled, alice, asked[0].id, "There.")
    clock.forward(hours=1)
    questions.answer(settled, alice, asked[1].id, "There.")
    found = figures.figures(settled, bob, COMMON)
    assert (found.asked, found.answered, found.accepted) == (5, 0.4, 0.0)
    assert (found.hours, found.slow_hours) == (2.0, 3.0)
    assert [(each.asked, each.answered) for each in found.months][-1] == (5, 2) and len(found.months) == 12
    assert found.months[-1].month == "2026-11" and found.months[0].month == "2025-12"
    clock.forward(days=500)
    assert figures.figures(settled, bob, COMMON).asked == 0


def test_only_what_the_reader_reads_counts_and_guests_see_none(
    settled: Store, alice: Person, bob: Person, charlie: Person
) -> None:
    questions.ask(settled, alice, FINANCE, "Which ledger?")
    questions.ask(settled, alice, PARTNER, "Which crane?")
    assert figures.figures(settled, alice).asked == 2 and figures.figures(settled, bob).asked == 1
    with pytest.raises(NotFound):
        figures.figures(settled, bob, FINANCE)
    for who in (charlie, people.get(settled, "fanny")):
        with pytest.raises(Forbidden):
            figures.figures(settled, who)


def test_groups_under_five_are_counted_together_so_that_nothing_is_left_to_subtract() -> None:
    units = {"Big": 9, "Middle": 6, "Small": 2}
    crowd = [Person(f"{unit}{number}", "", unit=unit) for unit, size in units.items() for number in range(size)]
    asked = [Question(f"q{each.id}", COMMON, "", author=each.id) for each in crowd]
    found = groups(crowd, asked, [], "unit")
    assert [(each.name, each.people) for each in found] == [("Big", 9), ("", 8)]  # the middle one joins the small
    assert groups(crowd[:2], asked, [Answer("a", "q", "", author="Big0")], "unit") == ()


def test_routing_is_judged_by_its_first_wave_its_refusals_and_what_it_expected() -> None:
    candidates = tuple(Candidate(f"p{number}", 1.0, 0.5) for number in range(10))
    status = [InvitationStatus.ANSWERED] * 3 + [InvitationStatus.DECLINED] * 3 + [InvitationStatus.WAITING] * 4
    asked = [Invitation(f"i{n}", "r", f"q{n}", f"p{n}", 1, each, (), START, START) for n, each in enumerate(status)]
    route = Route("r", "bob", "q0", "", Band.ASK, 0.1, "1", candidates, None, START)
    found = routing([route], asked)
    assert (found.questions, found.hits, found.requests, found.refused) == (10, 0.3, 10, 0.5)
    (bar,) = found.bars
    assert (bar.low, bar.requests, bar.expected, bar.came) == (0.4, 6, 0.5, 0.5)
    assert routing([route], [replace(each, wave=2) for each in asked]).hits == 0.0
    assert routing([], []).hits is None


def test_spread_and_quantiles() -> None:
    assert gini([3] * 5) == pytest.approx(0.0) and gini([0, 0, 0, 0, 9]) == pytest.approx(0.8)
    assert gini([1, 2]) is None and quantile([], 0.5) is None
    assert (quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 0.9)) == (2, 4)


def test_a_search_that_ended_while_typing_counts_where_what_answered_it_is_read(
    settled: Store, alice: Person, bob: Person
) -> None:
    hidden = questions.ask(settled, alice, FINANCE, "Which ledger?")
    with settled.write() as tx:
        tx.routes.add(Route("t", "alice", None, "ledger", Band.ANSWERED, 0.9, "1", (), f"answered by {hidden.id}",
                            tx.now - timedelta(days=1)))  # fmt: skip
    assert figures.figures(settled, alice).typing == 1 and figures.figures(settled, bob).typing == 0




def test_the_busiest_tenth_and_the_others() -> None:
    assert beyond([8, 1, 1, 1, 1]) == pytest.approx(1 / 3) and beyond([1] * 20) == 0.9
    assert beyond([1, 2]) is None


def test_links_between_sites_are_told_of_five_people_and_five_answers_only() -> None:
    sites = {"l": "Lyon", "d": "Dublin"}
    crowd = [Person(f"{letter}{n}", "", site=site) for letter, site in sites.items() for n in range(5)]
    crowd += [Person("lab", "", site="Lab")]
    asked = [Question(f"q{n}", COMMON, "", author=f"l{n % 5}") for n in range(10)]
    given = [Answer(f"a{n}", f"q{n}", "", author=f"d{n % 5}" if n < 6 else f"l{(n + 1) % 5}") for n in range(10)]
    away, found = links(crowd, asked, given)
    assert away == 0.6 and found == (Link("Lyon", "Dublin", 6),)
    _away, found = links(crowd, asked, [replace(each, author="lab") for each in given])
    assert found == ()
    _away, found = links(crowd, asked, given[:4])
    assert found == ()


def test_ninety_days_stand_beside_the_ninety_before(settled: Store, bob: Person, clock: Clock) -> None:
    for _number in range(5):
        questions.ask(settled, bob, COMMON, "Where?")
    clock.forward(days=100)
    questions.ask(settled, bob, COMMON, "Where now?")
    found = figures.figures(settled, bob)
    assert (found.now.asked, found.before.asked) == (1, 5)
    assert (found.now.answered, found.before.answered) == (None, 0.0)


def test_what_is_overdue_is_counted_and_what_is_verified(settled: Store, bob: Person) -> None:
    today = START.date()
    days = [today, today, today - timedelta(days=1), None, None]
    with settled.write() as tx:
        tx.practices.put([Practice(f"p{n}", COMMON, "", "", "fr", until=day) for n, day in enumerate(days)])
        tx.practices.put([Practice("hidden", FINANCE, "", "", "fr")])
        kept = Procedure("P-1", COMMON, status=ProcedureStatus.PUBLISHED, review_months=1,
                         reviewed=today - timedelta(days=60))  # fmt: skip
        tx.procedures.put([kept])
    found = figures.figures(settled, bob).kept
    assert (found.practices, found.verified) == (5, 0.4)
    assert (found.practices_overdue, found.procedures_overdue) == (1, 1)
