"""Passages: the unit that is indexed, found and shown.

A procedure gives its lead (title, purpose, tags), one passage a duty and one a section; a question gives itself with
its title; an answer gives itself with its question's title; a person gives a profile. Long texts are cut into windows
of about `WINDOW` words at paragraph ends, each with the title in front, because encoders read a few hundred words at
most and a best passage beats an average one. Pure: records in, passages out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.model import Answer, Person, Procedure, ProcedureStatus, Question, Revision

WINDOW = 180
MOST_WINDOWS = 40
ENCODED_WINDOWS = 3  # of one text; later ones are found by their words alone (what that loses is not measured)

# Applied to one line at a time and bounded, because texts come from anybody.
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^)\s]{0,2000}(?:[ \t]+\"[^\"]{0,500}\")?\)")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])")
_MARKS = re.compile(r"^ {0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\|)|\*\*|__|`+|~~|[ \t]\|[ \t]|\|[ \t]*$")
_RULE = re.compile(r"(?=.*---)[|:\- \t]+")  # of a table, or across the page
LANE_OF = {
    "procedure": "procedures", "duty": "procedures", "question": "answers", "answer": "answers", "profile": "people",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passage:
    """`document` is what is found (a procedure's key, a question's id, a person's id), `part` which piece of it: a
    language with a duty's step or a section's number, an answer's id with its window. `created` is in POSIX seconds;
    `encoded`: whether it gets a vector."""

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
        return LANE_OF[self.kind]

    @property
    def hash(self) -> str:
        """Of what the encoder reads: equal texts are encoded once."""
        return hashlib.blake2b(f"{self.title}\n{self.text}".encode(), digest_size=16).hexdigest()


def of_procedure(procedure: Procedure) -> Iterator[Passage]:
    """The texts in force, each by its lead, its duties and its sections; a retired procedure has none."""
    if procedure.status is ProcedureStatus.RETIRED:
        return
    for revision in procedure.revisions:
        yield from _of_revision(procedure, revision)


def _of_revision(procedure: Procedure, revision: Revision) -> Iterator[Passage]:
    def passage(kind: str, part: str, text: str, encoded: bool = True) -> Passage:
        return Passage(
            kind, procedure.key, f"{revision.language}/{part}", procedure.space, revision.language, revision.title,
            text, procedure.owner or "", _seconds(revision.created), tags=revision.tags, encoded=encoded,
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
    """The question and its answers, each under the question's title and with its tags."""
    common: dict[str, Any] = {
        "document": question.id, "space": question.space, "title": question.title, "tags": question.tags,
    }  # fmt: skip
    for number, text in enumerate(list(windows(plain_lines(question.body))) or [""]):
        yield Passage(
            kind="question", part="" if number == 0 else f"/{number}", language=question.language, text=text,
            author=question.author or "", created=_seconds(question.created), score=question.score,
            encoded=number < ENCODED_WINDOWS, **common,
        )  # fmt: skip
    for answer in answers:
        for number, text in enumerate(windows(plain_lines(answer.body))):
            yield Passage(
                kind="answer", part=answer.id if number == 0 else f"{answer.id}/{number}", language=answer.language,
                text=text, author=answer.author or "", created=_seconds(answer.created),
                accepted=answer.accepted is not None, score=answer.score, encoded=number < ENCODED_WINDOWS, **common,
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
    lines = ("" if _RULE.fullmatch(line) else _LINK.sub(r"\1", line) for line in text.splitlines())
    return [_EMPHASIS.sub(r"\2", _MARKS.sub(" ", line)) for line in lines]


def plain(text: str) -> str:
    return " ".join(" ".join(plain_lines(text)).split())


def _cut(text: str, words: int = WINDOW) -> str:
    return " ".join(text.split()[:words])


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
