"""Asked before: a question closed as a duplicate leads to the first one, wherever its reader may read that; merged, its
answers go there too.

Whoever asked is told either way, and hears of later answers to the first question. The old address stays: its page
says where the answers are.
"""

from __future__ import annotations

from kb.errors import Invalid
from kb.model import NoticeKind, Person, Question, QuestionStatus
from kb.notices import tell
from kb.permissions import Action, can, require, visible_spaces
from kb.storage import Store, Transaction
from kb.waves import release, reopen


def close_as_duplicate(store: Store, closer: Person, question: str, original: str | None, merge: bool = False) -> None:
    """Close a question as asked before (`original`: its id), or open it again (None). With `merge`, its answers become
    answers to the original; both questions are of one space then."""
    with store.write() as tx:
        followers = [each.id for each in tx.questions.duplicates(question)]
        tx.questions.lock({question, *([original] if original else []), *followers})
        asked = tx.questions.get(question)
        require(closer, Action.CLOSE, asked)
        changed = [question]
        if original is None:
            accepted = any(each.accepted for each in tx.answers.list([question]))
            tx.questions.set_status(question, QuestionStatus.ANSWERED if accepted else QuestionStatus.OPEN)
            reopen(tx, tx.questions.get(question))
        else:
            first = _first(tx, closer, asked, original, merge)
            tx.questions.set_status(question, QuestionStatus.DUPLICATE, first.id)
            release(tx, asked)
            moved = [each.id for each in tx.questions.duplicates(question)]
            for each in moved:  # what was closed as a duplicate of this one follows it to the first
                tx.questions.set_status(each, QuestionStatus.DUPLICATE, first.id)
            changed += moved
            if merge and tx.answers.list([question]):
                _merge(tx, closer, asked, first)
                changed.append(first.id)
            if asked.author != closer.id:
                facts = {"by": closer.id, "original": first.id}
                tell(tx, asked.author, NoticeKind.CLOSED, asked, facts, key=f"closed {question} {first.id}")
        tx.changes.add_all("close", "question", changed, closer.id)


def most_duplicated(store: Store, reader: Person, limit: int) -> tuple[tuple[Question, int], ...]:
    """The questions that were asked again most often, as far as `reader` may read both, with how often."""
    with store.read() as tx:
        counts = tx.questions.most_duplicated(visible_spaces(reader), limit)
        found = {each.id: each for each in tx.questions.list([id for id, _ in counts])}
        return tuple((found[id], count) for id, count in counts if can(reader, Action.READ, found[id]))


def tell_duplicates(tx: Transaction, asked: Question, author: Person, answer: str) -> None:
    """Whoever asked the same hears of an answer to the first question, when they may read it."""
    for each in tx.questions.duplicates(asked.id):
        if each.author not in (None, author.id):
            facts = {"by": author.id, "answer": answer}
            tell(tx, each.author, NoticeKind.ANSWERED, asked, facts, key=f"answered {answer}")


def _first(tx: Transaction, closer: Person, asked: Question, original: str, merge: bool) -> Question:
    first = tx.questions.find(original)
    if first is None or not can(closer, Action.READ, first):
        raise Invalid("original", "There is no question at that address.")
    if first.id == asked.id or first.duplicate_of is not None:
        raise Invalid("original", "Choose the first question, one that is not a duplicate itself.")
    if merge and first.space != asked.space:
        raise Invalid(
            "original", "The answers can only go to a question of the same space. Close it without moving them."
        )
    return first


def _merge(tx: Transaction, closer: Person, asked: Question, first: Question) -> None:
    solved = any(each.accepted for each in tx.answers.list([first.id]))
    if solved or first.author != asked.author:  # what solved it for one asker is not the other's mark
        tx.answers.set_accepted(asked.id, None)
    tx.questions.move_answers(asked.id, first.id)
    tx.questions.set_active(first.id)
    moved = tx.questions.get(first.id)
    if moved.status is QuestionStatus.OPEN:
        release(tx, moved)
    if first.author != closer.id:
        facts = {"by": closer.id, "merged": asked.id}
        tell(tx, first.author, NoticeKind.MERGED, first, facts, key=f"merged {asked.id} {first.id}")
