"""For administrators: the working time of each site, and its holidays."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.people
import kb.sites
from kb.calendars import EVERYWHERE, Site
from kb.errors import Invalid
from kb.permissions import require_administrator
from web.catalogue import _
from web.forms import days, text, word
from web.site import reader, store

pages = Blueprint("sites", __name__, url_prefix="/admin/sites")


@pages.before_request
def administrators_only() -> None:
    require_administrator(reader())


@pages.get("")
def index() -> str:
    described = kb.sites.readable(store())
    worked_at = {each.site for each in kb.people.readable(store(), reader()) if each.site}
    names = sorted((worked_at | set(described)) - {EVERYWHERE})
    return render_template("admin_sites.html", sites=[(name, described.get(name)) for name in (*names, EVERYWHERE)])


@pages.get("/edit")
def edit() -> str:
    described = kb.sites.readable(store())
    return _form(word("name"), _written(described.get(word("name"), described[EVERYWHERE])), None)


@pages.post("/edit")
def edit_post() -> AnyResponse:
    name = word("name")
    try:
        if text("remove"):
            kb.sites.remove(store(), reader(), name)
        else:
            kb.sites.put(
                store(), reader(), name, text("timezone"), days(), text("opens"), text("closes"), text("holidays")
            )
    except Invalid as error:
        form = {each: text(each) for each in ("timezone", "opens", "closes", "holidays")} | {"days": days()}
        return make_response(_form(name, form, error), 422)
    flash(_("The working time is up to date. It holds for what is asked and sent from now on."))
    return redirect(url_for("sites.index"), 303)


def _form(name: str, form: dict[str, Any], error: Invalid | None) -> str:
    described = name != EVERYWHERE and name in kb.sites.readable(store())
    return render_template("admin_site.html", name=name, form=form, error=error, described=described, zones=_zones())


def _written(site: Site) -> dict[str, Any]:
    holidays = "\n".join(f"{each.day.isoformat()} {each.name}".strip() for each in site.holidays)
    return {
        "timezone": site.timezone, "days": site.days, "opens": site.opens.isoformat("minutes"),
        "closes": site.closes.isoformat("minutes"), "holidays": holidays,
    }  # fmt: skip


@cache
def _zones() -> list[str]:
    return sorted(each for each in available_timezones() if "/" in each and not each.startswith(("Etc/", "SystemV/")))
