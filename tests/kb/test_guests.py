"""Guests: a sponsor, a last day, one space, the names of their own threads; and the access of whoever leaves ends by
itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

import kb.people
from kb import Store, accounts, guests, notices, questions, routes, spaces
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Membership, NoticeKind, Person, PersonKind, Role, SecretKind, Space, Visibility
from kb.permissions import Action, can
from tests import people
from tests.people import PARTNER, START, Clock, routed

TODAY = START.date()
LAST = TODAY + timedelta(days=30)


@pytest.fixture
def kept(settled: Store) -> Store:
    """Dora keeps the partner's space too."""
    with settled.write() as tx:
        tx.spaces.put_members([Membership(PARTNER, "dora", Role.ANIMATOR, START)])
    return settled


def invite(store: Store, who: str = "dora", **given: object) -> Person:
    terms = {"name": "Gina Grue", "email": "gina@partner.example", "unit": "", "sponsor": "alice", "ends": LAST} | given
    return guests.invite(store, people.get(store, who), PARTNER, **terms)  # type: ignore[arg-type]


def test_a_keeper_lets_a_guest_in_with_a_sponsor_and_a_last_day(kept: Store) -> None:
    gina = invite(kept)
    assert (gina.id, gina.kind, gina.sponsor, gina.ends) == ("gina-grue", PersonKind.GUEST, "alice", LAST)
    assert set(gina.roles) == {PARTNER}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sponsor": "charlie"}, "sponsor"), ({"sponsor": "fanny"}, "sponsor"), ({"ends": None}, "ends"),
        ({"ends": TODAY - timedelta(days=1)}, "ends"), ({"ends": TODAY + timedelta(days=400)}, "ends"),
        ({"email": "bob@example.org"}, "email"), ({"name": " "}, "name"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_beside_its_field(kept: Store, given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        invite(kept, **given)
    assert refused.value.field == field


def test_only_who_keeps_the_space_lets_guests_in(kept: Store) -> None:
    with pytest.raises(Forbidden):
        invite(kept, "bob")


def test_a_guest_sees_one_space(kept: Store) -> None:
    with kept.write() as tx:
        tx.spaces.put([Space("other", "Another", visibility=Visibility.PARTNER)])
        tx.spaces.put_members([Membership("other", "dora", Role.ANIMATOR, START)])
    with pytest.raises(Invalid):
        spaces.put_member(kept, people.get(kept, "dora"), "other", "charlie", Role.MEMBER)
    spaces.put_member(kept, people.get(kept, "dora"), PARTNER, "charlie", Role.READER)


def test_a_guest_learns_the_names_of_their_own_threads_only(kept: Store) -> None:
    gina = invite(kept)
    alice, bob, charlie = (people.get(kept, id) for id in ("alice", "bob", "charlie"))
    theirs = questions.ask(kept, charlie, PARTNER, "La grue ?")
    questions.answer(kept, alice, theirs.id, "Derrière.")
    other = questions.ask(kept, bob, PARTNER, "Le treuil ?")
    routed(kept, other, "alice")
    ids = {"alice", "bob", "charlie", "gina-grue"}
    assert set(kb.people.names(kept, people.get(kept, "charlie"), ids)) == {"alice", "charlie"}
    assert set(kb.people.names(kept, gina, ids)) == {"alice", "gina-grue"}, "her sponsor"
    assert set(kb.people.names(kept, bob, ids)) == ids
    assert routes.of_question(kept, people.get(kept, "charlie"), other.id)[0].invitation.person == "alice"
    assert {each.person for each in spaces.members(kept, gina, PARTNER)} == {"alice", "gina-grue"}
    with pytest.raises(NotFound):
        kb.people.get(kept, gina, "bob")
    questions.comment(kept, gina, other.id, "Idem.")
    assert can(people.get(kept, "gina-grue"), Action.READ, bob), "now it is a thread of hers"


def test_their_access_ends_when_the_last_day_is_over_where_they_are(kept: Store, clock: Clock) -> None:
    gina = invite(kept)
    accounts.invite(kept, gina)
    clock.now = START + timedelta(days=30, hours=12)  # the last day, in the evening
    guests.tend(kept)
    assert people.get(kept, gina.id).ended is None
    clock.now = START + timedelta(days=30, hours=15, minutes=30)  # past midnight in Paris
    assert guests.tend(kept) == 1 and guests.tend(kept) == 0
    assert people.get(kept, gina.id).ended == clock.now
    with kept.read() as tx:
        assert tx.secrets.list(SecretKind.INVITE, gina.id) == []


def test_employees_too_but_never_the_last_administrator(kept: Store, clock: Clock) -> None:
    with kept.write() as tx:
        tx.people.put([replace(people.get(kept, id), ends=TODAY) for id in ("bob", "erik")])
    clock.forward(days=2)
    assert guests.tend(kept) == 1
    assert people.get(kept, "bob").ended is not None and people.get(kept, "erik").ended is None


def test_the_sponsor_is_told_a_week_before_once_and_prolongs(kept: Store, clock: Clock) -> None:
    invite(kept)
    alice = people.get(kept, "alice")
    clock.now = START + timedelta(days=22)
    assert guests.tend(kept) == 0
    clock.now = START + timedelta(days=24)
    assert guests.tend(kept) == 1 and guests.tend(kept) == 0
    (told,) = notices.inbox(kept, alice)
    assert told.notice.kind is NoticeKind.GUEST_ENDS
    assert dict(told.notice.params) == {"by": "gina-grue", "day": LAST.isoformat()}
    guests.prolong(kept, alice, "gina-grue", LAST + timedelta(days=90))
    assert people.get(kept, "gina-grue").ends == LAST + timedelta(days=90)


def test_only_sponsor_keepers_and_administrators_prolong(kept: Store) -> None:
    gina = invite(kept)
    day: date = LAST + timedelta(days=1)
    with pytest.raises(Forbidden):
        guests.prolong(kept, people.get(kept, "bob"), gina.id, day)
    for id in ("alice", "dora", "erik"):
        guests.prolong(kept, people.get(kept, id), gina.id, day)
    with pytest.raises(Invalid):
        guests.prolong(kept, people.get(kept, "erik"), gina.id, None)
