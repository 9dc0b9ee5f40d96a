"""What finding gives back: hits with their reasons, lane by lane.

A `Reason` is a fact, not a sentence: its kind, the thing it points to and when; `web` says it in the reader's language.
Every reason names something the reader may open. Matched words in excerpts stand between MARK_OPEN and MARK_CLOSE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kb.advice import Verdict
from kb.model import Band

MARK_OPEN, MARK_CLOSE = "\ue000", "\ue001"


class ReasonKind(StrEnum):
    """Of documents: the words, the meaning, the title, an exact key or code. Of people: the kinds of `kb` evidence."""

    WORDS = "words"  # title: the matched words
    MEANING = "meaning"  # close in meaning, whatever the words or the language
    KEY = "key"  # title: the key or code named in the question
    FILTER = "filter"  # found by a filter alone (in:, tag:, ...)
    ACCEPTED = "accepted"  # their answer to `title` was accepted; count: how many such
    ANSWERED = "answered"
    UPVOTED = "upvoted"
    PRACTICE = "practice"  # of their practice `title`, verified
    VERIFIED = "verified"  # verified the practice `title`
    OWNS = "owns"  # keeps the procedure `title`
    DECLARED = "declared"  # title: the declared skill; count: 1, and one for each colleague who confirms it
    TAGGED = "tagged"  # answers questions tagged `title`; count: how many


@dataclass(frozen=True, slots=True)
class Reason:
    """`subject` is the id of the question, procedure or tag behind the reason (`of` says which), None for a skill or
    words."""

    kind: ReasonKind
    title: str = ""
    of: str | None = None  # "question" | "practice" | "procedure" | "tag"
    subject: str | None = None
    at: datetime | None = None
    count: int = 1
    weight: float = 0.0  # its share of the score, so that reasons are shown strongest first


@dataclass(frozen=True, slots=True)
class Backing:
    """What the standing of an answer or practice rests on: how many people confirm it (say that it works, or found it
    useful), from how many units; who verified it until when; the gravest doubt somebody has; the key of the procedure
    that says otherwise and is right, as its keepers decided."""

    confirmations: int = 0
    units: int = 0
    warning: Verdict | None = None
    verifier: str | None = None
    name: str = ""  # of the verifier
    until: date | None = None
    overruled: str = ""


@dataclass(frozen=True, slots=True)
class ProcedureHit:
    key: str
    title: str
    language: str
    excerpt: str
    score: float
    reasons: tuple[Reason, ...]
    duty: str | None = None  # the step of the duty found, when a duty was
    revision: int | None = None  # the number of the text in force
    standing: str = "official"
    space: str = ""


@dataclass(frozen=True, slots=True)
class AnswerHit:
    """A question with its best answer (`answer` None: nobody has answered it yet), or a `practice` (its id; then
    `question` is ""). `standing`: "verified practice", "verified answer", "accepted", "experience" (people confirm it),
    "opinion", or "open"; see `indexer.standing`. `language` is that of the excerpt, `asked_in` that of the title."""

    question: str
    answer: str | None
    title: str
    language: str
    excerpt: str
    score: float
    standing: str
    reasons: tuple[Reason, ...]
    author: str | None = None
    at: datetime | None = None
    practice: str | None = None
    backing: Backing = Backing()
    space: str = ""
    asked_in: str = ""


@dataclass(frozen=True, slots=True)
class PersonHit:
    person: str
    name: str
    score: float
    probability: float
    reasons: tuple[Reason, ...]


class Empty(StrEnum):
    """Why a lane is empty."""

    NOTHING_CLOSE = "nothing close"  # nothing above the floor
    NOT_UNDERSTOOD = "not understood"  # no word of the question is known and nothing is near in meaning
    NOTHING_THERE = "nothing there"  # the reader's spaces hold nothing of this kind
    FILTERED = "filtered"  # the filters leave nothing


@dataclass(frozen=True, slots=True)
class Found:
    """The three lanes for one question. `probability`: that the first answer or procedure answers it (0 to 1,
    calibrated)."""

    text: str
    language: str
    band: Band
    probability: float
    procedures: tuple[ProcedureHit, ...] = ()
    answers: tuple[AnswerHit, ...] = ()
    people: tuple[PersonHit, ...] = ()
    empty: Mapping[str, Empty] = field(default_factory=dict)  # lane name -> why
    correction: str | None = None  # "did you mean"
    notes: tuple[str, ...] = ()  # what of a query was not understood
    total: Mapping[str, int] = field(default_factory=dict)  # lane name -> hits above the floor (search pages)
    took_ms: float = 0.0
    scorer: str = ""
