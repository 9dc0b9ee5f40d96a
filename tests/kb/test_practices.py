"""Answers become practices of a space: promoted, verified, edited, taken back, by those who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kb import Store, confirming, evidence, notices, practices, questions, tasks
from kb.advice import Help, Practice, TaskKind, Verdict
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import EvidenceKind, NoticeKind, Person
from kb.practices import Words
from kb.records import AuditSearch
from tests import official, people
from tests.people import COMMON, FINANCE, Clock

WORDS = Words("Booking a train", "In the portal, **ten days** before.", helps=("TRV-01#1",), language="en")
UNTIL = date(2027, 11, 1)


@pytest.fixture
def promoted(store: Store, bob: Person, dora: Person) -> Practice:
    """Bob's answer, promoted by Dora who animates the space."""
    official.found(store)
    asked = questions.ask(store, people.get(store, "erik"), COMMON, "How do I book a train?", id="q1")
    given = questions.answer(store, bob, asked.id, "In the portal.", id="a1")
    return practices.promote(store, dora, COMMON, WORDS, [given.id], id="p1")


def test_a_practice_names_its_authors_its_duties_and_where_it_comes_from(store: Store, promoted: Practice) -> None:
    shown = practices.get(store, people.get(store, "bob"), "p1")
    assert shown.practice.authors == ("bob",) and shown.practice.keeper == "dora"
    assert [(each.procedure.key, each.duty and each.duty.what) for each in shown.helped] == [
        ("TRV-01", "Books the train in the portal")
    ]
    assert [(question.id, answer.id) for question, answer in shown.sources] == [("q1", "a1")]
    with store.read() as tx:
        assert next(iter(tx.audit.list(AuditSearch(action="promote"), [COMMON], False))).id == "p1"


def test_promoting_twice_makes_one(store: Store, promoted: Practice, dora: Person) -> None:
    assert practices.promote(store, dora, COMMON, WORDS, ["a1"], id="p1") == promoted
    with pytest.raises(Conflict):
        practices.promote(store, dora, COMMON, Words("Another", "text"), ["a1"], id="p1")


def test_only_those_who_advise_in_the_space_promote_and_verify(store: Store, promoted: Practice, bob: Person) -> None:
    with pytest.raises(Forbidden):
        practices.promote(store, bob, COMMON, WORDS, ["a1"])
    with pytest.raises(Forbidden):
        practices.verify(store, bob, "p1", UNTIL)
    with pytest.raises(Invalid) as wrong:
        practices.promote(store, bob, FINANCE, WORDS, ["a1"])
    assert wrong.value.field == "space"


def test_nobody_verifies_their_own_practice(store: Store, promoted: Practice, dora: Person) -> None:
    practices.edit(store, dora, "p1", replace(WORDS, authors=("bob", "dora"), keeper="dora"))
    with pytest.raises(Forbidden, match="somebody else") as refused:
        practices.verify(store, people.get(store, "dora"), "p1", UNTIL)
    assert refused.value.why
    assert practices.verify(store, people.get(store, "carla"), "p1", UNTIL).verifier == "carla"


def test_an_answer_of_another_space_is_no_source(store: Store, promoted: Practice, alice: Person) -> None:
    with pytest.raises(Invalid) as wrong:
        practices.promote(store, alice, FINANCE, WORDS, ["a1"])
    assert wrong.value.field == "answers"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", Words(" ", "text")), ("body", Words("Title", "")), ("helps", Words("T", "b", helps=("NO-1",))),
        ("helps", Words("T", "b", helps=("TRV-01#9",))), ("authors", Words("T", "b", authors=("nobody",))),
        ("keeper", Words("T", "b", keeper="fanny")),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_at_its_field(
    store: Store, promoted: Practice, dora: Person, field: str, words: Words
) -> None:
    with pytest.raises(Invalid) as wrong:
        practices.promote(store, dora, COMMON, words, ["a1"])
    assert wrong.value.field == field


