"""Being told: a notice is written in the transaction of what it tells of, and its sentence is made when it is read.

    tell(tx, "bob", NoticeKind.ANSWERED, question, {"by": author.id, "answer": answer.id}, key=f"answered {answer.id}")

Rights are asked when it is told and again when it is read: whoever may no longer read the thing was never told.
Marking as read or done is the reader's own bookkeeping and leaves no row in the change log.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kb.advice import Practice
from kb.errors import NotFound
from kb.model import Notice, NoticeKind, NoticeState, Person, Procedure, Question, Space, new_id
from kb.permissions import Action, can
from kb.storage import Store, Transaction

About = Question | Procedure | Practice | Space
KEPT = 500  # notices of each state that are shown; older ones stay stored


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with the thing it is about, as it is now."""

    notice: Notice
    about: About


def tell(
    tx: Transaction, person: str | None, kind: NoticeKind, about: About, params: Mapping[str, object], *, key: str
) -> bool:
    """Tell `person` something about a thing, once for each `key`; False when they were told, left, or may not read it.

    `params` are facts (ids, numbers, days as ISO text), never words: `by` is the id of the person who did it."""
    found = tx.people.find(person) if person else None
    asked_in = kind is NoticeKind.INVITED_IN  # into a space that is not theirs yet
    if found is None or not (can(found, Action.READ, about) or (asked_in and found.ended is None)):
        return False
    of, subject = _named(about)
    return tx.notices.add(Notice(new_id(), found.id, kind, of, subject, dict(params), key, tx.now))


def settle(tx: Transaction, person: str, about: About, kinds: Collection[NoticeKind]) -> None:
    """What these notices asked of the person is done (or no longer asked)."""
    tx.notices.settle(person, *_named(about), kinds)


def inbox(store: Store, reader: Person, state: NoticeState = NoticeState.UNREAD) -> tuple[Told, ...]:
    """What `reader` was told and may still read, newest first."""
    with store.read() as tx:
        return _inbox(tx, reader, state)


def _inbox(tx: Transaction, reader: Person, state: NoticeState) -> tuple[Told, ...]:
    return readable(tx, reader, tx.notices.list(reader.id, state, KEPT))


def readable(tx: Transaction, reader: Person, notices: Sequence[Notice]) -> tuple[Told, ...]:
    """Those of `notices` whose thing is still there and is the reader's to read."""
    kinds = ("question", "procedure", "practice", "space")
    wanted = {of: {each.subject for each in notices if each.of == of} for of in kinds}
    things: list[About | None] = [
        *tx.questions.list(wanted["question"]),
        *tx.practices.list(wanted["practice"]),
        *(tx.procedures.find(key) for key in wanted["procedure"]),
        *(tx.spaces.find(id) for id in wanted["space"]),
    ]
    there = {_named(each): each for each in things if each is not None}
    seen = {name for name, each in there.items() if can(reader, Action.READ, each)}
    invited = any(each.kind is NoticeKind.INVITED_IN for each in notices) and reader.ended is None
    waiting = {each.id for each in tx.joining.open(person=reader.id)} if invited else set()
    return tuple(
        Told(each, there[each.of, each.subject]) for each in notices
        if (each.of, each.subject) in seen
        or (each.kind is NoticeKind.INVITED_IN and each.params.get("joining") in waiting)
    )  # fmt: skip


def set_state(store: Store, reader: Person, state: NoticeState, id: str | None = None) -> None:
    """Mark one of the reader's notices, or (None) all they see as unread. NotFound when it is not theirs."""
    with store.write() as tx:
        ids = [id] if id else [each.notice.id for each in _inbox(tx, reader, NoticeState.UNREAD)]
        if tx.notices.set_state(reader.id, ids, state) < len(ids):
            raise NotFound("notice", id or "")


def seen(store: Store, reader: Person, about: About) -> None:
    """The reader has the thing before their eyes: what they were told about it is read."""
    with store.read() as tx:
        if not tx.notices.unread(reader.id, *_named(about)):
            return
    with store.write() as tx:
        tx.notices.set_seen(reader.id, *_named(about))


def _named(about: About) -> tuple[str, str]:
    if isinstance(about, Procedure):
        return "procedure", about.key
    return type(about).__name__.lower(), about.id
