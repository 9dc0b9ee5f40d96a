"""Edits by anyone as suggestions: whoever may not edit a post suggests a text; its author, or a keeper of the space,
takes it with one click or not, and whoever suggested it hears which. The earlier text stays in the history, where
any of them can be put back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.errors import Conflict, Invalid, NotFound
from kb.model import Answer, Edit, NoticeKind, Person, Question, new_id
from kb.notices import settle, tell
from kb.permissions import Action, can, require
from kb.questions import tell_author
from kb.rules import BODY_LIMIT, COMMENT_LIMIT, TITLE_LIMIT, clean
from kb.storage import Store, Transaction
from kb.suggested import Suggestion
from kb.tags import settled as settled_tags
from kb.verifying import end as end_verifications


@dataclass(frozen=True, slots=True)
class Suggested:
    """An open suggestion with the post it is for."""

    suggestion: Suggestion
    post: Question | Answer


def suggest(
    store: Store, person: Person, question: str, answer: str | None, title: str, body: str, tags: Iterable[str] = (),
    note: str = "",
) -> Suggestion:  # fmt: skip
    """Suggest a text to the author of a post. Invalid when it is the text that stands."""
    note = clean("note", note, COMMENT_LIMIT)
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        require(person, Action.COMMENT, asked)
        post = _post(tx, asked, answer)
        body = clean("body", body, BODY_LIMIT, required=isinstance(post, Answer))
        title = (
            clean("title", " ".join(title.split()), TITLE_LIMIT, required=True) if isinstance(post, Question) else ""
        )
        kept = settled_tags(tx, person, tags) if isinstance(post, Question) else ()
        same = body == post.body and (isinstance(post, Answer) or (title, kept) == (post.title, post.tags))
        if same:
            raise Invalid("body", "This is the text as it stands. Change what you would write differently.")
        made = Suggestion(new_id(), question, answer, person.id, title, body, kept, note, tx.now)
        tx.suggestions.add(made)
        facts = {"by": person.id, "answer": answer}
        tell(tx, post.author, NoticeKind.SUGGESTED, asked, facts, key=f"suggested {made.id}")
        tx.changes.add("suggest", "suggestion", made.id, person.id)
        return made


def waiting(store: Store, reader: Person, question: str) -> tuple[Suggested, ...]:
    """What was suggested for a thread, for those who may take it."""
    with store.read() as tx:
        asked = tx.questions.get(question)
        require(reader, Action.READ, asked)
        suggestions = tx.suggestions.open_of(question)
        found = [Suggested(each, _post(tx, asked, each.answer, lock=False)) for each in suggestions]
        return tuple(each for each in found if can(reader, Action.EDIT, each.post, asked.space))


def take(store: Store, editor: Person, suggestion: str) -> Question:
    """Put the suggested text in place. Conflict when the post changed since it was suggested."""
    with store.write() as tx:
        found, asked, post = _deciding(tx, editor, suggestion)
        if post.edited is not None and post.edited > found.created:
            raise Conflict("The text was edited since this was suggested. Look at both, and edit it yourself.")
        _replace(tx, asked, post, found.title, found.body, settled_tags(tx, editor, found.tags), found.person)
        _decided(tx, editor, found, asked, NoticeKind.TAKEN_UP)
        tell_author(tx, editor, asked, post, found.answer)
        tx.changes.add("edit", "question", asked.id, editor.id)
        return asked


def decline(store: Store, editor: Person, suggestion: str) -> Question:
    with store.write() as tx:
        found, asked, _post = _deciding(tx, editor, suggestion)
        _decided(tx, editor, found, asked, NoticeKind.NOT_TAKEN_UP)
        tx.changes.add("decline", "suggestion", suggestion, editor.id)
        return asked


def put_back(store: Store, editor: Person, question: str, edit: str) -> str | None:
    """Put an earlier text back; the one that stands joins the history. The id of its answer, None for the question."""
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        require(editor, Action.READ, asked)
        earlier = tx.edits.get(edit)
        if earlier.question != question:
            raise NotFound("edit", edit)
        post = _post(tx, asked, earlier.answer)
        require(editor, Action.EDIT, post, asked.space)
        _replace(tx, asked, post, earlier.title, earlier.body, asked.tags, editor.id)
        tell_author(tx, editor, asked, post, earlier.answer)
        tx.changes.add("edit", "question", question, editor.id)
        return earlier.answer


def _replace(
    tx: Transaction, asked: Question, post: Question | Answer, title: str, body: str, tags: tuple[str, ...], by: str
) -> None:
    if isinstance(post, Answer):
        tx.edits.add(Edit(new_id(), asked.id, post.id, "", post.body, by, tx.now))
        tx.answers.set_body(post.id, body, post.language)
        end_verifications(tx, [post.id])
    else:
        tx.edits.add(Edit(new_id(), asked.id, None, post.title, post.body, by, tx.now))
        tx.questions.put([replace(post, title=title, body=body, tags=tags, edited=tx.now)])


def _deciding(tx: Transaction, editor: Person, suggestion: str) -> tuple[Suggestion, Question, Question | Answer]:
    found = tx.suggestions.get(suggestion)
    asked = tx.questions.get(found.question, lock=True)
    post = _post(tx, asked, found.answer)
    require(editor, Action.EDIT, post, asked.space)
    if tx.suggestions.get(suggestion).closed is not None:
        raise Conflict("This was decided already. Nothing was changed.")
    return found, asked, post


def _decided(tx: Transaction, editor: Person, found: Suggestion, asked: Question, kind: NoticeKind) -> None:
    tx.suggestions.close(found.id, kind is NoticeKind.TAKEN_UP)
    facts = {"by": editor.id, "answer": found.answer}
    tell(tx, found.person, kind, asked, facts, key=f"decided {found.id}")
    if not any(each.answer == found.answer for each in tx.suggestions.open_of(asked.id)):
        settle(tx, editor.id, asked, [NoticeKind.SUGGESTED])


def _post(tx: Transaction, asked: Question, answer: str | None, lock: bool = True) -> Question | Answer:
    if answer is None:
        return asked
    given = tx.answers.get(answer, lock)
    if given.question != asked.id:
        raise Invalid("answer", "That answer belongs to another question.")
    return given
