"""What a text says in numbers: amounts, shares, spans of time, how often, hours of the day, days of the month, counts.

Each becomes a range in one base unit (euros, days, ...), so that *two weeks*, *14 days* and *10 working days* are
equal, with how it is bounded: at most, at least, from (a threshold), below, or just so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from indexer.drift import measures
from indexer.drift.numbers import Number, numbers
from indexer.drift.thesaurus import THINGS
from indexer.drift.words import Clause, Text, idea_of


class Bound(StrEnum):
    AT_MOST = "at most"
    AT_LEAST = "at least"
    FROM = "from"
    BELOW = "below"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`dimension`: money, percent, time, every, clock, day, weekday, or a unit or thing counted. `role` of a time: lead
    (before something), keep, age, span. `nature`: what else must agree (ht or ttc, working or calendar days).
    `rate`: per something (*2.50 € a day*)."""

    dimension: str
    low: float
    high: float
    bound: Bound
    role: str
    nature: str
    rate: bool
    start: int
    end: int
    clause: Clause

    def equals(self, other: Quantity) -> bool:
        slack = 0.001 * max(abs(self.high), abs(other.high))
        return self.low <= other.high + slack and other.low <= self.high + slack

    def same(self, other: Quantity) -> bool:
        """The very number, not only one within the other's range."""
        slack = 0.001 * max(abs(self.high), abs(other.high))
        return abs(self.low - other.low) <= slack and abs(self.high - other.high) <= slack


@lru_cache(maxsize=512)
def quantities(text: Text) -> tuple[Quantity, ...]:
    """Every quantity that a text still holds to be true: what it says to be past, or denies (*not 30*), is left out."""
    taken: list[tuple[int, int]] = []
    found: list[Quantity] = []
    for each in (*_named(text), *_counted(text)):
        if any(each.start < end and start < each.end for start, end in taken):
            continue
        taken.append((each.start, each.end))
        if not measures.GONE.search(text.folded[max(each.clause.start, each.start - 40) : each.start]):
            found.append(each)
    return tuple(found)


def _make(text: Text, dimension: str, low: float, high: float, start: int, end: int, nature: str = "") -> Quantity:
    clause = text.clause_at(start)
    before = text.folded[max(clause.start, start - 40) : start]
    after = text.folded[end : end + 30]
    return Quantity(
        dimension,
        low,
        high,
        _bound(dimension, before, after),
        _role(dimension, clause, before, after, text.folded[start : clause.end]),
        nature,
        bool(measures.RATE.match(after)),
        start,
        end,
        clause,
    )


def _bound(dimension: str, before: str, after: str) -> Bound:
    if measures.TO_LEAST.search(before) or measures.LEAST_AFTER.match(after):
        return Bound.AT_LEAST
    if measures.MOST_AFTER.match(after):
        return Bound.AT_MOST
    if measures.TO_MOST.search(before) and not (
        dimension in ("money", "percent") and re.search(r"\b(?:in|en|by|before|avant)\s\S*\s?$", before)
    ):
        conditional = re.search(r"\b(?:if|si|when|pour|for|quand)\b[^,]*$", before)
        return (
            Bound.BELOW if measures.TO_BELOW.search(before) and (dimension == "money" or conditional) else Bound.AT_MOST
        )
    if measures.TOLERATED.search(before):
        return Bound.AT_MOST
    if measures.FLOOR_IS.search(before):
        return Bound.AT_LEAST
    if measures.TO_FROM.search(before) or measures.FROM_AFTER.match(after):
        return Bound.FROM
    return Bound.EXACT


def _role(dimension: str, clause: Clause, before: str, after: str, rest: str) -> str:
    if dimension != "time":
        return ""
    if measures.LEAD_AFTER.match(after) and not measures.WAITED.search(before):
        return "lead"
    if measures.AGE_AFTER.match(after) or measures.AGE_BEFORE.search(before):
        return "age"
    kept = measures.KEEP.search(clause.text[: len(clause.text) - len(rest)]) or measures.KEEP_AFTER.match(after)
    return "keep" if kept and not re.search(r"\b(?:within|sous|under|dans)\s\S*\s?$", before) else "span"


