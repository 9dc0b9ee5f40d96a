"""What would go with somebody: for those who keep a space, of that space only, with one request each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb import Store, handover, notices, questions, tasks
from kb.advice import Practice, TaskKind
from kb.errors import Forbidden, NotFound
from kb.model import NoticeKind, Procedure, Question, Revision
from tests import people
from tests.people import COMMON, FINANCE, START

LAST = START.date() + timedelta(days=40)


def ask(store: Store, title: str, *by: str, tag: str = "crane", space: str = COMMON) -> Question:
    asked = questions.ask(store, people.get(store, "alice"), space, title, "", [tag])
    for each in by:
        questions.answer(store, people.get(store, each), asked.id, f"{title} So.")
    return asked


@pytest.fixture
def leaving(settled: Store) -> Store:
    """Bob leaves; the crane is known to him and Dora, the lift to him alone, the winch to nobody."""
    for number in range(3):
        ask(settled, f"Crane {number}?", *(("bob", "dora") if number < 2 else ("bob",)))
        ask(settled, f"Lift {number}?", "bob", tag="lift")
        ask(settled, f"Winch {number}?", tag="winch")
    ask(settled, "Rope?", "bob", tag="rope")
    with settled.write() as tx:
        tx.people.put([replace(people.get(settled, "bob"), ends=LAST)])
        tx.procedures.put([Procedure("CRN-1", COMMON, owner="bob")])
        tx.procedures.add_revisions([Revision("CRN-1", "fr", 1, "Grue")])
        tx.practices.put([Practice("p1", COMMON, "Élingues", "", "fr", keeper="bob")])
    return settled


def test_it_shows_thin_subjects_what_they_own_and_what_they_alone_answered(leaving: Store) -> None:
    outlook = handover.outlook(leaving, people.get(leaving, "dora"))
    (bob,) = outlook.leaving
    assert [(subject.name, subject.experts) for subject, _ in bob.subjects] == [
        ("crane", ("bob", "dora")), ("lift", ("bob",)),
    ]  # fmt: skip
    assert [getattr(each.about, "title", "CRN-1") for each in bob.owns] == ["CRN-1", "Élingues"]
    alone = [getattr(each.about, "title", "") for each in bob.questions]
    assert alone == ["Crane 2?", "Lift 0?", "Lift 1?", "Lift 2?", "Rope?"]
    assert [(each.name, each.experts) for each in outlook.thin] == [("lift", ("bob",)), ("winch", ())]


def test_at_most_ten_questions_and_nobody_whose_last_day_is_far(leaving: Store) -> None:
    for number in range(12):
        ask(leaving, f"More {number:02}?", "bob", tag="more")
    dora = people.get(leaving, "dora")
    assert len(handover.outlook(leaving, dora).leaving[0].questions) == 10
    with leaving.write() as tx:
        tx.people.put([replace(people.get(leaving, "bob"), ends=LAST + timedelta(days=300))])
    assert handover.outlook(leaving, dora).leaving == ()


def test_one_click_makes_one_task_and_one_notice(leaving: Store) -> None:
    dora, bob = people.get(leaving, "dora"), people.get(leaving, "bob")
    question = handover.outlook(leaving, dora).leaving[0].questions[0].about
    assert isinstance(question, Question)
    for _ in range(2):
        handover.ask_for(leaving, dora, "bob", "question", question.id)
        handover.ask_for(leaving, dora, "bob", "procedure", "CRN-1")
    due = tasks.waiting_for(leaving, bob)
    assert sorted(each.task.kind for each in due) == [TaskKind.HAND_OVER, TaskKind.WRITE_DOWN]
    kinds = [each.notice.kind for each in notices.inbox(leaving, bob)]
    assert kinds.count(NoticeKind.HAND_OVER) == 2
    again = handover.outlook(leaving, dora).leaving[0]
    assert [each.asked for each in again.owns] == [True, False] and again.questions[0].asked


def test_each_sees_the_spaces_they_keep_only(leaving: Store) -> None:
    for number in range(3):
        ask(leaving, f"Merger {number}?", tag="merger", space=FINANCE)
    for who in ("bob", "charlie", "fanny"):
        with pytest.raises(Forbidden):
            handover.outlook(leaving, people.get(leaving, who))
    alice = handover.outlook(leaving, people.get(leaving, "alice"))
    assert [each.name for each in alice.thin] == ["merger"] and alice.leaving == ()
    dora, erik = (handover.outlook(leaving, people.get(leaving, who)) for who in ("dora", "erik"))
    assert [each.name for each in dora.thin] == [each.name for each in erik.thin] == ["lift", "winch"]
    secret = questions.readable(leaving, people.get(leaving, "alice"), space=FINANCE)[0]
    with pytest.raises(NotFound):
        handover.ask_for(leaving, people.get(leaving, "dora"), "bob", "question", secret.id)


def test_whoever_has_left_knows_nothing_any_more(leaving: Store) -> None:
    with leaving.write() as tx:
        tx.people.put([replace(people.get(leaving, "bob"), ended=START)])
    thin = handover.outlook(leaving, people.get(leaving, "dora")).thin
    assert [(each.name, each.experts) for each in thin] == [("crane", ("dora",)), ("lift", ()), ("winch", ())]
