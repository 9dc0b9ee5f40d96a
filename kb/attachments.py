"""Pictures and files on posts: kept while the post is written, then read by whoever may read the post, nobody else.

    keep(store, shelf, person, name, content)    at once, the writer's alone
    attach(tx, person, ids, "answer", id)        in the transaction that posts: from then on it is the post's

A file deleted with its post comes back with it; when the post is gone for good, `sweep` takes the content off the
shelf. What is kept and never posted goes after a month.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from kb.attached import Attachment, Kind, kind_of, named
from kb.errors import Invalid, NotFound
from kb.model import Person, new_id
from kb.permissions import Action, can
from kb.pictures import bare
from kb.rules import clean
from kb.shelf import FRESH_SECONDS, Shelf
from kb.storage import Store, Transaction

JOB = "sweep files"
LARGEST, MOST, A_DAY = 10 * 1024 * 1024, 6, 200 * 1024 * 1024  # bytes of one; how many on a post; bytes of a person
LOOSE = timedelta(days=30)  # how long a file without a post is kept
_ID = 2  # new ids in a row: 116 bits, so that no address can be guessed


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that may be attached, put on the shelf already; its row is still to be written."""

    name: str
    kind: Kind
    size: int
    sha256: str


def keep(store: Store, shelf: Shelf, person: Person, name: str, content: bytes) -> Attachment:
    """Keep a file for a post that `person` is writing. Invalid (field "files") when it may not be attached."""
    ready = prepare(shelf, name, content)
    with store.write() as tx:
        return keep_ready(tx, person, ready)


def prepare(shelf: Shelf, name: str, content: bytes) -> Ready:
    """Look at a file and write it to the disk, before any transaction: nobody waits for that. Pictures lose what their
    camera told of them. A file whose row is never written is found by `sweep`."""
    shown = clean("files", " ".join(name.replace("\0", "").split())[:60], 60)
    if not content:
        raise Invalid("files", "%(name)s is empty. Choose another file.", name=shown)
    if len(content) > LARGEST:
        raise Invalid("files", "%(name)s is too large: at most 10 MB. Make it smaller, or link to it.", name=shown)
    kind = kind_of(content)
    if kind is None:
        raise Invalid(
            "files", "%(name)s cannot be attached: pictures (PNG, JPEG, GIF, WebP), PDF, documents without macros and "
            "plain text can.", name=shown,
        )  # fmt: skip
    try:
        content = bare(content)
    except ValueError:
        raise Invalid(
            "files", "%(name)s is a damaged picture. Open it in a program for pictures and save it anew.", name=shown
        ) from None
    return Ready(named(name, kind), kind, len(content), shelf.put(content))


def keep_ready(tx: Transaction, person: Person, ready: Ready) -> Attachment:
    """Write the row of a prepared file, inside the caller's transaction."""
    if not person.roles or person.ended is not None:
        raise Invalid("files", "You are in no space where this could be posted.")
    if tx.attachments.size_since(person.id, tx.now - timedelta(days=1)) + ready.size > A_DAY:
        raise Invalid("files", "You added 200 MB since yesterday. Add the rest tomorrow, or link to it.")
    id = "".join(new_id() for _ in range(_ID))
    made = Attachment(id, ready.name, ready.kind.type, ready.size, ready.sha256, person.id, tx.now)
    tx.attachments.add(made)
    _sweep_at(tx, LOOSE)
    return made


def attach(tx: Transaction, person: Person, ids: Collection[str] | None, of: str, id: str) -> bool:
    """Let exactly `ids` hang on a post (None: as they are); whether anything changed. Files that hang there already
    stay whoever added them; others must be `person`'s own and hang on nothing, or on this post while it waited."""
    if ids is None:
        return False
    ids = list(dict.fromkeys(ids))
    if len(ids) > MOST:
        raise Invalid("files", "At most %(limit)d files on one post.", limit=MOST)
    standing = {each.id for each in tx.attachments.of(of, id)}
    new = [each for each in ids if each not in standing]
    for each, found in zip(new, _all(tx, new), strict=True):
        if found is None or found.person != person.id or found.post not in (None, id):
            raise Invalid("files", "One of the files is no longer here. Add it again.", id=each)
    gone = standing - set(ids)
    tx.attachments.remove(gone)
    tx.attachments.put_on(new, of, id)
    if gone:
        _sweep_at(tx, timedelta(days=1))  # it may have been put there a moment ago
    return bool(gone or new)


def read(store: Store, reader: Person, id: str) -> Attachment:
    """The attachment, or NotFound when `reader` may not read what it hangs on."""
    with store.read() as tx:
        found = tx.attachments.get(id)
        if not _readable(tx, reader, found):
            raise NotFound("attachment", id)
        return found


def own(store: Store, person: Person, ids: Collection[str]) -> tuple[Attachment, ...]:
    """Those of `ids` that `person` may read: what a form shows again."""
    with store.read() as tx:
        return tuple(each for each in tx.attachments.find_all(list(ids)) if _readable(tx, person, each))


def of_practice(store: Store, reader: Person, practice: str) -> tuple[Attachment, ...]:
    return _of(store, reader, "practice", practice)


def of_held(store: Store, reader: Person, held: str) -> tuple[Attachment, ...]:
    """What hangs on a post that waits for approval."""
    return _of(store, reader, "held", held)


def sweep(store: Store, shelf: Shelf, older: float = FRESH_SECONDS) -> int:
    """Take off the shelf what nothing holds any more: no post, nothing in the bin; how many files."""
    with store.write() as tx:
        tx.attachments.remove_loose(tx.now - LOOSE)
    with store.read() as tx:
        kept = {*tx.attachments.hashes(), *tx.bin.hashes()}
    return shelf.sweep(kept, older)


def sweep_soon(tx: Transaction) -> None:
    """Ask for a sweep: something is gone for good."""
    _sweep_at(tx, timedelta(0))


def _readable(tx: Transaction, reader: Person, found: Attachment) -> bool:
    if reader.ended is not None:
        return False
    if found.post is None:
        return found.person == reader.id
    if found.practice is not None:
        practice = tx.practices.find(found.practice)
        return practice is not None and can(reader, Action.READ, practice)
    if found.held is not None:
        waiting = tx.held.find(found.held)
        return waiting is not None and (
            waiting.person == reader.id or can(reader, Action.MANAGE, tx.spaces.get(waiting.space))
        )
    question = tx.questions.find(_question(tx, found))
    return question is not None and can(reader, Action.READ, question)


def _of(store: Store, reader: Person, of: str, id: str) -> tuple[Attachment, ...]:
    with store.read() as tx:
        return tuple(each for each in tx.attachments.of(of, id) if _readable(tx, reader, each))


def _question(tx: Transaction, found: Attachment) -> str:
    if found.answer is not None:
        return tx.answers.get(found.answer).question
    if found.comment is not None:
        return tx.comments.get(found.comment).question
    return str(found.question)


def _all(tx: Transaction, ids: Collection[str]) -> list[Attachment | None]:
    found = {each.id: each for each in tx.attachments.find_all(ids)}
    return [found.get(id) for id in ids]


def _sweep_at(tx: Transaction, after: timedelta) -> None:
    at = (tx.now + after + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    tx.jobs.add(JOB, {}, run_at=at, once=f"{JOB} {at.date().isoformat()}")

