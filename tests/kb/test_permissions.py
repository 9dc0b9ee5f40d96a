"""Who may do what: the whole table, role by role. No database is needed."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from kb.errors import Forbidden, NotFound
from kb.model import Answer, Comment, Person, PersonKind, Procedure, Question, Role, Space
from kb.permissions import Action, can, require, visible_spaces
from tests.people import START

SPACE = Space("s", "S")
MINE, THEIRS = Question("q", "s", "T", author="me"), Question("q", "s", "T", author="you")
READ = {Action.READ}
WRITE = READ | {Action.ASK, Action.ANSWER, Action.COMMENT}
KEEP = {Action.MANAGE, Action.EDIT, Action.DELETE, Action.CLOSE}


def _person(role: Role | None, **values: object) -> Person:
    roles = MappingProxyType({} if role is None else {"s": role})
    return Person("me", "Me", roles=roles, member_of=frozenset(roles), **values)  # type: ignore[arg-type]


def _allowed(person: Person, thing: Question) -> set[Action]:
    return {action for action in Action if can(person, action, thing)}


@pytest.mark.parametrize(
    ("role", "mine", "theirs"),
    [
        (None, set(), set()),
        (Role.READER, READ, READ),
        (Role.MEMBER, WRITE | {Action.ACCEPT, Action.EDIT, Action.DELETE, Action.CLOSE}, WRITE | {Action.VOTE}),
        (Role.EXPERT, WRITE | {Action.ACCEPT, Action.EDIT, Action.DELETE, Action.CLOSE}, WRITE | {Action.VOTE}),
        (Role.ANIMATOR, WRITE | KEEP | {Action.ACCEPT}, WRITE | KEEP | {Action.VOTE}),
        (Role.COMPLIANCE_OWNER, WRITE | KEEP | {Action.ACCEPT}, WRITE | KEEP | {Action.VOTE}),
    ],
)
def test_what_each_role_may_do_with_a_question(role: Role | None, mine: set[Action], theirs: set[Action]) -> None:
    assert _allowed(_person(role), MINE) == mine
    assert _allowed(_person(role), THEIRS) == theirs


def test_who_has_left_may_do_nothing() -> None:
    assert _allowed(_person(Role.ANIMATOR, ended=START), MINE) == set()


def test_an_administrator_manages_what_they_may_read_and_reads_no_more_than_others() -> None:
    assert can(_person(Role.MEMBER, admin=True), Action.MANAGE, SPACE)
    assert not can(_person(None, admin=True), Action.READ, THEIRS)


def test_a_procedure_is_edited_by_its_owner_its_deputy_and_the_compliance_owner() -> None:
    owned, deputy, other = Procedure("p", "s", "me"), Procedure("p", "s", "you", "me"), Procedure("p", "s", "you")
    assert can(_person(Role.MEMBER), Action.EDIT, owned) and can(_person(Role.MEMBER), Action.EDIT, deputy)
    assert not can(_person(Role.ANIMATOR), Action.EDIT, other)
    assert can(_person(Role.COMPLIANCE_OWNER), Action.EDIT, other)
    assert not can(_person(None), Action.EDIT, owned)


@pytest.mark.parametrize("thing", [Answer("a", "q", "b", "me"), Comment("c", "q", "b", author="me")])
def test_answers_and_comments_are_judged_in_the_space_of_their_question(thing: Answer | Comment) -> None:
    assert can(_person(Role.MEMBER), Action.EDIT, thing, "s")
    assert not can(_person(Role.MEMBER), Action.EDIT, thing, "elsewhere")
    with pytest.raises(ValueError, match="space"):
        can(_person(Role.MEMBER), Action.EDIT, thing)


def test_what_may_not_be_known_is_not_found_and_what_may_is_forbidden() -> None:
    with pytest.raises(NotFound, match="There is no question 'q'"):
        require(_person(None), Action.EDIT, THEIRS)
    with pytest.raises(Forbidden, match="You may not edit this question"):
        require(_person(Role.MEMBER), Action.EDIT, THEIRS)
    with pytest.raises(NotFound, match="There is no procedure 'p'"):
        require(_person(None), Action.READ, Procedure("p", "s"))
    require(_person(Role.MEMBER), Action.EDIT, MINE)


def test_people_know_each_other_but_a_guest_only_those_they_met() -> None:
    guest = Person("g", "G", kind=PersonKind.GUEST, member_of=frozenset({"s"}), met=frozenset({"b"}))
    beside, apart = Person("b", "B", member_of=frozenset({"s"})), Person("a", "A", member_of=frozenset({"s"}))
    assert can(apart, Action.READ, guest) and can(guest, Action.READ, beside) and can(guest, Action.READ, guest)
    assert not can(guest, Action.READ, apart) and not can(guest, Action.EDIT, beside)


def test_visible_spaces_are_those_with_a_role() -> None:
    assert visible_spaces(_person(Role.READER)) == {"s"} and visible_spaces(_person(None)) == frozenset()
