"""What works in two units may become a duty: proposed, taken into a draft or declined, approved like every text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb import Store, amending, approving, confirming, drafting, notices, practices, questions, tasks
from kb.advice import Amendment, AmendmentStatus, Practice, TaskKind, Verdict
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Duty, NoticeKind, Person, RevisionStatus
from kb.practices import Words
from tests import official, people
from tests.people import COMMON, FINANCE

DUTIES = (Duty("1", "Traveller", "Books the train in the portal, ten days before", "Act 12"),)
WHY = "Late bookings cost twice as much."


@pytest.fixture
def ripe(store: Store, bob: Person, dora: Person) -> Practice:
    """Dora's practice helps with TRV-01, which Bob keeps; it works in two units."""
    official.found(store)
    with store.write() as tx:
        tx.people.put(
            [replace(people.get(store, id), unit=unit) for id, unit in (("alice", "Finance"), ("erik", "IT"))]
        )
    asked = questions.ask(store, people.get(store, "alice"), COMMON, "When do I book?", id="q1")
    questions.answer(store, dora, asked.id, "Ten days before.", id="a1")
    made = practices.promote(
        store, dora, COMMON, Words("Booking early", "Ten days.", helps=("TRV-01#1",)), ["a1"], "p1"
    )
    for each in ("alice", "erik"):
        confirming.judge_practice(store, people.get(store, each), "p1", Verdict.WORKS)
    return made


@pytest.fixture
def proposed(store: Store, ripe: Practice) -> Amendment:
    return amending.propose(store, people.get(store, "dora"), "p1", "TRV-01", DUTIES, WHY)


def test_whoever_keeps_the_procedure_is_asked_with_both_texts_and_the_evidence(
    store: Store, proposed: Amendment, bob: Person
) -> None:
    assert [(each.task.kind, each.task.params) for each in tasks.waiting_for(store, bob)] == [
        (TaskKind.AMEND, {"amendment": proposed.id})
    ]
    assert NoticeKind.AMENDED in {each.notice.kind for each in notices.inbox(store, bob)}
    shown = amending.get(store, bob, proposed.id)
    assert shown.before.duties != shown.after.duties == DUTIES and not shown.overtaken
    assert shown.grounds is not None
    assert shown.grounds.said.units == ("IT", "Finance") or set(shown.grounds.said.units) == {"IT", "Finance"}
    assert [answer.id for _, answer in shown.grounds.sources] == ["a1"]


def test_taken_it_is_a_draft_that_names_the_authors_and_whose_proposer_does_not_decide(
    store: Store, proposed: Amendment, bob: Person
) -> None:
    draft = amending.take(store, bob, proposed.id)
    assert draft.status is RevisionStatus.DRAFT and draft.duties == DUTIES and draft.writers == ("bob", "dora")
    assert draft.change == f"{WHY} From the practice of Dora Petit."
    assert draft.summary == official.in_force(store).summary
    after = amending.get(store, bob, proposed.id).amendment
    assert (after.status, after.revision, after.decided_by) == (AmendmentStatus.TAKEN, "en.2", "bob")
    assert tasks.waiting_for(store, bob) == () and amending.of_text(store, "TRV-01", "en.2") == after
    told = [each.notice.kind for each in notices.inbox(store, people.get(store, "dora"))]
    assert told.count(NoticeKind.AMENDMENT_DECIDED) == 1
    with pytest.raises(Conflict):
        amending.take(store, bob, proposed.id)


def test_from_an_answer_to_an_approved_amendment(store: Store, proposed: Amendment, bob: Person) -> None:
    draft = amending.take(store, bob, proposed.id)
    revision = drafting.submit(store, bob, "TRV-01", "en", draft.saves)
    for each in ("alice", "erik"):
        official.sign(store, each, revision)
    assert approving.publish_due(store) == ("TRV-01@en.2",)
    assert official.in_force(store).duties == DUTIES
    assert amending.get(store, bob, proposed.id).before.number == 1


def test_declined_it_says_why_and_another_may_be_proposed(store: Store, proposed: Amendment, bob: Person) -> None:
    with pytest.raises(Conflict):
        amending.propose(store, people.get(store, "dora"), "p1", "TRV-01", DUTIES, WHY)
    with pytest.raises(Invalid):
        amending.decline(store, bob, proposed.id, " ")
    amending.decline(store, bob, proposed.id, "The portal says so already.")
    assert [each.reason for each in amending.of_practice(store, bob, "p1")] == ["The portal says so already."]
    assert amending.propose(store, people.get(store, "dora"), "p1", "TRV-01", DUTIES, WHY).id != proposed.id


def test_one_unit_is_not_enough(store: Store, ripe: Practice, dora: Person) -> None:
    confirming.judge_practice(store, people.get(store, "erik"), "p1", None)
    with pytest.raises(Conflict):
        amending.propose(store, dora, "p1", "TRV-01", DUTIES, WHY)


@pytest.mark.parametrize(
    ("field", "duties", "why"),
    [("why", DUTIES, ""), ("duties", (), WHY), ("duties", (Duty("1", "", "Books"),), WHY),
     ("duties", official.DUTIES[:1], WHY)],
)  # fmt: skip
def test_what_cannot_be_proposed_is_told_at_its_field(
    store: Store, ripe: Practice, dora: Person, field: str, duties: tuple[Duty, ...], why: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        amending.propose(store, dora, "p1", "TRV-01", duties, why)
    assert wrong.value.field == field


def test_only_who_keeps_the_procedure_decides(store: Store, proposed: Amendment, alice: Person) -> None:
    for refused in (lambda: amending.take(store, alice, proposed.id),
                    lambda: amending.decline(store, alice, proposed.id, "No")):  # fmt: skip
        with pytest.raises(Forbidden):
            refused()


def test_a_text_in_work_or_a_later_one_in_force_stands_in_the_way(
    store: Store, proposed: Amendment, bob: Person
) -> None:
    drafting.begin(store, bob, "TRV-01", "en")
    with pytest.raises(Conflict):
        amending.take(store, bob, proposed.id)
    drafting.discard(store, bob, "TRV-01", "en")
    official.approved(store)
    approving.publish_due(store)
    assert amending.get(store, bob, proposed.id).overtaken
    with pytest.raises(Conflict):
        amending.take(store, bob, proposed.id)


def test_it_is_unknown_to_who_may_not_read_the_procedure_or_the_practice(
    store: Store, ripe: Practice, alice: Person, bob: Person
) -> None:
    asked = questions.ask(store, alice, FINANCE, "And here?", id="q2")
    questions.answer(store, alice, asked.id, "The same.", id="a2")
    practices.promote(store, alice, FINANCE, Words("Ours", "x", ("erik",), helps=("TRV-01",)), ["a2"], "p2")
    with store.write() as tx:
        for id, unit in (("c1", "One"), ("c2", "Two")):
            given = confirming.Confirmation(id, id[-1:] + "x", "p2", None, Verdict.WORKS, unit, "", tx.now, tx.now)
            tx.people.put([Person(given.person, given.person)])
            tx.confirmations.put(given)
    made = amending.propose(store, alice, "p2", "TRV-01", DUTIES, WHY)
    assert amending.get(store, bob, made.id).grounds is None
    for stranger in ("dora", "charlie"):
        with pytest.raises(NotFound):
            amending.get(store, people.get(store, stranger), made.id) if stranger == "charlie" else amending.get(
                store, people.get(store, "fanny"), made.id
            )
    with pytest.raises(NotFound):
        amending.propose(store, bob, "p2", "TRV-01", DUTIES, WHY)
