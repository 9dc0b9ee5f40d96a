"""The outbox: every notice in one message at most, sent when its reader chose, and only what they may still read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kb import Store, following, mail, notices, outbox, people, questions
from kb.errors import Forbidden, Invalid
from kb.mail import Taken
from kb.model import NoticeKind, Person, Question
from kb.outbox import MailChoice
from tests import people as everybody
from tests.people import COMMON, FINANCE, START, Clock

NOW, DAILY, WEEKLY, OFF = MailChoice.NOW, MailChoice.DAILY, MailChoice.WEEKLY, MailChoice.OFF
MONDAY_9 = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 9 o'clock in Paris


def ask(store: Store, asker: Person, title: str = "Where is the key?", space: str = COMMON) -> Question:
    return questions.ask(store, asker, space, title)


def all_taken(store: Store) -> list[Taken]:
    """What would go out now, in order."""
    while mail.plan(store, START - timedelta(days=9)):
        pass
    while mail.gather(store):
        pass
    found = []
    while (taken := mail.take(store)) is not None:
        found.append(taken)
        mail.sent(store, taken)
    return found


def kinds(taken: Taken) -> list[NoticeKind]:
    return [part.told.notice.kind for part in taken.parts]


def test_an_answer_is_mailed_at_once_with_its_text(settled: Store, alice: Person, bob: Person) -> None:
    asked = ask(settled, alice)
    questions.answer(settled, bob, asked.id, "At the **desk**.")
    (taken,) = all_taken(settled)
    assert (taken.person.id, taken.language, kinds(taken)) == ("alice", "fr", [NoticeKind.ANSWERED])
    assert taken.parts[0].text == "At the **desk**." and not taken.mail.digest
    assert all_taken(settled) == []


def test_what_is_not_addressed_to_one_comes_in_one_mail_the_next_morning(
    settled: Store, alice: Person, bob: Person, clock: Clock
) -> None:
    asked = ask(settled, alice)
    given = questions.answer(settled, bob, asked.id, "At the desk.")
    following.follow(settled, alice, "space", COMMON)
    questions.ask(settled, bob, COMMON, "Which desk?")
    questions.accept(settled, alice, asked.id, given.id)
    assert [each.person.id for each in all_taken(settled)] == ["alice"]
    clock.forward(hours=23)
    assert all_taken(settled) == []
    clock.now = MONDAY_9 + timedelta(days=1)
    found = {each.person.id: (each.mail.digest, kinds(each)) for each in all_taken(settled)}
    assert found == {"alice": (True, [NoticeKind.FOLLOWED]), "bob": (True, [NoticeKind.ACCEPTED])}
    clock.forward(days=9)
    assert all_taken(settled) == [], "nothing when there is nothing"


def test_mail_waits_for_working_hours(settled: Store, alice: Person, bob: Person, clock: Clock) -> None:
    clock.now = MONDAY_9 - timedelta(days=2)
    questions.answer(settled, bob, ask(settled, alice).id, "At the desk.")
    assert all_taken(settled) == []
    clock.now = MONDAY_9
    assert len(all_taken(settled)) == 1


def test_each_kind_is_sent_when_its_reader_chose(settled: Store, alice: Person, bob: Person, clock: Clock) -> None:
    mail.choose(settled, alice, "alice", {NoticeKind.ANSWERED: WEEKLY, NoticeKind.COMMENTED: OFF}, "en")
    asked = ask(settled, alice)
    questions.answer(settled, bob, asked.id, "At the desk.")
    questions.comment(settled, bob, asked.id, "Look again.")
    clock.forward(days=6)
    assert all_taken(settled) == []
    clock.now = MONDAY_9 + timedelta(days=7)
    (weekly,) = all_taken(settled)
    assert kinds(weekly) == [NoticeKind.ANSWERED] and weekly.language == "en"


def test_another_choice_holds_for_what_waits_too(settled: Store, alice: Person, bob: Person) -> None:
    mail.choose(settled, alice, "alice", {NoticeKind.ANSWERED: WEEKLY})
    questions.answer(settled, bob, ask(settled, alice).id, "At the desk.")
    assert all_taken(settled) == []
    mail.choose(settled, alice, "alice", {NoticeKind.ANSWERED: NOW})
    assert len(all_taken(settled)) == 1


def test_what_was_read_on_the_page_is_not_sent(settled: Store, alice: Person, bob: Person, clock: Clock) -> None:
    asked = ask(settled, alice)
    given = questions.answer(settled, bob, asked.id, "At the desk.")
    notices.seen(settled, alice, asked)
    assert all_taken(settled) == []
    questions.accept(settled, alice, asked.id, given.id)
    mail.plan(settled, START)
    clock.forward(days=1)
    mail.gather(settled)
    notices.seen(settled, bob, asked)
    assert mail.take(settled) is None, "read between gathering and sending"


def test_rights_are_asked_again_when_it_is_sent(settled: Store, alice: Person) -> None:
    hidden = ask(settled, alice, "Merger ledger?", FINANCE)
    with settled.write() as tx:
        notices.tell(tx, "alice", NoticeKind.INVITED, hidden, {}, key="k")
    mail.plan(settled, START)
    mail.gather(settled)
    with settled.write() as tx:
        tx.spaces.remove_member(FINANCE, "alice")
    assert mail.take(settled) is None
    with settled.read() as tx:
        assert tx.mails.waiting() == 0


def test_an_answers_text_goes_out_only_with_its_own_question(settled: Store, alice: Person) -> None:
    hidden = ask(settled, alice, "Merger ledger?", FINANCE)
    answer = questions.answer(settled, alice, hidden.id, "The black one.")
    open_one = ask(settled, alice)
    with settled.write() as tx:
        notices.tell(tx, "bob", NoticeKind.ANSWERED, open_one, {"answer": answer.id}, key="k")
    (taken,) = all_taken(settled)
    assert taken.parts[0].text == ""


def test_who_has_no_address_or_has_left_is_sent_nothing(settled: Store, alice: Person, bob: Person) -> None:
    asked = ask(settled, alice)
    questions.answer(settled, bob, asked.id, "At the desk.")
    people.put(settled, replace(alice, email=None))
    assert all_taken(settled) == []
    questions.answer(settled, bob, ask(settled, everybody.get(settled, "dora"), "What?").id, "That.")
    mail.plan(settled, START)
    mail.gather(settled)
    people.put(settled, replace(everybody.get(settled, "dora"), ended=START))
    assert mail.take(settled) is None


def test_what_was_told_before_mail_was_set_up_is_not_sent(
    settled: Store, alice: Person, bob: Person, clock: Clock
) -> None:
    questions.answer(settled, bob, ask(settled, alice).id, "At the desk.")
    clock.forward(minutes=1)
    since = mail.begin(settled)
    clock.forward(minutes=1)
    assert mail.begin(settled) == since
    assert not mail.plan(settled, since)
    questions.answer(settled, bob, ask(settled, alice, "Again?").id, "There.")
    assert mail.plan(settled, since)


def test_a_sender_that_dies_loses_nothing_and_its_message_keeps_its_id(
    settled: Store, alice: Person, bob: Person, clock: Clock
) -> None:
    questions.answer(settled, bob, ask(settled, alice).id, "At the desk.")
    mail.plan(settled, START)
    mail.gather(settled)
    first = mail.take(settled)
    assert first is not None and mail.take(settled) is None
    clock.forward(seconds=mail.LEASE + 1)
    second = mail.take(settled)
    assert second is not None and second.mail.id == first.mail.id and second.lease != first.lease
    mail.sent(settled, second)
    mail.put_off(settled, first, "late", final=True)
    with settled.read() as tx:
        assert tx.mails.failed() == [] and tx.mails.waiting() == 0


def test_what_the_server_refuses_for_now_is_tried_less_and_less_often_for_three_days(
    settled: Store, alice: Person, bob: Person, clock: Clock
) -> None:
    questions.answer(settled, bob, ask(settled, alice).id, "At the desk.")
    mail.plan(settled, START)
    mail.gather(settled)
    tries = 0
    while (taken := mail.take(settled)) is not None:
        mail.put_off(settled, taken, "451 busy")
        tries += 1
        clock.forward(minutes=min(5 * 2 ** (tries - 1), 240))
    assert 15 < tries < 40
    with settled.read() as tx:
        ((failed),) = tx.mails.failed()
    assert failed.error == "451 busy" and clock.now - failed.created > timedelta(days=3)


def test_a_server_that_is_away_costs_no_try(settled: Store, alice: Person, bob: Person, clock: Clock) -> None:
    questions.answer(settled, bob, ask(settled, alice).id, "At the desk.")
    mail.plan(settled, START)
    mail.gather(settled)
    for _day in range(9):
        taken = mail.take(settled)
        assert taken is not None and taken.mail.attempts == 0
        mail.put_off(settled, taken, "refused", counted=False)
        clock.forward(days=1)


def test_one_click_stops_a_kind_or_the_digest(settled: Store, bob: Person) -> None:
    mail.stop(settled, "bob", frozenset({NoticeKind.INVITED}))
    chosen = mail.choices(settled, bob, "bob")
    assert chosen[NoticeKind.INVITED] is OFF and chosen[NoticeKind.ANSWERED] is NOW
    mail.stop(settled, "bob", None)
    chosen = mail.choices(settled, bob, "bob")
    assert chosen[NoticeKind.ACCEPTED] is OFF and chosen[NoticeKind.ANSWERED] is NOW


def test_what_is_mandatory_may_be_lowered_not_refused(
    settled: Store, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mail.MANDATORY is outbox.MANDATORY
    monkeypatch.setattr(mail, "MANDATORY", frozenset({NoticeKind.ACCEPTED}))
    with pytest.raises(Invalid) as refused:
        mail.choose(settled, bob, "bob", {NoticeKind.ACCEPTED: OFF})
    assert refused.value.field == "accepted"
    mail.stop(settled, "bob", None)
    assert mail.choices(settled, bob, "bob")[NoticeKind.ACCEPTED] is WEEKLY


def test_nobody_chooses_for_another(settled: Store, alice: Person, erik: Person) -> None:
    with pytest.raises(Forbidden):
        mail.choose(settled, alice, "bob", {NoticeKind.ACCEPTED: OFF})
    mail.choose(settled, erik, "bob", {NoticeKind.ACCEPTED: DAILY})
