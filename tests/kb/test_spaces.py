"""Spaces: kept by somebody always, made by administrators, given a keeper where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb import Store, people, spaces
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Membership, Person, Role, Space, Visibility
from tests.people import COMMON, FINANCE, PARTNER, START, get


def roles(store: Store, space: str) -> dict[str, Role]:
    with store.read() as tx:
        return {each.person: each.role for each in tx.spaces.members(space)}


def changes(store: Store, since: int) -> list[tuple[str, str, str, str | None]]:
    with store.read() as tx:
        return [(each.action, each.kind, each.id, each.actor) for each in tx.changes.since(since)]


def last(store: Store) -> int:
    with store.read() as tx:
        return tx.changes.last()


def put(store: Store, membership: Membership) -> None:
    with store.write() as tx:
        tx.spaces.put_members([membership])


def test_the_last_keeper_neither_goes_nor_becomes_less(settled: Store, alice: Person) -> None:
    with pytest.raises(Invalid, match="Alice Martin is the last to keep this space") as caught:
        spaces.remove_member(settled, alice, FINANCE, "alice")
    assert caught.value.field == "person"
    with pytest.raises(Invalid, match="last to keep"):
        spaces.put_member(settled, alice, FINANCE, "alice", Role.EXPERT)
    assert roles(settled, FINANCE) == {"alice": Role.COMPLIANCE_OWNER}
    spaces.put_member(settled, alice, FINANCE, "alice", Role.ANIMATOR)  # still a keeper
    spaces.put_member(settled, alice, FINANCE, "dora", Role.ANIMATOR)
    spaces.remove_member(settled, alice, FINANCE, "alice")
    assert roles(settled, FINANCE) == {"dora": Role.ANIMATOR}


@pytest.mark.parametrize(
    "other",
    [
        Membership(FINANCE, "fanny", Role.ANIMATOR, START),  # she has left
        Membership(FINANCE, "dora", Role.ANIMATOR, START - timedelta(9), START),  # her time is over
        Membership(FINANCE, "charlie", Role.ANIMATOR, START),  # a guest: the space is not shared
        Membership(FINANCE, "bob", Role.EXPERT, START),
    ],
)
def test_who_cannot_keep_a_space_does_not_count(settled: Store, alice: Person, other: Membership) -> None:
    put(settled, other)
    with pytest.raises(Invalid, match="last to keep"):
        spaces.remove_member(settled, alice, FINANCE, "alice")


def test_a_role_given_anew_keeps_since_when_and_one_that_had_ended_begins_anew(settled: Store, alice: Person) -> None:
    put(settled, Membership(FINANCE, "bob", Role.EXPERT, START - timedelta(9), START - timedelta(1)))
    spaces.put_member(settled, alice, FINANCE, "bob", Role.READER)
    with settled.read() as tx:
        bob = next(each for each in tx.spaces.members(FINANCE) if each.person == "bob")
    assert (bob.role, bob.since, bob.until) == (Role.READER, START, None)
    assert FINANCE in get(settled, "bob").roles
    spaces.put_member(settled, alice, FINANCE, "bob", Role.EXPERT)
    with settled.read() as tx:
        assert next(each for each in tx.spaces.members(FINANCE) if each.person == "bob").since == START


@pytest.mark.parametrize(("who", "said"), [("charlie", "is a guest"), ("fanny", "has left")])
def test_guests_and_those_who_left_enter_no_team(settled: Store, alice: Person, who: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        spaces.put_member(settled, alice, FINANCE, who, Role.MEMBER)
    assert caught.value.field == "person" and who not in roles(settled, FINANCE)


def test_an_administrator_makes_a_space_and_names_who_keeps_it(settled: Store, erik: Person) -> None:
    number = last(settled)
    made = spaces.create(settled, erik, "  Achats &  stocks ", Visibility.RESTRICTED, "bob", "Commander")
    assert (made.id, made.name, made.description) == ("achats-stocks", "Achats & stocks", "Commander")
    assert made.visibility is Visibility.RESTRICTED and roles(settled, made.id) == {"bob": Role.ANIMATOR}
    assert changes(settled, number) == [
        ("create", "space", made.id, "erik"), ("put member", "person", "bob", "erik"),
    ]  # fmt: skip
    assert made.id not in get(settled, "erik").roles  # making is not reading
    spaces.put_member(settled, get(settled, "bob"), made.id, "dora", Role.MEMBER)


def test_a_space_of_a_name_that_stands_is_refused_and_a_hidden_one_is_not_told(settled: Store, erik: Person) -> None:
    with pytest.raises(Invalid, match="A space has this name already") as caught:
        spaces.create(settled, erik, "Common", Visibility.OPEN, "bob")
    assert caught.value.field == "name"
    made = spaces.create(settled, erik, "Finance", Visibility.OPEN, "bob")
    assert made.id.startswith("finance-") and roles(settled, FINANCE) == {"alice": Role.COMPLIANCE_OWNER}


@pytest.mark.parametrize(
    ("name", "keeper", "field"), [(" ", "bob", "name"), ("x" * 121, "bob", "name"), ("New", "charlie", "person"),
                                  ("New", "fanny", "person")],
)  # fmt: skip
def test_a_space_that_cannot_be_made_is_not_half_made(
    settled: Store, erik: Person, name: str, keeper: str, field: str
) -> None:
    number = last(settled)
    with pytest.raises(Invalid) as caught:
        spaces.create(settled, erik, name, Visibility.OPEN, keeper)
    assert caught.value.field == field and last(settled) == number
    with settled.read() as tx:
        assert len(tx.spaces.list()) == 3


def test_a_space_that_nobody_keeps_is_entrusted_by_an_administrator_who_need_not_read_it(
    settled: Store, alice: Person, erik: Person
) -> None:
    assert {each.id for each in spaces.unkept(settled, erik)} == {PARTNER}
    people.set_left(settled, erik, "alice", True)
    assert {each.id for each in spaces.unkept(settled, erik)} == {FINANCE, PARTNER}
    number = last(settled)
    assert spaces.entrust(settled, erik, FINANCE, "bob").id == FINANCE
    assert get(settled, "bob").roles[FINANCE] is Role.ANIMATOR and FINANCE not in get(settled, "erik").roles
    assert changes(settled, number) == [("put member", "person", "bob", "erik")]
    with pytest.raises(NotFound):
        spaces.entrust(settled, erik, FINANCE, "erik")
    with pytest.raises(NotFound):
        spaces.entrust(settled, erik, "nowhere", "erik")
    with pytest.raises(Invalid, match="has left"):
        spaces.entrust(settled, erik, PARTNER, "fanny")


def test_only_administrators_make_and_entrust_spaces(settled: Store, alice: Person, dora: Person) -> None:
    gone = replace(get(settled, "erik"), ended=START)
    with settled.write() as tx:
        tx.spaces.put([Space("alone", "Alone", visibility=Visibility.RESTRICTED)])
    for who in (alice, dora, gone):
        with pytest.raises(Forbidden):
            spaces.create(settled, who, "New", Visibility.OPEN, who.id)
        with pytest.raises(Forbidden):
            spaces.entrust(settled, who, "alone", who.id)
        with pytest.raises(Forbidden):
            spaces.unkept(settled, who)
    assert COMMON in dora.roles
