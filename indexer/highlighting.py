"""The part of a passage that shows why it was found, with the matched words marked.

Marks are private-use characters, not HTML: the web layer escapes first and then turns them into `<mark>`, so that no
text can smuggle markup in.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from indexer.analysis import LANGUAGES, exact_terms, language_analyzer, stem, stop_words

BEGIN, END = "\ue000", "\ue001"
_ANALYZERS = {language: language_analyzer(language) for language in LANGUAGES}


class _Match(NamedTuple):
    start: int
    end: int
    stem: str


def highlight(text: str, words: str, language: str, characters: int = 240) -> str:
    """At most `characters` of `text` around the richest group of matched words; the beginning when none match.

    A word matches by its stem in `language` or exactly. An ellipsis stands where text was cut (beyond `characters`, as
    are the marks), line breaks become spaces, and marks already in the text are removed.
    """
    text = " ".join(text.replace(BEGIN, "").replace(END, "").split())
    matches = _matches(text, words, language)
    start, end = _around(text, *_richest(matches, characters), characters)
    pieces, place = ["…" if start else ""], start
    for match in matches:
        if start <= match.start and match.end <= end:
            pieces += [text[place : match.start], BEGIN, text[match.start : match.end], END]
            place = match.end
    return "".join([*pieces, text[place:end], "…" if end < len(text) else ""])


def _matches(text: str, words: str, language: str) -> list[_Match]:
    """The words of `text` that the query asks for, in order, without overlaps."""
    stems, exact = _asked(words, language)
    found = [
        _Match(token.startchar, token.endchar, token.text)
        for token in _ANALYZERS[language](text, chars=True)
        if token.text in stems
    ]
    found += [
        _Match(term.start, term.end, stem(term.text, language)) for term in exact_terms(text) if term.text in exact
    ]
    kept: list[_Match] = []
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


@lru_cache(maxsize=64)
def _asked(words: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems and the exact terms of a query, the same for every hit it found."""
    exact = {term.text for term in exact_terms(words) if not term.part} - stop_words(language)
    return frozenset(token.text for token in _ANALYZERS[language](words)), frozenset(exact)


def _richest(matches: list[_Match], characters: int) -> tuple[int, int]:
    """Start and end of the group within `characters` that holds the most different matches, then the most."""
    best, chosen = (0, 0), (0, 0)
    for first, match in enumerate(matches):
        group = [other for other in matches[first : first + 50] if other.end <= match.start + characters]
        richness = len({other.stem for other in group}), len(group)
        if richness > best:
            best, chosen = richness, (match.start, group[-1].end)
    return chosen


def _around(text: str, first: int, last: int, characters: int) -> tuple[int, int]:
    """Widen [first, last) to `characters` by context on both sides, cut between words where there are spaces."""
    if len(text) <= characters:
        return 0, len(text)
    spare = max(0, characters - (last - first))
    start = max(0, min(first - spare // 3, len(text) - characters))
    end = min(len(text), start + characters)
    if start and (space := text.find(" ", start - 1, first)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", max(last, start + 1), end + 1)) >= 0:
        end = space
    return start, end
