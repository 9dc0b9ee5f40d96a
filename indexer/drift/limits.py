"""Numbers of a practice against those of a duty: what the duty allows, does the practice stay within it?

A stricter habit satisfies the rule (*we send it in three days* under *within five days*); an amount named as an example
only says what is spoken of; a threshold is contradicted by another threshold only. Numbers are compared when they speak
of the same thing: same dimension, same role, and common words around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.drift import stance
from indexer.drift.quantities import Bound, Quantity, quantities
from indexer.drift.subjects import measured_from, other_act, same_subject
from indexer.drift.words import Text

TIME, AMOUNT = "time", "amount"
_TIMES = frozenset({"time", "every", "clock", "day of month", "nth day", "date", "weekday"})
_ONLY = re.compile(r"\b(?:only|seulement|uniquement|just)\b")
_VALID = re.compile(r"\b(?:valid|valable|validite|validity|good for|expire)")
_BUT = re.compile(
    r"\b(?:but|mais|in practice|en pratique|actually|en fait|en realite|really|in reality|officiel|official|in fact"
    r"|on paper|theor|sur le papier)"
)
_UNLIKE = 1000  # times longer
_THRESHOLD = frozenset({Bound.FROM, Bound.BELOW})


@dataclass(frozen=True, slots=True)
class Difference:
    """Two quantities that cannot both hold."""

    kind: str
    duty: Quantity
    practice: Quantity


def differing(duty: Text, practice: Text) -> Difference | None:
    """The first quantity of the practice that the duty does not allow."""
    rules, said = quantities(duty), quantities(practice)
    for one in said:
        rivals = [rule for rule in rules if _comparable(rule, one)]
        if not rivals or stance.past(one.clause.text):
            continue
        if any(rule.equals(one) and not _other_nature(rule, one) for rule in rivals):
            continue
        rule = max(rivals, key=lambda each: len(each.clause.ideas & one.clause.ideas))
        if not same_subject(duty, practice, rule.clause, one.clause):
            continue
        if one.dimension == "time" and measured_from(rule.clause, rule.start, practice, one.end):
            continue
        if other_act(rule.clause, rule.start, one.clause, one.start):
            continue
        restated = any(other is not one and _comparable(rule, other) and rule.equals(other) for other in said)
        if restated and not _contrasts(practice):
            continue
        if beyond_scope(rules, said, rule) or not _breaks(rule, one):
            continue
        return Difference(TIME if one.dimension in _TIMES else AMOUNT, rule, one)
    return None


def beyond_scope(rules: Sequence[Quantity], said: Sequence[Quantity], about: Quantity | None = None) -> bool:
    """Whether the practice speaks of a case that the duty's own threshold leaves out (an order under the amount)."""
    for rule in rules:
        if rule is about:
            continue
        cases = [each for each in said if each.dimension == rule.dimension and each.role == rule.role]
        if not cases:
            continue
        if rule.bound is Bound.FROM and all(_stays_under(each, rule) for each in cases):
            return True
        if rule.bound is Bound.BELOW and all(
            each.low > rule.high or (each.bound is Bound.FROM and each.low >= rule.high) for each in cases
        ):
            return True
    return False


def _stays_under(case: Quantity, rule: Quantity) -> bool:
    if case.bound in (Bound.BELOW, Bound.AT_MOST):
        return case.high <= rule.high * 1.001
    return case.bound is not Bound.FROM and case.high < rule.low


def _comparable(rule: Quantity, said: Quantity) -> bool:
    if rule.dimension == "time" and said.dimension == "every":
        return rule.bound is Bound.AT_MOST and rule.role == "span" and said.low > rule.high
    if rule.dimension == "every" and said.dimension == "time" and _ONLY.search(said.clause.text):
        return said.bound is Bound.AT_MOST
    if rule.dimension == "every" and said.role == "age":
        return bool(_VALID.search(said.clause.text))
    if rule.dimension != said.dimension or (
        rule.dimension == "money" and rule.bound in (Bound.EXACT, Bound.FROM) and rule.rate != said.rate
    ):
        return False
    if rule.dimension == "time" and _worlds_apart(rule, said):
        return False
    if rule.role == said.role:
        return True
    if {rule.role, said.role} == {"keep", "age"}:
        return "delete" in said.clause.ideas
    return {rule.role, said.role} in ({"span", "keep"}, {"span", "age"}, {"span", "lead"}) and not (
        "lead" in (rule.role, said.role) and Bound.AT_MOST in (rule.bound, said.bound)
    )


def _worlds_apart(rule: Quantity, said: Quantity) -> bool:
    """*Every 12 months* and *takes two hours*: two plain spans so unlike that they cannot measure the same thing."""
    if rule.bound is not Bound.EXACT or said.bound is not Bound.EXACT:
        return False
    return rule.low > _UNLIKE * said.high or said.low > _UNLIKE * rule.high


def _other_nature(rule: Quantity, said: Quantity) -> bool:
    return bool(rule.nature and said.nature) and rule.nature != said.nature


def _contrasts(practice: Text) -> bool:
    """Whether the practice sets what is done against what is written."""
    return bool(_BUT.search(practice.folded))


def _same_month(rule: Quantity, said: Quantity) -> Quantity:
    """A day of the month said without its month is of the month that the duty means."""
    if rule.dimension == "day of month" and rule.low > 31 >= said.low:
        return replace(said, low=said.low + 31, high=said.high + 31)
    return said


def _breaks(rule: Quantity, said: Quantity) -> bool:
    """Whether what is said of a quantity goes against the rule."""
    clause, said = said.clause.text, _same_month(rule, said)
    if rule.equals(said):
        return _other_nature(rule, said)
    if rule.dimension == "every":
        return said.low > rule.high and not stance.denied(clause)
    if rule.bound in _THRESHOLD or (rule.dimension == "money" and said.bound in _THRESHOLD):
        return said.bound is not Bound.EXACT and not (
            said.bound is Bound.FROM and stance.denied(clause) and rule.bound is Bound.AT_MOST and said.low > rule.high
        )
    over, under = said.low > rule.high, said.high < rule.low
    if stance.denied(clause) and said.bound is not Bound.EXACT and not stance.release(clause):
        return False
    if rule.bound is Bound.AT_MOST or (
        rule.dimension in ("date", "day of month", "nth day", "clock")
        and rule.bound is Bound.EXACT
        and said.bound is Bound.AT_MOST
    ):
        if over:
            refused = stance.denied(clause) and not stance.release(clause) and not stance.allowed(clause)
            return not (refused and said.dimension in ("money", "percent"))
        return (
            said.bound is not Bound.EXACT
            and stance.ruled(clause)
            and said.dimension in ("money", "percent", "time", "clock")
        )
    floor = rule.bound is Bound.AT_LEAST or (rule.role == "lead" and rule.bound is Bound.EXACT) or _waits(rule)
    if floor:
        return under and not _too_little(clause)
    if rule.dimension.startswith("count"):
        return under or (over and stance.ruled(clause))
    return not stance.denied(clause) or stance.allowed(clause)


def _waits(rule: Quantity) -> bool:
    words = rule.clause.text
    return rule.dimension == "time" and any(
        each in words for each in ("wait", "attend", "laiss", "rest", "repos", "leave ", "warm up", "chauff")
    )


def _too_little(clause: str) -> bool:
    return any(
        word in clause
        for word in (
            "not enough",
            "too short",
            "too late",
            "insuffis",
            "trop court",
            "trop tard",
            "ne suffi",
            "suffit pas",
            "refus",
            "reject",
        )
    )
