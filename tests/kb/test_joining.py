"""Members by rule and by invitation, and why somebody can see a space."""

from __future__ import annotations

from dataclasses import replace

import pytest

import kb.people
from kb import Store, joining, notices, rights, spaces
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Membership, NoticeKind, NoticeState, Role
from kb.rights import Ground
from tests import people
from tests.people import COMMON, FINANCE, PARTNER, START


@pytest.fixture
def units(settled: Store) -> Store:
    """Bob and Dora are in purchasing."""
    for id in ("bob", "dora"):
        with settled.write() as tx:
            tx.people.put([replace(people.get(settled, id), unit="Purchasing")])
    return settled


def role(store: Store, who: str) -> Role | None:
    return people.get(store, who).roles.get(FINANCE)


def move(store: Store, who: str, unit: str) -> None:
    kb.people.put(store, replace(people.get(store, who), unit=unit), "erik")


def test_a_rule_makes_members_and_takes_them_out_again(units: Store) -> None:
    alice = people.get(units, "alice")
    assert joining.add_rule(units, alice, FINANCE, "unit", "purchasing", Role.READER) == 2
    assert role(units, "bob") is role(units, "dora") is Role.READER
    move(units, "bob", "Sales")
    assert role(units, "bob") is None and role(units, "dora") is Role.READER
    move(units, "erik", "Purchasing")
    assert role(units, "erik") is Role.READER
    (rule,) = joining.rules(units, alice, FINANCE)
    assert joining.remove_rule(units, alice, FINANCE, rule.id) == 2
    assert role(units, "dora") is None and role(units, "alice") is Role.COMPLIANCE_OWNER


def test_the_worker_follows_what_a_load_changed(units: Store) -> None:
    assert joining.tend(units) == 0
    joining.add_rule(units, people.get(units, "alice"), FINANCE, "unit", "Purchasing", Role.MEMBER)
    with units.write() as tx:
        tx.people.put([replace(people.get(units, "dora"), unit="Sales")])
    assert joining.tend(units) == 1 and joining.tend(units) == 0
    assert role(units, "dora") is None and role(units, "bob") is Role.MEMBER


def test_whoever_was_put_in_by_hand_is_left_alone(units: Store) -> None:
    alice = people.get(units, "alice")
    spaces.put_member(units, alice, FINANCE, "bob", Role.EXPERT)
    joining.add_rule(units, alice, FINANCE, "unit", "Purchasing", Role.READER)
    assert role(units, "bob") is Role.EXPERT
    spaces.put_member(units, alice, FINANCE, "dora", Role.MEMBER)  # from now on by hand
    move(units, "dora", "Sales")
    assert role(units, "dora") is Role.MEMBER


