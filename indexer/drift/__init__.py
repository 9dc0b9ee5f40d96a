"""Does a practice contradict a duty? Rules over what both texts say, French and English, without an index or a model.

`judge` reads the two texts and asks in turn: do their numbers agree, what they point to, who does it, what is denied,
what comes first? The first disagreement is the verdict, with the words of both sides as its evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from indexer.drift import agents, denial, limits, opposites, order, references
from indexer.drift.quantities import quantities
from indexer.drift.words import Text, read

VERSION = "drift-3"
LONGEST = 4_000  # letters of a text that are read


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind`: role, time, amount, reference, negation or order; None without conflict. `evidence`: the words of the
    duty and of the practice that disagree; empty without conflict. `clause`: the statement of the practice in which
    they stand."""

    conflict: bool
    kind: str | None
    evidence: tuple[str, ...]
    clause: str = ""


NONE = Verdict(False, None, ())


def judge(duty: str, practice: str) -> Verdict:
    """Whether the practice contradicts the duty, in which way, and where."""
    rule, said = read(duty[:LONGEST]), read(practice[:LONGEST])
    if found := limits.differing(rule, said):
        return _verdict(
            found.kind, rule, found.duty.start, found.duty.end, said, found.practice.start, found.practice.end
        )
    if pointers := references.differing(rule, said):
        return _verdict("reference", rule, pointers[0].start, pointers[0].end, said, pointers[1].start, pointers[1].end)
    if limits.beyond_scope(quantities(rule), quantities(said)):
        return NONE
    if doers := agents.conflicting(rule, said):
        return _verdict("role", rule, doers[0].by.start, doers[0].by.end, said, doers[1].by.start, doers[1].by.end)
    if denied := denial.contradicting(rule, said):
        return _verdict("negation", rule, denied.duty.start, denied.duty.end, said, denied.start, denied.end)
    if pair := opposites.opposed(rule, said):
        return _verdict("negation", rule, *pair.duty.span(), said, *pair.practice.span())
    if turned := order.reversed_order(rule, said):
        return _verdict("order", rule, turned[0].start, turned[0].end, said, turned[1].start, turned[1].end)
    return NONE


def _verdict(kind: str, rule: Text, left: int, right: int, said: Text, start: int, end: int) -> Verdict:
    clause = said.clause_at(start)
    whole = " ".join(said.original[clause.start : clause.end].split())
    return Verdict(True, kind, (rule.excerpt(left, right), said.excerpt(start, end)), whole)