def test_a_verification_names_who_and_until_when_and_ends_with_other_words(
    store: Store, promoted: Practice, bob: Person, dora: Person
) -> None:
    verified = practices.verify(store, dora, "p1", UNTIL)
    assert verified.verifier == "dora" and verified.is_verified(UNTIL) and not verified.is_verified(date(2027, 11, 2))
    same = practices.edit(store, bob, "p1", Words(WORDS.title, WORDS.body, ("bob",), ("TRV-01",), keeper="dora"))
    assert same.is_verified(UNTIL) and same.helps == (Help("TRV-01"),)
    after = practices.edit(store, bob, "p1", Words(WORDS.title, "By phone.", ("bob",), keeper="dora"))
    assert after.verifier is None and not after.is_verified(UNTIL)
    assert [(each.body, each.person) for each in practices.history(store, bob, "p1")] == [(WORDS.body, "bob")]


@pytest.mark.parametrize("until", [date(2026, 11, 23), date(2031, 1, 1)])
def test_a_verification_holds_for_a_while_to_come(store: Store, promoted: Practice, dora: Person, until: date) -> None:
    with pytest.raises(Invalid):
        practices.verify(store, dora, "p1", until)


def test_what_is_taken_back_keeps_its_page_and_is_listed_no_more(
    store: Store, promoted: Practice, bob: Person, dora: Person
) -> None:
    practices.withdraw(store, bob, "p1", "The portal is gone.")
    assert practices.get(store, dora, "p1").practice.reason == "The portal is gone."
    assert practices.readable(store, dora) == () and [each.id for each in practices.readable(store, dora, ended=True)]
    with pytest.raises(Conflict):
        practices.verify(store, dora, "p1", UNTIL)


def test_somebody_else_may_not_edit(store: Store, promoted: Practice) -> None:
    with pytest.raises(Forbidden):
        practices.edit(store, people.get(store, "alice"), "p1", WORDS)


def test_a_verified_practice_is_evidence_for_its_authors_and_its_verifier(
    store: Store, promoted: Practice, bob: Person, dora: Person
) -> None:
    def kinds(id: str) -> set[EvidenceKind]:
        return {each.kind for each in evidence.of_person(store, bob, id)}

    assert EvidenceKind.PRACTICE not in kinds("bob")
    practices.verify(store, dora, "p1", UNTIL)
    assert EvidenceKind.PRACTICE in kinds("bob") and kinds("dora") == {EvidenceKind.VERIFIED, EvidenceKind.OWNS}


def test_a_practice_of_a_closed_space_is_unknown_outside_and_so_is_a_procedure_it_helps_with(
    store: Store, promoted: Practice, alice: Person, bob: Person
) -> None:
    asked = questions.ask(store, alice, FINANCE, "Which ledger?", id="q2")
    questions.answer(store, alice, asked.id, "The second.", id="a2")
    practices.promote(store, alice, FINANCE, Words("Ledger", "The second."), ["a2"], id="p2")
    with pytest.raises(NotFound):
        practices.get(store, bob, "p2")
    assert [each.id for each in practices.readable(store, bob)] == ["p1"]
    assert practices.made_of(store, bob, ["a1", "a2"]).keys() == {"a1"}


# -- after use


def verdicts(store: Store, id: str, *given: tuple[str, Verdict]) -> bool:
    return any([confirming.judge_practice(store, people.get(store, who), id, verdict) for who, verdict in given])


def test_three_who_find_it_true_push_its_date(store: Store, promoted: Practice, dora: Person, clock: Clock) -> None:
    practices.verify(store, dora, "p1", date(2027, 1, 1))
    clock.forward(days=30)
    assert not verdicts(store, "p1", ("alice", Verdict.WORKS), ("erik", Verdict.WORKS), ("alice", Verdict.WORKS))
    assert verdicts(store, "p1", ("carla", Verdict.WORKS))
    pushed = practices.get(store, dora, "p1").practice
    assert pushed.until == date(2027, 12, 23) and pushed.verifier == "dora" and pushed.extended == clock.now
    clock.forward(days=1)
    assert not verdicts(store, "p1", ("dora", Verdict.WORKS))


