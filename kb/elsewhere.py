"""Answered elsewhere: the asker writes in two lines what a colleague said by phone, and names them; the colleague
confirms it with one click, corrected or as it is, and it is their answer, marked as what solved it. Until then it is
only a note of the asker's, on nobody's account.
"""

from __future__ import annotations

from kb.errors import Conflict, Forbidden, NotFound
from kb.model import Answer, NoticeKind, Person, Question, QuestionStatus, new_id
from kb.notices import settle, tell
from kb.permissions import Action, can, require
from kb.questions import give_answer
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction
from kb.suggested import Said
from kb.waves import require_helper


def require_asker(person: Person, question: Question) -> None:
    """Raise Forbidden for everybody but whoever asked, NotFound for who may not read it."""
    require(person, Action.READ, question)
    if question.author != person.id:
        raise Forbidden(
            Action.ACCEPT, "question", question.id,
            "Only whoever asked writes down what they were told elsewhere. What you know yourself, answer below it.",
        )  # fmt: skip


def write_down(store: Store, asker: Person, question: str, colleague: str, body: str, language: str) -> Said:
    """What `colleague` (an id) said to the asker. They are told, with a link to confirm it."""
    body = clean("body", body, COMMENT_LIMIT, required=True)
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        require_asker(asker, asked)
        named = require_helper(tx, asker, colleague, asked, "colleague")
        made = Said(new_id(), question, named.id, asker.id, body, language, tx.now)
        tx.sayings.add(made)
        tell(tx, named.id, NoticeKind.SAID, asked, {"by": asker.id, "said": made.id}, key=f"said {made.id}")
        tx.changes.add("write down", "said", made.id, asker.id)
        return made


def waiting(store: Store, reader: Person, question: str) -> tuple[Said, ...]:
    """What waits to be confirmed in a thread: for whoever wrote it down and whoever is said to have said it."""
    with store.read() as tx:
        require(reader, Action.READ, tx.questions.get(question))
        return tuple(each for each in tx.sayings.open_of(question) if reader.id in (each.by, each.person))


def get(store: Store, person: Person, id: str) -> tuple[Said, Question]:
    """What one is said to have said; NotFound when it is not theirs or no longer theirs to read."""
    with store.read() as tx:
        return _own(tx, person, id)


def confirm(store: Store, person: Person, id: str, body: str | None = None) -> Answer:
    """Yes, so it is (or so: `body`): it becomes one's answer."""
    with store.write() as tx:
        said, asked = _open(tx, person, id)
        tx.sayings.close(id)
        settle(tx, person.id, asked, [NoticeKind.SAID])
        given = give_answer(tx, person, asked, body if body is not None else said.body, said.language, id)
        standing = tx.answers.find(given.id) is not None  # it may wait for approval first
        if standing and asked.author == said.by and asked.status is QuestionStatus.OPEN:
            tx.answers.set_accepted(asked.id, given.id)
            tx.questions.set_status(asked.id, QuestionStatus.ANSWERED)
            tx.changes.add("accept", "question", asked.id, said.by)
        return given


def deny(store: Store, person: Person, id: str) -> Question:
    """No: nothing is posted, and the asker knows."""
    with store.write() as tx:
        said, asked = _open(tx, person, id)
        tx.sayings.close(id)
        settle(tx, person.id, asked, [NoticeKind.SAID])
        tell(tx, said.by, NoticeKind.DENIED, asked, {"by": person.id}, key=f"denied {id}")
        tx.changes.add("deny", "said", id, person.id)
        return asked


def _own(tx: Transaction, person: Person, id: str) -> tuple[Said, Question]:
    said = tx.sayings.get(id)
    asked = tx.questions.find(said.question)
    if said.person != person.id or asked is None or not can(person, Action.READ, asked):
        raise NotFound("saying", id)
    return said, asked


def _open(tx: Transaction, person: Person, id: str) -> tuple[Said, Question]:
    _said, asked = _own(tx, person, id)
    tx.questions.lock([asked.id])
    said, asked = _own(tx, person, id)
    if said.closed is not None:
        raise Conflict("You have replied to this already. Nothing was changed.")
    return said, asked
