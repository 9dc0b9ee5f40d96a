"""Promoting answers to a practice, keeping it true, and reading it.

The space's experts, animators and compliance owners promote and verify; its authors and keeper may mend the words. To
change the words ends the verification, because it was given to other ones. A practice that is no longer right is taken
back with a reason: its page stays, it is no longer found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb import audit
from kb.advice import Help, Practice, PracticeEdit
from kb.attachments import attach
from kb.confirming import settle
from kb.errors import Conflict, Forbidden, Invalid
from kb.model import Answer, Duty, NoticeKind, Person, Procedure, Question, new_id
from kb.notices import settle as be_settled
from kb.permissions import Action, can, require, visible_spaces
from kb.rules import BODY_LIMIT, COMMENT_LIMIT, TITLE_LIMIT, clean
from kb.storage import Store, Transaction
from kb.tags import settled as settled_tags
from kb.verifying import require_coming, require_seen

NAMED = 20  # people or duties of one practice


@dataclass(frozen=True, slots=True)
class Words:
    """What whoever promotes or edits may say. `helps` are names like `TRV-01#3`, people are ids."""

    title: str
    body: str
    authors: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    keeper: str | None = None
    language: str = "fr"
    attached: tuple[str, ...] | None = None  # ids of the files it is to have; None: as they are


@dataclass(frozen=True, slots=True)
class Helped:
    """A procedure that a practice helps with, and the duty if it names one that stands there."""

    procedure: Procedure
    duty: Duty | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A practice with all that its page shows, as far as the reader may read it."""

    practice: Practice
    sources: tuple[tuple[Question, Answer], ...]
    helped: tuple[Helped, ...]
    edits: int


def promote(
    store: Store, person: Person, space: str, words: Words, answers: Sequence[str], id: str | None = None
) -> Practice:
    """Make a practice of answers to questions of the space; without authors, theirs are named. A repeated `id` is the
    same practice. Raises Invalid beside the field, Forbidden for whoever does not advise in the space."""
    with store.write() as tx:
        found = tx.spaces.find(space)
        if found is None or space not in visible_spaces(person):
            raise Invalid("space", "Choose one of your spaces.")
        require(person, Action.PROMOTE, found)
        sources = _sources(tx, space, answers)
        writers = dict.fromkeys(each.author for each in sources if each.author)
        named = replace(words, authors=words.authors or tuple(writers), keeper=words.keeper or person.id)
        made = _worded(tx, person, Practice(id or new_id(), space, "", "", created=tx.now), named)
        made = replace(made, answers=tuple(each.id for each in sources))
        standing = tx.practices.find(made.id)
        if standing is not None:
            if standing.title != made.title:
                raise Conflict("This practice was made by somebody else meanwhile. Open the page again.")
            return standing
        tx.practices.put([made])
        attach(tx, person, words.attached, "practice", made.id)
        tx.changes.add("promote", "practice", made.id, person.id)
        detail = {"answers": list(made.answers), "authors": list(made.authors)}
        audit.record(tx, person.id, "promote", ("practice", made.id), detail, space)
        return made


def edit(store: Store, person: Person, id: str, words: Words) -> Practice:
    """Replace what a practice says; the earlier words stay in its history, and other words are not verified any
    more."""
    with store.write() as tx:
        before = tx.practices.get(id, lock=True)
        require(person, Action.EDIT, before)
        after = _worded(tx, person, before, words)
        filed = attach(tx, person, words.attached, "practice", id)
        if after == before and not filed:
            return before
        if filed or (after.title, after.body) != (before.title, before.body):
            tx.practices.add_edit(PracticeEdit(new_id(), id, before.title, before.body, person.id, tx.now))
            after = replace(after, edited=tx.now, verifier=None, verified=None, until=None, extended=None)
            settle(tx, after)
        tx.practices.put([after])
        tx.changes.add("edit", "practice", id, person.id)
        return after


def verify(store: Store, person: Person, id: str, until: date, seen: str | None = None) -> Practice:
    """Say by one's name that it is true, and until when that may be relied on. Conflict when other words stand there
    than those that `person` has `seen` (their `digest`)."""
    with store.write() as tx:
        before = tx.practices.get(id, lock=True)
        _require_verifier(person, before)
        if before.ended is not None:
            raise Conflict("This practice was taken back. Promote the answer again if it holds after all.")
        require_seen(before, seen)
        require_coming(tx, until)
        after = replace(before, verifier=person.id, verified=tx.now, until=until, extended=None)
        tx.practices.put([after])
        settle(tx, after)
        be_settled(tx, person.id, after, [NoticeKind.LAPSED])
        tx.changes.add("verify", "practice", id, person.id)
        audit.record(tx, person.id, "verify", ("practice", id), {"until": until.isoformat()}, before.space)
        return after


def _require_verifier(person: Person, practice: Practice) -> None:
    """Raise Forbidden, saying who may, unless `person` advises in the space and is none of the authors."""
    require(person, Action.READ, practice)
    if person.id in practice.authors:
        raise Forbidden(
            "verify", "practice", practice.id,
            "It is your own practice: somebody else who advises in this space verifies it.",
        )  # fmt: skip
    if not can(person, Action.VERIFY, practice):
        raise Forbidden(
            "verify", "practice", practice.id,
            "Those who advise in this space verify its practices: experts, animators, compliance owners. Ask one.",
        )  # fmt: skip


def withdraw(store: Store, person: Person, id: str, reason: str) -> Practice:
    """Take a practice back, with the reason that its page will show."""
    reason = clean("reason", reason, COMMENT_LIMIT, required=True)
    with store.write() as tx:
        before = tx.practices.get(id, lock=True)
        require(person, Action.EDIT, before)
        if before.ended is not None:
            return before
        after = replace(before, ended=tx.now, reason=reason)
        tx.practices.put([after])
        settle(tx, after)
        tx.changes.add("withdraw", "practice", id, person.id)
        audit.record(tx, person.id, "withdraw", ("practice", id), {}, before.space)
        return after


