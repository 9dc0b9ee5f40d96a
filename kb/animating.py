"""What whoever keeps a space looks after: questions nobody has answered, newcomers nobody has heard of, people to
thank, and a letter to the members, drafted from what happened and sent as they edit it.

Nobody is ranked: people to thank stand in the order of their names, with what they did. The letter goes as a notice to
the members of the space and to those who follow it, by mail as each of them chose.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from kb.advice import Practice
from kb.errors import NotFound
from kb.model import Answer, NoticeKind, Person, PersonKind, Question, QuestionStatus, Role, Space, new_id
from kb.notices import settle, tell
from kb.outbox import Letter
from kb.permissions import Action, can, require
from kb.rules import BODY_LIMIT, TITLE_LIMIT, clean
from kb.storage import Store, Transaction

NEW, LATELY, SETTLING = timedelta(days=90), timedelta(days=7), timedelta(days=7)
SHOWN = 30
THURSDAY, ENOUGH = 4, 3  # the day from which, and how many questions of a week with which a letter is worth its while


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did lately: answers of theirs that solved a question, and practices they wrote."""

    person: Person
    solved: tuple[tuple[Question, Answer], ...]
    practices: tuple[Practice, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """`unanswered`: the longest waiting first. `silent`: who is new and has not written here. `welcome`: who is new
    since the last week. `solved`, `practices`: of the last week."""

    space: Space
    unanswered: tuple[Question, ...]
    silent: tuple[Person, ...]
    welcome: tuple[Person, ...]
    deeds: tuple[Deed, ...]
    solved: tuple[Question, ...]
    practices: tuple[Practice, ...]
    asked: int
    letters: tuple[Letter, ...]


def overview(store: Store, keeper: Person, space: str) -> Overview:
    """What is to be looked after in a space. Forbidden for whoever does not keep it."""
    with store.read() as tx:
        found = _kept(tx, keeper, space)
        questions = tx.questions.list(spaces=[space])
        since = tx.now - LATELY
        answers = tx.answers.list([each.id for each in questions])
        by_question = {each.id: each for each in questions}
        solved = [each for each in answers if each.accepted is not None and each.accepted >= since]
        practices = [
            each for each in tx.practices.list(spaces=[space])
            if each.ended is None and each.created is not None and each.created >= since
        ]  # fmt: skip
        people = {each.id: each for each in tx.people.list() if each.ended is None and can(keeper, Action.READ, each)}
        wrote = {each.author for each in questions} | {each.author for each in answers}
        new = _new(tx, found, people)
        waiting = [each for each in questions if not each.answers and each.status is QuestionStatus.OPEN]
        waiting.sort(key=lambda each: str(each.created))
        return Overview(
            found, tuple(waiting[:SHOWN]), tuple(each for each in new if each.id not in wrote)[:SHOWN],
            tuple(each for each in new if each.created and each.created >= since),
            _deeds(people, [(by_question[each.question], each) for each in solved], practices, keeper),
            tuple({each.question: by_question[each.question] for each in solved}.values()), tuple(practices),
            sum(each.created is not None and each.created >= since for each in questions),
            tuple(tx.letters.list(space)[:SHOWN]),
        )  # fmt: skip


def send(store: Store, keeper: Person, space: str, subject: str, body: str, id: str | None = None) -> Letter:
    """Send the letter: each member and follower is told once. A repeated `id` is the same letter."""
    subject = clean("subject", " ".join(subject.split()), TITLE_LIMIT, required=True)
    body = clean("body", body, BODY_LIMIT, required=True)
    with store.write() as tx:
        found = _kept(tx, keeper, space)
        made = Letter(id or new_id(), space, subject, body, keeper.id, tx.now)
        if not tx.letters.add(made):
            return tx.letters.get(made.id)
        tx.unsent.remove(keeper.id, f"letter {space}")
        for member in tx.spaces.members(space):
            settle(tx, member.person, found, [NoticeKind.LETTER_DUE])
        readers = {each.person for each in tx.spaces.members(space) if each.until is None or each.until > tx.now}
        readers |= {person for person, _of, _subject in tx.follows.followers([("space", space)])}
        for each in sorted(readers - {keeper.id}):
            facts = {"by": keeper.id, "letter": made.id, "titled": subject}
            tell(tx, each, NoticeKind.LETTER, found, facts, key=f"letter {made.id}")
        tx.changes.add("send", "letter", made.id, keeper.id)
        return made


def remind(store: Store) -> int:
    """From Thursday on, tell those who animate a space that a letter is drafted: once a week, where enough was asked
    and none went out in seven days; how many were told. For the worker."""
    now = store.clock()
    if now.isoweekday() < THURSDAY:
        return 0
    with store.read() as tx:
        due = {space: n for space, n in tx.questions.asked_since(now - LATELY).items() if n >= ENOUGH}
        due = {space: n for space, n in due.items() if not _reminded(tx, space)}
    if not due:
        return 0
    with store.write() as tx:
        animators = [each for each in tx.spaces.members() if each.space in due and each.role is Role.ANIMATOR]
        return sum(
            tell(tx, each.person, NoticeKind.LETTER_DUE, tx.spaces.get(each.space), {"asked": due[each.space]},
                 key=_week(tx, each.space))
            for each in animators
        )  # fmt: skip


def _reminded(tx: Transaction, space: str) -> bool:
    """Whether the animators were told this week, a letter went out, or there is nobody to tell."""
    told = any(key == _week(tx, space) for _person, key in tx.notices.keys("space", space, [NoticeKind.LETTER_DUE]))
    sent = any(each.sent >= tx.now - LATELY for each in tx.letters.list(space)[:1])
    return told or sent or not any(each.role is Role.ANIMATOR for each in tx.spaces.members(space))


def _week(tx: Transaction, space: str) -> str:
    year, week, _day = tx.now.isocalendar()
    return f"letter due {space} {year}-{week}"


def letter(store: Store, reader: Person, id: str) -> tuple[Letter, Space]:
    """A letter that was sent, for whoever reads its space."""
    with store.read() as tx:
        found = tx.letters.get(id)
        space = tx.spaces.get(found.space)
        if not can(reader, Action.READ, space):
            raise NotFound("letter", id)
        return found, space


def _kept(tx: Transaction, keeper: Person, space: str) -> Space:
    found = tx.spaces.get(space)
    require(keeper, Action.MANAGE, found)
    return found


def _new(tx: Transaction, space: Space, people: dict[str, Person]) -> list[Person]:
    """Who came to the organisation lately and reads the space, or became a member of it lately; by name."""
    began = tx.people.first_created()
    joined = {each.person: each.since for each in tx.spaces.members(space.id)}
    found: list[Person] = []
    for each in people.values():
        came = joined.get(each.id) or each.created
        reads = space.id in each.roles and (each.kind is PersonKind.EMPLOYEE or each.id in joined)
        if reads and came is not None and began is not None and came - began >= SETTLING and tx.now - came < NEW:
            found.append(each)
    return sorted(found, key=lambda each: each.name)


def _deeds(
    people: dict[str, Person], solved: list[tuple[Question, Answer]], practices: list[Practice], keeper: Person
) -> tuple[Deed, ...]:
    answered: defaultdict[str, list[tuple[Question, Answer]]] = defaultdict(list)
    for question, answer in solved:
        if answer.author:
            answered[answer.author].append((question, answer))
    wrote: defaultdict[str, list[Practice]] = defaultdict(list)
    for practice in practices:
        for author in practice.authors:
            wrote[author].append(practice)
    named = [people[id] for id in {*answered, *wrote} if id in people and id != keeper.id]
    named.sort(key=lambda each: each.name)
    return tuple(Deed(each, tuple(answered[each.id]), tuple(wrote[each.id])) for each in named)
