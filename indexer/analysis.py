"""How text becomes index terms, in French, English and exactly.

Language analyzers lowercase, cut elisions (l'entreprise), drop stop words, stem with Snowball and only then fold the
accents, because the French stemmer needs them. The `exact` analyzer folds and never stems: it keeps codes and technical
names whole (TRV-01, C++, .NET, v2.7.5) and yields their parts beside them, so that either spelling is found.

Whoosh pickles these classes into the index: moving or renaming one means a new `lexical.INDEX_NAME`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from whoosh.analysis import Filter, LowercaseFilter, RegexTokenizer, StopFilter, Token, Tokenizer
from whoosh.lang import stemmer_for_language

LANGUAGES = ("fr", "en")
LONGEST_TERM = 64  # characters; longer tokens are blobs (base64, minified code) that nobody types


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


FRENCH_STOP_WORDS = _listed(
    """a à afin ai ainsi alors après as au aucun aucune auquel aura aurait aussi autre autres aux auxquelles
    auxquels avaient avait avant avec avez avoir avons ayant bien bon c ça car ce ceci cela celle celles celui cependant
    certaines certains ces cet cette ceux chaque chez ci combien comme comment d dans de depuis des dès dois doit
    doivent donc dont du elle elles en encore entre es est et étaient était étant été êtes être eu eux faire fais
    faisons fait faites faudra faut font fut grâce hors il ils j je jusque l la là laquelle le lequel les lesquelles
    lesquels leur leurs lors lorsque lui m ma mais me même mêmes merci mes moi moins mon n ne ni nos notre nôtre nous on
    ont ou où oui par parce pas pendant peu peut peuvent peux plus plutôt pour pourquoi pourra pourrait pouvez pouvoir
    pouvons près puis puisque qu quand que quel quelle quelles quelqu'un quelque quelques quels qui quoi rien s sa sans
    sauf se sera serait si soient soit sommes son sont sous souvent sur t ta tandis tant te tel telle telles tels tes
    toi ton toujours tous tout toute toutes très trop tu un une va vais vers veux via voici voilà vont vos votre vôtre
    vous voudrais vu y"""
)
ENGLISH_STOP_WORDS = _listed(
    """a about after again all also am an and another any anybody anyone anything are aren't as at away be because been
    before being between both but by can can't cannot could couldn't did didn't do does doesn't doing don't done during
    each either else ever every everyone for from get gets getting give go going got had has hasn't have haven't having
    he hello help her here hers herself hi him himself his how however i i'd i'll i'm i've if in into is isn't it it's
    its itself just let let's like may maybe me might mine more most much must my myself need neither no nobody nor not
    now of off often on once one only onto or other our ours out over own please possible quite rather really same she
    should shouldn't since so some somebody someone something still such than thank thanks that that's the their theirs
    them themselves then there there's these they thing this those though through thus to too try trying under until up
    upon us use very via want wants was wasn't way we we're we've well were what what's when where whether which while
    who whom whose why will with within without won't would wouldn't yes yet you you'd you'll you're you've your yours
    yourself"""
)
# Stop words of one language that carry meaning in the other (le but, l'or, un an; a car, a comment, a son).
_MEANT_IN_FRENCH = _listed("an as but do go if me mine on or own over son the thing us use")
_MEANT_IN_ENGLISH = _listed("bon car comment encore fut grâce lors par plus pour sans sera son sous sur ton tel vu")

_ELISION = r"(?<!\w)(?:[cdjlmnst]|ç|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ](?=\w)"
_HYPHENS = str.maketrans({"‐": "-", "‑": "-", "’": "'", "ʼ": "'"})
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_EXACT = re.compile(
    rf"""(?P<elision>{_ELISION})
    | (?P<term> [\w.+-]+@[\w-]+(?:\.[\w-]+)+            # jean.dupont@example.org
      | (?:(?<![\w.])\.(?=[^\W\d_]))?                   # .NET
        [^\W_]+ (?:[-‐‑._/'’ʼ][^\W_]+)*                 # ISO-17025, ORA-12154, v2.7.5, prud'hommes
        (?:\+{{1,2}}(?![\w+])|\#(?!\w))? )              # C++, C#""",
    re.VERBOSE | re.IGNORECASE,
)
_PART = re.compile(r"[^\W_]+")
_VERSION = re.compile(r"v(\d+(?:\.\d+)+)")


def fold(text: str) -> str:
    """Lower case without accents: `Procédure` and `PROCEDURE` are both `procedure`; œ is oe, ß is ss."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.casefold()).replace("œ", "oe").replace("æ", "ae").replace("ø", "o")
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def stop_words(language: str) -> frozenset[str]:
    """Words too common to search for in a text of `language`: its own, and the other language's that mean nothing here.

    Both as written and folded (`être`, `etre`), without apostrophes, as `ElisionFilter` leaves them.
    """
    if language == "fr":
        words = FRENCH_STOP_WORDS | (ENGLISH_STOP_WORDS - _MEANT_IN_FRENCH)
    else:
        words = ENGLISH_STOP_WORDS | (FRENCH_STOP_WORDS - _MEANT_IN_ENGLISH)
    words = frozenset(word.replace("'", "") for word in words)
    meant = _MEANT_IN_FRENCH if language == "fr" else _MEANT_IN_ENGLISH
    own = FRENCH_STOP_WORDS if language == "fr" else ENGLISH_STOP_WORDS
    return words | frozenset(folded for folded in map(fold, words) if folded not in meant or folded in own)


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The folded Snowball stem of a lower-case word (Porter 2001, snowballstem.org)."""
    return fold(_stemmer(language)(word))


@lru_cache
def _stemmer(language: str) -> Any:
    return stemmer_for_language(language)


class ElisionFilter(Filter):  # type: ignore[misc]
    """Cuts l' d' j' qu' jusqu' ... off the front of a token, and the apostrophes left inside (prud'hommes, don't)."""

    _elision = re.compile(_ELISION)

    def __call__(self, tokens: Iterator[Token]) -> Iterator[Token]:
        for token in tokens:
            while found := self._elision.match(token.text):
                token.text = token.text[found.end() :]
                if token.chars:
                    token.startchar += found.end()
            token.text = token.text.translate(_HYPHENS).removesuffix("'s").replace("'", "")
            yield token


class StemFilter(Filter):  # type: ignore[misc]
    """Snowball stems, folded after stemming."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, tokens: Iterator[Token]) -> Iterator[Token]:
        for token in tokens:
            token.text = stem(token.text, self.language)
            yield token


class ExactTerm(NamedTuple):
    """One exact term: `whole` marks a code or name with parts, `part` a piece of one; a plain word is neither.

    `position` counts words (a whole stands where its first part stands); `start` and `end` are characters of the text.
    """

    text: str
    position: int
    start: int
    end: int
    whole: bool = False
    part: bool = False


def exact_terms(text: str) -> Iterator[ExactTerm]:
    """The exact terms of `text`, in order; elided articles are skipped, stop words are kept (phrases need them)."""
    position = 0
    for found in _EXACT.finditer(text):
        if found["elision"]:
            continue
        written, start = found["term"], found.start()
        parts = list(_PART.finditer(written))
        if len(parts) == 1 and len(parts[0][0]) == len(written):
            yield ExactTerm(fold(written)[:LONGEST_TERM], position, start, found.end())
            position += 1
            continue
        whole = fold(written.translate(_HYPHENS))
        if len(whole) <= LONGEST_TERM:
            yield ExactTerm(whole, position, start, found.end(), whole=True)
            if version := _VERSION.fullmatch(whole):
                yield ExactTerm(version[1], position, start + 1, found.end(), whole=True)
        for part in parts:
            folded = fold(part[0])[:LONGEST_TERM]
            yield ExactTerm(folded, position, start + part.start(), start + part.end(), part=True)
            position += 1


class ExactTokenizer(Tokenizer):  # type: ignore[misc]
    """`exact_terms` as Whoosh tokens."""

    def __call__(
        self, value: str, positions: bool = False, chars: bool = False, keeporiginal: bool = False,
        removestops: bool = True, start_pos: int = 0, start_char: int = 0, mode: str = "", **attributes: Any,
    ) -> Iterator[Token]:  # fmt: skip
        token = Token(positions, chars, removestops=removestops, mode=mode, **attributes)
        for term in exact_terms(value):
            token.text, token.boost, token.stopped = term.text, 1.0, False
            if keeporiginal:
                token.original = value[term.start : term.end]
            if positions:
                token.pos = start_pos + term.position
            if chars:
                token.startchar, token.endchar = start_char + term.start, start_char + term.end
            yield token


class AccentedTokenizer(Tokenizer):  # type: ignore[misc]
    """Only the words that folding changes, in lower case: suggestions are spelt with their accents from these."""

    def __call__(self, value: str, mode: str = "", **attributes: Any) -> Iterator[Token]:
        token = Token(mode=mode)
        for term in exact_terms(value):
            written = value[term.start : term.end].lower()
            if not term.whole and written != term.text:
                token.text, token.boost, token.stopped = written, 1.0, False
                yield token


def language_analyzer(language: str) -> Any:
    """The stemming analyzer of `language` ("fr" or "en"); one-letter words are left to the exact field."""
    return (
        RegexTokenizer(expression=_WORD)
        | LowercaseFilter()
        | ElisionFilter()
        | StopFilter(stoplist=stop_words(language), minsize=2, maxsize=LONGEST_TERM)
        | StemFilter(language)
    )


def exact_analyzer() -> Any:
    """The folded, unstemmed analyzer that keeps codes whole and yields their parts."""
    return ExactTokenizer()


def accented_analyzer() -> Any:
    """The analyzer that keeps only words with accents."""
    return AccentedTokenizer()
