"""Passages: the unit that is indexed, found and shown.

A procedure gives its lead (title, purpose, tags), one passage a duty and one a section; a question gives itself with its
title; an answer gives itself with its question's title; a person gives a profile. Long texts are cut into windows of about
`WINDOW` words at paragraph ends, each with the title in front, because encoders read a few hundred words at most and a
best passage beats an average one. Pure: records in, passages out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.model import Answer, Person, Procedure, Question, Revision

WINDOW = 180
MOST_WINDOWS = 40
ENCODED_WINDOWS = 3  # of one text; later ones are found by their words alone (what they cost to encode finds next to nothing)
Detect = Callable[[str, str], str]

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])")
_MARKS = re.compile(
    r"^[|:\-\s]*-{3}[|:\-\s]*$|^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\|)|\*\*|__|`+|~~|\s\|\s|\|\s*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Passage:
    """`document` is what is found (a procedure's key, a question's id, a person's id), `part` which piece of it: a duty's step, an
    answer's id, a section's number. `weight`: 1 for an accepted answer, votes as a fraction below that, 0 otherwise."""

    kind: str  # "procedure" | "duty" | "question" | "answer" | "profile"
    document: str
    part: str
    space: str
    language: str
    title: str
    text: str
    author: str = ""
    created: float = 0.0
    accepted: bool = False
    score: int = 0
    tags: tuple[str, ...] = ()
    encoded: bool = True

    @property
    def lane(self) -> str:
        return _LANES[self.kind]

    @property
    def hash(self) -> str:
        """Of what the encoder reads: equal texts are encoded once."""
        return hashlib.blake2b(f"{self.title}\n{self.text}".encode(), digest_size=16).hexdigest()


_LANES = {"procedure": "procedures", "duty": "procedures", "question": "answers", "answer": "answers", "profile": "people"}


def of_procedure(procedure: Procedure, detect: Detect) -> Iterator[Passage]:
    for revision in procedure.revisions:
        yield from _of_revision(procedure, revision, detect)


def _of_revision(procedure: Procedure, revision: Revision, detect: Detect) -> Iterator[Passage]:
    def passage(kind: str, part: str, text: str, encoded: bool = True) -> Passage:
        return Passage(
            kind, procedure.key, f"{revision.language}/{part}", procedure.space, revision.language, revision.title, text,
            procedure.owner or "", _seconds(revision.created), tags=revision.tags, encoded=encoded,
        )  # fmt: skip

    lead = " ".join(filter(None, [plain(revision.summary), " ".join(revision.tags)]))
    sections = list(windows(plain_lines(revision.body)))
    if not lead and sections:
        lead, *sections = sections
    yield passage("procedure", "lead", _cut(lead))
    for duty in revision.duties:
        yield passage("duty", duty.step, plain(f"{duty.role}: {duty.what}" + (f" ({duty.rule})" if duty.rule else "")))
    for number, section in enumerate(sections, 1):
        yield passage("procedure", f"section {number}", section, number < ENCODED_WINDOWS)


def of_question(question: Question, answers: Sequence[Answer]) -> Iterator[Passage]:
    common = {"document": question.id, "space": question.space, "title": question.title, "tags": question.tags}
    for number, text in enumerate(list(windows(plain_lines(question.body))) or [""]):
        yield Passage(
            kind="question", part="" if number == 0 else f"/{number}", language=question.language, text=text,
            author=question.author or "", created=_seconds(question.created), score=question.score,
            encoded=number < ENCODED_WINDOWS, **common,  # type: ignore[arg-type]
        )  # fmt: skip
    for answer in answers:
        for number, text in enumerate(windows(plain_lines(answer.body))):
            yield Passage(
                kind="answer", part=answer.id if number == 0 else f"{answer.id}/{number}", language=answer.language, text=text,
                author=answer.author or "", created=_seconds(answer.created), accepted=answer.accepted is not None,
                score=answer.score, encoded=number < ENCODED_WINDOWS, **common,  # type: ignore[arg-type]
            )  # fmt: skip


def of_person(person: Person) -> Iterator[Passage]:
    """A profile, when it says anything about what the person knows. It has no space: every colleague may read it."""
    told = [person.title, person.unit, *person.skills, plain(person.about)]
    if any((person.title, person.skills, person.about)) and person.ended is None:
        language = person.languages[0] if person.languages else "fr"
        yield Passage("profile", person.id, "", "", language, person.name, ", ".join(filter(None, told)), person.id)


def windows(lines: Iterable[str], size: int = WINDOW) -> Iterator[str]:
    """Paragraphs gathered into texts of about `size` words; a paragraph much longer than that is cut."""
    gathered: list[str] = []
    made = 0
    for line in lines:
        words = line.split()
        while words:
            room = size - len(gathered)
            if gathered and len(words) > room and (room < size // 4 or len(words) <= size):
                yield " ".join(gathered)
                made += 1
                gathered = []
                if made >= MOST_WINDOWS:
                    return
                continue
            gathered += words[:room]
            words = words[room:]
            if len(gathered) >= size:
                yield " ".join(gathered)
                made += 1
                gathered = []
                if made >= MOST_WINDOWS:
                    return
    if gathered:
        yield " ".join(gathered)


def plain_lines(text: str) -> list[str]:
    """The text's lines without Markdown's marks; code, keys and names stay as they are."""
    return _EMPHASIS.sub(r"\2", _MARKS.sub(" ", _LINK.sub(r"\1", text))).splitlines()


def plain(text: str) -> str:
    return " ".join(" ".join(plain_lines(text)).split())


def _cut(text: str, words: int = WINDOW) -> str:
    return " ".join(text.split()[:words])


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
