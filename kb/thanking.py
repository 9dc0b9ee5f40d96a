"""Thanks, in words, to whoever wrote an answer. No count of them is shown: they are read, with the question they are
for, by those who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.errors import Invalid, NotFound
from kb.model import NoticeKind, Person, Question, new_id
from kb.notices import tell
from kb.permissions import Action, can, require
from kb.recognised import Thanks
from kb.rules import clean
from kb.storage import Store

LIMIT, SHOWN = 280, 20


@dataclass(frozen=True, slots=True)
class Thanked:
    thanks: Thanks
    question: Question
    by: Person


def thank(store: Store, by: Person, question: str, answer: str, words: str) -> Thanks:
    """Thank the author of an answer; again, other words take the place of the first."""
    words = clean("words", words, LIMIT, required=True)
    with store.write() as tx:
        asked = tx.questions.get(question)
        require(by, Action.READ, asked)
        found = next((each for each in tx.answers.list({question}) if each.id == answer), None)
        if found is None or found.author is None:
            raise NotFound("answer", answer)
        if found.author == by.id:
            raise Invalid("words", "This is your own answer.")
        made = Thanks(new_id(), question, answer, by.id, words, tx.now)
        tx.recognition.thank(made)
        facts = {"by": by.id, "answer": answer}
        tell(tx, found.author, NoticeKind.THANKED, asked, facts, key=f"thanked {answer} {by.id}")
        tx.changes.add("thank", "answer", answer, by.id)
        return made


def of_person(store: Store, reader: Person, id: str) -> tuple[Thanked, ...]:
    """What a person was thanked for, as far as `reader` may read it, the latest first."""
    with store.read() as tx:
        require(reader, Action.READ, tx.people.get(id))
        given = tx.recognition.thanks(id)
        questions = {each.id: each for each in tx.questions.list({each.question for each in given})}
        people = {each.id: each for each in tx.people.list({each.by for each in given})}
    found = [
        Thanked(each, questions[each.question], people[each.by]) for each in given
        if can(reader, Action.READ, questions[each.question]) and can(reader, Action.READ, people[each.by])
    ]  # fmt: skip
    return tuple(found[:SHOWN])
