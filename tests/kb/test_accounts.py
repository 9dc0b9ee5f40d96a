"""Accounts: passwords, sessions that end, one-use links, tokens, and the limit on guessing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb import Store, accounts
from kb.accounts import TRIES, TRIES_ADDRESS, TooManyTries
from kb.errors import Invalid
from kb.model import Person
from tests.people import Clock

PASSWORD = "correct horse battery"


@pytest.fixture
def member(settled: Store, alice: Person) -> Person:
    accounts.set_password(settled, alice, PASSWORD)
    return alice


def test_the_right_password_signs_in_whatever_the_case_of_the_email(settled: Store, member: Person) -> None:
    assert accounts.sign_in(settled, " Alice@Example.ORG ", PASSWORD, "::1") == member


def test_every_reason_not_to_sign_in_has_the_same_words(
    settled: Store, member: Person, bob: Person, fanny: Person
) -> None:
    accounts.set_password(settled, fanny, PASSWORD)
    said = set()
    for email in ("alice@example.org", "bob@example.org", "fanny@example.org", "nobody@example.org", ""):
        with pytest.raises(Invalid) as caught:
            accounts.sign_in(settled, email, PASSWORD if email[:5] == "fanny" else "wrong", "::1")
        said.add((caught.value.field, str(caught.value)))
    assert len(said) == 1


def test_guessing_is_closed_for_a_while_even_to_the_right_password(
    settled: Store, member: Person, clock: Clock
) -> None:
    for _ in range(TRIES):
        with pytest.raises(Invalid):
            accounts.sign_in(settled, "alice@example.org", "wrong", "::1")
    clock.forward(minutes=5)
    with pytest.raises(TooManyTries) as caught:
        accounts.sign_in(settled, "ALICE@example.org", PASSWORD, "::2")
    assert caught.value.wait == timedelta(minutes=10)
    clock.forward(minutes=10)
    assert accounts.sign_in(settled, "alice@example.org", PASSWORD, "::1") == member


def test_one_address_may_not_guess_at_everybody(settled: Store, member: Person) -> None:
    for number in range(TRIES_ADDRESS):
        with pytest.raises(Invalid):
            accounts.sign_in(settled, f"{number}@example.org", "wrong", "::1")
    with pytest.raises(TooManyTries):
        accounts.sign_in(settled, "alice@example.org", PASSWORD, "::1")
    assert accounts.sign_in(settled, "alice@example.org", PASSWORD, "::2") == member


def test_a_session_in_use_goes_on_and_one_left_alone_ends(settled: Store, member: Person, clock: Clock) -> None:
    used, left = (accounts.open_session(settled, member) for _ in range(2))
    for _ in range(4):
        clock.forward(days=5)
        assert accounts.find_session(settled, used) == member
    assert accounts.find_session(settled, left) is None
    accounts.close_session(settled, used)
    assert accounts.find_session(settled, used) is None
    assert accounts.find_session(settled, "made up") is None


def test_only_the_hash_of_a_secret_is_kept(settled: Store, member: Person) -> None:
    secret = accounts.open_session(settled, member)
    with settled.read() as tx:
        assert secret not in str(tx.connection.exec_driver_sql("select * from secret").fetchall())
        assert PASSWORD not in str(tx.connection.exec_driver_sql("select * from account").fetchall())


def test_a_link_is_used_once_and_ends_every_session(settled: Store, member: Person) -> None:
    session = accounts.open_session(settled, member)
    link = accounts.invite(settled, member)
    assert accounts.find_invite(settled, link) == member
    with pytest.raises(Invalid, match="at least 12"):
        accounts.accept_invite(settled, link, "short")
    assert accounts.accept_invite(settled, link, "another good password") == member
    assert accounts.find_session(settled, session) is None
    with pytest.raises(Invalid, match="used or has ended"):
        accounts.accept_invite(settled, link, "another good password")
    with pytest.raises(Invalid):
        accounts.sign_in(settled, "alice@example.org", PASSWORD, "::1")
    assert accounts.sign_in(settled, "alice@example.org", "another good password", "::1") == member


def test_a_new_link_ends_the_one_before_and_a_link_ends_by_itself(settled: Store, member: Person, clock: Clock) -> None:
    first = accounts.invite(settled, member)
    second = accounts.invite(settled, member)
    assert accounts.find_invite(settled, first) is None
    clock.forward(days=7)
    assert accounts.find_invite(settled, second) is None
    with pytest.raises(Invalid, match="used or has ended"):
        accounts.accept_invite(settled, second, "another good password")


def test_a_token_runs_until_its_person_revokes_it(settled: Store, member: Person, bob: Person, clock: Clock) -> None:
    secret = accounts.issue_token(settled, member, "  script ")
    clock.forward(days=1000)
    assert accounts.find_token(settled, secret) == member
    assert accounts.find_session(settled, secret) is None
    (token,) = accounts.list_tokens(settled, member)
    assert token.label == "script"
    accounts.revoke_token(settled, bob, token.hash)
    assert accounts.find_token(settled, secret) == member
    accounts.revoke_token(settled, member, token.hash)
    assert accounts.find_token(settled, secret) is None


def test_who_has_left_has_no_session_and_no_token_any_more(settled: Store, member: Person, clock: Clock) -> None:
    from dataclasses import replace

    session, token = accounts.open_session(settled, member), accounts.issue_token(settled, member, "x")
    with settled.write() as tx:
        tx.people.put([replace(member, ended=clock.now - timedelta(seconds=1))])
    assert accounts.find_session(settled, session) is None
    assert accounts.find_token(settled, token) is None


@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 501])
def test_a_password_too_short_or_too_long_is_refused(settled: Store, alice: Person, password: str) -> None:
    with pytest.raises(Invalid):
        accounts.set_password(settled, alice, password)


def test_an_email_no_database_can_hold_does_not_break_signing_in(settled: Store) -> None:
    with pytest.raises(Invalid):
        accounts.sign_in(settled, "a\0b@example.org", "wrong", "::1")
