"""Verification of an answer: the dated word of somebody who advises in its space, another mark than the asker's.

The asker says that it solved their question; an expert, an animator or a compliance owner says that it is true, and
until when. Nobody verifies their own, and other words end it, because it was given to those that stood.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from kb import audit
from kb.advice import Practice, Verified
from kb.errors import Conflict, Forbidden, Invalid
from kb.model import Answer, NoticeKind, Person, Question
from kb.notices import tell
from kb.permissions import KEEPERS, Action, can, require
from kb.storage import Store, Transaction

LONGEST = timedelta(days=3 * 366)  # how long a verification holds at most
LATE = timedelta(days=60)  # after its day nobody is asked any more


@dataclass(frozen=True, slots=True)
class _Ended:
    about: Question | Practice
    verifier: str | None
    key: str
    facts: Mapping[str, str]


def verify_answer(store: Store, person: Person, answer: str, until: date, seen: str | None = None) -> Question:
    """Say by one's name that an answer is true, and until when that may be relied on; its author is told. Conflict when
    other words stand there than those that `person` has `seen` (their `digest`)."""
    with store.write() as tx:
        asked, given = _given(tx, person, answer)
        require_seen(given, seen)
        require_coming(tx, until)
        end(tx, [answer])
        tx.verifications.put(Verified(answer, person.id, tx.now, until))
        audit.record(tx, person.id, "verify", ("answer", answer), {"until": until.isoformat()}, asked.space)
        facts = {"by": person.id, "answer": answer, "day": until.isoformat()}
        tell(tx, given.author, NoticeKind.VERIFIED, asked, facts, key=f"verified {answer} {tx.now.isoformat()}")
        tx.changes.add("verify", "question", asked.id, person.id)
        return asked


def digest(thing: Answer | Practice) -> str:
    """Of the words that somebody has before them when they put their name to them; of a practice with its files, with
    which `edited` moves."""
    said = f"{thing.title}\n{thing.body}\n{thing.edited or ''}" if isinstance(thing, Practice) else thing.body
    return sha256(said.encode()).hexdigest()[:16]


def require_seen(thing: Answer | Practice, seen: str | None) -> None:
    """Raise Conflict when other words stand there than those `seen` (their `digest`; None: they were not asked for)."""
    if seen is not None and seen != digest(thing):
        raise Conflict("Its words have changed since you opened the page. Read them again, then verify it.")


def doubt_answer(store: Store, person: Person, answer: str) -> Question:
    """Take the mark back: it is not true any more, or was verified by mistake."""
    with store.write() as tx:
        asked, _answer = _given(tx, person, answer)
        if not tx.verifications.of([answer]):
            return asked
        end(tx, [answer])
        audit.record(tx, person.id, "doubt", ("answer", answer), {}, asked.space)
        tx.changes.add("verify", "question", asked.id, person.id)
        return asked


def end(tx: Transaction, answers: Collection[str]) -> None:
    """The marks of these answers are gone: others take their place, other words stand there, or they were taken back.
    Nobody need look at them again."""
    for mark in tx.verifications.of(answers).values():
        tx.notices.settle_key(_key(mark))
    tx.verifications.remove(answers)


def _key(mark: Verified) -> str:
    return f"lapsed {mark.answer} {mark.until}"


def ask_again(store: Store) -> int:
    """On the day to which a word holds, ask whoever gave it (else those who keep the space) to look again, once; how
    many were told. For answers and practices alike, until `LATE` after that day."""
    with store.read() as tx:
        if all(_told(tx, each) for each in _ended(tx)):
            return 0
    with store.write() as tx:
        return sum(_ask(tx, each) for each in _ended(tx) if not _told(tx, each))


def given_by(store: Store, person: Person) -> tuple[tuple[Question | Practice, str | None, date], ...]:
    """What `person` put their name to and may still read: the practice, or the question with the id of the answer; and
    until when."""
    found: list[tuple[Question | Practice, str | None, date]] = []
    with store.read() as tx:
        for practice in tx.practices.list():
            if practice.verifier == person.id and practice.until is not None and practice.ended is None:
                found.append((practice, None, practice.until))
        for mark in tx.verifications.by(person.id):
            found.append((tx.questions.get(tx.answers.get(mark.answer).question), mark.answer, mark.until))
    return tuple(each for each in found if can(person, Action.READ, each[0]))


def require_coming(tx: Transaction, until: date) -> None:
    """Raise Invalid unless a verification may hold until that day."""
    today = tx.now.date()
    if not today < until <= today + LONGEST:
        raise Invalid("until", "Choose a coming day within three years.")


def _ended(tx: Transaction) -> Iterator[_Ended]:
    """What was verified to a day that is today or passed lately."""
    last = tx.now.date()
    first = last - LATE
    for each in tx.practices.list():
        if each.ended is None and each.until is not None and first <= each.until <= last:
            yield _Ended(each, each.verifier, f"lapsed {each.id} {each.until}", {"day": each.until.isoformat()})
    for mark in tx.verifications.ending(first, last):
        asked = tx.questions.get(tx.answers.get(mark.answer).question)
        facts = {"day": mark.until.isoformat(), "answer": mark.answer}
        yield _Ended(asked, mark.person, _key(mark), facts)


def _told(tx: Transaction, ended: _Ended) -> bool:
    of = "practice" if isinstance(ended.about, Practice) else "question"
    return any(key == ended.key for _person, key in tx.notices.keys(of, ended.about.id, [NoticeKind.LAPSED]))


def _ask(tx: Transaction, ended: _Ended) -> int:
    def told(person: str | None) -> bool:
        return tell(tx, person, NoticeKind.LAPSED, ended.about, ended.facts, key=ended.key)

    if _may(tx, ended) and told(ended.verifier):
        return 1
    return sum(told(each.person) for each in tx.spaces.members(ended.about.space) if each.role in KEEPERS)


def _may(tx: Transaction, ended: _Ended) -> bool:
    """Whether whoever gave their word could give it again."""
    person = tx.people.find(ended.verifier) if ended.verifier else None
    if person is None or isinstance(ended.about, Practice):
        return person is not None and can(person, Action.VERIFY, ended.about)
    answer = tx.answers.find(ended.facts["answer"])
    return answer is not None and can(person, Action.VERIFY, answer, ended.about.space)


def _given(tx: Transaction, person: Person, answer: str) -> tuple[Question, Answer]:
    """An answer that `person` may verify, with its question, both locked; Forbidden says who may."""
    asked = tx.questions.get(tx.answers.get(answer).question, lock=True)
    given = tx.answers.get(answer, lock=True)
    require(person, Action.READ, given, asked.space)
    if given.author == person.id:
        raise Forbidden(
            "verify", "answer", answer, "It is your own answer: somebody else who advises in this space verifies it."
        )
    if not can(person, Action.VERIFY, given, asked.space):
        raise Forbidden(
            "verify", "answer", answer,
            "Those who advise in this space verify its answers: experts, animators, compliance owners. Ask one.",
        )  # fmt: skip
    return asked, given
