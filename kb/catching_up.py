"""Catch me up: a thread in a few lines: what was decided and by whom, then what is new since the last visit.

Made of what stands in the thread, so it can say nothing that its page does not show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kb.markdown import plain
from kb.model import Answer, Person
from kb.permissions import Action, require
from kb.questions import Thread
from kb.storage import Store

AGAIN = timedelta(minutes=30)  # looking again within this time is the same visit
LONG = 4  # posts from which a thread is worth telling to who reads it for the first time
_WORDS = 140


class Happening(StrEnum):
    SOLVED = "solved"
    VERIFIED = "verified"
    DUPLICATE = "duplicate"
    BEST = "best"  # nothing is marked: the answer with most votes
    ANSWERED = "answered"
    COMMENTED = "commented"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Told:
    """One line. `people` did it (ids), `words` are the first of what they wrote, `answer` is the one it is about."""

    kind: Happening
    people: tuple[str, ...] = ()
    words: str = ""
    answer: str | None = None
    at: datetime | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Story:
    """`decided` first, then what is `new` since `since` (None: the reader was never here)."""

    since: datetime | None
    decided: tuple[Told, ...]
    new: tuple[Told, ...]


def visit(store: Store, reader: Person, thread: Thread) -> Story | None:
    """The story of a thread for `reader`, who is looking at it now; None when there is nothing to tell."""
    question = thread.question.id
    with store.read() as tx:
        require(reader, Action.READ, thread.question)
        at, since = tx.visits.find(reader.id, question) or (None, None)
        today = tx.now.date()
        begins = at is None or tx.now - at > AGAIN
        since = at if begins else since
        edits = [each for each in tx.edits.list(question) if since and each.created > since]
    if begins:
        with store.write() as tx:
            tx.visits.begin(reader.id, question, since)
    editors = tuple(dict.fromkeys(each.person for each in edits if each.person and each.person != reader.id))
    thread = replace(thread, verified={id: mark for id, mark in thread.verified.items() if mark.holds(today)})
    return story(thread, reader.id, since, editors)


def story(thread: Thread, reader: str, since: datetime | None, editors: tuple[str, ...] = ()) -> Story | None:
    """Pure: the lines of a thread for somebody who was there last at `since`."""
    others = [each for each in thread.answers if each.author != reader]
    new = [each for each in others if since is not None and each.created is not None and each.created > since]
    remarks = [
        each for each in thread.comments
        if each.author != reader and since is not None and each.created is not None and each.created > since
    ]  # fmt: skip
    lines = [Told(Happening.ANSWERED, _by(each), _words(each), each.id, each.created) for each in new]
    if remarks:
        people = tuple(dict.fromkeys(each.author for each in remarks if each.author))
        lines.append(Told(Happening.COMMENTED, people, at=remarks[-1].created, count=len(remarks)))
    if editors:
        lines.append(Told(Happening.EDITED, editors))
    if not lines and (since is not None or len(thread.answers) + len(thread.comments) < LONG):
        marked = since is not None and any(each.accepted and each.accepted > since for each in thread.answers)
        if not marked:
            return None
    return Story(since, _decided(thread), tuple(lines))


def _decided(thread: Thread) -> tuple[Told, ...]:
    lines = []
    if thread.original is not None:
        lines.append(Told(Happening.DUPLICATE, words=thread.original.title, answer=thread.original.id))
    solved = next((each for each in thread.answers if each.accepted), None)
    best = max((each for each in thread.answers if each.score > 0), key=lambda each: each.score, default=None)
    if solved is not None:
        lines.append(Told(Happening.SOLVED, _by(solved), _words(solved), solved.id, solved.accepted))
    lines += [
        Told(Happening.VERIFIED, (mark.person,), "" if each == solved else _words(each), each.id, mark.at)
        for each in thread.answers if (mark := thread.verified.get(each.id)) is not None
    ]  # fmt: skip
    if solved is None and best is not None and not thread.verified:
        lines.append(Told(Happening.BEST, _by(best), _words(best), best.id, best.created, best.score))
    return tuple(lines)


def _by(answer: Answer) -> tuple[str, ...]:
    return (answer.author,) if answer.author else ()


def _words(answer: Answer) -> str:
    words = " ".join(plain(answer.body).split())
    return words if len(words) <= _WORDS else f"{words[:_WORDS].rsplit(' ', 1)[0]}…"
