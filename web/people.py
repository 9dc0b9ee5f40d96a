"""People: who knows about something, everybody by name, one person with what they have shown they know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import kb.availability
import kb.endorsing
import kb.evidence
import kb.guests
import kb.people
import kb.rules
import kb.thanking
from kb.errors import Invalid
from kb.model import Evidence, EvidenceKind, Listed, Person
from kb.permissions import Action, can, require
from web.addresses import person_url
from web.catalogue import _, day_text
from web.forms import page as page_number
from web.forms import query, text, word
from web.site import finder, reader, store
from web.sparklines import bars, by_month

pages = Blueprint("people", __name__)
SIZE, WHO = 60, 10
_ORDER = tuple(EvidenceKind)
Named = TypeVar("Named", Person, Listed)
spelt = lru_cache(maxsize=20_000)(kb.rules.slug)  # of names, which are few and looked at often


@pages.get("/people")
def index() -> AnyResponse:
    """With words: who knows about them. Without: everybody by name, of a unit or a site when chosen."""
    known = alphabetically(kb.people.directory(store(), reader()))
    try:
        typed, name, error = query(), query("name").lower(), None
    except Invalid as refused:
        typed, name, error = "", "", refused
    found = finder().find(typed, reader(), limit=WHO) if typed else None
    unit, place, number = word("unit"), word("site"), page_number()
    listed = [each for each in known if _fits(each, name, unit, place)]
    shown = render_template(
        "people.html", q=typed, name=name, found=found, by_id={each.id: each for each in known}, error=error, unit=unit,
        place=place, units=sorted({each.unit for each in known if each.unit}), number=number,
        last=-(-len(listed) // SIZE),
        sites=sorted({each.site for each in known if each.site}), people=listed[(number - 1) * SIZE : number * SIZE],
    )  # fmt: skip
    return make_response(shown, 422 if error else 200)


def alphabetically(people: Iterable[Named]) -> list[Named]:
    """By name as people read it: Élodie among the E."""
    return sorted(people, key=lambda each: (spelt(each.name), each.id))


def called(typed: str, field: str, left: bool = False) -> Person:
    """The one person whom an id, an e-mail address or a name means (of those who have left too, with `left`); Invalid,
    at `field`, when none or several do."""
    return kb.people.find_named(store(), reader(), typed, field, left)


def _fits(person: Listed, name: str, unit: str, place: str) -> bool:
    named = not name or spelt(name) in spelt(person.name)
    return named and unit in ("", person.unit) and place in ("", person.site)


@pages.get("/people/<id>")
def page(id: str) -> str:
    person = kb.people.get(store(), reader(), id)
    kinds: defaultdict[EvidenceKind, list[Evidence]] = defaultdict(list)
    for each in kb.evidence.of_person(store(), reader(), id):
        kinds[each.kind].append(each)
    moments = [each.at for listed in kinds.values() for each in listed if each.at is not None]
    months = by_month(moments, store().clock())  # drawn, never summed: nobody is counted
    evidence = [(kind, kinds[kind]) for kind in _ORDER if kind in kinds and kind is not EvidenceKind.DECLARED]
    return render_template(
        "person.html", person=person, evidence=evidence, activity=bars(months),
        active=day_text(max(moments).date()) if any(months) else "",
        editable=can(reader(), Action.EDIT, person),
        availability=kb.availability.of_person(store(), reader(), id),
        confirmed=kb.endorsing.of_person(store(), reader(), id), thanked=kb.thanking.of_person(store(), reader(), id),
        doing=kb.people.doing(person, store().clock().date()), prolonging=kb.guests.may_prolong(reader(), person),
        sponsors=kb.people.names(store(), reader(), {person.sponsor}),
        skills=[each.title for each in kinds[EvidenceKind.DECLARED]],
    )  # fmt: skip


@pages.get("/people/<id>/edit")
def edit(id: str) -> str:
    person = kb.people.get(store(), reader(), id)
    require(reader(), Action.EDIT, person)
    form = {"skills": ", ".join(person.skills), "about": person.about, "doing": person.doing}
    return _profile(person, form, person.languages, person.twins, None)


@pages.post("/people/<id>/edit")
def edit_post(id: str) -> AnyResponse:
    languages = request.form.getlist("languages")
    try:
        kb.people.edit_profile(
            store(), reader(), id, text("skills").replace("\n", ",").split(","), languages, text("about"),
            text("doing"), bool(word("twins")),
        )
    except Invalid as error:
        person = kb.people.get(store(), reader(), id)
        form = {"skills": text("skills"), "about": text("about"), "doing": text("doing")}
        return make_response(_profile(person, form, languages, bool(word("twins")), error), 422)
    flash(_("Your profile is up to date.") if id == reader().id else _("The profile is up to date."))
    return redirect(person_url(id), 303)


def _profile(
    person: Person, form: Mapping[str, str], languages: Sequence[str], twins: bool, error: Invalid | None
) -> str:
    return render_template(
        "profile.html", person=person, form=form, languages=languages, twins=twins, error=error
    )
