"""The rules that need no database: what a text and a tag may be, which roles follow from memberships."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import Invalid
from kb.model import Membership, Person, PersonKind, Role, Space, Visibility
from kb.rules import TAG_LIMIT, clean, clean_tags, effective_roles, slug
from tests.people import START

OPEN, CLOSED, SHARED = (Space(each.value, each.value, visibility=each) for each in Visibility)


@given(st.text(max_size=300))
def test_a_cleaned_text_is_refused_or_stays_as_it_is_when_cleaned_again(text: str) -> None:
    try:
        once = clean("body", text, 200)
    except Invalid:
        return
    assert clean("body", once, 200) == once and "\0" not in once and len(once) <= 200
    once.encode()


def test_an_empty_text_is_refused_where_words_are_needed() -> None:
    assert clean("body", None, 10) == clean("body", " \n ", 10) == ""
    with pytest.raises(Invalid, match="This is empty"):
        clean("title", " ", 10, required=True)


def test_too_long_says_how_long() -> None:
    with pytest.raises(Invalid, match="11 characters long; the most is 10") as caught:
        clean("title", "x" * 11, 10)
    assert caught.value.values == {"length": 11, "limit": 10}


@given(st.lists(st.text(max_size=45), max_size=8))
def test_cleaned_tags_are_refused_or_stay_as_they_are(tags: list[str]) -> None:
    try:
        once = clean_tags(tags)
    except Invalid as error:
        assert error.field == "tags"
        return
    assert len(once) == len(set(once)) <= TAG_LIMIT and not any(" " in each or len(each) > 40 for each in once)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Où réserver un train ?", "ou-reserver-un-train"),
        ("  C++ & C#  ", "c-c"),
        ("日本", ""),
        ("x" * 59 + " y", "x" * 59),
    ],
)
def test_a_slug_is_readable_ascii(text: str, expected: str) -> None:
    assert slug(text) == expected


def _roles(person: Person, *memberships: Membership) -> dict[str, Role]:
    return dict(effective_roles(person, memberships, (OPEN, CLOSED, SHARED), START))


def test_an_employee_is_a_member_of_all_but_restricted_spaces() -> None:
    assert _roles(Person("e", "E")) == {"open": Role.MEMBER, "partner": Role.MEMBER}


def test_a_membership_raises_and_never_lowers_what_everybody_has() -> None:
    employee = Person("e", "E")
    given = [Membership("open", "e", Role.READER, START), Membership("restricted", "e", Role.READER, START)]
    assert _roles(employee, *given) == {"open": Role.MEMBER, "partner": Role.MEMBER, "restricted": Role.READER}
    assert _roles(employee, Membership("open", "e", Role.ANIMATOR, START))["open"] is Role.ANIMATOR


def test_an_ended_membership_gives_nothing_from_its_very_end() -> None:
    def ending(until: timedelta) -> dict[str, Role]:
        return _roles(Person("e", "E"), Membership("restricted", "e", Role.MEMBER, START, START + until))

    assert "restricted" in ending(timedelta(microseconds=1)) and "restricted" not in ending(timedelta(0))


def test_a_guest_has_what_a_membership_of_a_partner_space_gives() -> None:
    guest = Person("g", "G", kind=PersonKind.GUEST)
    assert _roles(guest) == {}
    everywhere = [Membership(each.value, "g", Role.MEMBER, START) for each in Visibility]
    assert _roles(guest, *everywhere) == {"partner": Role.MEMBER}
