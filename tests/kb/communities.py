"""A small community as files, and what a load made of it: shared by the tests of loading."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kb import Store
from kb.loading import LoadReport

Row = dict[str, Any]
PEOPLE: list[Row] = [
    {"id": "ana", "name": "Ana Roux", "email": "ana@x.example", "languages": ["fr"], "candidate": True},
    {"id": "ben", "name": "Ben Low", "skills": ["excel"]},
    {"id": "cleo", "name": "Cléo Vidal"},
]
QUESTIONS: list[Row] = [
    {
        "id": "q2",
        "title": "Réserver un train",
        "body": "Où ?",
        "author": "ben",
        "created": None,
        "tags": [],
        "duplicate_of": "q1",
    },
    {
        "id": "q1",
        "title": "Où réserver un train ?",
        "body": "Bonjour",
        "author": "ana",
        "created": "2024-01-02 10:00",
        "tags": ["Trajet Train", "train"],
    },
]
ANSWERS: list[Row] = [
    {
        "id": "a1",
        "question": "q1",
        "author": "ben",
        "body": "Au guichet",
        "created": "2024-01-02T11:00:00Z",
        "score": 3,
        "accepted": True,
    },
    {
        "id": "a2",
        "question": "q1",
        "author": None,
        "body": "En ligne",
        "created": "2024-01-03 11:00",
        "score": 0,
        "accepted": False,
    },
]
COMMENTS: list[Row] = [{"id": "c1", "on": "a1", "author": "cleo", "body": "Merci", "created": "2024-01-04 09:00"}]
VOTES: list[Row] = [
    {"person": "cleo", "on": "a1", "value": 1, "created": "2024-01-05 09:00"},
    {"person": "ben", "on": "q1", "value": -1, "created": "2024-01-05 09:00"},
]


def lines(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def community(folder: Path, **files: list[Row]) -> Path:
    folder.mkdir(exist_ok=True)
    standard = {"people": PEOPLE, "questions": QUESTIONS, "answers": ANSWERS, "comments": COMMENTS, "votes": VOTES}
    for name, rows in (standard | files).items():
        (folder / f"{name}.jsonl").write_text(lines(rows), encoding="utf-8")
    return folder


def fared(report: LoadReport, kind: str) -> tuple[int, int, int, int]:
    """Added, changed, unchanged, bad."""
    count = report.counts[kind]
    return count.added, count.changed, count.unchanged, count.bad


def content(store: Store) -> list[object]:
    """Everything a load can write, in one comparable value."""
    with store.read() as tx:
        questions = sorted(tx.questions.list(), key=lambda each: each.id)
        ids = [each.id for each in questions]
        comments = [each for id in ids for each in tx.comments.list(id)]
        votes = sorted((each.person, each.question, each.answer or "", each.value) for each in tx.votes.find_all(ids))
        members = sorted((each.space, each.person, each.role) for each in tx.spaces.members())
        answers = sorted(tx.answers.list(), key=lambda each: each.id)
        known = [replace(each, created=None) for each in sorted(tx.people.list(), key=lambda each: each.id)]
        spaces = sorted((each.id, each.name, each.visibility) for each in tx.spaces.list())
        return [known, spaces, members, questions, answers, comments, votes]


def last_change(store: Store) -> int:
    with store.read() as tx:
        return tx.changes.last()
