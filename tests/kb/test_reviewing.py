"""Looking at procedures again: when, who is reminded, "still valid" in one step; and nothing vanishes silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kb import Store, approving, drafting, evidence, notices, procedures, reviewing
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.lifecycle import next_review, reminder, review_due
from kb.model import Audience, NoticeKind, NoticeState, Person, Procedure, ProcedureStatus, Revision
from kb.procedures import Record
from tests import official
from tests.official import DUTIES, KEY, TEXT, approved, statuses, who
from tests.people import COMMON, START, Clock

DUE = date(2027, 6, 1)  # twelve months after the first text came into force


@pytest.fixture
def house(settled: Store) -> Store:
    official.found(settled)
    return settled


def _kept(store: Store) -> Procedure:
    with store.read() as tx:
        return tx.procedures.get(KEY)


def _go(clock: Clock, day: date) -> None:
    clock.forward(days=(day - clock.now.date()).days)


def _asked(store: Store) -> set[str]:
    everybody = ("alice", "bob", "carla", "charlie", "dora", "erik")
    return {each for each in everybody if reviewing.waiting_for(store, who(store, each))}


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 6, 1), 12, date(2027, 6, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2026, 1, 31), 24, date(2028, 1, 28)),
    ],
)
def test_the_next_review_is_so_many_months_later(day: date, months: int, due: date) -> None:
    assert next_review(day, months) == due


def test_reminders_go_to_the_owner_a_month_before_then_to_the_deputy_then_to_the_compliance_owner() -> None:
    days = (-31, -30, -1, 0, 13, 14, 400)
    assert [reminder(DUE, DUE + timedelta(days=each)) for each in days] == [0, 1, 1, 2, 2, 3, 3]


def test_each_keeper_is_reminded_once_and_in_turn(house: Store, clock: Clock) -> None:
    told = []
    for day in (DUE - timedelta(days=40), DUE - timedelta(days=20), DUE, DUE + timedelta(days=20)):
        _go(clock, day)
        told.append([person.id for person, _ in reviewing.remind(house)])
        assert reviewing.remind(house) == ()
    assert told == [[], ["bob"], ["dora"], ["carla"]]
    for person in ("bob", "dora", "carla"):
        assert [each.notice.kind for each in notices.inbox(house, who(house, person))] == [NoticeKind.REVIEW_DUE]


def test_it_is_among_the_tasks_of_whoever_was_reminded(house: Store, clock: Clock) -> None:
    for day, asked in ((DUE - timedelta(days=31), ""), (DUE - timedelta(days=30), "bob"), (DUE, "bob dora"),
                       (DUE + timedelta(days=14), "bob dora carla")):  # fmt: skip
        _go(clock, day)
        assert _asked(house) == set(asked.split())
    (mine,) = reviewing.waiting_for(house, who(house, "bob"))
    assert (mine.procedure.key, mine.day, mine.overdue) == (KEY, DUE, True)


def test_an_owner_who_left_gives_way_to_the_next(house: Store, clock: Clock) -> None:
    with house.write() as tx:
        tx.people.put([replace(tx.people.get("bob"), ended=START)])
    _go(clock, DUE - timedelta(days=20))
    assert [person.id for person, _ in reviewing.remind(house)] == ["dora"] and _asked(house) == {"dora"}


def test_who_keeps_it_in_two_ways_is_reminded_once(house: Store, clock: Clock) -> None:
    with house.write() as tx:
        tx.procedures.put([replace(tx.procedures.get(KEY), deputy="carla")])
    _go(clock, DUE + timedelta(days=20))
    assert [person.id for person, _ in reviewing.remind(house)] == ["bob", "carla"]


def test_still_valid_in_one_step_with_a_note(house: Store, dora: Person, clock: Clock) -> None:
    _go(clock, DUE + timedelta(days=1))
    reviewing.remind(house)
    with pytest.raises(Invalid):
        reviewing.still_valid(house, dora, KEY, " ")
    made = reviewing.still_valid(house, dora, KEY, "Fares checked against the portal.")
    assert review_due(_kept(house)) == next_review(DUE + timedelta(days=1), 12)
    assert _asked(house) == set() and reviewing.remind(house) == ()
    assert procedures.reviews(house, who(house, "alice"), KEY) == (made,)
    done = notices.inbox(house, who(house, "bob"), NoticeState.DONE)
    assert [each.notice.kind for each in done] == [NoticeKind.REVIEW_DUE]


@pytest.mark.parametrize("person", ["alice", "erik"])
def test_only_its_keepers_find_it_still_valid(house: Store, person: str) -> None:
    with pytest.raises(Forbidden):
        reviewing.still_valid(house, who(house, person), KEY, "Fine")


def test_a_new_text_counts_as_a_review(house: Store, clock: Clock) -> None:
    _go(clock, DUE + timedelta(days=1))
    reviewing.remind(house)
    approved(house)
    approving.publish_due(house)
    assert _kept(house).reviewed == DUE + timedelta(days=1) and _kept(house).reminded == 0


def test_nothing_expires_by_itself(house: Store, clock: Clock) -> None:
    clock.forward(days=5000)
    reviewing.remind(house)
    approving.publish_due(house)
    assert _kept(house).status is ProcedureStatus.PUBLISHED and official.in_force(house).number == 1


def test_a_calendar_holds_what_one_keeps(house: Store, clock: Clock) -> None:
    assert [each.day for each in reviewing.kept_by(house, who(house, "bob"))] == [DUE]
    assert [each.day for each in reviewing.kept_by(house, who(house, "carla"))] == [DUE]
    assert reviewing.kept_by(house, who(house, "alice")) == ()


def test_retiring_asks_for_a_reason_and_what_follows_and_keeps_the_text(house: Store) -> None:
    carla = who(house, "carla")
    drafting.begin(house, carla, KEY, "en")
    for reason, successor, field in (("", None, "reason"), ("Done", "NO-1", "successor"), ("Done", KEY, "successor")):
        with pytest.raises(Invalid) as refused:
            reviewing.retire(house, carla, KEY, reason, successor)
        assert refused.value.field == field
    with house.write() as tx:
        tx.procedures.put([Procedure("TRV-02", COMMON, "bob")])
        tx.procedures.add_revisions([Revision("TRV-02", "en", 1, "Trains", duties=DUTIES)])
    after = reviewing.retire(house, carla, KEY, "One text for all travel.", "TRV-02")
    assert (after.status, after.reason, after.successor, after.retired) == (
        ProcedureStatus.RETIRED, "One text for all travel.", "TRV-02", START,
    )  # fmt: skip
    assert procedures.get(house, who(house, "alice"), KEY).revision("en").number == 1
    assert statuses(house) == {"en.1": "published", "en.2": "discarded"}
    assert [each.key for each in procedures.readable(house, carla)] == ["TRV-02"]
    assert [each.key for each in procedures.retired(house, carla)] == [KEY]
    assert [each.subject for each in evidence.of_person(house, carla, "bob")] == ["TRV-02", "excel"]
    with pytest.raises(Conflict):
        reviewing.retire(house, carla, KEY, "Again", None)
    with pytest.raises(Conflict):
        reviewing.still_valid(house, carla, KEY, "Fine")


def test_what_a_law_asks_for_is_retired_by_the_compliance_owner_only(house: Store, bob: Person) -> None:
    with pytest.raises(Forbidden):
        reviewing.retire(house, bob, KEY, "Done", None)
    with house.write() as tx:
        tx.procedures.put([replace(tx.procedures.get(KEY), satisfies=())])
    assert reviewing.retire(house, bob, KEY, "Done", None).status is ProcedureStatus.RETIRED
    with pytest.raises(NotFound):
        reviewing.retire(house, who(house, "charlie"), KEY, "Done", None)


def test_an_approved_text_does_not_bring_a_retired_procedure_back(house: Store) -> None:
    approved(house, text=replace(TEXT, effective=START.date() + timedelta(days=2)))
    reviewing.retire(house, who(house, "carla"), KEY, "Done", None)
    assert statuses(house)["en.2"] == "discarded" and approving.publish_due(house) == ()


def test_a_retired_procedure_comes_back_by_a_new_text_that_was_approved(house: Store, clock: Clock) -> None:
    reviewing.retire(house, who(house, "carla"), KEY, "Done", None)
    approved(house)
    approving.publish_due(house)
    back = _kept(house)
    assert (back.status, back.retired, back.reason) == (ProcedureStatus.PUBLISHED, None, "")
    assert statuses(house) == {"en.1": "superseded", "en.2": "published"}


def test_the_record_is_changed_by_its_keepers_without_a_new_text(house: Store, bob: Person) -> None:
    audience = Audience(("Traveller",), ("Finance",), ("Lyon", " Paris "))
    record = Record("dora", "bob", " All  sites ", audience, 24, ("Act 12", "Act 13", "Act 12"))
    after = procedures.edit(house, bob, KEY, record)
    assert (after.owner, after.deputy, after.review_months) == ("dora", "bob", 24)
    assert after.satisfies == ("Act 12", "Act 13") and after.audience.sites == ("Lyon", "Paris")
    assert _kept(house) == after
    with pytest.raises(Forbidden):
        procedures.edit(house, who(house, "alice"), KEY, record)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"owner": None}, "owner"),
        ({"owner": "fanny"}, "owner"),
        ({"deputy": "charlie"}, "deputy"),
        ({"review_months": 0}, "review_months"),
        ({"review_months": 121}, "review_months"),
        ({"scope": "s" * 501}, "scope"),
        ({"satisfies": tuple(map(str, range(101)))}, "satisfies"),
    ],
)
def test_a_record_that_cannot_be_is_refused(house: Store, bob: Person, change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        procedures.edit(house, bob, KEY, replace(Record("bob"), **change))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_readings_are_counted_by_month_and_step(house: Store) -> None:
    with house.write() as tx:
        for step, month in (("", 10), ("", 11), ("", 11), ("2", 11), ("1", 1)):
            tx.procedures.add_reading(KEY, step, date(2026, month, 1))
        assert tx.procedures.readings(KEY, date(2026, 10, 1)) == {"": 3, "2": 1}
