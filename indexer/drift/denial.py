"""What a duty asks and a practice leaves out, or a duty forbids and a practice allows.

A practice denies a duty when what it denies is what the duty says: the ideas in the reach of the denial are mostly the
duty's own. A denial that adds something of its own (*do not send it on a Friday*) is detail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.drift import stance
from indexer.drift.subjects import ANY_ACT, other_topic, shared, weight
from indexer.drift.words import Clause, Text, words_of

_IF = re.compile(r"\s*(?:if|when|si|s'il|quand|lorsqu)\b")
_IMPERATIVE = re.compile(
    r"^\s*(?:please |and |et |so |donc |surtout |merci de |pensez a )*(?:do not|don't|never|ne\s|n'|jamais|avoid"
    r"|evite\w*|no\s)"
)

_ONLY = re.compile(r"\b(?:only|que)\b")
_VERB_BEFORE = re.compile(r"\b(?:is|are|isn't|aren't|been|was|were|est|sont|n'est|ne sont|ete|got)\b[^,]{0,14}$")
_VERB_WITHIN = re.compile(
    r"(?:n'est|ne sont|optional|facultati|unnecessary|inutile|superflu|useless|pointless|isn't|aren't)"
)
_STOP = re.compile(
    r"[,]|\b(?:because|once|une fois|after|apres|des que|car|parce que|puisque|since|as long as|tant que|so"
    r"|donc|then|if|si|when|quand|unless|sauf)\b"
)
_CIRCUMSTANCE = re.compile(r"\s?(?:for|pour|in|on|dans|sur|depuis|since|here|ici|at|chez|en)\b")


@dataclass(frozen=True, slots=True)
class Contradiction:
    duty: Clause
    practice: Clause
    start: int
    end: int


def contradicting(duty: Text, practice: Text) -> Contradiction | None:
    for said in practice.clauses:
        if stance.past(said.text) or not said.ideas:
            continue
        if other_topic(duty, said) and shared(said.ideas, duty.ideas) < 1.5:
            continue
        if not practice.brief and shared(said.ideas, duty.ideas) < 3:
            continue
        for rule in duty.clauses:
            if found := _against(duty, rule, said):
                return found
    return None


def _against(duty: Text, rule: Clause, said: Clause) -> Contradiction | None:
    forbids, denies = stance.denied(rule.text), stance.denied(said.text)
    if forbids == denies:
        return None
    if denies:
        return _denied(duty, rule, said)
    return _allowed(rule, said)


def _denied(duty: Text, rule: Clause, said: Clause) -> Contradiction | None:
    """The duty asks for something that the practice says is not done or not needed."""
    release = stance.release(said.text)
    enough = 0.5 if release or stance.speakers(said.text) else 0.8
    if _IMPERATIVE.match(said.text):
        enough = 0.85
    for denial in stance.denials(said.text):
        left, right = _reach(said, denial)
        words = [word for word in said.words if left <= word.start < right and word.idea]
        words = words or [word for word in said.words if word.idea]
        if _ONLY.search(said.text[denial.end() : denial.end() + 30]) and not release:
            continue
        if words and words[0].acts and words[0].idea not in duty.ideas | ANY_ACT:
            continue
        ideas = frozenset(word.idea for word in words)
        common, own = shared(ideas, duty.ideas), weight(ideas)
        only_acts = all(word.acts for word in words)
        if own and (common / own > enough or common == own) and (common >= 1 or (common >= 0.5 and only_acts)):
            return Contradiction(rule, said, said.start + denial.start(), max(right, said.start + denial.end()))
    return None


def _reach(said: Clause, denial: re.Match[str]) -> tuple[int, int]:
    """What a denial denies: what follows it, up to a reason or condition; what stands before it for *is optional*."""
    rest = said.text[denial.end() :]
    stop = _STOP.search(rest)
    length = stop.start() if stop else len(rest)
    place = said.start + denial.end()
    if not (_VERB_BEFORE.search(said.text[: denial.start()]) or _VERB_WITHIN.match(denial[0])):
        return place, place + length
    ideas = any(word.idea for word in words_of(said.text, denial.end(), denial.end() + length))
    if not ideas or _CIRCUMSTANCE.match(rest):
        return said.start, said.start + denial.start()
    return said.start, place + length


def _allowed(rule: Clause, said: Clause) -> Contradiction | None:
    """The duty forbids something that the practice allows or does."""
    denials = stance.denials(rule.text)
    if not denials:
        return None
    reach = (
        frozenset(word.idea for word in rule.words if word.idea and word.start >= rule.start + denials[0].end())
        or rule.ideas
    )
    if denials[0].start() > len(rule.text) * 0.5:
        reach = rule.ideas
    core, common = shared(said.ideas, reach), shared(said.ideas, rule.ideas)
    done = {word.idea for word in rule.words if word.acts} & reach & said.ideas
    heard = stance.allowed(said.text)
    near = core / max(weight(reach), 0.5) >= (0.4 if heard else 0.5) or (bool(done) and common >= 1.5)
    if common >= 1 and core > 0 and near and (heard or (stance.speakers(said.text) and not _IF.match(said.text))):
        return Contradiction(rule, said, said.start, said.end)
    return None
