"""Whether two clauses speak of the same thing.

They share an idea; or the practice's clause names hardly anything of its own (*nobody looks before three weeks*) and so
leans on what was asked. A clause that opens with a subject of its own (*for company cars, ...*) which the duty does not
know speaks of something else.
"""

from __future__ import annotations

import re

from indexer.drift.thesaurus import ACTIONS
from indexer.drift.words import Clause, Text, words_of

PASSING = frozenset(
    {"send", "notify", "request", "record", "create", "answer", "receive", "return"}
)  # from one to another
ANY_ACT = frozenset({"do", "use", "keep", "request", "decide"})
ELLIPTIC = 3  # so few ideas of its own, and a clause says nothing about its subject
_TOPIC = re.compile(
    r"(?:^|\.\s|,\s)(?:and |et |but |mais )?(?:pour|for|concernant|regarding|as for|quant a\w*|cote)\s(?:un |une "
    r"|le |la |les |l'|des |du |the |an? |my |our |your |mes |mon |ma |vos |nos "
    r")*(?P<topic>[^\s,:]+(?:\s[^\s,:]+)?)"
)
_US = re.compile(
    r"\b(?:us|me|nous|moi|team|equipe|service|unit|site|people|everyone|tout le monde|small|petit\w*|large|gros\w*"
    r"|big|quick|short|rapide|courte?|simple|minor|most|plupart|now|moment|instant|example|exemple|info|memoire"
    r"|that|this|ca|cela|it|faire|be|etre|eviter|avoir|y)\b"
)


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two sets of ideas have in common; things count one, things done a half."""
    return sum(0.5 if idea in ACTIONS else 1.0 for idea in one & other)


def weight(ideas: frozenset[str]) -> float:
    return sum(0.5 if idea in ACTIONS else 1.0 for idea in ideas)


def other_topic(duty: Text, clause: Clause) -> bool:
    """Whether the clause opens with a subject that the duty does not know."""
    for found in _TOPIC.finditer(clause.text):
        topic = found["topic"]
        ideas = {word.idea for word in words_of(topic, 0, len(topic)) if word.idea and not word.acts}
        if ideas and not ideas & duty.ideas and not _US.search(topic) and found.start("topic") < 40:
            return True
    return False


def same_subject(duty: Text, practice: Text, rule: Clause, said: Clause) -> bool:
    if other_topic(duty, said):
        return False
    if not practice.brief:
        return shared(said.ideas, rule.ideas) >= 1.5
    if (
        rule.ideas & {"keep"}
        and not said.ideas & {"keep", "delete"}
        and {word.idea for word in said.words if word.acts} - duty.acts
    ):
        return False
    if shared(said.ideas, rule.ideas) >= 0.5 or shared(said.ideas, duty.ideas) >= 1:
        return True
    foreign = {word.idea for word in said.words if word.acts} - duty.acts
    if len(said.ideas - duty.ideas) <= ELLIPTIC and not foreign:
        return True
    return shared(practice.sentence_ideas(said.sentence), duty.ideas) >= 1.5


def other_act(rule: Clause, at_rule: int, said: Clause, at: int) -> bool:
    """Whether what is done next to a place of one clause is not done in the other at all: *paid 30 days after* and
    *sent back within two days* speak of two things."""
    mine, theirs = act_before(rule, at_rule), act_before(said, at)
    if not mine or not theirs or {mine, theirs} <= PASSING:
        return False
    return theirs not in {word.idea for word in rule.words if word.acts} and not {mine, theirs} & ANY_ACT


def act_before(clause: Clause, place: int) -> str:
    """The act named last before a place; empty when the clause names none there."""
    return next((word.idea for word in reversed(clause.words) if word.acts and word.start < place), "")


def measured_from(rule: Clause, at: int, practice: Text, end: int) -> bool:
    """Whether a time of the practice counts from the very act that the duty sets a time for (*two weeks after I had
    declared it*)."""
    if not re.match(r"\s(?:after|apres|following|suivant)\b", practice.folded[end : end + 12]):
        return False
    stop = min(len(practice.folded), end + 45)
    acts = {word.idea for word in words_of(practice.folded, end, stop) if word.acts}
    return bool(acts) and act_before(rule, at) in acts