def _named(text: Text) -> Iterator[Quantity]:
    """What has a word of its own: dates, hours of the day, how often, at once."""
    folded = text.folded
    for match in measures.DATE.finditer(folded):
        day = int((match["d1"] or match["d2"] or match["d3"]).removesuffix("er"))
        month = measures.MONTH[match["m1"] or match["m2"]] if match["m1"] or match["m2"] else 0
        if not month and re.match(r"\s(?:du mois suivant|of the (?:following|next) month)", folded[match.end() :]):
            day += 31
        yield _make(
            text,
            "day of month" if not month else "date",
            month * 31 + day,
            month * 31 + day,
            match.start(),
            match.end(),
        )
    for match in measures.PART_OF_MONTH.finditer(folded):
        day = {"e": 31, "f": 31, "m": 15}.get(match["part"][0], 5)
        yield _make(
            text,
            "date",
            measures.MONTH[match["month"]] * 31 + day,
            measures.MONTH[match["month"]] * 31 + day,
            match.start(),
            match.end(),
        )
    for match in measures.TIMES_PER.finditer(folded):
        every = _days(match) / measures.TIMES_N[match["n"]]
        yield _make(text, "every", every * 0.97, every * 1.03, match.start(), match.end())
    for match in (*measures.EACH.finditer(folded), *measures.ONE_PER.finditer(folded)):
        named = match.groupdict()
        every = (1.0 if named.get("morning") else _days(match)) * (2 if named.get("other") else 1)
        yield _make(text, "every", every * 0.97, every * 1.03, match.start(), match.end())
    for match in measures.EVERY_WORD.finditer(folded):
        yield _make(
            text, "every", measures.EVERY[match[1]] * 0.97, measures.EVERY[match[1]] * 1.03, match.start(), match.end()
        )
    for match in measures.CLOCK.finditer(folded):
        if (hour := _hour(folded, match)) is not None:
            yield _make(text, "clock", hour, hour, match.start(), match.end())
    for match in measures.INSTANT.finditer(folded):
        low, high = (0.0, 1.0) if match["same"] else (0.0, 0.5) if match["now"] else (0.9, 2.0)
        yield replace(_make(text, "time", low, high, match.start(), match.end()), bound=Bound.AT_MOST)
    for match in measures.NTH_DAY.finditer(folded):
        number = float(match["digits"] or measures.NTH[match["word"]])
        yield _make(text, "nth day", number, number, match.start(), match.end())
    for match in measures.FIRST_SPAN.finditer(folded):
        found = _make(text, "time", 0.0, _days(match) * 1.03, match.start(), match.end())
        yield replace(found, bound=Bound.AT_MOST)
    for match in measures.EACH_USE.finditer(folded):
        yield _make(text, "every", 0.0, 1.0, match.start(), match.end())
    for match in measures.BY_NUMBER.finditer(folded):
        count = {"three": 3.0, "trois": 3.0, "3": 3.0}.get(match["n"], 2.0)
        yield _make(text, "count person", count, count, match.start(), match.end())
    for match in measures.END_OF.finditer(folded):
        low, high = measures.END[next(name for name, found in match.groupdict().items() if found)]
        yield replace(_make(text, "time", low, high, match.start(), match.end()), bound=Bound.AT_MOST)
    for match in measures.WEEKLY.finditer(folded):
        yield _make(text, "every", 6.8, 7.2, match.start(), match.end())
    for match in measures.WEEKDAY_WORD.finditer(folded):
        yield _make(text, "weekday", measures.WEEKDAY[match[1]], measures.WEEKDAY[match[1]], match.start(), match.end())
    for match in measures.ALONE.finditer(folded):
        count = 1.0 if match["one"] else 2.0
        yield _make(text, "count person", count, count, match.start(), match.end())


def _days(match: re.Match[str]) -> float:
    return next(days for name, days in measures.DAY.items() if match[name])


def _hour(folded: str, match: re.Match[str]) -> float | None:
    """The hour of the day, None for a span such as *48 h* or *24 h avant*."""
    if name := match["name"]:
        return 12.0 if name in ("midi", "noon") else 24.0
    hour = int(match["hour"]) + int(match["minute"] or match["dot"] or 0) / 60
    if half := match["half"] or match["half2"]:
        return hour % 12 + 12 if half.startswith("p") else hour
    before = folded[max(0, match.start() - 16) : match.start()]
    sure = match["minute"] or re.search(
        r"\b(?:a|avant|apres|jusqu'a|des|until|at|before|by|from|after|vers|de|entre|et)\s$", before
    )
    return hour if sure and not measures.LEAD_AFTER.match(folded[match.end() : match.end() + 20]) else None


