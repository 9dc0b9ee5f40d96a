"""Writing a text: a new procedure or its next revision, saved as often as one likes, then given to its approvers.

While a text is in work everybody else reads the one in force. Each language has at most one text in work. Saving names
the number of savings that the writer has seen, so that nobody overwrites what somebody else saved meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from kb import audit
from kb.acknowledging import outrun
from kb.errors import Conflict, Invalid, NotFound
from kb.lifecycle import IN_WORK, digest, moved, overtaken, require_approvers, require_complete
from kb.model import Duty, Person, Procedure, ProcedureStatus, Revision, RevisionStatus
from kb.permissions import Action, require, visible_spaces
from kb.proposals import able, ask_next, ask_no_more, set_unborn
from kb.rules import BODY_LIMIT, COMMENT_LIMIT, LANGUAGES, TITLE_LIMIT, clean, clean_tags
from kb.storage import Store, Transaction

DUTIES, STEP_LIMIT, RULE_LIMIT, CHANGE_LIMIT = 60, 20, 500, 1_000
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_RESERVED = frozenset({"new"})  # its address is the form for a new one
_STEP = re.compile(r"[\w.-]+")
_FAR = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Text:
    """What a writer may change. `effective`: the day on which it is to come into force, None for at once."""

    title: str = ""
    summary: str = ""
    duties: tuple[Duty, ...] = ()
    body: str = ""
    tags: tuple[str, ...] = ()
    change: str = ""
    major: bool = True
    effective: date | None = None


class Overwritten(Conflict):
    """Somebody saved meanwhile; `standing` is what they saved."""

    def __init__(self, standing: Revision) -> None:
        super().__init__("Somebody saved this draft after you opened it. Nothing of yours was saved yet.")
        self.standing = standing


def text_of(revision: Revision) -> Text:
    """The part of a revision that a writer may change."""
    return Text(**{each.name: getattr(revision, each.name) for each in fields(Text)})


def create(
    store: Store, author: Person, space: str, key: str, title: str, language: str = "fr", owner: str | None = None
) -> Revision:
    """A new procedure with an empty draft of its first text; kept by `owner`, else by its author.

    Raises Invalid, NotFound (a space that is not the author's to see), Forbidden."""
    key = clean("key", key, 40, required=True)
    title = clean("title", " ".join((title or "").split()), TITLE_LIMIT, required=True)
    if not _KEY.fullmatch(key) or key.lower() in _RESERVED:
        raise Invalid("key", "A key holds letters, digits, points and hyphens: like FIN-01.")
    _require_language(language)
    with store.write() as tx:
        found = tx.spaces.find(space)
        if found is None or space not in visible_spaces(author):
            raise Invalid("space", "Choose one of your spaces.")
        require(author, Action.DRAFT, found)
        if tx.procedures.find(key) is not None:
            raise Invalid("key", "The key %(key)s is taken. Choose another.", key=key)
        keeper = tx.people.find(owner or author.id)
        if keeper is None or keeper.ended is not None or space not in visible_spaces(keeper):
            raise Invalid("owner", "Whoever keeps a procedure must read its space.")
        tx.procedures.put([Procedure(key, space, keeper.id, status=ProcedureStatus.DRAFT, created=tx.now)])
        draft = Revision(
            key, language, 1, title, status=RevisionStatus.DRAFT, author=author.id, created=tx.now,
            writers=(author.id,),
        )  # fmt: skip
        tx.procedures.add_revisions([draft])
        tx.changes.add("draft", "procedure", key, author.id)
        detail = {"revision": draft.name, "owner": keeper.id}
        audit.record(tx, author.id, "draft", ("procedure", key), detail, space)
        return draft


def begin(store: Store, author: Person, key: str, language: str, source: str | None = None) -> Revision:
    """The next text in `language`, begun from the one called `source` ("fr.2"), else from the one in force in that
    language, else in another. A text that is in work already is returned as it stands."""
    _require_language(language)
    with store.write() as tx:
        procedure = _kept(tx, author, key)
        history = tx.procedures.history(key)
        standing = _in_work(history, language)
        if standing is not None and not overtaken(procedure, standing):
            return standing
        if standing is not None:
            tx.procedures.set_status(standing.id, moved(standing, "discard"), ended=tx.now)
        origin = next((each for each in history if each.name == source), None) if source else None
        if source and origin is None:
            raise NotFound("revision", source)
        origin = origin or (procedure.revision(language) if procedure.revisions else None)
        major = not _follows(procedure, language, history)
        words = replace(text_of(origin), change="", major=major, effective=None) if origin else Text()
        return begun(tx, procedure, language, words, (author.id,), origin)


def _follows(procedure: Procedure, language: str, history: Sequence[Revision]) -> bool:
    """Whether the next text in `language` has first of all to say what another language's says by now."""
    standing = next((each for each in procedure.revisions if each.language == language), None)
    return standing is not None and outrun(standing, history) is not None


def begun(
    tx: Transaction, procedure: Procedure, language: str, words: Text, writers: tuple[str, ...], origin: Revision | None
) -> Revision:
    """The next text of a procedure in `language`, as a draft with these words, written from `origin`: by the first of
    `writers`, who may edit it; none of them will decide on it."""
    history = tx.procedures.history(procedure.key)
    in_force = next((each for each in procedure.revisions if each.language == language), None)
    numbers = [each.number for each in history if each.language == language]
    draft = Revision(
        procedure.key, language, max(numbers, default=0) + 1, words.title, words.summary, words.body, words.duties,
        words.tags, RevisionStatus.DRAFT, writers[0], words.change, tx.now,
        base=in_force.number if in_force else None, writers=writers, major=words.major,
    )  # fmt: skip
    tx.procedures.add_revisions([draft])
    tx.changes.add("draft", "procedure", procedure.key, writers[0])
    detail = {"revision": draft.name, "from": origin.name if origin else None}
    audit.record(tx, writers[0], "draft", ("procedure", procedure.key), detail, procedure.space)
    return draft


def save(store: Store, author: Person, key: str, language: str, text: Text, saves: int) -> Revision:
    """Keep what was written so far. `saves` is the number of savings that the writer saw; Overwritten when somebody
    saved since, Conflict when the text is no draft (any more)."""
    text = cleaned(text)
    with store.write() as tx:
        procedure = _kept(tx, author, key)
        standing = draft_of(tx, procedure, language)
        if text_of(standing) == text:
            return standing
        if standing.saves != saves:
            raise Overwritten(standing)
        after = written(standing, text, author)
        tx.procedures.set_text(after)
        tx.changes.add("save", "procedure", key, author.id)
        return after


def written(standing: Revision, text: Text, author: Person) -> Revision:
    """The draft with `text` for its words, one saving further."""
    words = {each.name: getattr(text, each.name) for each in fields(Text)}
    writers = tuple(dict.fromkeys((*standing.writers, author.id)))
    return replace(standing, **words, saves=standing.saves + 1, writers=writers)


def submit(store: Store, author: Person, key: str, language: str, saves: int) -> Revision:
    """Give the draft to its approvers. Invalid when it lacks something, Conflict when it cannot be approved."""
    with store.write() as tx:
        procedure = _kept(tx, author, key)
        standing = draft_of(tx, procedure, language)
        if standing.saves != saves:
            raise Overwritten(standing)
        if overtaken(procedure, standing):
            raise Conflict("A later text came into force meanwhile. Begin again from that one.")
        require_complete(standing)
        if standing.effective is not None and standing.effective < tx.now.date():
            raise Invalid("effective", "This day is past. Choose a coming one, or leave it empty for at once.")
        require_approvers(able(tx, [procedure.space])[procedure.space], standing.writers)
        tx.procedures.set_status(standing.id, moved(standing, "submit"), submitted=tx.now)
        set_unborn(tx, procedure)
        ask_next(tx, key, standing.name)
        tx.changes.add("submit", "procedure", key, author.id)
        detail = {"revision": standing.name, "sha256": digest(standing)}
        audit.record(tx, author.id, "submit", ("procedure", key), detail, procedure.space)
        return replace(standing, status=RevisionStatus.IN_REVIEW, submitted=tx.now)


def withdraw(store: Store, author: Person, key: str, language: str) -> Revision:
    """Take a text back from its approvers, to change it: approvals given so far no longer count."""
    return _move(store, author, key, language, "withdraw")


def discard(store: Store, author: Person, key: str, language: str) -> Revision:
    """Give up a text in work. It stays in the history of the procedure."""
    return _move(store, author, key, language, "discard")


def _move(store: Store, author: Person, key: str, language: str, verb: str) -> Revision:
    with store.write() as tx:
        procedure = _kept(tx, author, key)
        standing = _in_work(tx.procedures.history(key), language)
        if standing is None:
            raise NotFound("revision", f"{key} {language}")
        status = moved(standing, verb)
        ended = {"ended": tx.now} if status is RevisionStatus.DISCARDED else {}
        tx.procedures.set_status(standing.id, status, **ended)
        set_unborn(tx, procedure)
        ask_no_more(tx, procedure)
        tx.changes.add(verb, "procedure", key, author.id)
        audit.record(tx, author.id, verb, ("procedure", key), {"revision": standing.name}, procedure.space)
        return replace(standing, status=status)


def cleaned(text: Text) -> Text:
    """`text` as it can be kept: trimmed, within limits, each duty with a step of its own. Unfinished is no fault."""
    if text.effective is not None and abs(text.effective - date.today()) > _FAR:
        raise Invalid("effective", "Choose a day within ten years.")
    return Text(
        title=clean("title", " ".join(text.title.split()), TITLE_LIMIT),
        summary=clean("summary", text.summary, BODY_LIMIT),
        duties=_duties(text.duties),
        body=clean("body", text.body, BODY_LIMIT),
        tags=clean_tags(text.tags),
        change=clean("change", text.change, CHANGE_LIMIT),
        major=text.major,
        effective=text.effective,
    )


def _duties(duties: Sequence[Duty]) -> tuple[Duty, ...]:
    def line(value: str, limit: int) -> str:
        return clean("duties", " ".join(value.split()), limit)

    kept: dict[str, Duty] = {}
    given = {each.step.strip() for each in duties}
    free = iter(str(number) for number in range(1, 1000) if str(number) not in given)
    for each in duties:
        role, what = line(each.role, TITLE_LIMIT), line(each.what, COMMENT_LIMIT)
        step, rule = line(each.step, STEP_LIMIT), line(each.rule, RULE_LIMIT)
        if not any((step, role, what, rule)):
            continue
        step = step or next(free)
        if not _STEP.fullmatch(step):
            raise Invalid("duties", "The step %(step)s may hold letters, digits, points and hyphens.", step=step)
        if step in kept:
            raise Invalid("duties", "The step %(step)s is there twice. Each has its own, for links lead to it.",
                          step=step)  # fmt: skip
        kept[step] = Duty(step, role, what, rule)
    if len(kept) > DUTIES:
        raise Invalid("duties", "At most %(limit)d duties: this is more than one procedure.", limit=DUTIES)
    return tuple(kept.values())


def _require_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Invalid("language", "Choose one of the languages offered.")


def _kept(tx: Transaction, author: Person, key: str) -> Procedure:
    """The procedure, ours until the transaction ends, when `author` may edit it."""
    procedure = tx.procedures.get(key, lock=True)
    require(author, Action.EDIT, procedure)
    return procedure


def _in_work(history: Sequence[Revision], language: str) -> Revision | None:
    return next((each for each in history if each.language == language and each.status in IN_WORK), None)


def draft_of(tx: Transaction, procedure: Procedure, language: str) -> Revision:
    """The draft in that language; NotFound, or Conflict when it is with its approvers."""
    standing = _in_work(tx.procedures.history(procedure.key), language)
    if standing is None:
        raise NotFound("revision", f"{procedure.key} {language}")
    if standing.status is not RevisionStatus.DRAFT:
        raise Conflict("This text is with its approvers. Take it back before you change it.")
    return standing
