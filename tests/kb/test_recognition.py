"""A confirmation of a skill names what showed it; thanks are words; neither tells what the reader may not read."""

from __future__ import annotations

import pytest

from kb import Store, endorsing, notices, questions, spaces, thanking
from kb.errors import Invalid, NotFound
from kb.model import NoticeKind, Question, Role
from tests import people
from tests.people import COMMON, FINANCE


@pytest.fixture
def secret(settled: Store) -> Question:
    return questions.ask(settled, people.get(settled, "alice"), FINANCE, "Merger?")


def confirm(store: Store, who: str, of: str, subject: str, skill: str = "Excel") -> None:
    endorsing.endorse(store, people.get(store, who), "bob", skill, of, subject)


def confirmed(store: Store, reader: str) -> list[tuple[str, str]]:
    found = endorsing.of_person(store, people.get(store, reader), "bob").get("excel", [])
    return [(each.by.id, each.title) for each in found]


def test_a_confirmation_names_a_question_or_a_project(settled: Store) -> None:
    shown = questions.ask(settled, people.get(settled, "dora"), COMMON, "Pivot?")
    confirm(settled, "dora", "question", shown.id)
    confirm(settled, "erik", "project", "  Budget  2026 ")
    assert sorted(confirmed(settled, "alice")) == [("dora", "Pivot?"), ("erik", "Budget 2026")]
    endorsing.withdraw(settled, people.get(settled, "dora"), "bob", "EXCEL")
    assert confirmed(settled, "alice") == [("erik", "Budget 2026")]
    with pytest.raises(NotFound):
        endorsing.withdraw(settled, people.get(settled, "dora"), "bob", "Excel")


def test_what_the_reader_may_not_read_is_not_told(settled: Store, secret: Question) -> None:
    confirm(settled, "alice", "question", secret.id)
    assert confirmed(settled, "alice") == [("alice", "Merger?")] and confirmed(settled, "dora") == []


def test_neither_ones_own_skill_nor_one_that_is_not_named_nor_without_a_place(settled: Store, secret: Question) -> None:
    for who, of, subject, skill in (
        ("bob", "project", "x", "Excel"), ("dora", "project", "x", "Word"), ("dora", "project", " ", "Excel"),
        ("dora", "question", secret.id, "Excel"), ("dora", "practice", "none", "Excel"),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            confirm(settled, who, of, subject, skill)
    with pytest.raises(NotFound):
        confirm(settled, "charlie", "project", "x")


def test_thanks_are_read_by_whom_they_are_for_and_by_those_who_may_read_the_question(settled: Store) -> None:
    asked = questions.ask(settled, people.get(settled, "dora"), COMMON, "How?")
    given = questions.answer(settled, people.get(settled, "bob"), asked.id, "So.")
    dora = people.get(settled, "dora")
    thanking.thank(settled, dora, asked.id, given.id, "It saved my evening.")
    thanking.thank(settled, dora, asked.id, given.id, "It saved my week.")
    (found,) = thanking.of_person(settled, people.get(settled, "alice"), "bob")
    assert (found.by.id, found.thanks.words, found.question.id) == ("dora", "It saved my week.", asked.id)
    kinds = [each.notice.kind for each in notices.inbox(settled, people.get(settled, "bob"))]
    assert kinds.count(NoticeKind.THANKED) == 1
    with pytest.raises(Invalid):
        thanking.thank(settled, people.get(settled, "bob"), asked.id, given.id, "Me")
    with pytest.raises(Invalid):
        thanking.thank(settled, dora, asked.id, given.id, " ")


def test_thanks_in_a_restricted_space_stay_there(settled: Store, secret: Question) -> None:
    spaces.put_member(settled, people.get(settled, "alice"), FINANCE, "bob", Role.MEMBER)
    given = questions.answer(settled, people.get(settled, "bob"), secret.id, "So.")
    thanking.thank(settled, people.get(settled, "alice"), secret.id, given.id, "Merger saved.")
    assert len(thanking.of_person(settled, people.get(settled, "alice"), "bob")) == 1
    assert thanking.of_person(settled, people.get(settled, "dora"), "bob") == ()
