"""Replies by mail: what a person writes back to a message of ours is posted under their name, once.

    take_in(store, mail, message, sender, text, language)

`mail` is the message of ours that it answers: the reply address that held it was signed, so it is believed. A reply to
a request is an answer (a second one: a comment on that answer), to anything else a comment where the notice points.
What cannot be posted is told to the person, as a notice; who writes from another address than theirs is told too, and
nothing is posted. One transaction notes the Message-ID and does it, so that a mail delivered twice is posted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from kb.attachments import MOST, Ready, keep_ready, prepare
from kb.errors import Invalid
from kb.model import Notice, NoticeKind, NoticeState, Person, Question
from kb.notices import readable, tell
from kb.permissions import Action, can
from kb.questions import give_answer, give_comment
from kb.rules import BODY_LIMIT, COMMENT_LIMIT
from kb.shelf import Shelf
from kb.storage import Store, Transaction

REPLIES_RUN = timedelta(days=180)  # how long after it was made a message may be replied to
_LEFT_OUT = {"fr": "*(Non joint : {})*", "en": "*(Not attached: {})*"}
ANSWERED_BY = frozenset({NoticeKind.INVITED, NoticeKind.REMINDED, NoticeKind.ESCALATED})  # a reply is an answer


class Outcome(StrEnum):
    """What became of a mail. `NOT_POSTED`: its writer is told why. `UNKNOWN`: nobody is told, the server refuses it."""

    POSTED = "posted"
    NOT_POSTED = "not posted"
    BEFORE = "before"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a mail was not posted."""

    EMPTY = "empty"
    LONG = "long"
    RIGHTS = "rights"
    OLD = "old"
    SENDER = "sender"


def take_in(
    store: Store, mail: str, message: str, sender: str, text: str, language: str,
    files: Sequence[tuple[str, bytes]] = (), shelf: Shelf | None = None,
) -> Outcome:  # fmt: skip
    """Post what was written back to our message `mail`. `message` is unique to the reply, `text` what its writer added,
    `sender` the address it came from; `files` (name, content) go with it, those that may not be attached are named in
    the text."""
    ready = [(_shown(name), _prepared(shelf, name, content)) for name, content in files]
    with store.write() as tx:
        replied = tx.mails.find(mail)
        person = tx.people.find(replied.person) if replied else None
        carried = tx.mails.carried(mail)
        told = readable(tx, person, carried) if person else ()
        question = told[0].about if told else None
        if replied is None or person is None or replied.digest or not isinstance(question, Question):
            return Outcome.UNKNOWN
        if not tx.mails.receive(message, person.id, Outcome.POSTED):
            return Outcome.BEFORE
        notice, old = told[0].notice, tx.now - replied.created > REPLIES_RUN
        question = tx.questions.get(question.id, lock=True)
        why = Why.OLD if old else _refused(tx, person, notice, question, sender, text)
        if why is not None:
            facts = {"why": why.value}
            tell(tx, person.id, NoticeKind.NOT_POSTED, question, facts, key=f"not posted {message}")
            return Outcome.NOT_POSTED
        attached, left_out = _keep(tx, person, ready)
        answer = _answer(tx, person, notice, question)
        answers = notice.kind in ANSWERED_BY and answer is None
        named = f"{text}\n\n{_LEFT_OUT[language].format(', '.join(left_out))}" if left_out else text
        if len(named) <= (BODY_LIMIT if answers else COMMENT_LIMIT):  # else the reply itself is worth more
            text = named
        if answers:
            give_answer(tx, person, question, text, language, attached=attached)
        else:
            give_comment(tx, person, question, text, answer, attached=attached)
        tx.notices.set_state(person.id, [notice.id], NoticeState.DONE)
        return Outcome.POSTED


def _prepared(shelf: Shelf | None, name: str, content: bytes) -> Ready | None:
    """A file looked at and on the disk before the transaction; None when it may not be attached."""
    if shelf is None:
        return None
    try:
        return prepare(shelf, name, content)
    except Invalid:
        return None


def _shown(name: str) -> str:
    return " ".join("".join(each for each in name if each.isprintable()).split())[:60]


def _keep(tx: Transaction, person: Person, ready: Sequence[tuple[str, Ready | None]]) -> tuple[list[str], list[str]]:
    """Keep what may be attached: the ids, and the names of what may not."""
    ids: list[str] = []
    left_out: list[str] = []
    for name, file in ready:
        try:
            if file is None or len(ids) == MOST:
                raise Invalid("files", "At most %(limit)d files on one post.", limit=MOST)
            ids.append(keep_ready(tx, person, file).id)
        except Invalid:
            left_out.append(name)
    return ids, left_out[:MOST]


def _refused(tx: Transaction, person: Person, notice: Notice, question: Question, sender: str, text: str) -> Why | None:
    if sender.strip().casefold() != (person.email or "").casefold():
        return Why.SENDER
    if not text.strip():
        return Why.EMPTY
    answers = notice.kind in ANSWERED_BY and _answer(tx, person, notice, question) is None
    if not can(person, Action.ANSWER if answers else Action.COMMENT, question):
        return Why.RIGHTS
    return Why.LONG if len(text) > (BODY_LIMIT if answers else COMMENT_LIMIT) else None


def _answer(tx: Transaction, person: Person, notice: Notice, question: Question) -> str | None:
    """The answer that a comment goes to: the one the notice names, or (of who was asked) the one they gave before."""
    given = tx.answers.list([question.id])
    named = notice.params.get("answer")
    if notice.kind in ANSWERED_BY:
        return next((each.id for each in given if each.author == person.id), None)
    return next((each.id for each in given if each.id == named), None)
