"""The house compared with itself: each duty in force against the accepted answers and practices near it in meaning.

    drifts = compare(store, finder, ["TRV-01"])

Near is what lies near in the index, whoever may read it: who is shown a pair is decided when it is read (`kb.drifts`).
A duty is judged against practices in its own language, or in any where its procedure has no text in theirs, and always
against those that say they help with it. What the judge finds is kept only when it is said of this duty (`nearness`)
and is not what the next duty of the same text asks for: a missed pair costs less than a false alarm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from indexer.drift import VERSION, Verdict, judge
from indexer.drift.nearness import Nearness, Place, SourceId
from indexer.drift.quantities import quantities
from indexer.drift.words import read as as_text
from indexer.finder import Finder
from indexer.passages import plain
from kb import Store
from kb.advice import Help, Practice
from kb.drifts import Source, digest, name
from kb.model import Answer, Duty, Procedure, ProcedureStatus, Revision
from kb.records import Drift


@dataclass(frozen=True, slots=True)
class _Found:
    """A verdict of conflict on a duty and a practice; `title` is the practice's, or the answer's question's."""

    procedure: Procedure
    text: Revision
    duty: Duty
    source: Source
    title: str
    verdict: Verdict

    @property
    def place(self) -> Place:
        return Place(self.procedure.key, self.text.language, self.duty.step)

    @property
    def helps(self) -> bool:
        """Whether the practice itself says that it is about this duty."""
        return isinstance(self.source, Practice) and Help(self.procedure.key, self.duty.step) in self.source.helps


def compare(store: Store, finder: Finder, procedures: Collection[str]) -> list[Drift]:
    """Every duty of these procedures that some practice near it contradicts."""
    nearness = finder.nearness()
    with store.read() as tx:
        kept = [each for each in tx.procedures.list(procedures) if each.status is ProcedureStatus.PUBLISHED]
        standing = [each for each in tx.practices.list() if each.ended is None]
    places = [(procedure, text, duty) for procedure in kept for text in procedure.revisions for duty in text.duties]
    near = {
        Place(procedure.key, text.language, duty.step): _beside(nearness, procedure, text, duty, standing)
        for procedure, text, duty in places
    }
    sources, titles = _read(store, {each for ids in near.values() for each in ids}, standing)
    found = [
        each
        for procedure, text, duty in places
        for id in near[Place(procedure.key, text.language, duty.step)]
        if id in sources
        for each in _judged(procedure, text, duty, sources[id], titles[id])
    ]
    asked = [each for each in found if not each.helps]
    meant = nearness.meant([(each.place, _id(each.source), f"{each.title}\n{each.verdict.clause}") for each in asked])
    sure = {id(each) for each, yes in zip(asked, meant, strict=True) if yes}
    return [_drift(each) for each in found if each.helps or id(each) in sure]


def said(duty: Duty) -> str:
    """A duty as the judge reads it. The rule it satisfies is no part of what is done."""
    return f"{duty.role} : {duty.what}"


def _beside(
    nearness: Nearness, procedure: Procedure, text: Revision, duty: Duty, standing: Sequence[Practice]
) -> list[SourceId]:
    """The sources to judge: those that say they help with the duty, and those near it."""
    helping = [SourceId("practice", each.id) for each in standing if Help(procedure.key, duty.step) in each.helps]
    return list(dict.fromkeys([*helping, *nearness.near(Place(procedure.key, text.language, duty.step))]))


def _read(
    store: Store, ids: Collection[SourceId], standing: Sequence[Practice]
) -> tuple[Mapping[SourceId, Source], Mapping[SourceId, str]]:
    """The practices that stand and the accepted answers of which none was made, with their titles."""
    made_of = {id for each in standing for id in each.answers}
    wanted = {each.id for each in ids if each.of == "answer"} - made_of
    with store.read() as tx:
        accepted = [each for each in tx.answers.list(ids=wanted) if each.accepted is not None]
        asked = {each.id: each for each in tx.questions.list({each.question for each in accepted})}
    read: list[Source] = [*standing, *accepted]
    sources = {_id(each): each for each in read if _id(each) in ids}
    titles = {
        id: each.title if isinstance(each, Practice) else asked[each.question].title for id, each in sources.items()
    }
    return sources, titles


def _judged(procedure: Procedure, text: Revision, duty: Duty, source: Source, title: str) -> Iterator[_Found]:
    if source.language != text.language and source.language in {each.language for each in procedure.revisions}:
        return
    verdict = judge(said(duty), plain(source.body))
    if verdict.conflict and not _of_another(verdict, duty, text.duties):
        yield _Found(procedure, text, duty, source, title, verdict)


def _of_another(verdict: Verdict, duty: Duty, duties: Sequence[Duty]) -> bool:
    """Whether the number that differs is the one that another duty of the same text sets."""
    if verdict.kind not in ("time", "amount"):
        return False
    spoken = quantities(as_text(verdict.clause))
    others = [each for other in duties if other.step != duty.step for each in quantities(as_text(said(other)))]
    return any(one.dimension == other.dimension and one.same(other) for one in spoken for other in others)


def _id(source: Source) -> SourceId:
    return SourceId("answer" if isinstance(source, Answer) else "practice", source.id)


def _drift(found: _Found) -> Drift:
    procedure, language, step = found.procedure, found.text.language, found.duty.step
    words = digest(found.duty, found.source)
    return Drift(
        name(procedure.key, language, step, found.source.id, words), procedure.key, procedure.space, language, step,
        _id(found.source).of, found.source.id, words, str(found.verdict.kind), VERSION,
    )  # fmt: skip
