"""What people do not want to be found for: a subject of theirs that they set to *neither* is no reason to name them.

Ranking counts what they wrote all the same; only their names and the reasons shown heed the choice. Whoever has no
other reason is not named, and nobody is where the question itself is of such a subject.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from indexer.hits import Reason, ReasonKind
from kb import Store
from kb.routing import SubjectUse

QUESTION = "answers\n"  # begins the name of a question as a document
Tags = Mapping[tuple[str, str], Sequence[str]]


class Choices:
    """What is left of the reasons for each of `people`. `tags` are those of the question asked; `beside` is the
    document whose neighbours are looked for."""

    def __init__(self, store: Store, people: Collection[str], tags: Sequence[str], beside: str | None) -> None:
        self._store = store
        with store.read() as tx:
            chosen = tx.subjects.choices(people)
            unwanted = {id: _neither(uses) for id, uses in chosen.items()}
            self._unwanted = {id: subjects for id, subjects in unwanted.items() if subjects}
            named = {beside.removeprefix(QUESTION)} if beside and beside.startswith(QUESTION) else set()
            near = tx.questions.list(named) if self._unwanted and named else ()
        self._asked = {each.casefold() for each in (*tags, *(tag for each in near for tag in each.tags))}

    def heeded(self, person: str, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        subjects = self._unwanted.get(person)
        if not subjects:
            return reasons
        if subjects & self._asked:
            return ()
        tags = self._tags(reasons)
        return tuple(kept for each in reasons if (kept := _apart(each, tags, subjects)) is not None)

    def _tags(self, reasons: Sequence[Reason]) -> Tags:
        with self._store.read() as tx:
            questions = tx.questions.list({each.subject for each in reasons if each.of == "question" and each.subject})
            practices = tx.practices.list({each.subject for each in reasons if each.of == "practice" and each.subject})
        return {("question", each.id): each.tags for each in questions} | {
            ("practice", each.id): each.tags for each in practices
        }


def _neither(uses: Mapping[str, SubjectUse]) -> frozenset[str]:
    return frozenset(subject for subject, use in uses.items() if use is SubjectUse.NEITHER)


def _apart(reason: Reason, tags: Tags, subjects: frozenset[str]) -> Reason | None:
    """The reason without what has to do with these subjects; None when nothing is left."""
    if reason.kind is ReasonKind.DECLARED:
        named = [each for each in reason.title.split(", ") if each.casefold() not in subjects]
        return replace(reason, title=", ".join(named)) if named else None
    if reason.kind is ReasonKind.TAGGED:
        return None if reason.title.casefold() in subjects else reason
    borne = tags.get((reason.of or "", reason.subject or ""), ())
    return None if subjects.intersection(each.casefold() for each in borne) else reason
