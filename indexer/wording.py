"""From what somebody typed to the weighted terms that the index is asked for.

Each word is analysed in every language and exactly, and its terms stay together: a pasted message keeps the words that
tell most, and a word that stands nowhere is replaced by its nearest. "Nowhere" always means in no passage the reader
may see, so that neither results nor suggestions tell of hidden ones.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from indexer.analysis import LANGUAGES, ExactTerm, exact_terms, fold, language_analyzer, stop_words
from indexer.postings import Mask, Snapshot, Term
from indexer.segments import Cache, Segment
from indexer.spelling import Vocabulary, correctable

TITLE_WEIGHT, TEXT_WEIGHT, EXACT_WEIGHT = 0.25, 1.0, 0.4
GUESS_WEIGHT = 0.5  # of a nearest word that stands in for one that was found nowhere
GUESSES = 3  # nearest words that stand in for one
MOST_GUESSED = 5  # unknown words of a query that are looked up
MOST_COVERED = 16  # words of which the coverage is told
MOST_WORDS = 48  # of a pasted message; those that tell most are kept

ANALYZERS = {language: language_analyzer(language) for language in LANGUAGES}
_HYPHENED = re.compile(r"[\w-]+")
_STOP_WORDS = frozenset.intersection(*(stop_words(language) for language in LANGUAGES))


@dataclass
class Word:
    """One word of a query: its exact form and the index terms it asks for."""

    exact: ExactTerm
    terms: list[Term] = field(default_factory=list)

    def stands(self, snapshot: Snapshot, admitted: Mask) -> bool:
        """Whether any of its terms is in an admitted passage (a title's words stand in the text field as well)."""
        asked = (term for term in reversed(self.terms) if not term.field.startswith("title_"))
        return any(snapshot.stands(term.field, term.text, admitted) for term in asked)


def normal(text: str) -> str:
    """Text with each accented letter as one character, as every analyzer expects it."""
    return unicodedata.normalize("NFC", text)


def asked_words(text: str) -> list[Word]:
    """The words of a (normal) query in order, each with its terms in all fields; words without terms are left out."""
    words = [Word(term) for term in exact_terms(text) if not term.part]
    starts = [word.exact.start for word in words]
    for language in LANGUAGES:
        for token in ANALYZERS[language](text, chars=True):
            word = words[max(0, bisect_right(starts, token.startchar) - 1)]
            word.terms.append(Term(f"title_{language}", token.text, TITLE_WEIGHT))
            word.terms.append(Term(f"text_{language}", token.text, TEXT_WEIGHT))
    for word in words:
        if word.exact.whole or (len(word.exact.text) > 1 and word.exact.text not in _STOP_WORDS):
            word.terms.append(Term("exact", word.exact.text, EXACT_WEIGHT))
    return [word for word in words if word.terms]


def codes(text: str) -> list[str]:
    """The codes in a text, of a machine, a form, a procedure: words with a digit."""
    words = (word.strip("-") for word in _HYPHENED.findall(text))
    return [word for word in words if len(word) > 1 and any(map(str.isdigit, word))]


class Asked(NamedTuple):
    """A word of a query with the terms it asks for: those of its nearest words where it stands nowhere itself."""

    word: Word
    terms: list[Term]


def asked(snapshot: Snapshot, text: str, admitted: Mask, cache: Cache) -> list[Asked]:
    """The words of a (normal) query that tell most, in order, each with its terms, unknown ones by their nearest."""
    words = asked_words(text) or [_literally(term) for term in exact_terms(text) if not term.part]
    found, guessed = [], 0
    for word in _telling(snapshot, words):
        terms = word.terms
        if guessed < MOST_GUESSED and correctable(word.exact.text) and not word.stands(snapshot, admitted):
            guessed += 1
            terms = list(_guesses(snapshot, word.exact.text, admitted, cache))
        found.append(Asked(word, terms))
    return found


def weighted_terms(words: Sequence[Asked]) -> list[Term]:
    """The terms of a query, each once."""
    chosen: dict[tuple[str, str], Term] = {}
    for word in words:
        for term in word.terms:
            known = chosen.setdefault((term.field, term.text), term)
            if known.weight < term.weight:
                chosen[term.field, term.text] = term
    return list(chosen.values())


def worded(snapshot: Snapshot, words: Sequence[Asked]) -> Iterator[tuple[float, list[Term]]]:
    """The words that tell most: how much each does (its rarity) and the terms by which a passage may hold it, none for
    a word that stands nowhere. Title terms are left out: a title's words stand in the text field as well."""
    telling = {word.exact.text for word in _telling(snapshot, [each.word for each in words], MOST_COVERED)}
    for word, terms in words:
        if word.exact.text in telling and word.exact.text not in _STOP_WORDS:
            known = [term for term in terms if not term.field.startswith("title_") and snapshot.frequency(*term[:2])]
            yield min((snapshot.rarity(*term[:2]) for term in known), default=snapshot.rarity("exact", "")), known


def _literally(term: ExactTerm) -> Word:
    """A query of stop words alone asks for them exactly."""
    return Word(term, [Term("exact", term.text, EXACT_WEIGHT)])


def _guesses(snapshot: Snapshot, word: str, admitted: Mask, cache: Cache) -> Iterator[Term]:
    for near in nearest_words(snapshot, word, admitted, cache):
        for asked in asked_words(near):
            for term in asked.terms:
                yield term._replace(weight=term.weight * GUESS_WEIGHT)


def _telling(snapshot: Snapshot, words: list[Word], most: int = MOST_WORDS) -> list[Word]:
    """At most `most` different words, in the order typed: those that tell most, by rarity times repetition."""
    distinct = {word.exact.text: word for word in words}
    if len(distinct) <= most:
        return list(distinct.values())
    repeated = Counter(word.exact.text for word in words)

    def weight(text: str) -> float:
        asked = [term for term in distinct[text].terms if not term.field.startswith("title_")]
        rarities = [snapshot.rarity(*term[:2]) for term in asked if snapshot.frequency(*term[:2])]
        return repeated[text] * min(rarities, default=0.0)

    kept = set(sorted(distinct, key=weight, reverse=True)[:most])
    return [word for text, word in distinct.items() if text in kept]


def nearest_words(snapshot: Snapshot, word: str, admitted: Mask, cache: Cache) -> list[str]:
    """At most `GUESSES` (folded) words of admitted passages: those with the fewest edits, the most frequent first."""
    if not correctable(word):
        return []
    found: dict[str, tuple[int, int]] = {}
    for segment in snapshot.segments:
        for near, edits, frequency in near_words(segment, word, cache):
            found[near] = edits, found.get(near, (0, 0))[1] - frequency
    nearest: list[str] = []
    for near in sorted(found, key=lambda near: (found[near], near)):
        if len(nearest) == GUESSES or (nearest and found[near][0] > found[nearest[0]][0]):
            break
        if snapshot.stands("exact", near, admitted):
            nearest.append(near)
    return nearest


def near_words(segment: Segment, word: str, cache: Cache) -> list[tuple[str, int, int]]:
    """`Vocabulary.near` of one segment, remembered."""

    def vocabulary() -> Vocabulary:
        return Vocabulary(segment.vocabulary("exact"))

    def near() -> list[tuple[str, int, int]]:
        known: Vocabulary = cache.get((segment.name, "vocabulary"), vocabulary, lambda value: value.memory)
        return known.near(word)

    found: list[tuple[str, int, int]] = cache.get((segment.name, "near", word), near, lambda value: 100 * len(value))
    return found


def with_accents(snapshot: Snapshot, word: str, admitted: Mask, cache: Cache) -> str:
    """A folded word as admitted passages mostly write it: `procedure` becomes `procédure`."""
    spellings = {spelling for segment in snapshot.segments for spelling in _spellings(segment, cache).get(word, ())}
    rows = {spelling: snapshot.rows("accented", spelling, admitted) for spelling in spellings}
    plain = np.setdiff1d(snapshot.rows("exact", word, admitted), np.concatenate([[], *rows.values()]))
    best = max(sorted(rows), key=lambda spelling: len(rows[spelling]), default=word)
    return best if best in rows and len(rows[best]) >= max(1, len(plain)) else word


def _spellings(segment: Segment, cache: Cache) -> dict[str, list[str]]:
    def read() -> dict[str, list[str]]:
        spellings: dict[str, list[str]] = {}
        for written, _ in segment.vocabulary("accented"):
            spellings.setdefault(fold(written), []).append(written)
        return spellings

    found: dict[str, list[str]] = cache.get((segment.name, "spellings"), read, lambda value: 300 * len(value))
    return found