def get(store: Store, reader: Person, id: str) -> Shown:
    """A practice with its sources and what it helps with; NotFound when `reader` may not know of it."""
    with store.read() as tx:
        practice = tx.practices.get(id)
        require(reader, Action.READ, practice)
        given = {each.id: each for each in tx.answers.list(ids=practice.answers)}
        asked = {each.id: each for each in tx.questions.list({each.question for each in given.values()})}
        sources = [given[id] for id in practice.answers if id in given]
        return Shown(
            practice,
            tuple((asked[each.question], each) for each in sources if can(reader, Action.READ, asked[each.question])),
            _helped(tx, reader, practice),
            len(tx.practices.edits(id)),
        )


def readable(
    store: Store, reader: Person, space: str | None = None, procedure: str | None = None, ended: bool = False
) -> tuple[Practice, ...]:
    """The practices `reader` may read, by title: of one space, or those that help with one procedure; `ended`: those
    taken back instead."""
    spaces = visible_spaces(reader) if space is None else visible_spaces(reader) & {space}
    with store.read() as tx:
        found = [each for each in tx.practices.list(spaces=spaces) if (each.ended is not None) == ended]
    if procedure is not None:
        found = [each for each in found if any(help.procedure == procedure for help in each.helps)]
    return tuple(found)


def made_of(store: Store, reader: Person, answers: Iterable[str]) -> dict[str, Practice]:
    """Which of these answers were promoted, to which practice that still stands."""
    wanted = set(answers)
    return {id: each for each in readable(store, reader) for id in each.answers if id in wanted}


def history(store: Store, reader: Person, id: str) -> tuple[PracticeEdit, ...]:
    """The earlier texts of a practice, newest first."""
    with store.read() as tx:
        require(reader, Action.READ, tx.practices.get(id))
        return tuple(tx.practices.edits(id))


def _sources(tx: Transaction, space: str, answers: Sequence[str]) -> list[Answer]:
    """The answers named, in their order; all of them to questions of the space."""
    wanted = list(dict.fromkeys(answers))
    found = {each.id: each for each in tx.answers.list(ids=wanted)}
    spaces = {each.id: each.space for each in tx.questions.list({each.question for each in found.values()})}
    if not wanted:
        raise Invalid("answers", "Tick at least one answer that this was learned from.")
    if len(wanted) > NAMED or any(id not in found or spaces[found[id].question] != space for id in wanted):
        raise Invalid("answers", "Choose answers to questions of this space, at most %(limit)d.", limit=NAMED)
    return [found[id] for id in wanted]


def _worded(tx: Transaction, person: Person, practice: Practice, words: Words) -> Practice:
    """The practice with these words for its own, each checked."""
    authors = tuple(dict.fromkeys(words.authors))
    if not authors:
        raise Invalid("authors", "Name whose practice this is.")
    if len(authors) > NAMED or len(tx.people.list(authors)) != len(authors):
        raise Invalid("authors", "Name at most %(limit)d people who are known here.", limit=NAMED)
    keeper = tx.people.find(words.keeper) if words.keeper else None
    if keeper is None or keeper.ended is not None or practice.space not in visible_spaces(keeper):
        raise Invalid("keeper", "Whoever keeps a practice must read its space.")
    return replace(
        practice, authors=authors, keeper=keeper.id, language=words.language, tags=settled_tags(tx, person, words.tags),
        title=clean("title", " ".join(words.title.split()), TITLE_LIMIT, required=True),
        body=clean("body", words.body, BODY_LIMIT, required=True),
        helps=_helps(tx, person, practice, words.helps),
    )  # fmt: skip


def _helps(tx: Transaction, person: Person, practice: Practice, names: Iterable[str]) -> tuple[Help, ...]:
    """What it helps with, each known to `person`; what stands there that they may not read stays as it is."""
    named = list(dict.fromkeys(filter(lambda each: each.procedure, map(Help.named, names))))
    keys = {each.procedure for each in (*named, *practice.helps)}
    known = {each.key: each for each in tx.procedures.list(keys) if can(person, Action.READ, each)}
    for each in named:
        procedure = known.get(each.procedure)
        if procedure is None:
            raise Invalid("helps", "There is no procedure %(key)s.", key=each.procedure)
        if each.step and _duty(procedure, each.step) is None:
            raise Invalid("helps", "%(key)s has no duty %(step)s.", key=each.procedure, step=each.step)
    hidden = [each for each in practice.helps if each.procedure not in known]
    if len(named) > NAMED:
        raise Invalid("helps", "At most %(limit)d duties: this is more than one practice.", limit=NAMED)
    return (*named, *hidden)


def _helped(tx: Transaction, reader: Person, practice: Practice) -> tuple[Helped, ...]:
    found = tx.procedures.list({each.procedure for each in practice.helps})
    known = {each.key: each for each in found if each.revisions and can(reader, Action.READ, each)}
    return tuple(
        Helped(known[each.procedure], _duty(known[each.procedure], each.step, practice.language))
        for each in practice.helps if each.procedure in known
    )  # fmt: skip


def _duty(procedure: Procedure, step: str, language: str = "fr") -> Duty | None:
    """The duty of that step, in `language` where it stands there."""
    first = procedure.revision(language) if procedure.revisions else None
    texts = ([first] if first else []) + list(procedure.revisions)
    return next((duty for text in texts for duty in text.duties if duty.step == step), None)
