"""How it goes: the figures of a space or of all that the reader reads, drawn on the server, a table beside each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template

import kb.figures
import kb.searches
import kb.spaces
from indexer.generations import IndexStale
from kb.handover import kept_spaces
from kb.rules_figures import Figures
from web.catalogue import _
from web.forms import word
from web.lists import csv_file
from web.site import finder, reader, store

pages = Blueprint("figures", __name__, url_prefix="/figures")
HEIGHT, STEP, WIDE = 120, 44, 28  # of a chart, from bar to bar, of a bar
TWICE = 2  # searches in vain from which something is wanted


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
        wanted=_wanted(chosen.id if chosen else None), seasons=_seasons(found),
        times=drawn([(each.month[5:], each.hours or 0.0, 0.0) for each in found.months]),
        asked=drawn([(each.month[5:], each.asked, each.answered) for each in found.months]),
        calibration=drawn([(f"{each.low:.0%}", each.expected, each.came) for each in found.routing.bars], most=1.0),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Searches in vain that mean the same, the most frequent first."""

    words: tuple[str, ...]
    count: int
    last: date


def _wanted(space: str | None) -> list[Wanted] | None:
    """What was looked for in vain, in heaps of one meaning, at least twice: all of it, or what lies nearest to what
    stands in a space. None for who keeps no space, or not this one."""
    kept = kept_spaces(reader())
    if not kept or (space is not None and space not in kept):
        return None
    found = kb.searches.empty(store(), reader())
    if space is not None:
        places = _places([each.text for each in found])
        found = tuple(each for each, place in zip(found, places, strict=True) if place == space)
    listed = [[found[place] for place in heap] for heap in _heaps([each.text for each in found])]
    wanted = [
        Wanted(tuple(each.text for each in heap), sum(each.count for each in heap), max(each.last for each in heap))
        for heap in listed
    ]  # fmt: skip
    return sorted((each for each in wanted if each.count >= TWICE), key=lambda each: -each.count)


def _places(texts: list[str]) -> list[str]:
    """Nowhere while the index is made anew."""
    try:
        return finder().places(texts, reader())
    except IndexStale:
        return [""] * len(texts)


def _heaps(texts: list[str]) -> list[list[int]]:
    """Each alone while the index is made anew."""
    try:
        return finder().heaped([], texts)
    except IndexStale:
        return [[place] for place in range(len(texts))]


def _seasons(found: Figures) -> list[tuple[str, str, float | None, float | None]]:
    """What the last ninety days show beside the ninety before: (what, how it is written, now, before)."""
    now, before = found.now, found.before
    return [
        (_("Questions"), "number", now.asked, before.asked), (_("Answered"), "part", now.answered, before.answered),
        (_("Working hours to the first answer, median"), "hours", now.hours, before.hours),
    ]  # fmt: skip


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
    rows += [
        (_("Spread of requests (Gini)"), "", _part(found.load)),
        (_("Answers from beyond the busiest tenth"), "", _part(found.beyond)),
        (_("Answers from another site"), "", _part(found.away)), (_("Practices"), "", found.kept.practices),
        (_("Practices verified today"), "", _part(found.kept.verified)),
        (_("Practices whose date has passed"), "", found.kept.practices_overdue),
        (_("Answers verified today"), "", found.kept.answers),
        (_("Verified answers whose date has passed"), "", found.kept.answers_overdue),
        (_("Procedures overdue for review"), "", found.kept.procedures_overdue),
    ]  # fmt: skip
    for what, kind, now, before in _seasons(found):
        for words, value in ((_("last 90 days"), now), (_("the 90 days before"), before)):
            rows.append((what, words, _part(value) if kind == "part" else _hours(value)))
    for link in found.links:
        rows.append((_("Answers from another site"), f"{link.answered_at} → {link.asked_at}", link.answers))
    for month in found.months:
        rows += [(_("Questions"), month.month, month.asked), (_("Answered"), month.month, month.answered)]
    for title, listed in ((_("Unit"), found.units), (_("Site"), found.sites), (_("Role"), found.roles)):
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
