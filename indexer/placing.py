"""Which space a question belongs in, told from what was found for it.

What stands near a question stands mostly in the space where it would have been asked: each answer and procedure found
speaks for its own space, the first ones more than the later ones. Found is only what the reader may read, so nothing is
learned here of other spaces. docs/search.md says how often it is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from indexer.hits import Found

CLEAR = 0.5  # share of the voices from which a space is worth proposing


def likeliest(found: Found, among: Collection[str]) -> str | None:
    """The space of `among` that most of what was found stands in; None when nothing speaks clearly."""
    voices: defaultdict[str, float] = defaultdict(float)
    for place, answer in enumerate(found.answers):
        voices[answer.space] += 1 / (1 + place)
    for place, procedure in enumerate(found.procedures):
        voices[procedure.space] += 1 / (1 + place)
    best = max((each for each in voices if each in among), key=lambda each: voices[each], default=None)
    return best if best is not None and voices[best] >= CLEAR * sum(voices.values()) else None
