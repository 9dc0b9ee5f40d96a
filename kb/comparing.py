"""Two texts of a procedure side by side, duty by duty.

A duty is the same row when its words are; else when its step stayed and its words are near; else when another row's
words are nearer than chance. What is left was added or taken out. Rows come in the order of the later text, with what
was taken out where it stood.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kb.model import Duty, Revision

NEAR_AT_ITS_STEP, NEAR = 0.3, 0.6


class Kind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of both texts; the side that does not have it is None."""

    before: Duty | None
    after: Duty | None

    @property
    def kind(self) -> Kind:
        if self.before is None:
            return Kind.ADDED
        if self.after is None:
            return Kind.REMOVED
        return Kind.SAME if self.before == self.after else Kind.CHANGED


@dataclass(frozen=True, slots=True)
class Comparison:
    """`before` and `after` with their duties in pairs."""

    before: Revision
    after: Revision
    duties: tuple[Pair, ...]

    @property
    def changed(self) -> tuple[Duty, ...]:
        """The duties of the later text that are new or no longer what they were."""
        return tuple(each.after for each in self.duties if each.after is not None and each.kind is not Kind.SAME)


def compare(before: Revision, after: Revision) -> Comparison:
    return Comparison(before, after, tuple(_paired(before.duties, after.duties)))


def _paired(before: Sequence[Duty], after: Sequence[Duty]) -> list[Pair]:
    partner: dict[int, int] = {}  # place in `after` -> place in `before`

    def match(minimum: float, at_its_step: bool) -> None:
        free = [place for place in range(len(before)) if place not in partner.values()]
        likeness = sorted(
            ((_likeness(before[old], after[new]), -abs(old - new), old, new)
             for new in range(len(after)) if new not in partner
             for old in free if not at_its_step or before[old].step == after[new].step),
            reverse=True,
        )  # fmt: skip
        for score, _, old, new in likeness:
            if score >= minimum and new not in partner and old not in partner.values():
                partner[new] = old

    match(1.0, at_its_step=False)
    match(NEAR_AT_ITS_STEP, at_its_step=True)
    match(NEAR, at_its_step=False)
    rows = [(partner.get(new), Pair(before[partner[new]] if new in partner else None, duty))
            for new, duty in enumerate(after)]  # fmt: skip
    for old in sorted(set(range(len(before))) - set(partner.values())):
        above = [place for place, (standing, _) in enumerate(rows) if standing is not None and standing < old]
        rows.insert(above[-1] + 1 if above else 0, (old, Pair(before[old], None)))
    return [pair for _, pair in rows]


def _likeness(one: Duty, other: Duty) -> float:
    """1 for the same words, whatever the step; the share of common words else."""
    mine, theirs = f"{one.role} {one.what} {one.rule}".split(), f"{other.role} {other.what} {other.rule}".split()
    if mine == theirs:
        return 1.0
    return min(0.99, difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio())
