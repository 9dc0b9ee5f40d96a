"""Roles as duties name them: "Acheteuse", "Préventeur ou chef d'atelier", "Employee". Two names are the same role when
they differ in case, accents or a plural; some names are everybody's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.model import Audience, Person
from kb.rules import slug

_PARTS = re.compile(r"\s+(?:ou|et|or|and)\s+|\s*[,;/&+]\s*")
_ASIDE = re.compile(r"\s*\([^()]*\)")
_EVERYBODY = frozenset(
    {
        "salarie", "tout-salarie", "toute-personne", "tou", "chacun", "chaque-salarie", "collaborateur", "agent",
        "employee", "every-employee", "each-employee", "everyone", "everybody", "anyone", "all", "staff",
    }
)  # fmt: skip

_COMES_UP = frozenset(
    {
        "demandeur", "requester", "temoin", "witness", "victime", "injured", "hote", "host", "porteur", "cardholder",
        "conducteur", "driver", "client", "customer", "fournisseur", "supplier", "heritier", "heir", "entreprise",
        "contractor", "agence", "agency", "travel-agency", "visiteur", "visitor", "whoever", "qui", "chaque", "each",
        "every", "everyone", "salarie", "employee", "nouveau", "nouvel", "new", "screening", "systeme", "system",
    }
)  # fmt: skip


def role_key(name: str) -> str:
    """The same for "Comptables fournisseurs" and "comptable fournisseur"."""
    return "-".join(word.rstrip("s") or word for word in slug(name, limit=200).split("-"))


def role_keys(name: str) -> frozenset[str]:
    """The roles that one name stands for: "Salarié et responsable" is two, "Analyst (another person)" is an analyst."""
    plain = _ASIDE.sub("", name)
    return frozenset(filter(None, map(role_key, (name, plain, *_PARTS.split(plain)))))


def is_everybody(name: str) -> bool:
    """Whether a duty of this role is every colleague's."""
    return bool(role_keys(name) & _EVERYBODY)


def is_appointed(name: str) -> bool:
    """Whether somebody of the house is named to this role: not everybody's, nor one that a situation brings (*witness,
    requester, employee who notices*), nor somebody outside (*customer, supplier*)."""
    return not any(
        key in _EVERYBODY or key in _COMES_UP or key.partition("-")[0] in _COMES_UP for key in role_keys(name)
    )


def holds(person: Person, names: Iterable[str]) -> bool:
    """Whether one of the roles named is this person's: one that they said they hold, or their title."""
    mine = frozenset(map(role_key, (*person.holds, person.title))) - {""}
    return any(role_keys(each) & mine for each in names)


def concerns(audience: Audience, person: Person) -> bool:
    """Whether a procedure for `audience` concerns this person: each list that is not empty names one of theirs."""
    in_unit = not audience.units or slug(person.unit) in map(slug, audience.units)
    on_site = not audience.sites or slug(person.site) in map(slug, audience.sites)
    in_role = not audience.roles or any(map(is_everybody, audience.roles)) or holds(person, audience.roles)
    return in_unit and on_site and in_role
