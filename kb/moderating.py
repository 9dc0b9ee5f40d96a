"""Flags, and what waits for approval: the queue of whoever keeps a space. Everybody concerned learns what was decided
and why: who raised the flag, who wrote the post.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.deleting import remove_answer, remove_comment, remove_question
from kb.errors import Invalid
from kb.flags import Flag, FlagReason, Held
from kb.markdown import plain
from kb.model import Answer, Comment, NoticeKind, Person, Question, new_id
from kb.notices import settle, tell
from kb.permissions import KEEPERS, Action, can, require, visible_spaces
from kb.questions import give_answer, give_comment, give_question
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction

_WORDS = 120


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag with its post and the question that it is in."""

    flag: Flag
    question: Question
    post: Question | Answer | Comment


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for the reader's decision, and what of their own waits for that of others."""

    flagged: tuple[Flagged, ...]
    held: tuple[Held, ...]
    own: tuple[Held, ...]


def flag(
    store: Store, person: Person, question: str, answer: str | None, comment: str | None, reason: str, note: str = ""
) -> Flag:
    """Ask the keepers of the space to look at a post. Twice is once."""
    if reason not in set(FlagReason):
        raise Invalid("reason", "Choose what is wrong with it.")
    note = clean("note", note, COMMENT_LIMIT)
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        require(person, Action.READ, asked)
        _post(tx, asked, answer, comment)
        for each in tx.flags.open_of(question):
            if (each.person, each.answer, each.comment) == (person.id, answer, comment):
                return each
        made = Flag(new_id(), question, answer, comment, person.id, FlagReason(reason), note, tx.now)
        tx.flags.add(made)
        for member in tx.spaces.members(asked.space):
            if member.role in KEEPERS:
                tell(tx, member.person, NoticeKind.FLAGGED, asked, {"by": person.id}, key=f"flagged {made.id}")
        tx.changes.add("flag", "flag", made.id, person.id)
        return made


def queue(store: Store, reader: Person) -> Queue:
    """What waits in the spaces that `reader` keeps, and what they sent themselves."""
    with store.read() as tx:
        kept = {each.id for each in tx.spaces.list() if can(reader, Action.MANAGE, each)}
        flags = tx.flags.open_in(kept)
        questions = {each.id: each for each in tx.questions.list({each.question for each in flags})}
        flagged = [Flagged(each, asked, _post(tx, asked, each.answer, each.comment)) for each in flags
                   if can(reader, Action.READ, asked := questions[each.question])]  # fmt: skip
        held = [each for each in tx.held.list(reader.id, kept) if each.space in visible_spaces(reader)]
        return Queue(
            tuple(flagged), tuple(each for each in held if each.space in kept and each.person != reader.id),
            tuple(each for each in held if each.person == reader.id),
        )  # fmt: skip


def decide(store: Store, keeper: Person, flag: str, remove: bool, reason: str) -> None:
    """Remove the flagged post, or keep it; who raised the flag hears of it, as does its author when it goes."""
    reason = clean("reason", reason, COMMENT_LIMIT, required=True)
    with store.write() as tx:
        raised = tx.flags.get(flag)
        asked = tx.questions.get(raised.question, lock=True)
        require(keeper, Action.MANAGE, tx.spaces.get(asked.space))
        post, space = _post(tx, asked, raised.answer, raised.comment), tx.spaces.get(asked.space)
        same = [
            each for each in tx.flags.open_of(asked.id)
            if (each.answer, each.comment) == (raised.answer, raised.comment)
        ]  # fmt: skip
        tx.flags.close([each.id for each in same])
        kind = NoticeKind.FLAG_REMOVED if remove else NoticeKind.FLAG_KEPT
        facts = {"by": keeper.id, "titled": title_of(post), "reason": reason}
        for each in same:
            tell(tx, each.person, kind, space, facts, key=f"decided {each.id}")
        for member in tx.spaces.members(asked.space):
            settle(tx, member.person, asked, [NoticeKind.FLAGGED])
        tx.changes.add("decide", "flag", flag, keeper.id)
        if remove and isinstance(post, Question):
            remove_question(tx, keeper, post, reason)
        elif remove and isinstance(post, Answer):
            remove_answer(tx, keeper, asked, post, reason)
        elif remove and isinstance(post, Comment):
            remove_comment(tx, keeper, asked, post, reason)


def approve(store: Store, keeper: Person, held: str) -> Question:
    """Post what waits, as its author; the question it is in."""
    with store.write() as tx:
        waiting = _kept(tx, keeper, held)
        author, fields = tx.people.get(waiting.person), waiting.fields
        question = _post_held(tx, author, waiting, {name: str(value) for name, value in fields.items() if value})
        tx.held.remove(held)
        tell(tx, author.id, NoticeKind.APPROVED, question, {"by": keeper.id}, key=f"approved {held}")
        return question


def refuse(store: Store, keeper: Person, held: str, reason: str) -> None:
    """Do not post it; its author is told why."""
    reason = clean("reason", reason, COMMENT_LIMIT, required=True)
    with store.write() as tx:
        waiting = _kept(tx, keeper, held)
        tx.held.remove(held)
        facts = {"by": keeper.id, "titled": title_of_held(waiting), "reason": reason}
        space = tx.spaces.get(waiting.space)
        tell(tx, waiting.person, NoticeKind.NOT_APPROVED, space, facts, key=f"refused {held}")
        tx.changes.add("refuse", "held", held, keeper.id)


def title_of(post: Question | Answer | Comment) -> str:
    words = post.title if isinstance(post, Question) else plain(post.body)
    return words if len(words) <= _WORDS else f"{words[:_WORDS]}…"


def title_of_held(held: Held) -> str:
    words = str(held.fields.get("title") or plain(str(held.fields.get("body", ""))))
    return words if len(words) <= _WORDS else f"{words[:_WORDS]}…"


def _post_held(tx: Transaction, author: Person, held: Held, words: Mapping[str, str]) -> Question:
    """Post what was sent, as it was sent; the question it is in."""
    body, language = words.get("body", ""), words.get("language", "fr")
    files = [each.id for each in tx.attachments.of("held", held.id)]
    if held.kind == "question":
        return give_question(
            tx, author, held.space, words["title"], body, _ids(held, "tags"), language, held.id, _ids(held, "struck"),
            _ids(held, "named"), approved=True, attached=files,
        )  # fmt: skip
    question = tx.questions.get(str(held.question), lock=True)
    if held.kind == "answer":
        give_answer(tx, author, question, body, language, held.id, approved=True, attached=files)
    else:
        give_comment(tx, author, question, body, words.get("answer"), held.id, approved=True, attached=files)
    return question


def _ids(held: Held, name: str) -> list[str]:
    given = held.fields.get(name)
    return [str(each) for each in given] if isinstance(given, list) else []


def _kept(tx: Transaction, keeper: Person, held: str) -> Held:
    """What waits, when it is `keeper`'s to decide on."""
    waiting = tx.held.get(held)
    require(keeper, Action.MANAGE, tx.spaces.get(waiting.space))
    return waiting


def _post(tx: Transaction, asked: Question, answer: str | None, comment: str | None) -> Question | Answer | Comment:
    if comment is not None:
        found: Answer | Comment = tx.comments.get(comment)
    elif answer is not None:
        found = tx.answers.get(answer)
    else:
        return asked
    if found.question != asked.id:
        raise Invalid("answer", "That answer belongs to another question.")
    return found
