"""A text as the judge reads it: folded letter by letter (so that places in it are places in the original), cut into
sentences and clauses, each word under the idea that it names.

Two words of the thesaurus that mean the same (*facture*, *bill*) have one idea; any other word is its own stem.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from indexer.drift.thesaurus import ACTIONS, EMPTY, PHRASES, THINGS

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W\d_]{3,})*|€|%")
_SENTENCE = re.compile(r"(?<=[^\d\s][.!?…])\s+|(?<=\d[.!?])\s+(?=[A-ZÀ-Ý])|\n+")
_CLAUSE = re.compile(
    r"\s*[;:|()–—]\s+|\s+[–—-]\s+|,\s+(?=(?:mais|but|or|puis|then|sinon|otherwise|while|whereas|alors que|et "
    r"non|not|pas|so|donc|then"
    r"|meme|even|ensuite|afterwards|il|elle|on|nous|we|you|they|it|c'est|ca|i|je|tu|vous|inutile|no need|pas "
    r"besoin|nobody|personne|no one|sans|without|sauf|except)\b)"
    r"|\s+(?:mais|but|whereas|alors que|tandis que|while|however|cependant|par contre|en revanche)\s+"
)
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=\w)")
_ENDINGS = re.compile(r"(?:ements?|ations?|ment|tion|ings?|ees?|ies|ent|ant|ons|ers?|ez|es|ed|er|ir|ait|s|x|e|y)$")
BRIEF = 45  # words
_LENGTH = 7  # letters of a stem: what follows is grammar more often than meaning


def fold(text: str) -> str:
    """Small letters without accents, the same number of letters."""
    return "".join(_plain(letter) for letter in text)


@cache
def _plain(letter: str) -> str:
    if letter in "’ʼ‘":
        return "'"
    if letter.isspace():
        return "\n" if letter == "\n" else " "
    small = unicodedata.normalize("NFD", letter.lower())[:1]
    return "o" if small == "œ" else small


@cache
def stem(word: str) -> str:
    """The part of a folded word that its forms share."""
    if len(word) <= 4 or word[-1].isdigit():
        return word.rstrip("sx") if len(word) == 4 and word.isalpha() else word
    cut = _ENDINGS.sub("", word)
    return (cut if len(cut) >= 3 else word)[:_LENGTH]


@dataclass(frozen=True, slots=True)
class Word:
    """`idea`: what it names, empty for words that only hold others together. `acts`: it names something done."""

    text: str
    start: int
    end: int
    idea: str
    acts: bool


@dataclass(frozen=True, eq=False)
class Clause:
    """One statement of a text; `sentence` is the number of the sentence it stands in."""

    text: str
    start: int
    sentence: int
    words: tuple[Word, ...]

    @cached_property
    def ideas(self) -> frozenset[str]:
        return frozenset(word.idea for word in self.words if word.idea)

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, eq=False)
class Text:
    """Compared by identity, for what was found in it is remembered with it. `folded` has the letters of `original`, one
    for one."""

    original: str
    folded: str
    clauses: tuple[Clause, ...]

    @cached_property
    def ideas(self) -> frozenset[str]:
        return frozenset(idea for clause in self.clauses for idea in clause.ideas)

    @property
    def brief(self) -> bool:
        """Short enough to be about one thing throughout; a longer text wanders, and what it says of something must name
        it."""
        return sum(len(clause.words) for clause in self.clauses) <= BRIEF

    @cached_property
    def acts(self) -> frozenset[str]:
        return frozenset(word.idea for clause in self.clauses for word in clause.words if word.acts)

    def clause_at(self, place: int) -> Clause:
        return next((each for each in self.clauses if each.start <= place < each.end), self.clauses[-1])

    def sentence_ideas(self, number: int) -> frozenset[str]:
        return frozenset(idea for each in self.clauses if each.sentence == number for idea in each.ideas)

    def excerpt(self, start: int, end: int, around: int = 36) -> str:
        """The original words from `start` to `end` with some before and after, whole words only."""
        first, last = max(0, start - around), min(len(self.original), end + around)
        while first > 0 and not self.original[first - 1].isspace():
            first -= 1
        while last < len(self.original) and not self.original[last].isspace():
            last += 1
        cut = " ".join(self.original[first:last].split())
        return f"{'… ' if first else ''}{cut}{' …' if last < len(self.original) else ''}"


@lru_cache(maxsize=512)
def read(text: str) -> Text:
    """A text, ready to be compared. One without a letter has one empty clause."""
    clean = re.sub(r"[*`#>]", " ", text)
    folded = fold(clean)
    clauses = tuple(_clauses(clean, folded)) or (Clause("", 0, 0, ()),)
    return Text(clean, folded, clauses)


def _clauses(text: str, folded: str) -> Iterator[Clause]:
    for number, (start, end) in enumerate(_parts(text, _SENTENCE, 0)):
        for left, right in _parts(folded[start:end], _CLAUSE, start):
            words = tuple(words_of(folded, left, right))
            if words:
                yield Clause(folded[left:right], left, number, words)


def _parts(text: str, between: re.Pattern[str], offset: int) -> Iterator[tuple[int, int]]:
    place = 0
    for found in between.finditer(text):
        yield offset + place, offset + found.start()
        place = found.end()
    yield offset + place, offset + len(text)


def words_of(folded: str, start: int, end: int) -> Iterator[Word]:
    """The words between two places, phrases of the thesaurus as one word."""
    place = start
    while found := _WORD.search(folded, place, end):
        phrase = _phrase().match(folded, found.start(), end)
        if phrase:
            idea = PHRASES[" ".join(phrase[0].split())]
            yield Word(phrase[0], phrase.start(), phrase.end(), idea, idea in ACTIONS)
            place = phrase.end()
            continue
        text, left = found[0], found.start()
        if elided := _ELISION.match(text):
            text, left = text[elided.end() :], left + elided.end()
        idea = idea_of(text)
        yield Word(text, left, found.end(), idea, idea in ACTIONS)
        place = found.end()


@cache
def _phrase() -> re.Pattern[str]:
    longest = sorted(PHRASES, key=len, reverse=True)
    return re.compile(r"(?:" + "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in longest) + r")(?![\w])")


@cache
def idea_of(word: str) -> str:
    """The idea that a folded word names; empty for words without one and for numbers."""
    if word in EMPTY or word[0].isdigit() or (len(word) < 3 and word not in _exact()):
        return ""
    if word in _exact():
        return _exact()[word]
    for length in range(len(word), 2, -1):
        if idea := _prefixes().get(word[:length]):
            return idea
    return f"{stem(word)}'" if stem(word) in ACTIONS or stem(word) in THINGS else stem(word)


@cache
def _exact() -> dict[str, str]:
    return {word: idea for idea, words in _groups() for word in words if not word.endswith("*")}


@cache
def _prefixes() -> dict[str, str]:
    return {word[:-1]: idea for idea, words in _groups() for word in words if word.endswith("*")}


def _groups() -> Iterator[tuple[str, list[str]]]:
    for table in (ACTIONS, THINGS):
        for idea, words in table.items():
            yield idea, words.split()
