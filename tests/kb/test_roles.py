"""Role names as people write them: the same role in any case, accent or number; several in one; everybody's."""

from __future__ import annotations

import pytest

from kb.model import Audience, Person
from kb.roles import concerns, holds, is_appointed, is_everybody, role_key, role_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [("Comptables fournisseurs", "comptable fournisseur"), ("CISO", "ciso"), ("Préventeur", "preventeur")],
)
def test_two_spellings_are_one_role(one: str, other: str) -> None:
    assert role_key(one) == role_key(other)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Préventeur ou chef d'atelier", {"preventeur", "chef-d-atelier"}),
        ("Safety officer and contractor", {"safety-officer", "contractor"}),
        ("Analyste, valideur", {"analyste", "valideur"}),
        ("Buyer", {"buyer"}),
        ("Level 2 analyst (another person)", {"level-2-analyst"}),
        ("", set()),
    ],
)
def test_one_name_may_be_several_roles(name: str, parts: set[str]) -> None:
    assert parts <= role_keys(name) and len(role_keys(name)) <= len(parts) + 1


@pytest.mark.parametrize("name", ["Salarié", "Toute personne", "Employees", "Everyone", "Tous", "Manager and employee"])
def test_some_names_are_everybodys(name: str) -> None:
    assert is_everybody(name)


@pytest.mark.parametrize("name", ["Salarié absent", "Employee who notices", "Manager", ""])
def test_others_are_not(name: str) -> None:
    assert not is_everybody(name)


@pytest.mark.parametrize(
    ("name", "appointed"),
    [("Manager", True), ("Comptable fournisseurs", True), ("Sweep warden", True), ("Témoin", False),
     ("Salarié qui s'en aperçoit", False), ("Whoever sees the fire", False), ("Customer", False), ("Everyone", False),
     ("Chaque intervenant", False), ("Requester", False)],
)  # fmt: skip
def test_nobody_is_appointed_to_what_a_situation_brings_or_to_what_stands_outside(name: str, appointed: bool) -> None:
    assert is_appointed(name) is appointed


def test_a_role_is_held_when_said_or_by_title() -> None:
    person = Person("p", "P", title="Acheteuse", holds=("Demandeurs",))
    assert holds(person, ["Demandeur"]) and holds(person, ["Acheteuse ou DAF"]) and not holds(person, ["DAF", ""])
    assert not holds(Person("q", "Q"), ["", "Buyer"])


@pytest.mark.parametrize(
    ("audience", "concerned"),
    [
        (Audience(), True),
        (Audience(units=("finance",)), True),
        (Audience(units=("IT",)), False),
        (Audience(sites=("Lyon", "Dublin"), units=("Finance",)), True),
        (Audience(sites=("Dublin",), units=("Finance",)), False),
        (Audience(roles=("Buyer",)), True),
        (Audience(roles=("Everyone",), sites=("Lyon",)), True),
        (Audience(roles=("CISO",), sites=("Lyon",)), False),
    ],
)
def test_an_audience_is_everybody_whom_each_of_its_lists_names(audience: Audience, concerned: bool) -> None:
    assert concerns(audience, Person("p", "P", unit="Finance", site="Lyon", holds=("Buyer",))) is concerned
