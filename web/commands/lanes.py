"""The three lanes in a terminal, as pleasant as the page: procedures, answers, people, each with its reasons in words.

To be called while `web.opening.speaking`: sentences come from `web.sentences`, addresses from `web.addresses`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

import click

from indexer.hits import MARK_CLOSE, MARK_OPEN, AnswerHit, Found, PersonHit, ProcedureHit, Reason
from kb.model import Band, Person
from web import addresses
from web.sentences import band_text, empty_text, hit_standing_text, reason_text, warning_text

_WORDS = {
    "fr": {
        "procedures": "Procédures",
        "answers": "Réponses et pratiques",
        "people": "Qui sait",
        "correction": "Vouliez-vous dire : {} ?",
        "next_answered": "Lire la suite :",
        "next_ask": "Leur demander :",
    },
    "en": {
        "procedures": "Procedures",
        "answers": "Answers and practices",
        "people": "Who knows",
        "correction": "Did you mean: {}?",
        "next_answered": "Read on:",
        "next_ask": "Ask them:",
    },
}
_REASONS = 3
_INDENT = "   "


def shown(
    found: Found, language: str, people: Mapping[str, Person], site: str, width: int, lanes: Sequence[str] | None = None
) -> Iterator[str]:
    """The lines to print. `lanes` leaves some out; `site` is the address before paths."""
    words = _WORDS[language]
    if lanes is None:
        lanes = ("people", "answers", "procedures") if found.band is Band.ASK else ("procedures", "answers", "people")
        yield click.style(band_text(found), bold=True)
    yield from (click.style(note, fg="yellow") for note in found.notes)
    if found.correction:
        yield words["correction"].format(found.correction)
    for lane in lanes:
        hits: Sequence[ProcedureHit | AnswerHit | PersonHit] = getattr(found, lane)
        if not hits and lane not in found.empty:
            continue  # not asked for
        yield ""
        yield click.style(words[lane], bold=True, underline=True)
        if not hits:
            yield _INDENT + click.style(empty_text(lane, found.empty[lane]), dim=True)
        for hit in hits:
            yield from _hit(hit, people, site, width)
    yield ""
    yield _next(found, words, site)


def _hit(
    hit: ProcedureHit | AnswerHit | PersonHit, people: Mapping[str, Person], site: str, width: int
) -> Iterator[str]:
    room = width - len(_INDENT)
    if isinstance(hit, ProcedureHit):
        yield f" · {click.style(hit.title, bold=True)} {click.style(hit.key, fg='cyan')} " + click.style(
            f"({hit_standing_text(hit)})", dim=True
        )
    elif isinstance(hit, AnswerHit):
        author = people[hit.author].name if hit.author and hit.author in people else ""
        day = hit.at.date().isoformat() if hit.at else ""
        about = " · ".join(filter(None, (hit_standing_text(hit), warning_text(hit), author, day)))
        yield f" · {click.style(hit.title, bold=True)} {click.style(f'({about})', dim=True)}"
    else:
        person = people.get(hit.person)
        about = ", ".join(filter(None, (person.title, person.unit, person.site))) if person else ""
        yield f" · {click.style(hit.name, bold=True)}{click.style(f'  {about}', dim=True) if about else ''}"
    if not isinstance(hit, PersonHit) and hit.excerpt:
        yield _INDENT + excerpt(hit.excerpt, room)
    for reason in _reasons(hit.reasons, isinstance(hit, PersonHit)):
        yield from textwrap.wrap(reason, room, initial_indent=_INDENT, subsequent_indent=_INDENT + "  ")
    yield _INDENT + click.style(f"{site}{addresses.hit_url(hit)}", fg="blue")


def _reasons(reasons: Sequence[Reason], one_a_line: bool) -> list[str]:
    said = [(reason_text(each), each.at) for each in reasons[:_REASONS]]
    if one_a_line:
        return [f"- {text} ({at.date().isoformat()})" if at else f"- {text}" for text, at in said]
    return [" · ".join(text for text, _ in said)] if said else []


def excerpt(text: str, room: int) -> str:
    """One line of an excerpt around its first matched word, the matched words emphasised."""
    text = " ".join(text.split())
    first = text.find(MARK_OPEN)
    if first > room // 2:
        start = text.rfind(" ", 0, first - room // 4) + 1
        text = "…" + text[start:]
    line, length, inside = "", 0, False
    part = ""
    for letter in text:
        if letter in (MARK_OPEN, MARK_CLOSE):
            line += click.style(part, fg="yellow", bold=True) if inside else part
            part, inside = "", letter == MARK_OPEN
        elif length >= room - 1:
            part += "…"
            break
        else:
            part += letter
            length += 1
    return line + (click.style(part, fg="yellow", bold=True) if inside else part)


def _next(found: Found, words: Mapping[str, str], site: str) -> str:
    """The next step: read the best hit, or ask."""
    from urllib.parse import urlencode

    if found.band is Band.ANSWERED and (found.answers or found.procedures):
        firsts: list[AnswerHit | ProcedureHit] = [*found.answers[:1], *found.procedures[:1]]
        best = max(firsts, key=lambda hit: hit.score)
        return f"{words['next_answered']} {site}{addresses.hit_url(best)}"
    return f"{words['next_ask']} {site}/ask?{urlencode({'title': found.text})}"
