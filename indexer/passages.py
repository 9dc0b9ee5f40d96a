"""Passages: the unit that is indexed, found and shown.

A procedure gives its lead (title, purpose, tags), one passage a duty and one a section; a question gives itself with
its title; an answer gives itself with its question's title; a practice gives its text; a person gives a profile. Long
texts are cut into windows of about `SECTION` or `POST` words at paragraph ends, each with the title in front, because
encoders read a few hundred words at most and a best passage beats an average one. Pure: records in, passages out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.advice import Practice
from kb.model import Answer, Person, Procedure, ProcedureStatus, Question, Revision

SECTION, POST = 45, 180  # words of one passage: pages are cut finer than posts, which keep to their subject
ENCODED, PAGE = 540, 2700  # words of a post and of a page that are encoded; the rest is found by its words alone
MOST = 7200  # words of one text that are read at all
PRACTICE = "practice/"  # before the ids of practices, which are documents of the same lane as questions
VERIFIER = "verifier/"  # begins the part of a practice that stands for whoever verified it
LEAD = "lead"  # the part of a procedure that says what it is about

# Applied to one line at a time and bounded, because texts come from anybody.
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^)\s]{0,2000}(?:[ \t]+\"[^\"]{0,500}\")?\)")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])")
_MARKS = re.compile(r"^ {0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\|)|\*\*|__|`+|~~|[ \t]\|[ \t]|\|[ \t]*$")
_RULE = re.compile(r"(?=.*---)[|:\- \t]+")  # of a table, or across the page
LANE_OF = {
    "procedure": "procedures", "duty": "procedures", "question": "answers", "answer": "answers",
    "practice": "answers", "profile": "people",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passage:
    """`document` is what is found (a procedure's key, a question's id, a person's id), `part` which piece of it: a
    language with a duty's step or a section's number, an answer's id with its window. `created` is in POSIX seconds;
    `encoded`: whether it gets a vector."""

    kind: str  # "procedure" | "duty" | "question" | "answer" | "practice" | "profile"
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
        """Of what the encoders read: equal texts are encoded once."""
        return hashlib.blake2b(f"{self.language}\n{self.title}\n{self.text}".encode(), digest_size=16).hexdigest()

    @property
    def lead(self) -> bool:
        return is_lead(self.kind, self.part)


def is_lead(kind: str, part: str) -> bool:
    """Whether a passage says what its procedure is about."""
    return kind == "procedure" and part.endswith(f"/{LEAD}")


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

    said = plain_lines(f"{revision.summary}\n{revision.body}")
    lead, *sections = list(windows(said, SECTION)) or [""]
    yield passage("procedure", LEAD, lead)
    for duty in revision.duties:
        yield passage("duty", duty.step, plain(f"{duty.role}: {duty.what}" + (f" ({duty.rule})" if duty.rule else "")))
    for number, section in enumerate(sections, 1):
        yield passage("procedure", f"section {number}", section, number * SECTION < PAGE)


def of_question(question: Question, answers: Sequence[Answer]) -> Iterator[Passage]:
    """The question and its answers, each under the question's title and with its tags."""
    common: dict[str, Any] = {
        "document": question.id, "space": question.space, "title": question.title, "tags": question.tags,
    }  # fmt: skip
    for number, text in enumerate(list(windows(plain_lines(question.body), POST)) or [""]):
        yield Passage(
            kind="question", part="" if number == 0 else f"/{number}", language=question.language, text=text,
            author=question.author or "", created=_seconds(question.created), score=question.score,
            encoded=number * POST < ENCODED, **common,
        )  # fmt: skip
    for answer in answers:
        for number, text in enumerate(windows(plain_lines(answer.body), POST)):
            yield Passage(
                kind="answer", part=answer.id if number == 0 else f"{answer.id}/{number}", language=answer.language,
                text=text, author=answer.author or "", created=_seconds(answer.created),
                accepted=answer.accepted is not None, score=answer.score, encoded=number * POST < ENCODED, **common,
            )  # fmt: skip


def of_practice(practice: Practice) -> Iterator[Passage]:
    """A practice that stands, by its text; once it is verified (`accepted`), an empty passage more for each further
    author and for its verifier: it is evidence for them as for the first."""
    if practice.ended is not None:
        return
    verified = practice.verified is not None
    common: dict[str, Any] = {
        "kind": "practice", "document": f"{PRACTICE}{practice.id}", "space": practice.space,
        "language": practice.language, "title": practice.title, "tags": practice.tags, "accepted": verified,
        "created": _seconds(practice.verified or practice.edited or practice.created),
    }  # fmt: skip
    first, *others = practice.authors or ("",)
    for number, text in enumerate(list(windows(plain_lines(practice.body), POST)) or [""]):
        part = f"practice/{number}"
        yield Passage(part=part, text=text, author=first, encoded=number * POST < ENCODED, **common)
    if verified:
        for person in others:
            yield Passage(part=f"author/{person}", text="", author=person, encoded=False, **common)
        if practice.verifier and practice.verifier not in practice.authors:
            part = f"{VERIFIER}{practice.verifier}"
            yield Passage(part=part, text="", author=practice.verifier, encoded=False, **common)


def of_person(person: Person) -> Iterator[Passage]:
    """A profile, when it says anything about what the person knows. It has no space: every colleague may read it."""
    told = [person.title, person.unit, *person.skills, plain(person.about)]
    if any((person.title, person.skills, person.about)) and person.ended is None:
        language = person.languages[0] if person.languages else "fr"
        yield Passage("profile", person.id, "", "", language, person.name, ", ".join(filter(None, told)), person.id)


def windows(lines: Iterable[str], size: int) -> Iterator[str]:
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
                if made * size >= MOST:
                    return
                continue
            gathered += words[:room]
            words = words[room:]
            if len(gathered) >= size:
                yield " ".join(gathered)
                made += 1
                gathered = []
                if made * size >= MOST:
                    return
    if gathered:
        yield " ".join(gathered)


def plain_lines(text: str) -> list[str]:
    """The text's lines without Markdown's marks; code, keys and names stay as they are."""
    lines = ("" if _RULE.fullmatch(line) else _LINK.sub(r"\1", line) for line in text.splitlines())
    return [_EMPHASIS.sub(r"\2", _MARKS.sub(" ", line)) for line in lines]


def plain(text: str) -> str:
    return " ".join(" ".join(plain_lines(text)).split())


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