@pytest.mark.parametrize(
    ("attribute", "value", "given", "field"),
    [
        ("mood", "x", Role.READER, "attribute"), ("unit", " ", Role.READER, "value"),
        ("unit", "x", Role.ANIMATOR, "role"),
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(
    units: Store, attribute: str, value: str, given: Role, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        joining.add_rule(units, people.get(units, "alice"), FINANCE, attribute, value, given)
    assert refused.value.field == field


def test_only_keepers_make_rules_and_invite(units: Store) -> None:
    with pytest.raises(Forbidden):
        joining.add_rule(units, people.get(units, "bob"), COMMON, "unit", "x", Role.READER)
    with pytest.raises(NotFound):
        joining.invite(units, people.get(units, "bob"), FINANCE, "dora", Role.MEMBER)


def test_an_invitation_is_told_even_of_a_space_not_yet_theirs_and_yes_makes_a_member(units: Store) -> None:
    made = joining.invite(units, people.get(units, "alice"), FINANCE, "bob", Role.MEMBER)
    bob = people.get(units, "bob")
    (told,) = notices.inbox(units, bob)
    assert told.notice.kind is NoticeKind.INVITED_IN and role(units, "bob") is None
    with pytest.raises(NotFound):
        joining.own(units, people.get(units, "dora"), made.id)
    joining.reply(units, bob, made.id, True)
    assert role(units, "bob") is Role.MEMBER
    with pytest.raises(NotFound):
        joining.reply(units, bob, made.id, True)


def test_no_leaves_everything_as_it_was_and_nothing_to_read(units: Store) -> None:
    made = joining.invite(units, people.get(units, "alice"), FINANCE, "bob", Role.MEMBER)
    joining.reply(units, people.get(units, "bob"), made.id, False)
    assert role(units, "bob") is None
    assert not [each for state in NoticeState for each in notices.inbox(units, people.get(units, "bob"), state)]


def test_nobody_is_invited_twice_nor_guests_nor_members_nor_who_left(units: Store) -> None:
    alice = people.get(units, "alice")
    joining.invite(units, alice, FINANCE, "bob", Role.MEMBER)
    for who in ("bob", "charlie", "fanny", "alice"):
        with pytest.raises(Invalid):
            joining.invite(units, alice, FINANCE, who, Role.MEMBER)


def test_an_invitation_of_somebody_who_no_longer_keeps_the_space_opens_nothing(units: Store) -> None:
    made = joining.invite(units, people.get(units, "alice"), FINANCE, "bob", Role.MEMBER)
    with units.write() as tx:
        tx.spaces.put_members([Membership(FINANCE, "alice", Role.MEMBER, START)])
    with pytest.raises(Conflict):
        joining.reply(units, people.get(units, "bob"), made.id, True)


def test_why_somebody_sees_a_space_or_does_not(units: Store) -> None:
    alice = people.get(units, "alice")
    joining.add_rule(units, alice, FINANCE, "unit", "Purchasing", Role.READER)

    def ground(space: str, who: str) -> tuple[Ground, Role | None]:
        right = rights.explain(units, alice, space, who)
        return right.ground, right.role

    assert ground(COMMON, "bob") == (Ground.OPEN, Role.MEMBER)
    assert ground(FINANCE, "alice") == (Ground.HAND, Role.COMPLIANCE_OWNER)
    assert ground(FINANCE, "bob") == (Ground.RULE, Role.READER)
    assert ground(FINANCE, "erik") == (Ground.APART, None), "administrators too"
    assert ground(PARTNER, "charlie") == (Ground.GUEST, Role.MEMBER)
    assert ground(FINANCE, "charlie") == (Ground.CLOSED, None)
    assert ground(COMMON, "fanny") == (Ground.LEFT, None)
    with units.write() as tx:
        tx.spaces.put_members([Membership(FINANCE, "erik", Role.READER, START, START)])
    assert ground(FINANCE, "erik") == (Ground.ENDED, None)
    right = rights.explain(units, alice, FINANCE, "dora")
    assert right.rule is not None and (right.rule.value, right.rule.by) == ("Purchasing", "alice")
    with pytest.raises(NotFound):
        rights.explain(units, people.get(units, "erik"), FINANCE, "bob")
    with pytest.raises(Forbidden):
        rights.explain(units, people.get(units, "charlie"), PARTNER, "charlie")


def test_whom_a_rule_makes_a_member_is_not_taken_out_by_hand(units: Store) -> None:
    alice = people.get(units, "alice")
    joining.add_rule(units, alice, FINANCE, "unit", "Purchasing", Role.READER)
    with pytest.raises(Invalid, match="A rule makes"):
        spaces.remove_member(units, alice, FINANCE, "bob")
    assert role(units, "bob") is Role.READER


def test_an_invitation_of_somebody_who_has_left_opens_nothing(units: Store) -> None:
    made = joining.invite(units, people.get(units, "alice"), FINANCE, "bob", Role.MEMBER)
    with units.write() as tx:
        tx.people.put([replace(tx.people.get("alice"), ended=tx.now)])
    with pytest.raises(Conflict):
        joining.reply(units, people.get(units, "bob"), made.id, True)
