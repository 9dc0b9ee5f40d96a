"""What a person typed, understood: words, "phrases", -without, and filters of our own (never the engine's syntax).

    in:common by:claire-vasseur kind:procedure tag:frais lang:fr before:2026-01-01 after:2025 is:unanswered

`in:` takes a space's id or name, `by:` a person's id, name or e-mail, in quotes where there are blanks. A filter that
makes no sense is taken as words, and `notes` says so: searching never fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

LENGTH_LIMIT = 4_000
_TOKEN = re.compile(r'(-?)"([^"]+)"|(-?)(\w+):("[^"]+"|\S+)|(\S+)')
_NAMES = {
    "in": "space", "dans": "space", "by": "person", "par": "person", "kind": "kind", "type": "kind", "tag": "tag",
    "lang": "language", "langue": "language", "before": "before", "avant": "before", "after": "after",
    "apres": "after", "après": "after", "is": "state", "est": "state",
}  # fmt: skip
KINDS = {
    "procedure": "procedures", "procédure": "procedures", "answer": "answers", "réponse": "answers",
    "question": "answers", "practice": "answers", "pratique": "answers", "person": "people", "personne": "people",
}  # fmt: skip
PRACTICES = frozenset({"practice", "pratique"})
STATES = {
    "unanswered": "unanswered", "sans-réponse": "unanswered", "accepted": "accepted", "acceptée": "accepted",
    "verified": "verified", "vérifiée": "verified",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """`words` is what is looked for; everything else narrows it. Dates are POSIX seconds."""

    words: str
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    space: str | None = None
    person: str | None = None
    lane: str | None = None
    practices: bool = False  # of their lane, practices alone
    tag: str | None = None
    language: str | None = None
    before: float | None = None
    after: float | None = None
    state: str | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def filtered(self) -> bool:
        """Whether anything but words was asked for."""
        return self != Query(self.words)


def question(text: str) -> Query:
    """A question asked of a colleague: all of it is words."""
    return Query(_tidy(text))


def parse(text: str) -> Query:
    """A search as typed into a search box."""
    query = Query("")
    words: list[str] = []
    for part, value in _parts(_tidy(text)):
        if part == "word":
            words.append(value)
        elif part == "phrase":
            words.append(value)
            query = replace(query, phrases=(*query.phrases, value))
        elif part == "without":
            query = replace(query, without=(*query.without, value))
        else:
            understood = _filter(query, part, value)
            if understood is None:
                words.append(value)
                query = replace(query, notes=(*query.notes, f"{part}:{value}"))
            else:
                query = understood
    return replace(query, words=" ".join(words))


def _tidy(text: str) -> str:
    """One line of whole characters (half ones, which no keyboard makes, are dropped), of bearable length."""
    return " ".join(text.encode("utf-8", "ignore").decode("utf-8").split())[:LENGTH_LIMIT].rstrip()


def _parts(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        minus, phrase, minus_name, name, value, word = found.groups()
        if phrase:
            yield ("without" if minus else "phrase"), phrase
        elif name and name.lower() in _NAMES and not minus_name:
            yield name.lower(), value.strip('"')
        else:
            whole = found[0] if name else word
            if whole.startswith("-") and len(whole) > 2 and whole[1:].isalpha():
                yield "without", whole[1:]
            else:
                if word := whole.strip('"'):
                    yield "word", word


def _filter(query: Query, name: str, value: str) -> Query | None:
    match _NAMES[name]:
        case "space":
            return replace(query, space=value)
        case "person":
            return replace(query, person=value)
        case "kind" if value.lower() in KINDS:
            return replace(query, lane=KINDS[value.lower()], practices=value.lower() in PRACTICES)
        case "tag":
            return replace(query, tag=value.lower())
        case "language" if value.lower() in ("fr", "en"):
            return replace(query, language=value.lower())
        case "before" if (moment := _moment(value)) is not None:
            return replace(query, before=moment)
        case "after" if (moment := _moment(value)) is not None:
            return replace(query, after=moment)
        case "state" if value.lower() in STATES:
            return replace(query, state=STATES[value.lower()])
    return None


def _moment(value: str) -> float | None:
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None