def _counted(text: Text) -> Iterator[Quantity]:
    """What has a number: the unit behind (or the currency before) says what of."""
    folded, found = text.folded, list(numbers(text.folded))
    for place, number in enumerate(found):
        first = (
            found[place - 1]
            if place and measures.RANGE.fullmatch(folded[found[place - 1].end : number.start])
            else None
        )
        if quantity := _measured(text, number, first):
            yield quantity
    for match in measures.TOGETHER.finditer(folded):
        count = float(list(numbers(match["n"]))[0].value) if not match["n"].isdigit() else float(match["n"])
        yield _make(text, "count person", count, count, match.start(), match.end())
    for match in measures.WHOLE.finditer(folded):
        days = measures.ALL[match["all"].split()[-1][-5:]] if match["all"] else _days(match)
        yield _make(text, "time", days * 0.7, days * 1.03, match.start(), match.end())
    for match in measures.FORTNIGHT.finditer(folded):
        days = 8.0 if match[0] == "huitaine" else 15.0
        yield _make(text, "time", days - 1, days, match.start(), match.end())
    for match in measures.HALF_WORD.finditer(folded):
        yield _make(text, "time", measures.HALF[match[1]], measures.HALF[match[1]], match.start(), match.end())
    for match in measures.ARTICLE_SPAN.finditer(folded):
        beside = re.match(r"\s([a-z]+)", folded[match.end() : match.end() + 20])
        if beside and match[0].startswith("a") and idea_of(beside[1]):  # a day badge
            continue
        days = _days(match) * (0.5 if match["half_"] else 1.0)
        yield _make(text, "time", days * 0.97, days * 1.03, match.start(), match.end())


def _measured(text: Text, number: Number, first: Number | None) -> Quantity | None:
    after = text.folded[number.end : number.end + 60]
    low = first.value if first and first.value <= number.value else number.value
    start = first.start if first and first.value <= number.value else number.start
    if money := measures.MONEY_AFTER.match(after):
        return _make(
            text, "money", low, number.value, start, number.end + money.end(), _tax(text, money["nature"], number.end)
        )
    if currency := measures.MONEY_BEFORE.search(text.folded[max(0, start - 5) : start]):
        return _make(
            text, "money", low, number.value, start - len(currency[0]), number.end, _tax(text, None, number.end)
        )
    if percent := measures.PERCENT_AFTER.match(after):
        return _make(text, "percent", low, number.value, start, number.end + percent.end())
    if span := measures.SPAN_AFTER.match(after):
        return _span(text, low, number.value, start, number.end + span.end(), span)
    unit = measures.UNIT_AFTER.match(after)
    if unit and not (number.spoken and len(unit["unit"].strip()) == 1):
        name = measures.SAME_UNIT.get(" ".join(unit["unit"].split()), unit["unit"].replace(" ", ""))
        base, scale = measures.SCALE.get(name, (name, 1.0))
        return _make(text, base, low * scale, number.value * scale, start, number.end + unit.end())
    if text.folded[number.start : number.end] in ("un", "une"):
        return None
    if thing := measures.THING_AFTER.match(after):
        words = [(found[0], found.end()) for found in measures.WORD.finditer(thing[0])]
        known = [(idea_of(word), end) for word, end in words if idea_of(word) in THINGS]
        idea, end = known[0] if known else (idea_of(words[0][0]), words[0][1])
        if words[0][0] in ("people", "personnes"):
            idea, end = "person", words[0][1]
        if idea:
            return _make(text, f"count {idea}", low, number.value, start, number.end + end)
    return None


def _span(text: Text, low: float, value: float, start: int, end: int, span: re.Match[str]) -> Quantity:
    days = _days(span)
    said = (span["j"] or "") + (span["nature"] or "")
    working = span["j"] and re.search(r"working|business|ouvr|week", said)
    nature = "working" if working else "calendar" if re.search(r"calend", said) else ""
    if measures.EVERY_BEFORE.search(text.folded[max(0, start - 12) : start]):
        return _make(text, "every", low * days * 0.97, value * days * 1.03, start, end)
    stretch = 7 / 5 if working and value >= 5 else 1.0
    about = 0.0 if span["j"] or span["h"] or span["min"] or span["w"] else 0.03
    if re.search(r"(?:quinz|huit)aine", text.folded[start:end]):  # a fortnight and a week, as French counts them
        low -= 1
    low_days = low * days * (5 / 7 if span["w"] else 1.0) * (1 - about)
    return _make(text, "time", low_days, value * days * stretch * (1 + about), start, end, nature)


def _tax(text: Text, nature: str | None, end: int) -> str:
    said = nature or ""
    if not said and (
        beside := re.match(
            r"[\s,(]{1,2}(ht|ttc|excluding (?:vat|tax)|including (?:vat|tax)|vat (?:included|excluded)|before vat)\b",
            text.folded[end : end + 22],
        )
    ):
        said = beside[1]
    if re.match(r"ht|hors|excl|before|plus vat", said) or "excluded" in said:
        return "ht"
    return "ttc" if re.match(r"ttc|toutes|incl|with vat|vat incl", said) else said
