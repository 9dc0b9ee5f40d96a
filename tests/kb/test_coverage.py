"""What the procedures of a space leave open: told weekly to those who answer for it, and given as tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from kb import Store, coverage, duty_use, notices, questions, tasks
from kb.advice import TaskKind
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Duty, NoticeKind, Person, Procedure, Question, Revision
from tests import official, people
from tests.people import COMMON, FINANCE, Clock


@pytest.fixture
def carla(store: Store, settled: Store) -> Person:
    """The compliance owner of the common space."""
    official.found(store)
    return people.get(store, "carla")


def near(person: Person, question: Question) -> str | None:
    return "TRV-01" if "bicycle" in question.title else None


def by_first_word(questions: Sequence[str], words: Sequence[str]) -> list[list[int]]:
    """What begins alike means the same."""
    heaps: dict[str, list[int]] = {}
    for place, each in enumerate((*questions, *words)):
        heaps.setdefault(each[0], []).append(place)
    return list(heaps.values())


def test_what_is_asked_and_searched_near_a_procedure_makes_a_cluster(
    store: Store, carla: Person, alice: Person
) -> None:
    for number in range(2):
        questions.ask(store, alice, COMMON, f"A bicycle on the train {number}?", id=f"b{number}")
    questions.ask(store, alice, COMMON, "Where is the canteen?", id="q9")
    coverage.miss(store, alice, "TRV-01", "  Bicycle   TRAIN ")
    coverage.miss(store, people.get(store, "erik"), "TRV-01", "bicycle train")
    coverage.write(store, COMMON, "2026-48", near, by_first_word)
    found = coverage.report(store, carla, COMMON).clusters
    assert [(each.procedure.key, each.weight) for each in found] == [("TRV-01", 4)]
    assert {each.id for each in found[0].questions} == {"b0", "b1"}
    assert [(each.text, each.count) for each in found[0].misses] == [("bicycle train", 2)]
    assert "alice" not in repr(found[0].misses) and "erik" not in repr(found[0].misses)


def test_what_means_the_same_is_one_cluster_and_one_task(
    store: Store, carla: Person, alice: Person, bob: Person
) -> None:
    for id, title in (("b1", "A bicycle?"), ("b2", "My bicycle"), ("c1", "bicycle, once")):
        questions.ask(store, alice, COMMON, title, id=id)
    for words in ("dog on the train", "dog on the train", "dogs", "a secret of mine"):
        coverage.miss(store, alice, "TRV-01", words)
    coverage.write(store, COMMON, "", near, by_first_word)
    coverage.miss(store, alice, "TRV-01", "since then")
    coverage.miss(store, alice, "TRV-01", "since then")
    report = coverage.report(store, carla, COMMON)
    assert [(each.name[:4], each.weight) for each in report.clusters] == [("?dog", 3), ("b1", 2), ("?sin", 2)]
    assert [each.name for each in report.once] == ["c1"], "a single search is not told"
    coverage.give(store, carla, COMMON, "unanswered", "TRV-01", report.clusters[0].name)
    coverage.give(store, carla, COMMON, "unanswered", "TRV-01", "b1")
    params = [each.task.params for each in tasks.waiting_for(store, bob)]
    assert {each.get("words") or each.get("question") for each in params} == {"dog on the train", "b1"}
    with pytest.raises(Conflict):
        coverage.give(store, carla, COMMON, "unanswered", "TRV-01", "gone")


def test_one_search_alone_is_no_cluster(store: Store, carla: Person, alice: Person) -> None:
    coverage.miss(store, alice, "TRV-01", "a secret of mine")
    assert coverage.report(store, carla, COMMON).clusters == ()


def test_procedures_nobody_opened_are_told_unless_they_are_new(store: Store, carla: Person, clock: Clock) -> None:
    procedure = official.in_force(store).procedure
    assert [each.key for each in coverage.report(store, carla, COMMON).unopened] == [procedure]
    duty_use.note(store, {(procedure, ""): 1})
    assert coverage.report(store, carla, COMMON).unopened == ()
    clock.forward(days=400)
    assert [each.key for each in coverage.report(store, carla, COMMON).unopened] == [procedure]


def test_duties_whose_role_nobody_holds_are_told(store: Store, carla: Person) -> None:
    assert [duty.step for _, duty in coverage.report(store, carla, COMMON).unheld] == ["1"]
    with store.write() as tx:
        tx.people.put([replace(people.get(store, "alice"), holds=("Travellers",))])
    assert coverage.report(store, carla, COMMON).unheld == ()


def test_a_hole_becomes_a_task_of_the_owner_once(store: Store, carla: Person, bob: Person) -> None:
    for _ in range(2):
        assert coverage.give(store, carla, COMMON, "unheld", "TRV-01", "1") == "bob"
    assert [(each.task.kind, each.task.params) for each in tasks.waiting_for(store, bob)] == [
        (TaskKind.UNHELD, {"step": "1"})
    ]
    assert coverage.given(store, carla, COMMON) == {("unheld", "TRV-01", "1")}
    with store.write() as tx:
        tx.procedures.put([Procedure("ORPHAN", COMMON)])
        tx.procedures.add_revisions([Revision("ORPHAN", "en", 1, "Nobody's", duties=(Duty("1", "Clerk", "Files"),))])
    assert coverage.give(store, carla, COMMON, "unopened", "ORPHAN") == "carla"
    with pytest.raises(Invalid):
        coverage.give(store, carla, COMMON, "nothing", "TRV-01")


def test_each_week_has_one_report_and_tells_the_compliance_owners(store: Store, carla: Person, clock: Clock) -> None:
    assert coverage.enqueue(store) == 2 and coverage.enqueue(store) == 0  # the common and the finance space
    with store.read() as tx:
        assert not tx.jobs.any_due()  # on Monday, when nobody waits
    coverage.write(store, COMMON, "2026-48", near, by_first_word)
    coverage.write(store, COMMON, "2026-48", near, by_first_word)
    told = [each.notice.kind for each in notices.inbox(store, carla)]
    assert told.count(NoticeKind.GAPS) == 1
    coverage.write(store, COMMON, "", near, by_first_word)
    assert [each.notice.kind for each in notices.inbox(store, carla)].count(NoticeKind.GAPS) == 1
    clock.forward(days=7)
    assert coverage.enqueue(store) == 2
    with pytest.raises(Forbidden):
        coverage.go_through(store, people.get(store, "bob"), COMMON)
    coverage.go_through(store, carla, COMMON)
    with store.read() as tx:
        assert tx.jobs.any_due()


def test_it_is_for_those_who_answer_for_the_space(store: Store, carla: Person, alice: Person, bob: Person) -> None:
    for person in (bob, people.get(store, "dora")):
        with pytest.raises(Forbidden):
            coverage.report(store, person, COMMON)
        with pytest.raises(Forbidden):
            coverage.give(store, person, COMMON, "unopened", "TRV-01")
    with pytest.raises(NotFound):
        coverage.report(store, carla, FINANCE)
    with pytest.raises(Conflict):
        coverage.give(store, alice, FINANCE, "unopened", "TRV-01")
    coverage.miss(store, people.get(store, "charlie"), "TRV-01", "what I may not read")
    coverage.miss(store, people.get(store, "charlie"), "TRV-01", "what I may not read")
    assert coverage.report(store, carla, COMMON).clusters == ()


def test_what_was_asked_long_ago_counts_no_more(store: Store, carla: Person, alice: Person, clock: Clock) -> None:
    for number in range(2):
        questions.ask(store, alice, COMMON, f"A bicycle {number}?", id=f"q{number}")
    clock.forward(days=(coverage.WINDOW + timedelta(days=1)).days)
    coverage.write(store, COMMON, "2027-48", near, by_first_word)
    assert coverage.report(store, carla, COMMON).clusters == ()
