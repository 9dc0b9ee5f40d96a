"""Cold start: whoever has not answered anything yet, and says that they can, is given some of the requests.

Evidence comes from being asked, and being asked from evidence. So one request in so many goes to a newcomer who
declared the subject: the last slot of a wave, never the first. Which questions these are follows from their words, so
that what is foreseen before posting is what happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from kb.model import Question
from kb.routing import Candidate, Circle, Reason, Stage
from kb.rules import BODY_LIMIT, slug
from kb.storage import Transaction

MOST = 5
WORD = 3  # letters from which a skill is looked for in a question's words; shorter ones only among its tags


def has_turn(text: str, stage: Stage, size: int, every: int) -> bool:
    """Whether the last of the `size` slots of this wave is a newcomer's, so that one slot in `every` is in the end."""
    return every > 0 and size > 1 and _draw(stage, text) % every < size


def words(question: Question) -> str:
    """What a question's turn follows from, as it is kept with its route."""
    return f"{question.title}\n{question.body}".strip()[:BODY_LIMIT]


def newcomers(tx: Transaction, question: Question, candidates: Sequence[Candidate], every: int) -> list[Candidate]:
    """People without an answer so far who name the question's subject as a skill, or whom finding named for their
    skills alone; in an order of this question's own."""
    named = {each.person: each.reasons[0].title for each in candidates if _declared_only(each)}
    text = words(question)
    found = [
        (id, skill) for id, skills in tx.people.without_answers().items()
        if (skill := _skill(skills, text, question.tags) or named.get(id))
    ]  # fmt: skip
    found.sort(key=lambda each: _draw(text, each[0]))
    probability = {each.person: each.probability for each in candidates}
    return [
        Candidate(id, 0.0, probability.get(id, 0.0), Circle.NEAR, (Reason("newcomer", skill, count=every),))
        for id, skill in found[:MOST]
    ]


def _declared_only(candidate: Candidate) -> bool:
    return bool(candidate.reasons) and all(each.kind == "declared" for each in candidate.reasons)


def _skill(skills: Sequence[str], text: str, tags: Sequence[str]) -> str | None:
    """The first of `skills` that the question names: as a tag, or among its words."""
    words, named = f"-{slug(text, len(text))}-", {slug(each) for each in tags}
    for each in skills:
        name = slug(each)
        if name in named or (len(name) >= WORD and f"-{name}-" in words):
            return each
    return None


def _draw(*parts: str) -> int:
    return int.from_bytes(sha256("\n".join(parts).encode()).digest()[:8], "big")
