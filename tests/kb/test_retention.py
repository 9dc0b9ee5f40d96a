"""Keeping texts as long as a space asks: a list that changes nothing, and a release that takes two people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb import Store, approving, audit, campaigns, charters, notices, procedures, retention, reviewing
from kb.campaigns import Wish
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Membership, NoticeKind, Revision, RevisionStatus, Role
from tests import official
from tests.official import KEY, approved, who
from tests.people import COMMON, START, Clock

OLD = f"{KEY}@en.1"


@pytest.fixture
def house(settled: Store) -> Store:
    """The first text was replaced today; texts are kept for twelve months. Carla and Erik oversee the space."""
    official.found(settled)
    with settled.write() as tx:
        tx.spaces.put_members([Membership(COMMON, "alice", Role.COMPLIANCE_OWNER, START)])
    keep(settled, 12)
    approved(settled)
    approving.publish_due(settled)
    return settled


def keep(store: Store, months: int | None) -> None:
    with store.read() as tx:
        charter = tx.charters.get(COMMON)
    charters.put(store, who(store, "carla"), replace(charter, keep_months=months))


def due(store: Store, person: str = "carla") -> list[str]:
    return [each.revision.id for each in retention.due(store, who(store, person))]


def text(store: Store, id: str = OLD) -> Revision:
    with store.read() as tx:
        return next(each for each in tx.procedures.history(KEY) if each.id == id)


def test_a_text_is_listed_when_it_was_kept_long_enough_and_nothing_else_happens(house: Store, clock: Clock) -> None:
    assert due(house) == []
    clock.forward(days=364)
    assert due(house) == []
    clock.forward(days=2)
    assert due(house) == [OLD] == due(house, "erik") and text(house).title == "Travelling"
    keep(house, 24)
    assert due(house) == []
    keep(house, None)
    assert due(house) == [], "for ever"


def test_what_is_in_force_is_never_listed_and_a_retired_procedure_is(house: Store, clock: Clock) -> None:
    clock.forward(days=100)
    reviewing.retire(house, who(house, "carla"), KEY, "Merged", None)
    clock.forward(days=366)
    assert due(house) == [OLD, f"{KEY}@en.2"]


def test_one_proposes_and_another_confirms(house: Store, clock: Clock) -> None:
    clock.forward(days=366)
    before = text(house)
    release = retention.propose(house, who(house, "carla"), COMMON, [OLD])
    assert due(house) == [] and text(house) == before
    (mine,), (theirs,) = (retention.waiting(house, who(house, each)) for each in ("carla", "erik"))
    assert not mine.confirming and theirs.confirming and theirs.texts[0].revision.id == OLD
    with pytest.raises(Forbidden, match="somebody else"):
        retention.confirm(house, who(house, "carla"), release.id)
    retention.confirm(house, who(house, "erik"), release.id)
    after = text(house)
    assert after.status is RevisionStatus.RELEASED and (after.number, after.ended) == (before.number, before.ended)
    assert (after.title, after.summary, after.body, after.duties) == ("", "", "", ())
    assert [each.name for each in procedures.history(house, who(house, "alice"), KEY)] == ["en.2", "en.1"]
    with pytest.raises(Conflict):
        retention.confirm(house, who(house, "erik"), release.id)
    with house.read() as tx:
        last = list(tx.audit.stream())[-1]
    assert last.action == "release" and last.detail["proposed_by"] == "carla" and OLD in last.detail["sha256"]  # type: ignore[operator]
    assert audit.verify(house).sound


def test_readers_do_not_see_what_was_released(house: Store, clock: Clock) -> None:
    clock.forward(days=366)
    release = retention.propose(house, who(house, "erik"), COMMON, [OLD])
    retention.confirm(house, who(house, "carla"), release.id)
    assert [each.name for each in procedures.history(house, who(house, "erik"), KEY)] == ["en.2"]


def told(store: Store, person: str) -> list[NoticeKind]:
    return [each.notice.kind for each in notices.inbox(store, who(store, person))]


def test_the_other_overseers_are_told_and_not_any_more_once_it_is_decided(house: Store, clock: Clock) -> None:
    clock.forward(days=366)
    release = retention.propose(house, who(house, "carla"), COMMON, [OLD])
    assert told(house, "alice")[0] is NoticeKind.TO_RELEASE
    assert NoticeKind.TO_RELEASE not in (*told(house, "carla"), *told(house, "bob"), *told(house, "erik"))
    retention.confirm(house, who(house, "alice"), release.id)
    assert NoticeKind.TO_RELEASE not in told(house, "alice")


def test_without_a_second_compliance_owner_an_administrator_is_told_and_without_both_nothing_is_proposed(
    house: Store, clock: Clock
) -> None:
    clock.forward(days=366)
    with house.write() as tx:
        tx.spaces.put_members([Membership(COMMON, "alice", Role.MEMBER, START)])
    release = retention.propose(house, who(house, "carla"), COMMON, [OLD])
    assert told(house, "erik")[0] is NoticeKind.TO_RELEASE
    retention.withdraw(house, who(house, "carla"), release.id)
    assert NoticeKind.TO_RELEASE not in told(house, "erik")
    with house.write() as tx:
        tx.people.put([replace(tx.people.get("erik"), admin=False)])
    with pytest.raises(Conflict, match="takes two"):
        retention.propose(house, who(house, "carla"), COMMON, [OLD])
    assert due(house) == [OLD]


def test_a_proposal_can_be_withdrawn_and_everything_stays(house: Store, clock: Clock) -> None:
    clock.forward(days=366)
    release = retention.propose(house, who(house, "carla"), COMMON, [OLD])
    retention.withdraw(house, who(house, "erik"), release.id)
    assert due(house) == [OLD] and text(house).title == "Travelling"
    with pytest.raises(Conflict):
        retention.confirm(house, who(house, "erik"), release.id)


def test_only_what_is_due_can_be_proposed_and_a_longer_time_stops_a_release(house: Store, clock: Clock) -> None:
    carla = who(house, "carla")
    for texts in ([], [OLD], [f"{KEY}@en.2"], ["nothing"]):
        with pytest.raises(Invalid):
            retention.propose(house, carla, COMMON, texts)
    clock.forward(days=366)
    release = retention.propose(house, carla, COMMON, [OLD])
    with pytest.raises(Invalid):
        retention.propose(house, carla, COMMON, [OLD])
    keep(house, 60)
    with pytest.raises(Conflict, match="kept longer"):
        retention.confirm(house, who(house, "erik"), release.id)
    assert text(house).title == "Travelling"


def test_those_who_oversee_nothing_are_refused(house: Store, clock: Clock) -> None:
    clock.forward(days=366)
    release = retention.propose(house, who(house, "carla"), COMMON, [OLD])
    with house.write() as tx:
        tx.spaces.put_members([Membership(COMMON, "alice", Role.MEMBER, START)])
    alice, bob = who(house, "alice"), who(house, "bob")
    for person in (bob, who(house, "dora")):
        with pytest.raises(Forbidden):
            retention.due(house, person)
        with pytest.raises(Forbidden):
            retention.propose(house, person, COMMON, [OLD])
    with pytest.raises(NotFound):  # she oversees another space
        retention.propose(house, alice, COMMON, [OLD])
    for person in (alice, bob):
        with pytest.raises(NotFound):
            retention.confirm(house, person, release.id)
        with pytest.raises(NotFound):
            retention.withdraw(house, person, release.id)


def test_a_released_major_text_still_asks_again(house: Store, clock: Clock) -> None:
    """Who acknowledged the text before it is not told that they acknowledged what came after."""
    clock.forward(days=366)
    release = retention.propose(house, who(house, "carla"), COMMON, [OLD])
    retention.confirm(house, who(house, "erik"), release.id)
    wish = Wish(clock.now.date(), spaces=(COMMON,))
    campaigns.start(house, who(house, "bob"), KEY, wish)
    with house.write() as tx:
        given = campaigns.Acknowledgement("a", KEY, OLD, "dora", "0" * 64, False, tx.now)
        tx.acknowledgements.add(given)
    (asked,) = campaigns.asked_of(house, who(house, "dora"))
    assert asked.owed.since is not None and asked.owed.since.name == "en.2"