def test_nobodys_word_is_pushed_when_nobody_has_verified_it(store: Store, promoted: Practice) -> None:
    assert not verdicts(store, "p1", *((who, Verdict.WORKS) for who in ("alice", "erik", "carla")))


def test_one_no_gives_its_keeper_a_task_until_somebody_stands_for_it_again(
    store: Store, promoted: Practice, dora: Person, alice: Person, clock: Clock
) -> None:
    practices.verify(store, dora, "p1", date(2027, 1, 1))
    clock.forward(days=1)
    verdicts(store, "p1", ("alice", Verdict.OUTDATED), ("erik", Verdict.OUTDATED))
    assert [(each.task.kind, each.about) for each in tasks.waiting_for(store, dora)] == [
        (TaskKind.DOUBTED, practices.get(store, dora, "p1").practice)
    ]
    told = [each.notice.kind for each in notices.inbox(store, dora)]
    assert told.count(NoticeKind.DOUBTED) == 2
    tally = confirming.said(store, dora, [practices.get(store, dora, "p1").practice])["p1"]
    assert tally.warning is Verdict.OUTDATED and tally.of("alice") is Verdict.OUTDATED
    clock.forward(days=1)
    after = practices.verify(store, dora, "p1", UNTIL)
    assert tasks.waiting_for(store, dora) == () and confirming.said(store, dora, [after])["p1"].doubts == ()


def test_a_doubt_holds_the_date_where_it_is(store: Store, promoted: Practice, dora: Person, clock: Clock) -> None:
    practices.verify(store, dora, "p1", date(2027, 1, 1))
    clock.forward(days=1)
    given = [("alice", Verdict.WORKS), ("dora", Verdict.OUTDATED), ("erik", Verdict.WORKS), ("carla", Verdict.WORKS)]
    assert not verdicts(store, "p1", *given)
    confirming.judge_practice(store, dora, "p1", None)
    assert verdicts(store, "p1", ("carla", Verdict.WORKS))


def test_nobody_judges_their_own_words_and_a_danger_needs_a_reason(
    store: Store, promoted: Practice, alice: Person, bob: Person
) -> None:
    with pytest.raises(Forbidden):
        confirming.judge_practice(store, bob, "p1", Verdict.WORKS)
    with pytest.raises(Forbidden):
        confirming.judge_answer(store, bob, "a1", Verdict.WORKS)
    with pytest.raises(Invalid):
        confirming.judge_answer(store, alice, "a1", Verdict.DANGEROUS)


def test_a_danger_in_an_answer_is_told_to_its_author_and_to_those_who_keep_the_space(
    store: Store, promoted: Practice, alice: Person, bob: Person, dora: Person
) -> None:
    confirming.judge_answer(store, alice, "a1", Verdict.DANGEROUS, "The rail is live.")
    for each in (bob, dora, people.get(store, "carla")):
        assert NoticeKind.DOUBTED in {told.notice.kind for told in notices.inbox(store, each)}


def test_a_task_is_ended_by_whoever_has_it(store: Store, promoted: Practice, dora: Person, alice: Person) -> None:
    verdicts(store, "p1", ("alice", Verdict.OUTDATED))
    task = tasks.waiting_for(store, dora)[0].task
    with pytest.raises(NotFound):
        tasks.finish(store, alice, task.id)
    tasks.finish(store, dora, task.id)
    assert tasks.waiting_for(store, dora) == ()


def test_a_keeper_who_left_gives_way_to_those_who_animate_the_space(
    store: Store, promoted: Practice, alice: Person, dora: Person
) -> None:
    practices.edit(store, dora, "p1", replace(WORDS, authors=("bob",), keeper="erik"))
    with store.write() as tx:
        tx.people.put([replace(people.get(store, "erik"), ended=tx.now)])
    verdicts(store, "p1", ("alice", Verdict.OUTDATED))
    assert [each.task.subject for each in tasks.waiting_for(store, dora)] == ["p1"]
