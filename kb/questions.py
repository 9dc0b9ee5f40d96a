"""Asking, answering, commenting, voting, accepting and editing: the living layer's use cases. Closing and merging are
in `kb.merging`, deleting and undoing that in `kb.deleting`.

Each is one transaction with one row of the change log. The id a change names is always the *question's*: whoever
follows the log re-reads that question with its answers, so an answer deleted is as easily followed as one added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kb.advice import Verified
from kb.attached import Attachment
from kb.attachments import attach
from kb.deleting import delete_answer as delete_answer
from kb.deleting import delete_comment as delete_comment
from kb.deleting import delete_question as delete_question
from kb.errors import Conflict, Invalid
from kb.following import tell_followers
from kb.holding import hold
from kb.hooks import announce
from kb.mentioning import tell_mentioned
from kb.merging import close_as_duplicate as close_as_duplicate
from kb.merging import tell_duplicates
from kb.model import (
    Against,
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
from kb.rules import BODY_LIMIT, COMMENT_LIMIT, TITLE_LIMIT, clean
from kb.storage import Store, Transaction
from kb.tags import settled as settled_tags
from kb.verifying import end as end_verifications
from kb.waves import release, require_helper

_WISHES = 50  # people struck out or named


@dataclass(frozen=True, slots=True)
class Thread:
    """A question with everything on its page. `duplicates` and the original hold only what the reader may read;
    `votes`, `against`, `attached` and `verified` are by the id of the post."""

    question: Question
    answers: tuple[Answer, ...]
    comments: tuple[Comment, ...]
    duplicates: tuple[Question, ...]
    original: Question | None
    votes: dict[str, int]
    edited: frozenset[str]
    against: Mapping[str, Mapping[Against, int]]
    attached: Mapping[str, Sequence[Attachment]]
    verified: Mapping[str, Verified] = field(default_factory=dict)


def ask(
    store: Store, asker: Person, space: str, title: str, body: str = "", tags: Iterable[str] = (), language: str = "fr",
    id: str | None = None, struck: Collection[str] = (), named: Collection[str] = (), attached: Collection[str] = (),
) -> Question:  # fmt: skip
    """Post a question. `id` makes a repeated post (a double click, a retry) the same question. People `struck` are not
    asked, people `named` first; `attached` are ids of files kept before.

    Raises Invalid, NotFound (a space that is not the asker's to see), Forbidden."""
    with store.write() as tx:
        return give_question(tx, asker, space, title, body, tags, language, id, struck, named, attached=attached)


def give_question(
    tx: Transaction, asker: Person, space: str, title: str, body: str = "", tags: Iterable[str] = (),
    language: str = "fr", id: str | None = None, struck: Collection[str] = (), named: Collection[str] = (),
    approved: bool = False, attached: Collection[str] = (),
) -> Question:  # fmt: skip
    """The same, inside the caller's transaction; `approved` by a keeper, where posts are read before they appear."""
    title = clean("title", " ".join((title or "").split()), TITLE_LIMIT, required=True)
    body = clean("body", body, BODY_LIMIT)
    kept = settled_tags(tx, asker, tags)
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
    wishes = {"struck": sorted(set(struck))[:_WISHES], "named": list(dict.fromkeys(named))[:_WISHES]}
    fields = {"title": title, "body": body, "tags": list(kept), "language": language, **wishes}
    if not approved and hold(tx, asker, space, "question", None, question.id, title, fields, attached):
        return question
    tx.questions.put([question])
    attach(tx, asker, attached, "question", question.id)
    tx.unsent.remove(asker.id, "ask")
    announce(tx, question, "asked", asker.id)
    tell_followers(tx, question, "asked", asker.id, f"asked {question.id}", {})
    tell_mentioned(tx, asker, question, body, question.id, {})
    tx.changes.add("ask", "question", question.id, asker.id)
    said = {name: each for name, each in wishes.items() if each}
    tx.jobs.add("route", {"question": question.id, **said}, once=f"route {question.id}")
    return question


def answer(
    store: Store, author: Person, question: str, body: str, language: str = "fr", id: str | None = None,
    attached: Collection[str] = (),
) -> Answer:  # fmt: skip
    """Answer a question; whoever was asked need not answer any more. A repeated `id` is the same answer."""
    with store.write() as tx:
        return give_answer(tx, author, tx.questions.get(question, lock=True), body, language, id, attached=attached)


def give_answer(
    tx: Transaction, author: Person, asked: Question, body: str, language: str, id: str | None = None,
    approved: bool = False, attached: Collection[str] = (),
) -> Answer:  # fmt: skip
    """The same, inside the caller's transaction, which holds the question's row."""
    body = clean("body", body, BODY_LIMIT, required=True)
    require(author, Action.ANSWER, asked)
    given = Answer(id=id or new_id(), question=asked.id, body=body, author=author.id, language=language, created=tx.now)
    standing = tx.answers.find(given.id)
    if standing is not None:
        if standing.author != author.id or standing.question != asked.id:
            raise Conflict("This answer was posted by somebody else meanwhile. Send yours again.")
        return standing
    fields = {"body": body, "language": language}
    if not approved and hold(tx, author, asked.space, "answer", asked.id, given.id, asked.title, fields, attached):
        return given
    tx.answers.put([given])
    attach(tx, author, attached, "answer", given.id)
    tx.unsent.remove(author.id, f"answer {asked.id}")
    tx.questions.set_active(asked.id)
    release(tx, asked, author.id)
    tell_duplicates(tx, asked, author, given.id)
    if asked.author != author.id:
        facts = {"by": author.id, "answer": given.id}
        tell(tx, asked.author, NoticeKind.ANSWERED, asked, facts, key=f"answered {given.id}")
    announce(tx, asked, "answered", author.id, given.id)
    tell_followers(tx, asked, "answered", author.id, given.id, {"answer": given.id}, told=[asked.author])
    tell_mentioned(tx, author, asked, body, given.id, {"answer": given.id}, told=[asked.author])
    await_outcome(tx, asked, given.id)
    tx.changes.add("answer", "question", asked.id, author.id)
    return given


def comment(
    store: Store, author: Person, question: str, body: str, answer: str | None = None, id: str | None = None,
    attached: Collection[str] = (),
) -> Comment:  # fmt: skip
    """Comment on a question or one of its answers. A repeated `id` is the same comment."""
    with store.write() as tx:
        return give_comment(tx, author, tx.questions.get(question, lock=True), body, answer, id, attached=attached)


def give_comment(
    tx: Transaction, author: Person, asked: Question, body: str, answer: str | None = None, id: str | None = None,
    approved: bool = False, attached: Collection[str] = (),
) -> Comment:  # fmt: skip
    """The same, inside the caller's transaction, which holds the question's row."""
    body = clean("body", body, COMMENT_LIMIT, required=True)
    require(author, Action.COMMENT, asked)
    commented = asked if answer is None else _answer_of(tx, asked.id, answer)
    standing = next(iter(tx.comments.find_all([id])), None) if id else None
    if standing is not None:
        if standing.author != author.id or standing.question != asked.id:
            raise Conflict("This comment was posted by somebody else meanwhile. Send yours again.")
        return standing
    made = Comment(id=id or new_id(), question=asked.id, answer=answer, body=body, author=author.id, created=tx.now)
    fields = {"body": body, "answer": answer}
    if not approved and hold(tx, author, asked.space, "comment", asked.id, made.id, asked.title, fields, attached):
        return made
    tx.comments.put([made])
    attach(tx, author, attached, "comment", made.id)
    tx.unsent.remove(author.id, f"comment {asked.id}")
    tx.questions.set_active(asked.id)
    facts = {"comment": made.id, "answer": answer}
    talking = [each.author for each in tx.comments.list(question=asked.id) if each.answer == answer]
    told = [each for each in dict.fromkeys((commented.author, *talking)) if each not in (None, author.id)]
    for each in told:
        joined = {} if each == commented.author else {"joined": True}
        tell(tx, each, NoticeKind.COMMENTED, asked, {"by": author.id, **facts, **joined}, key=f"commented {made.id}")
    tell_followers(tx, asked, "commented", author.id, made.id, facts, told=told)
    tell_mentioned(tx, author, asked, body, made.id, facts, told=told)
    tx.changes.add("comment", "question", asked.id, author.id)
    return made


def vote(
    store: Store, voter: Person, question: str, answer: str | None, value: int, reason: str | None = None
) -> int:
    """Vote for (1) or against (-1, with a reason) a post, or take the vote back (0); the change in its score."""
    if value not in (-1, 0, 1):
        raise Invalid("value", "A vote is 1, -1, or 0 to take it back.")
    if reason is not None and reason not in set(Against):
        raise Invalid("reason", "Say what is wrong with it: wrong, outdated, not here or unclear.")
    against = Against(reason) if reason is not None and value < 0 else None
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        thing = asked if answer is None else _answer_of(tx, question, answer)
        require(voter, Action.VOTE, thing, asked.space)
        before = tx.votes.find(voter.id, question, answer)
        by = value - (before.value if before else 0)
        if before:
            tx.votes.remove(voter.id, question, answer)
        if value:
            tx.votes.add([Vote(voter.id, question, answer, value, tx.now, against)])
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
            announce(tx, asked, "solved", asker.id, given.id)
        tx.answers.set_accepted(question, answer)
        if (route := tx.routes.find(question)) is not None:
            tx.routes.set_outcome(route.id, None if answer is None else "solved")
        if asked.status is not QuestionStatus.DUPLICATE:
            tx.questions.set_status(question, QuestionStatus.OPEN if answer is None else QuestionStatus.ANSWERED)
        tx.changes.add("accept", "question", question, asker.id)


def edit_question(
    store: Store, editor: Person, question: str, title: str, body: str, tags: Iterable[str],
    language: str | None = None, attached: Collection[str] | None = None,
) -> Question:  # fmt: skip
    """Replace a question's words; the earlier ones stay in its history. `attached`: the files it is to have."""
    title = clean("title", " ".join((title or "").split()), TITLE_LIMIT, required=True)
    body = clean("body", body, BODY_LIMIT)
    with store.write() as tx:
        kept = settled_tags(tx, editor, tags)
        before = tx.questions.get(question, lock=True)
        require(editor, Action.EDIT, before)
        after = replace(before, title=title, body=body, tags=kept, language=language or before.language, edited=tx.now)
        filed = attach(tx, editor, attached, "question", question)
        if (before.title, before.body, before.tags, before.language) == (title, body, kept, after.language):
            if filed:
                tx.changes.add("edit", "question", question, editor.id)
            return before
        tx.edits.add(Edit(new_id(), question, None, before.title, before.body, editor.id, tx.now))
        tx.questions.put([after])
        tell_author(tx, editor, before, before, None)
        tx.changes.add("edit", "question", question, editor.id)
        return after


def edit_answer(
    store: Store, editor: Person, answer: str, body: str, language: str | None = None,
    attached: Collection[str] | None = None,
) -> Answer:  # fmt: skip
    """Replace an answer's words; the earlier ones stay in its history."""
    body = clean("body", body, BODY_LIMIT, required=True)
    with store.write() as tx:
        asked = tx.questions.get(tx.answers.get(answer).question, lock=True)
        before = tx.answers.get(answer, lock=True)
        require(editor, Action.EDIT, before, asked.space)
        filed = attach(tx, editor, attached, "answer", answer)
        if filed or before.body != body:
            end_verifications(tx, [answer])
        if before.body == body and language in (None, before.language):
            if filed:
                tx.changes.add("edit", "question", asked.id, editor.id)
            return before
        tx.edits.add(Edit(new_id(), before.question, answer, "", before.body, editor.id, tx.now))
        tell_author(tx, editor, asked, before, answer)
        tx.answers.set_body(answer, body, language or before.language)
        tx.changes.add("edit", "question", before.question, editor.id)
        return tx.answers.get(answer)


def tell_author(tx: Transaction, editor: Person, asked: Question, post: Question | Answer, answer: str | None) -> None:
    """Whoever wrote a post hears that somebody else changed it."""
    if post.author not in (None, editor.id):
        facts = {"by": editor.id, "answer": answer}
        tell(tx, post.author, NoticeKind.EDITED, asked, facts, key=f"edited {post.id} {tx.now.isoformat()}")


def thread(store: Store, reader: Person, question: str) -> Thread:
    """Everything on a question's page, as far as `reader` may read it; NotFound when they may not."""
    with store.read() as tx:
        asked = tx.questions.get(question)
        require(reader, Action.READ, asked)
        original = tx.questions.find(asked.duplicate_of) if asked.duplicate_of else None
        votes, answers = tx.votes.list(question), tuple(tx.answers.list([question]))
        return Thread(
            question=asked,
            answers=answers,
            comments=tuple(tx.comments.list(question)),
            duplicates=tuple(each for each in tx.questions.duplicates(question) if can(reader, Action.READ, each)),
            original=original if original and can(reader, Action.READ, original) else None,
            votes={each.answer or question: each.value for each in votes if each.person == reader.id},
            against={id: Counter(reasons) for id, reasons in _against(votes, question).items()},
            edited=frozenset(tx.edits.edited(question)),
            attached=_by_post(tx.attachments.of_thread(question)),
            verified=tx.verifications.of([each.id for each in answers]),
        )


def _against(votes: Sequence[Vote], question: str) -> dict[str, list[Against]]:
    """Why people voted against each post."""
    found: defaultdict[str, list[Against]] = defaultdict(list)
    for each in votes:
        if each.reason is not None:
            found[each.answer or question].append(each.reason)
    return found


def _by_post(attached: Iterable[Attachment]) -> dict[str, list[Attachment]]:
    found: defaultdict[str, list[Attachment]] = defaultdict(list)
    for each in attached:
        found[str(each.post)].append(each)
    return found


def readable(
    store: Store, reader: Person, space: str | None = None, tag: str | None = None, unanswered: bool = False,
    limit: int | None = 20, offset: int = 0,
) -> tuple[Question, ...]:  # fmt: skip
    """Questions `reader` may read, the most recently active first; of one space or tag, or still unanswered, when
    asked."""
    spaces = visible_spaces(reader) if space is None else visible_spaces(reader) & {space}
    with store.read() as tx:
        return tuple(tx.questions.list(spaces=spaces, tag=tag, unanswered=unanswered, limit=limit, offset=offset))


def open_of(store: Store, person: Person, limit: int = 6) -> tuple[Question, ...]:
    """What the person asked and nobody has solved yet, as far as they may still read it."""
    with store.read() as tx:
        found = tx.questions.list(
            spaces=visible_spaces(person), author=person.id, status=QuestionStatus.OPEN, limit=limit
        )
        return tuple(found)


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
