"""Deleting, which can be undone for a while, then is final everywhere.

A deleted post leaves every table, page, count and index at once; its rows are kept apart for two weeks, for whoever
deleted it and for the keepers of its space to bring back. Then a job forgets them. When a keeper deletes what another
wrote, its author is told, with the reason.
"""

from __future__ import annotations

from datetime import timedelta

from kb.attachments import sweep_soon
from kb.bin import KEPT, Binned
from kb.errors import Conflict, NotFound
from kb.markdown import plain
from kb.model import Answer, Comment, NoticeKind, Person, Question, QuestionStatus
from kb.notices import tell
from kb.permissions import Action, can, require, visible_spaces
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction
from kb.waves import reopen

JOB = "empty bin"
_WORDS = 120


def delete_question(store: Store, person: Person, question: str, reason: str = "") -> None:
    with store.write() as tx:
        tx.questions.lock({question, *(each.id for each in tx.questions.duplicates(question))})
        remove_question(tx, person, tx.questions.get(question), reason)


def delete_answer(store: Store, person: Person, answer: str, reason: str = "") -> str:
    """Remove an answer; the id of its question."""
    with store.write() as tx:
        asked = tx.questions.get(tx.answers.get(answer).question, lock=True)
        remove_answer(tx, person, asked, tx.answers.get(answer, lock=True), reason)
        return asked.id


def delete_comment(store: Store, person: Person, comment: str, reason: str = "") -> str:
    """Remove a comment; the id of its question."""
    with store.write() as tx:
        made = tx.comments.get(comment)
        remove_comment(tx, person, tx.questions.get(made.question, lock=True), made, reason)
        return made.question


def remove_question(tx: Transaction, person: Person, asked: Question, reason: str) -> None:
    """Inside the caller's transaction, which holds the question's row."""
    require(person, Action.DELETE, asked)
    touched = [each.id for each in tx.questions.duplicates(asked.id)]
    _keep(tx, person, asked, asked, asked.title, reason)
    tx.questions.remove(asked.id)
    tx.changes.add("delete", "question", asked.id, person.id)
    tx.changes.add_all("close", "question", touched, person.id)


def remove_answer(tx: Transaction, person: Person, asked: Question, given: Answer, reason: str) -> None:
    require(person, Action.DELETE, given, asked.space)
    _keep(tx, person, asked, given, plain(given.body), reason)
    tx.answers.remove(given.id)
    if given.accepted and asked.status is QuestionStatus.ANSWERED:
        tx.questions.set_status(asked.id, QuestionStatus.OPEN)
    reopen(tx, tx.questions.get(asked.id))
    tx.changes.add("delete answer", "question", asked.id, person.id)


def remove_comment(tx: Transaction, person: Person, asked: Question, made: Comment, reason: str) -> None:
    require(person, Action.DELETE, made, asked.space)
    _keep(tx, person, asked, made, plain(made.body), reason)
    tx.comments.remove(made.id)
    tx.changes.add("delete comment", "question", asked.id, person.id)


def deleted(store: Store, reader: Person) -> tuple[Binned, ...]:
    """What `reader` may bring back, the latest first."""
    with store.read() as tx:
        kept = [each for each in tx.spaces.list() if can(reader, Action.MANAGE, each)]
        found = tx.bin.list(reader.id, {each.id for each in kept})
        return tuple(each for each in found if each.space in visible_spaces(reader) and tx.now - each.at < KEPT)


def can_restore(store: Store, reader: Person, question: str) -> bool:
    """Whether a question is in the bin and is `reader`'s to bring back."""
    return any(each.kind == "question" and each.id == question for each in deleted(store, reader))


def restore(store: Store, person: Person, id: str) -> Binned:
    """Bring a deleted post back, with all that hung on it. Conflict when what it belonged to is deleted itself."""
    with store.write() as tx:
        found = tx.bin.get(id, lock=True)
        space = tx.spaces.find(found.space)
        keeps = space is not None and can(person, Action.MANAGE, space)
        readable = found.space in visible_spaces(person) and person.ended is None
        if not readable or not (found.person == person.id or keeps) or tx.now - found.at >= KEPT:
            raise NotFound("deleted post", id)
        if found.kind != "question" and tx.questions.find(found.question, lock=True) is None:
            raise Conflict("What it belonged to is deleted too. Bring that back first.")
        tx.bin.put_back(id)
        asked = tx.questions.get(found.question, lock=True)
        accepted = [each for each in tx.answers.list([asked.id]) if each.accepted]
        if len(accepted) > 1:  # another was marked meanwhile: it stays
            tx.answers.set_accepted(asked.id, max(accepted, key=lambda each: (str(each.accepted), each.id != id)).id)
        if accepted and asked.status is QuestionStatus.OPEN:
            tx.questions.set_status(asked.id, QuestionStatus.ANSWERED)
        tx.changes.add("restore", "question", asked.id, person.id)
        return found


def empty_bin(store: Store) -> int:
    """Forget for good what was deleted too long ago to be brought back; how many posts."""
    with store.write() as tx:
        sweep_soon(tx)
        return tx.bin.empty(tx.now - KEPT)


def _keep(
    tx: Transaction, person: Person, asked: Question, post: Question | Answer | Comment, words: str, reason: str
) -> None:
    reason = clean("reason", reason, COMMENT_LIMIT)
    title = words if len(words) <= _WORDS else f"{words[:_WORDS]}…"
    kind = type(post).__name__.lower()
    tx.bin.add(Binned(post.id, kind, asked.id, asked.space, title, post.author, person.id, reason, tx.now))
    due = (tx.now + KEPT + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    tx.jobs.add(JOB, {}, run_at=due, once=f"{JOB} {due.date().isoformat()}")
    if post.author not in (None, person.id):
        facts = {"by": person.id, "titled": title, "reason": reason}
        key = f"removed {post.id} {tx.now.isoformat()}"
        tell(tx, post.author, NoticeKind.REMOVED, tx.spaces.get(asked.space), facts, key=key)
