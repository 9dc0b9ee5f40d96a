"""From the subjects that the change log names to their passages as they are now.

A subject that is gone gives no passages, which is how a deletion is followed. What is read here is all that the index
knows of the knowledge base.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from indexer.passages import PRACTICE, Passage, of_person, of_practice, of_procedure, of_question
from indexer.store import Place
from kb.model import Answer
from kb.storage import Transaction

KINDS = ("person", "procedure", "question", "practice")


def passages_of(tx: Transaction, subjects: Iterable[tuple[str, str]]) -> dict[Place, list[Passage]]:
    """The passages of each (kind, id), by the place they take in the index."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for kind, id in subjects:
        ids[kind].append(id)
    people = {each.id: list(of_person(each)) for each in tx.people.list(ids["person"])} if ids["person"] else {}
    procedures = {each.key: list(of_procedure(each)) for each in tx.procedures.list(ids["procedure"])}
    practices = {each.id: list(of_practice(each)) for each in tx.practices.list(ids["practice"])}
    return {
        **{("people", id): people.get(id, []) for id in ids["person"]},
        **{("procedures", key): procedures.get(key, []) for key in ids["procedure"]},
        **_questions(tx, ids["question"]),
        **{("answers", f"{PRACTICE}{id}"): practices.get(id, []) for id in ids["practice"]},
    }


def _questions(tx: Transaction, ids: Sequence[str]) -> dict[Place, list[Passage]]:
    answers: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in tx.answers.list(ids):
        answers[answer.question].append(answer)
    found = {each.id: list(of_question(each, answers[each.id])) for each in tx.questions.list(ids)}
    return {("answers", id): found.get(id, []) for id in ids}
