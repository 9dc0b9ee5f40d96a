"""One thread as it will stand: what the files say of a question and all that hangs on it, laid over what is stored.

Pure: staged rows and stored records in, records out, and what the report should hear. Scores are what the file gives
(or what was there beside the votes) plus every vote known, so that loading the same votes twice counts them once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kb.loading.merge import moment
from kb.loading.rows import Row
from kb.model import Answer, Comment, Question, QuestionStatus, Vote

Language = Callable[[str, str], str]
Place = tuple[str, str | None]  # person, and the answer voted on (None: the question)


@dataclass(slots=True)
class Stored:
    """What the knowledge base holds of one thread. `elsewhere` are staged ids that belong to other threads there."""

    question: Question | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    votes: dict[Place, Vote] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()


@dataclass(slots=True)
class Staged:
    """The rows of one thread, `data` read; `question` None when only what hangs on it is loaded."""

    question: Row | None = None
    answers: list[Row] = field(default_factory=list)
    comments: list[Row] = field(default_factory=list)
    votes: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Thread:
    """The records to write, each kind by itself, and how each staged row fared: (kind, known before, changed)."""

    question: Question | None = None
    answers: list[Answer] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    replaced: list[Vote] = field(default_factory=list)
    fared: list[tuple[str, bool, bool]] = field(default_factory=list)
    notes: list[tuple[Row, str]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.question or self.answers or self.comments or self.votes)


def blend(staged: Staged, stored: Stored, space: str, now: datetime, language: Language) -> Thread:
    """The thread as it will stand. `space` is that of a question not known yet; staged rows of `stored.elsewhere` were
    taken out before."""
    thread = Thread()
    votes = _votes(thread, staged, stored, now)
    answers = {id: replace(each) for id, each in stored.answers.items()}
    for row in staged.answers:
        answers[row["id"]] = _answer(thread, row, stored.answers.get(row["id"]), now, language)
    question = _question(thread, staged, stored, space, now, language)
    accepted = _accepted(thread, staged, stored)
    given = {row["id"]: row["score"] for row in staged.answers}
    for id, after in answers.items():
        before = stored.answers.get(id)
        score = _score(id, given.get(id), before.score if before else 0, stored.votes, votes)
        when = None if id != accepted else (before and before.accepted) or after.created
        answers[id] = replace(after, score=score, accepted=when)
    asked = staged.question["score"] if staged.question else None
    moments = [question.active, question.created, *(each.created for each in answers.values())]
    question = replace(
        question, score=_score(None, asked, stored.question.score if stored.question else 0, stored.votes, votes),
        active=max(filter(None, moments), default=now),
        status=_status(question, accepted, any(each.accepted for each in stored.answers.values())),
    )  # fmt: skip
    thread.question = question if question != stored.question else None
    thread.answers = [each for id, each in answers.items() if each != stored.answers.get(id)]
    _comments(thread, staged, stored, now)
    if staged.question is not None:
        settled = replace(question, active=stored.question.active) if stored.question else None
        thread.fared.append(("question", stored.question is not None, settled != stored.question))
    for row in staged.answers:
        known = stored.answers.get(row["id"])
        thread.fared.append(("answer", known is not None, answers[row["id"]] != known))
    return thread


def _question(
    thread: Thread, staged: Staged, stored: Stored, space: str, now: datetime, language: Language
) -> Question:
    before, row = stored.question, staged.question
    if row is None:
        if before is None:
            raise ValueError("rows hang on a question that is neither staged nor stored")
        return before
    data: dict[str, Any] = row["data"]
    plain = before or Question(row["id"], space, data["title"])
    words = {"title": data["title"], "body": data.get("body", ""), "tags": tuple(data.get("tags", ()))}
    same = _same(words, before)
    if before is not None and before.edited and not same:
        thread.notes.append((row, f"Question {before.id} was edited here: its words were kept."))
        words = {}
    created = moment(data.get("created")) or plain.created or now
    return replace(
        plain, **words, space=space, author=row["author"], created=created, active=plain.active or created,
        duplicate_of=row["duplicate_of"] or plain.duplicate_of,
        language=plain.language if before and (same or not words) and "language" not in data
        else data.get("language") or language(data["title"], data.get("body", "")),
    )  # fmt: skip


def _answer(thread: Thread, row: Row, before: Answer | None, now: datetime, language: Language) -> Answer:
    data: dict[str, Any] = row["data"]
    body = data.get("body", "")
    plain = before or Answer(row["id"], row["question"], body)
    same = before is not None and before.body == body
    kept = before is not None and before.edited is not None and not same
    if kept:
        thread.notes.append((row, f"Answer {row['id']} was edited here: its words were kept."))
    spoken = plain.language if (same or kept) and "language" not in data else data.get("language") or language("", body)
    created = moment(data.get("created")) or plain.created or now
    return replace(plain, body=plain.body if kept else body, author=row["author"], created=created, language=spoken)


def _same(words: Mapping[str, Any], before: Question | None) -> bool:
    return before is not None and all(getattr(before, name) == value for name, value in words.items())


def _accepted(thread: Thread, staged: Staged, stored: Stored) -> str | None:
    """The one accepted answer: the one accepted here, else the first that the files accept, else what an earlier load
    accepted and this one does not speak of. A load accepts at the moment of the answer, which tells the
    two apart."""
    rows = {row["id"]: row for row in staged.answers}
    before = next((each for each in stored.answers.values() if each.accepted), None)
    wanted = [row for row in staged.answers if row["accepted"]]
    for row in wanted[1:]:
        thread.notes.append(
            (
                row,
                f"Question {row['question']} has an accepted answer already ({wanted[0]['id']}): this is no second.",
            )
        )
    if before is not None and before.accepted != before.created:
        if wanted and wanted[0]["id"] != before.id:
            thread.notes.append((wanted[0], f"The answer {before.id} was accepted here: it stays the accepted one."))
        return before.id
    if wanted:
        return str(wanted[0]["id"])
    return before.id if before is not None and (before.id not in rows or rows[before.id]["accepted"] is None) else None


def _status(question: Question, accepted: str | None, was_accepted: bool) -> QuestionStatus:
    if question.duplicate_of is not None:
        return QuestionStatus.DUPLICATE
    if accepted is not None:
        return QuestionStatus.ANSWERED
    return QuestionStatus.OPEN if was_accepted else question.status


def _score(
    answer: str | None, given: int | None, before: int, stored: Mapping[Place, Vote], votes: Mapping[Place, Vote]
) -> int:
    base = before - sum(each.value for each in stored.values() if each.answer == answer) if given is None else given
    return base + sum(each.value for each in votes.values() if each.answer == answer)


def _votes(thread: Thread, staged: Staged, stored: Stored, now: datetime) -> dict[Place, Vote]:
    votes = dict(stored.votes)
    for row in staged.votes:
        place = (row["person"], row["answer"])
        before = stored.votes.get(place)
        created = moment(row["created"]) or (before.created if before else now)
        after = Vote(row["person"], row["question"], row["answer"], row["value"], created)
        votes[place] = after
        changed = after != before
        thread.fared.append(("vote", before is not None, changed))
        if changed:
            thread.votes.append(after)
            if before is not None:
                thread.replaced.append(before)
    return votes


def _comments(thread: Thread, staged: Staged, stored: Stored, now: datetime) -> None:
    for row in staged.comments:
        before = stored.comments.get(row["id"])
        created = moment(row["data"].get("created")) or (before.created if before else now)
        after = Comment(row["id"], row["question"], row["data"]["body"], row["answer"], row["author"], created)
        thread.fared.append(("comment", before is not None, after != before))
        if after != before:
            thread.comments.append(after)
