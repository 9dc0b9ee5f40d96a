"""What a site's past teaches: when people change, evidence ages soon; a young site keeps what is shipped."""

from __future__ import annotations

from typing import Any, cast

import pytest

from indexer import experts, learning
from indexer.calibration import PERSON
from indexer.learning import teach
from indexer.lesson import SCORER, Lesson
from indexer.sync import Indexer, rebuild
from kb import routes
from kb.model import Band, Membership, Person, Role
from tests.indexer.conftest import Town
from tests.people import COMMON

SUBJECTS = ("plotter", "crane", "kettle", "badge", "ledger", "printer", "valve", "laser")


def lived(town: Town, months: int, keepers: tuple[str, str], turn: int) -> None:
    """A question a week on each subject in turn; `keepers[0]` answers them until month `turn`, then `keepers[1]`."""
    clock = cast(Any, town.store.clock)
    for month in range(months):
        for week in range(4):
            subject = SUBJECTS[(4 * month + week) % len(SUBJECTS)]
            asked = town.ask("bob", f"How is the {subject} number {month}{week} refilled?")
            clock.forward(hours=5)
            town.answer(keepers[month >= turn], asked, f"With ink for the {subject}.")
            clock.forward(days=7)


def taught(town: Town, monkeypatch: pytest.MonkeyPatch) -> Lesson | None:
    monkeypatch.setattr(learning, "FEWEST", 10)
    town.follow()
    return teach(town.store, Indexer(town.store, town.folder, town.encoder), town.finder())


def _new(weights: experts.Weights) -> float:
    """How much more an answer of a week ago votes than one of a year ago."""
    votes = weights[: len(experts.AGES)]
    week, year = (sum(w * 0.5 ** (age / days) for w, days in zip(votes, experts.AGES, strict=True)) for age in (7, 365))
    return week / year


def test_a_site_where_people_change_learns_that_evidence_ages_soon(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(bare, 30, ("dora", "erik"), turn=22)
    lesson = taught(bare, monkeypatch)
    assert lesson is not None and lesson.sample >= 10 and lesson.after > lesson.before
    assert _new(lesson.weights) > _new(experts.WEIGHTS)
    assert bare.finder().habits.weights == lesson.weights


def test_a_young_site_keeps_what_is_shipped(sqlite_town: Town) -> None:
    indexer = Indexer(sqlite_town.store, sqlite_town.folder, sqlite_town.encoder)
    assert teach(sqlite_town.store, indexer, sqlite_town.finder()) is None and indexer.lesson() is None
    assert sqlite_town.finder().habits == experts.Habits()


def test_where_nobody_answers_twice_there_is_nothing_to_learn(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answered had never answered before: no past question names the right person."""
    crowd = [Person(f"new{number}", f"New Person{number}") for number in range(40)]
    with bare.store.write() as tx:
        tx.people.put(crowd)
        tx.spaces.put_members([Membership(COMMON, each.id, Role.MEMBER, tx.now) for each in crowd])
    for number, each in enumerate(crowd):
        asked = bare.ask("bob", f"How is the {SUBJECTS[number % 8]} number {number} refilled?")
        cast(Any, bare.store.clock).forward(days=1)
        bare.answer(each.id, asked, "With ink.")
    lesson = taught(bare, monkeypatch)
    assert lesson is not None and lesson.habits == experts.Habits() and lesson.before == 0


def test_where_one_person_always_answers_there_is_nothing_to_change(
    bare: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(bare, 12, ("dora", "dora"), turn=0)
    lesson = taught(bare, monkeypatch)
    assert lesson is not None and lesson.habits == experts.Habits() and lesson.before == lesson.after == 1.0


def test_a_lesson_holds_a_week_outlives_a_rebuild_and_is_learned_anew_when_asked(
    bare: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(bare, 12, ("dora", "erik"), turn=9)
    first = taught(bare, monkeypatch)
    cast(Any, bare.store.clock).forward(days=2)
    assert taught(bare, monkeypatch) == first
    rebuild(bare.store, bare.folder, bare.encoder)
    indexer = Indexer(bare.store, bare.folder, bare.encoder)
    assert indexer.lesson() == first
    again = teach(bare.store, indexer, bare.finder(), anew=True)
    assert again is not None and first is not None and again.at > first.at
    cast(Any, bare.store.clock).forward(days=8)
    later = taught(bare, monkeypatch)
    assert later is not None and later.at > again.at


def test_nothing_later_than_a_question_speaks_for_its_answer(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody answers one question, each on a subject of their own: only the future could name them."""
    clock = cast(Any, bare.store.clock)
    for number in range(60):
        asked = bare.ask("bob", f"How is thing {number} of {SUBJECTS[number % 8]} refilled?")
        clock.forward(days=1)
        bare.answer(("dora", "erik", "alice")[number % 3], asked, "With ink.")
    lesson = taught(bare, monkeypatch)
    assert lesson is not None and lesson.before < 0.8


def test_who_always_answers_becomes_likely_and_who_never_does_unlikely(
    bare: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(bare, 30, ("dora", "dora"), turn=0)
    bare.follow()
    before = bare.finder().find("How is the plotter refilled?", bare.person("alice")).people
    lesson = taught(bare, monkeypatch)
    assert lesson is not None and lesson.person is not None and lesson.person != PERSON
    after = bare.finder().find("How is the plotter refilled?", bare.person("alice")).people
    assert before[0].person == after[0].person == "dora" and after[0].probability > before[0].probability > 0


def test_where_people_post_although_they_were_shown_something_less_is_promised(bare: Town) -> None:
    """Sixty were told that something answers, and none of them said so."""
    asked = bare.ask("bob", "How is the plotter refilled?")
    bare.answer("dora", asked, "With ink for the plotter.")
    bare.follow()
    before = bare.finder().find("How is the plotter refilled?", bare.person("alice"))
    for number in range(60):
        posted = bare.ask("bob", f"How is the plotter number {number} refilled?")
        routes.begin(bare.store, posted, Band.ANSWERED, 0.8, SCORER, [])
    bare.follow()
    lesson = teach(bare.store, Indexer(bare.store, bare.folder, bare.encoder), bare.finder(), anew=True)
    assert lesson is not None and lesson.told == 60
    after = bare.finder().find("How is the plotter refilled?", bare.person("alice"))
    assert 0 < after.probability < before.probability
    again = teach(bare.store, Indexer(bare.store, bare.folder, bare.encoder), bare.finder(), anew=True)
    assert again is not None and again.line == lesson.line, "what was heard once is not heard twice"


def test_votes_never_count_against_anybody_however_it_went(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answered a subject last never answers it next: votes mislead, and weigh nothing rather than less."""
    clock = cast(Any, bare.store.clock)
    for number in range(64):
        asked = bare.ask("bob", f"How is the {SUBJECTS[number // 8]} refilled, number {number}?")
        clock.forward(days=2)
        bare.answer(("dora", "erik", "alice")[number % 3], asked, "With ink.")
    lesson = taught(bare, monkeypatch)
    assert lesson is not None
    named = zip(experts.COLUMNS, lesson.weights, strict=True)
    assert all(weight >= 0 for name, weight in named if name not in ("tags", "lately"))
