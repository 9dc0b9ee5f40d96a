"""Asking, answering, commenting, voting, accepting, editing, closing and deleting: the living layer's use cases.

Each is one transaction with one row of the change log. The id a change names is always the *question's*: whoever
follows the log re-reads that question with its answers, so an answer deleted is as easily followed as one added.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from kb.errors import Conflict, Invalid
from kb.model import (
    Answer,
    Comment,
    Edit,
    NoticeKind,
    Person,
    Question,
    QuestionStatus,
    Vote,
    new_id,
)
from kb.notices import tell
from kb.outcomes import await_outcome, require_settler, settled
from kb.permissions import Action, can, require, visible_spaces
from kb.rules import BODY_LIMIT, COMMENT_LIMIT, TITLE_LIMIT, clean, clean_tags
from kb.storage import Store, Transaction
from kb.waves import release, reopen, require_helper

_WISHES = 50  # people struck out or named


@dataclass(frozen=True, slots=True)
class Thread:
    """A question with everything on its page. `duplicates` and the original hold only what the reader may read."""

    question: Question
    answers: tuple[Answer, ...]
    comments: tuple[Comment, ...]
    duplicates: tuple[Question, ...]
    original: Question | None
    votes: dict[str, int]
    edited: frozenset[str]


def ask(
    store: Store, asker: Person, space: str, title: str, body: str = "", tags: Iterable[str] = (), language: str = "fr",
    id: str | None = None, struck: Collection[str] = (), named: Collection[str] = (),
) -> Question:  # fmt: skip
    """Post a question. `id` makes a repeated post (a double click, a retry) the same question. People `struck` are not
    asked, people `named` first.

    Raises Invalid, NotFound (a space that is not the asker's to see), Forbidden."""
    title = clean("title", " ".join((title or "").split()), TITLE_LIMIT, required=True)
    body = clean("body", body, BODY_LIMIT)
    kept = clean_tags(tags)
    with store.write() as tx:
        found = tx.spaces.find(space)
        if found is None or space not in visible_spaces(asker):
            raise Invalid("space", "Choose one of your spaces.")
        require(asker, Action.ASK, found)
        question = Question(
            id=id or new_id(), space=space, title=title, body=body, author=asker.id, language=language, tags=kept,
            created=tx.now, active=tx.now,
        )  # fmt: skip
        standing = tx.questions.find(question.id)
        if standing is not None:
            if standing.author != asker.id:
                raise Conflict("This question was posted by somebody else meanwhile. Ask yours again.")
            return standing
        for each in named:
            require_helper(tx, asker, each, question, "named")
        tx.questions.put([question])
        tx.changes.add("ask", "question", question.id, asker.id)
        wishes = {"struck": sorted(set(struck))[:_WISHES], "named": list(dict.fromkeys(named))[:_WISHES]}
        said = {name: each for name, each in wishes.items() if each}
        tx.jobs.add("route", {"question": question.id, **said}, once=f"route {question.id}")
        return question


def answer(
    store: Store, author: Person, question: str, body: str, language: str = "fr", id: str | None = None
) -> Answer:
    """Answer a question; whoever was asked need not answer any more. A repeated `id` is the same answer."""
    with store.write() as tx:
        return give_answer(tx, author, tx.questions.get(question, lock=True), body, language, id)


def give_answer(
    tx: Transaction, author: Person, asked: Question, body: str, language: str, id: str | None = None
) -> Answer:
    """The same, inside the caller's transaction, which holds the question's row."""
    body = clean("body", body, BODY_LIMIT, required=True)
    require(author, Action.ANSWER, asked)
    given = Answer(id=id or new_id(), question=asked.id, body=body, author=author.id, language=language, created=tx.now)
    standing = tx.answers.find(given.id)
    if standing is not None:
        if standing.author != author.id or standing.question != asked.id:
            raise Conflict("This answer was posted by somebody else meanwhile. Send yours again.")
        return standing
    tx.answers.put([given])
    tx.questions.set_active(asked.id)
    release(tx, asked, author.id)
    if asked.author != author.id:
        facts = {"by": author.id, "answer": given.id}
        tell(tx, asked.author, NoticeKind.ANSWERED, asked, facts, key=f"answered {given.id}")
    await_outcome(tx, asked, given.id)
    tx.changes.add("answer", "question", asked.id, author.id)
    return given


def comment(store: Store, author: Person, question: str, body: str, answer: str | None = None) -> Comment:
    with store.write() as tx:
        return give_comment(tx, author, tx.questions.get(question, lock=True), body, answer)


def give_comment(tx: Transaction, author: Person, asked: Question, body: str, answer: str | None = None) -> Comment:
    """The same, inside the caller's transaction, which holds the question's row."""
    body = clean("body", body, COMMENT_LIMIT, required=True)
    require(author, Action.COMMENT, asked)
    commented = asked if answer is None else _answer_of(tx, asked.id, answer)
    made = Comment(id=new_id(), question=asked.id, answer=answer, body=body, author=author.id, created=tx.now)
    tx.comments.put([made])
    tx.questions.set_active(asked.id)
    if commented.author != author.id:
        facts = {"by": author.id, "comment": made.id, "answer": answer}
        tell(tx, commented.author, NoticeKind.COMMENTED, asked, facts, key=f"commented {made.id}")
    tx.changes.add("comment", "question", asked.id, author.id)
    return made


def vote(store: Store, voter: Person, question: str, answer: str | None, value: int) -> int:
    """Vote for (1) or against (-1) a post, or take the vote back (0); the change in its score."""
    if value not in (-1, 0, 1):
        raise Invalid("value", "A vote is 1, -1, or 0 to take it back.")
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        thing = asked if answer is None else _answer_of(tx, question, answer)
        require(voter, Action.VOTE, thing, asked.space)
        before = tx.votes.find(voter.id, question, answer)
        by = value - (before.value if before else 0)
        if before:
            tx.votes.remove(voter.id, question, answer)
        if value:
            tx.votes.add([Vote(voter.id, question, answer, value, tx.now)])
        if by:
            if answer is None:
                tx.questions.change_score(question, by)
            else:
                tx.answers.change_score(answer, by)
            tx.changes.add("vote", "question", question, voter.id)
        return by


def accept(store: Store, asker: Person, question: str, answer: str | None) -> None:
    """Mark the one answer that solved it, or (None) take the mark back: the asker, or whom it was offered to."""
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        require_settler(tx, asker, asked)
        given = None if answer is None else _answer_of(tx, question, answer)
        if given is not None and given.author != asker.id:
            facts = {"by": asker.id, "answer": answer}
            tell(tx, given.author, NoticeKind.ACCEPTED, asked, facts, key=f"accepted {answer}")
        if given is not None:
            settled(tx, asker, asked, given)
        tx.answers.set_accepted(question, answer)
        if (route := tx.routes.find(question)) is not None:
            tx.routes.set_outcome(route.id, None if answer is None else "solved")
        if asked.status is not QuestionStatus.DUPLICATE:
            tx.questions.set_status(question, QuestionStatus.OPEN if answer is None else QuestionStatus.ANSWERED)
        tx.changes.add("accept", "question", question, asker.id)


def edit_question(
    store: Store, editor: Person, question: str, title: str, body: str, tags: Iterable[str], language: str | None = None
) -> Question:
    """Replace a question's words; the earlier ones stay in its history."""
    title = clean("title", " ".join((title or "").split()), TITLE_LIMIT, required=True)
    body = clean("body", body, BODY_LIMIT)
    kept = clean_tags(tags)
    with store.write() as tx:
        before = tx.questions.get(question, lock=True)
        require(editor, Action.EDIT, before)
        after = replace(before, title=title, body=body, tags=kept, language=language or before.language, edited=tx.now)
        if (before.title, before.body, before.tags, before.language) == (title, body, kept, after.language):
            return before
        tx.edits.add(Edit(new_id(), question, None, before.title, before.body, editor.id, tx.now))
        tx.questions.put([after])
        tx.changes.add("edit", "question", question, editor.id)
        return after


def edit_answer(store: Store, editor: Person, answer: str, body: str, language: str | None = None) -> Answer:
    """Replace an answer's words; the earlier ones stay in its history."""
    body = clean("body", body, BODY_LIMIT, required=True)
    with store.write() as tx:
        asked = tx.questions.get(tx.answers.get(answer).question, lock=True)
        before = tx.answers.get(answer, lock=True)
        require(editor, Action.EDIT, before, asked.space)
        if before.body == body and language in (None, before.language):
            return before
        tx.edits.add(Edit(new_id(), before.question, answer, "", before.body, editor.id, tx.now))
        tx.answers.set_body(answer, body, language or before.language)
        tx.changes.add("edit", "question", before.question, editor.id)
        return tx.answers.get(answer)


def close_as_duplicate(store: Store, closer: Person, question: str, original: str | None) -> None:
    """Close a question as asked before (`original`: its id), or open it again (None)."""
    with store.write() as tx:
        followers = [each.id for each in tx.questions.duplicates(question)]
        tx.questions.lock({question, *([original] if original else []), *followers})
        asked = tx.questions.get(question)
        require(closer, Action.CLOSE, asked)
        moved = []
        if original is None:
            accepted = any(each.accepted for each in tx.answers.list([question]))
            tx.questions.set_status(question, QuestionStatus.ANSWERED if accepted else QuestionStatus.OPEN)
            reopen(tx, tx.questions.get(question))
        else:
            first = tx.questions.find(original)
            if first is None or not can(closer, Action.READ, first):
                raise Invalid("original", "There is no question at that address.")
            if first.id == question or first.duplicate_of is not None:
                raise Invalid("original", "Choose the first question, one that is not a duplicate itself.")
            tx.questions.set_status(question, QuestionStatus.DUPLICATE, first.id)
            release(tx, asked)
            moved = [each.id for each in tx.questions.duplicates(question)]
            for each in moved:  # what was closed as a duplicate of this one follows it to the first
                tx.questions.set_status(each, QuestionStatus.DUPLICATE, first.id)
        tx.changes.add_all("close", "question", [question, *moved], closer.id)


def delete_question(store: Store, person: Person, question: str) -> None:
    with store.write() as tx:
        tx.questions.lock({question, *(each.id for each in tx.questions.duplicates(question))})
        asked = tx.questions.get(question)
        require(person, Action.DELETE, asked)
        touched = [each.id for each in tx.questions.duplicates(question)]
        tx.questions.remove(question)
        tx.changes.add("delete", "question", question, person.id)
        tx.changes.add_all("close", "question", touched, person.id)


def delete_answer(store: Store, person: Person, answer: str) -> str:
    """Remove an answer; the id of its question."""
    with store.write() as tx:
        asked = tx.questions.get(tx.answers.get(answer).question, lock=True)
        given = tx.answers.get(answer, lock=True)
        require(person, Action.DELETE, given, asked.space)
        tx.answers.remove(answer)
        if given.accepted and asked.status is QuestionStatus.ANSWERED:
            tx.questions.set_status(asked.id, QuestionStatus.OPEN)
        reopen(tx, tx.questions.get(asked.id))
        tx.changes.add("delete answer", "question", asked.id, person.id)
        return asked.id


def delete_comment(store: Store, person: Person, comment: str) -> str:
    """Remove a comment; the id of its question."""
    with store.write() as tx:
        made = tx.comments.get(comment)
        require(person, Action.DELETE, made, tx.questions.get(made.question).space)
        tx.comments.remove(comment)
        tx.changes.add("delete comment", "question", made.question, person.id)
        return made.question


def thread(store: Store, reader: Person, question: str) -> Thread:
    """Everything on a question's page, as far as `reader` may read it; NotFound when they may not."""
    with store.read() as tx:
        asked = tx.questions.get(question)
        require(reader, Action.READ, asked)
        original = tx.questions.find(asked.duplicate_of) if asked.duplicate_of else None
        return Thread(
            question=asked,
            answers=tuple(tx.answers.list([question])),
            comments=tuple(tx.comments.list(question)),
            duplicates=tuple(each for each in tx.questions.duplicates(question) if can(reader, Action.READ, each)),
            original=original if original and can(reader, Action.READ, original) else None,
            votes={each.answer or question: each.value for each in tx.votes.list(question, reader.id)},
            edited=frozenset(tx.edits.edited(question)),
        )


def readable(
    store: Store, reader: Person, space: str | None = None, tag: str | None = None, unanswered: bool = False,
    limit: int | None = 20, offset: int = 0,
) -> tuple[Question, ...]:  # fmt: skip
    """Questions `reader` may read, the most recently active first; of one space or tag, or still unanswered, when
    asked."""
    spaces = visible_spaces(reader) if space is None else visible_spaces(reader) & {space}
    with store.read() as tx:
        return tuple(tx.questions.list(spaces=spaces, tag=tag, unanswered=unanswered, limit=limit, offset=offset))


def history(store: Store, reader: Person, question: str, answer: str | None = None) -> tuple[Edit, ...]:
    """The earlier texts of a question or of one of its answers, newest first."""
    with store.read() as tx:
        require(reader, Action.READ, tx.questions.get(question))
        if answer is not None:
            _answer_of(tx, question, answer)
        return tuple(tx.edits.list(question, answer))


def _answer_of(tx: Transaction, question: str, answer: str) -> Answer:
    given = tx.answers.get(answer)
    if given.question != question:
        raise Invalid("answer", "That answer belongs to another question.")
    return given
