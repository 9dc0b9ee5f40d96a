"""What comes first: *before X, do Y* in the duty, *Y, then X later* in the practice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.drift import stance
from indexer.drift.subjects import shared
from indexer.drift.words import Clause, Text

_BEFORE = re.compile(
    r"\b(?:before|avant|prior to|prealable\w*|beforehand|in advance|a l'avance|au prealable|d'abord|first|until"
    r"|jusqu'a ce que|tant que|upfront|ahead of|en amont|tout de suite|right away|straight away)\b"
)
_AFTER = re.compile(
    r"\b(?:after the fact|apres coup|afterwards|after|apres(?!-midi)|afterwards|once|une fois|retroactiv\w*|a "
    r"posteriori|regularis\w*|later|plus tard|ensuite|puis|then|subsequently|following|apres coup|dans un second "
    r"temps|after the fact|at the end|en fin de|le soir|in the evening)\b"
)

_NUMBER = re.compile(r"\s?(?:le |the )?\d")
_NEXT = re.compile(
    r"puis|then|ensuite|afterwards|subsequently|later|plus tard|apres coup|after the fact|dans un second temps|a "
    r"posteriori|retroactiv|at the end|en fin de|le soir|in the evening"
)
_THEN = re.compile(r"puis|then|ensuite")
_EARLY = re.compile(
    r"prealable|au prealable|beforehand|in advance|a l'avance|d'abord|first|upfront|en amont|tout de suite|right "
    r"away|straight away"
)
_LATE = re.compile(
    r"afterwards|retroactiv|a posteriori|regularis|later|plus tard|ensuite|subsequently|apres coup|dans un second "
    r"temps|after the fact"
)


@dataclass(frozen=True, slots=True)
class Sequence:
    """`first` comes before `then`."""

    first: frozenset[str]
    then: frozenset[str]
    word: str
    clause: Clause
    start: int
    end: int


def sequences(text: Text) -> list[Sequence]:
    found = []
    for clause in text.clauses:
        for pattern, before in ((_BEFORE, True), (_AFTER, False)):
            for match in pattern.finditer(clause.text):
                if _NUMBER.match(clause.text, match.end()):
                    continue
                left, right = _sides(clause, match)
                first, then = (left, right) if before else (right, left)
                if _NEXT.match(match[0]):
                    last = _last_part(clause, match)
                    first, then = (left, right) if right and _THEN.match(match[0]) else (left - last, last)
                elif not (first and then) and not (_EARLY if before else _LATE).match(match[0]):
                    continue
                found.append(
                    Sequence(first, then, match[0], clause, clause.start + match.start(), clause.start + match.end())
                )
    return found


def _sides(clause: Clause, match: re.Match[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Ideas of the main statement and of what stands behind the word, also when the word opens the clause."""
    place = clause.start + match.end()
    comma = clause.text.find(",", match.end())
    opening = match.start() < 6 and comma > 0
    behind_end = clause.start + comma if comma > 0 else clause.end
    behind = frozenset(word.idea for word in clause.words if word.idea and place <= word.start < behind_end)
    main = frozenset(
        word.idea
        for word in clause.words
        if word.idea and (word.start >= behind_end if opening else word.start < clause.start + match.start())
    )
    return main, behind


def _denied(said: Sequence) -> bool:
    text, place = said.clause.text, said.start - said.clause.start
    right = text.find(",", place)
    return stance.denied(text[text.rfind(",", 0, place) + 1 : right if right > 0 else len(text)])


def _last_part(clause: Clause, match: re.Match[str]) -> frozenset[str]:
    """Ideas of the last statement before the word: behind the last *and* or comma."""
    head = clause.text[: match.start()]
    cut = max((found.end() for found in re.finditer(r"\b(?:and|et|but|mais)\b|,", head)), default=0)
    return frozenset(
        word.idea for word in clause.words if word.idea and cut <= word.start - clause.start < match.start()
    )


def reversed_order(duty: Text, practice: Text) -> tuple[Sequence, Sequence] | None:
    for rule in sequences(duty):
        for said in sequences(practice):
            if not practice.brief and shared(said.first | said.then, rule.first | rule.then) < 2:
                continue
            if not _denied(said) and not stance.past(said.clause.text) and _turned(rule, said):
                return rule, said
    return None


def _turned(rule: Sequence, said: Sequence) -> bool:
    """What the duty puts first, the practice puts last; with one side said only, that side is compared with both."""
    early, late = shared(said.first, rule.first), shared(said.then, rule.then)
    crossed_early, crossed_late = shared(said.first, rule.then), shared(said.then, rule.first)
    if said.first and said.then:
        return crossed_early >= 0.5 and crossed_late >= 0.5 and crossed_early + crossed_late > early + late
    if not rule.first or not rule.then:
        return bool(said.then) and crossed_late >= 1.0
    return crossed_late >= 1.0 and crossed_late > late if said.then else crossed_early >= 1.0 and crossed_early > early
