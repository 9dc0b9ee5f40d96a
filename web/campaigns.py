"""Campaigns for those who keep procedures: start one, see who has not acknowledged yet, take the list along, end it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.audit
import kb.campaigns
import kb.people
import kb.procedures
import kb.spaces
from kb.acknowledging import by_unit
from kb.campaigns import Coverage, Wish
from kb.errors import Invalid
from kb.model import Audience, Person, Procedure
from kb.official import Campaign
from web import catalogue
from web.catalogue import _
from web.forms import day, text, word
from web.lists import csv_file
from web.people import alphabetically, called
from web.sentences import owed_text
from web.site import reader, store

pages = Blueprint("campaigns", __name__)
FIELDS = ("roles", "units", "sites", "people", "deadline", "renew_months", "note")
SUGGESTED, SHOWN = 500, 200  # people named at once; a unit chosen shows all of its own


class Unit(NamedTuple):
    name: str
    asked: int
    missing: list[Person]


@pages.get("/procedures/<path:key>/campaign")
def new(key: str) -> str:
    whom = _kept(key).audience
    form = {"roles": ", ".join(whom.roles), "units": ", ".join(whom.units), "sites": ", ".join(whom.sites)}
    return _form(key, dict.fromkeys(FIELDS, "") | form, [], None)


@pages.post("/procedures/<path:key>/campaign")
def start(key: str) -> AnyResponse:
    """Start it, or (`action` is "see") show whom it would ask."""
    _kept(key)
    form, spaces = {name: text(name) for name in FIELDS}, request.form.getlist("spaces")
    try:
        wish = _wish(spaces)
        if word("action") == "see":
            return make_response(_form(key, form, spaces, None, kb.campaigns.foresee(store(), reader(), key, wish)))
        campaign = kb.campaigns.start(store(), reader(), key, wish)
    except Invalid as error:
        return make_response(_form(key, form, spaces, error), 422)
    flash(_("Started. Everybody is told on their next working day."))
    return redirect(url_for("campaigns.page", id=campaign.id), 303)


@pages.get("/campaigns/<id>")
def page(id: str) -> str:
    found = kb.campaigns.coverage(store(), reader(), id)
    asked, missing = by_unit(found.people), by_unit(found.missing)
    units = [Unit(name, len(people), missing.get(name, [])) for name, people in asked.items()]
    chosen = request.args.get("unit")
    listed = [each for each in units if each.missing and chosen in (None, each.name)]
    names = kb.people.names(store(), reader(), {found.campaign.started_by, *found.campaign.people})
    return render_template(
        "campaign.html", found=found, campaign=found.campaign, procedure=found.procedure,
        title=_title(found.procedure), units=units, listed=listed if _few(listed, chosen) else [], chosen=chosen,
        names=names, whom=_whom(found.campaign, names),
    )  # fmt: skip


def _few(listed: Sequence[Unit], chosen: str | None) -> bool:
    return chosen is not None or sum(len(each.missing) for each in listed) <= SHOWN


def _whom(campaign: Campaign, names: Mapping[str, Person]) -> list[str]:
    """Its audience in words: spaces, roles, units, sites, names; only what was chosen, and may be known."""
    spaces = [each.name for each in kb.spaces.readable(store(), reader()) if each.id in campaign.spaces]
    people = [names[id].name for id in campaign.people if id in names]
    whom = campaign.audience
    return [", ".join(each) for each in (spaces, whom.roles, whom.units, whom.sites, people) if each]


@pages.post("/campaigns/<id>/end")
def end(id: str) -> AnyResponse:
    kb.campaigns.end(store(), reader(), id)
    flash(_("Ended: nobody is asked any more. What was said stays."))
    return redirect(url_for("campaigns.page", id=id), 303)


@pages.post("/campaigns/<id>/export")
def export(id: str) -> Response:
    """Everybody with how far they are; that it was taken is written down first."""
    found = kb.campaigns.coverage(store(), reader(), id)
    detail = {"campaign": id, "count": len(found.people)}
    kb.audit.record_export(store(), reader(), "campaign", detail, found.procedure.space)
    header = ("name", "email", "unit", "site", "standing", "due", "acknowledged", "revision", "by_mail", "away_until")
    return csv_file(f"{found.procedure.key}-acknowledged", [header, *(_row(found, each) for each in found.people)])


def _row(found: Coverage, person: Person) -> tuple[object, ...]:
    owed = found.owed[person.id]
    said = owed.given
    return (
        person.name, person.email, person.unit, person.site, owed_text(owed.standing), owed.due,
        said.at.date() if said else None, said.revision.partition("@")[2] if said else None,
        _("yes") if said and said.by_mail else "", found.away.get(person.id),
    )  # fmt: skip


def _kept(key: str) -> Procedure:
    procedure = kb.procedures.get(store(), reader(), key)
    kb.campaigns.require_keeper(reader(), procedure)
    return procedure


def _title(procedure: Procedure) -> str:
    return procedure.revision(catalogue.language()).title if procedure.revisions else ""


def _wish(spaces: list[str]) -> Wish:
    months = word("renew_months").strip()
    if months and not (months.isascii() and months.isdigit() and len(months) < 4):
        raise Invalid("renew_months", "Write a number of months.")
    return Wish(
        deadline=day("deadline"), audience=Audience(_parts("roles"), _parts("units"), _parts("sites")),
        spaces=tuple(spaces), people=tuple(called(each, "people").id for each in _parts("people") if each.strip()),
        renew_months=int(months) if months else None, note=text("note"),
    )  # fmt: skip


def _parts(name: str) -> tuple[str, ...]:
    return tuple(re.split(r"[,;\n]", text(name)))


def _form(
    key: str, form: Mapping[str, object], chosen: list[str], error: Invalid | None,
    seen: Sequence[Person] | None = None,
) -> str:  # fmt: skip
    procedure = _kept(key)
    known = [each for each in alphabetically(kb.people.readable(store(), reader())) if procedure.space in each.roles]
    return render_template(
        "campaign_new.html", procedure=procedure, title=_title(procedure), form=form, chosen=chosen, error=error,
        spaces=kb.spaces.readable(store(), reader()), people=known[:SUGGESTED],
        units=sorted({each.unit for each in known if each.unit}),
        sites=sorted({each.site for each in known if each.site}),
        seen=None if seen is None else [(name, len(group)) for name, group in by_unit(seen).items()],
        today=store().clock().date(),
    )  # fmt: skip
