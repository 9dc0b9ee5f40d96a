"""How it goes: the figures of a space or of all that the reader reads, drawn on the server, a table beside each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

import kb.figures
import kb.spaces
from kb.rules_figures import Figures
from web.catalogue import _
from web.forms import word
from web.lists import csv_file
from web.site import reader, store

pages = Blueprint("figures", __name__, url_prefix="/figures")
HEIGHT, STEP, WIDE = 120, 44, 28  # of a chart, from bar to bar, of a bar


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar of a chart: where it stands, its two heights (the second within or beside the first) and its label."""

    x: int
    first: int
    second: int
    label: str


@pages.get("")
def page() -> str:
    chosen = kb.spaces.get(store(), reader(), word("space")) if word("space") else None
    found = kb.figures.figures(store(), reader(), chosen.id if chosen else None)
    return render_template(
        "figures.html", figures=found, space=chosen, spaces=kb.spaces.readable(store(), reader()),
        asked=drawn([(each.month[5:], each.asked, each.answered) for each in found.months]),
        calibration=drawn([(f"{each.low:.0%}", each.expected, each.came) for each in found.routing.bars], most=1.0),
    )  # fmt: skip


@pages.get("/export")
def export() -> Response:
    """The same figures as a list."""
    chosen = kb.spaces.get(store(), reader(), word("space")) if word("space") else None
    found = kb.figures.figures(store(), reader(), chosen.id if chosen else None)
    return csv_file("figures", [("figure", "of", "value"), *_rows(found)])


def drawn(values: list[tuple[str, float, float]], most: float | None = None) -> list[Drawn]:
    """Two bars for each (label, first, second), as high as the greatest allows."""
    top = most or max([1.0, *(max(first, second) for _label, first, second in values)])
    return [
        Drawn(place * STEP, round(first / top * HEIGHT), round(second / top * HEIGHT), label)
        for place, (label, first, second) in enumerate(values)
    ]


def _rows(found: Figures) -> list[tuple[str, str, object]]:
    routing = found.routing
    rows: list[tuple[str, str, object]] = [
        (_("Questions"), "", found.asked), (_("Answered"), "", _part(found.answered)),
        (_("Solved, by the asker's word"), "", _part(found.accepted)),
        (_("Working hours to the first answer, median"), "", _hours(found.hours)),
        (_("Working hours to the first answer, nine in ten"), "", _hours(found.slow_hours)),
        (_("Spread of answers (Gini)"), "", _part(found.spread)),
        (_("Answered by one of the first asked"), "", _part(routing.hits)),
        (_("Requests"), "", routing.requests), (_("Refused"), "", _part(routing.refused)),
    ]  # fmt: skip
    rows.append((_("Solved while typing"), "", found.typing))
    for month in found.months:
        rows += [(_("Questions"), month.month, month.asked), (_("Answered"), month.month, month.answered)]
    for title, listed in ((_("Unit"), found.units), (_("Site"), found.sites)):
        for each in listed:
            name = f"{title}: {each.name or _('small groups together')}"
            rows += [(_("Questions"), name, each.asked), (_("Answers"), name, each.answered)]
    for bar in routing.bars:
        of = f"{bar.low:.0%}"
        rows += [(_("Expected"), of, _part(bar.expected)), (_("Came"), of, _part(bar.came))]
    return rows


def _part(value: float | None) -> object:
    return "" if value is None else round(value, 3)


def _hours(value: float | None) -> object:
    return "" if value is None else round(value, 1)
