"""Numbers in a text, in figures and in French and English words: `1 500`, `1.5k`, *vingt-quatre*, *une quinzaine*."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS = {
    "zero": 0,
    "one": 1,
    "un": 1,
    "une": 1,
    "two": 2,
    "deux": 2,
    "both": 2,
    "three": 3,
    "trois": 3,
    "four": 4,
    "quatre": 4,
    "five": 5,
    "cinq": 5,
    "six": 6,
    "seven": 7,
    "sept": 7,
    "eight": 8,
    "huit": 8,
    "nine": 9,
    "neuf": 9,
    "ten": 10,
    "dix": 10,
    "eleven": 11,
    "onze": 11,
    "twelve": 12,
    "douze": 12,
    "thirteen": 13,
    "treize": 13,
    "fourteen": 14,
    "quatorze": 14,
    "fifteen": 15,
    "quinze": 15,
    "sixteen": 16,
    "seize": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "vingt": 20,
    "vingts": 20,
    "thirty": 30,
    "trente": 30,
    "forty": 40,
    "quarante": 40,
    "fifty": 50,
    "cinquante": 50,
    "sixty": 60,
    "soixante": 60,
    "seventy": 70,
    "septante": 70,
    "eighty": 80,
    "ninety": 90,
    "nonante": 90,
    "dozen": 12,
    "douzaine": 12,
    "quinzaine": 15,
    "dizaine": 10,
    "huitaine": 8,
    "vingtaine": 20,
    "trentaine": 30,
    "couple": 2,
    "few": 3,
    "several": 3,
    "quelques": 3,
    "plusieurs": 3,
    "single": 1,
    "seul": 1,
    "seule": 1,
}
_TIMES = {
    "hundred": 100,
    "cent": 100,
    "cents": 100,
    "thousand": 1_000,
    "mille": 1_000,
    "million": 1_000_000,
    "millions": 1_000_000,
}
_WORDS = "|".join(sorted({*_UNITS, *_TIMES}, key=len, reverse=True))
_A = r"a (?=(?:hundred|thousand|million|dozen|couple|few|single)\b)"  # the French *à deux* is no *a hundred*
_SPOKEN = re.compile(
    rf"(?<![\w'-])(?:une? |{_A})?(?:{_WORDS})(?:(?:-et-|-| et | and | )(?:{_WORDS}))*(?!\w|-(?!euro|day|week|month"
    rf"|year|hour))"
)
_FIGURES = re.compile(
    r"(?<![\w.,§/-])(?P<minus>(?<=[\s(])[-−](?=\d))?(?<!\d-)(?P<whole>\d{1,3}(?:[ .,']\d{3})+(?!\d)"
    r"|\d+)(?:[.,](?P<part>\d{1,2}|\d{4,})(?!\d))?(?:\s?(?P<kilo>k|m))?(?=\b|€|\$|£|%|°|[a-z])"
)


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    start: int
    end: int
    spoken: bool


def numbers(folded: str) -> Iterator[Number]:
    """Every number of a folded text, in order."""
    found = [*_written(folded), *_said(folded)]
    return iter(sorted(found, key=lambda each: each.start))


def _written(folded: str) -> Iterator[Number]:
    for match in _FIGURES.finditer(folded):
        whole, part = match["whole"], match["part"]
        if part is None and re.fullmatch(r"0[.,]\d{3}", whole):  # 0,636 is no thousand
            value = float(whole.replace(",", "."))
        else:
            value = float(re.sub(r"\D", "", whole)) + (float(f"0.{part}") if part else 0.0)
        if match["minus"]:
            value = -value
        end = match.end()
        if kilo := match["kilo"]:
            after = folded[match.end("kilo") : match.end("kilo") + 4]
            if re.match(r"\s?(?:€|eur|\$|£|usd|gbp|\b(?!\w))", after) and (
                kilo == "k" or re.match(r"\s?[€e$£]", after)
            ):
                value *= 1_000 if kilo == "k" else 1_000_000
            else:
                end = len(folded[: match.start("kilo")].rstrip())
        yield Number(value, match.start(), end, spoken=False)


def _said(folded: str) -> Iterator[Number]:
    for match in _SPOKEN.finditer(folded):
        words = [word for word in re.split(r"[\s-]+", match[0]) if word not in ("a", "et", "and")]
        if len(words) > 1 and words[0] in ("un", "une") and words[1] in _UNITS:  # une quinzaine, un seul
            words = words[1:]
        yield Number(_value(words), match.start(), match.end(), spoken=True)


def _value(words: list[str]) -> float:
    total = group = 0.0
    for word in words:
        if word in _TIMES:
            times = _TIMES[word]
            group = max(group, 1) * times
            if times >= 1_000:
                total, group = total + group, 0.0
        elif word in ("vingt", "vingts") and group == 4:
            group = 80
        else:
            group += _UNITS[word]
    return total + group
