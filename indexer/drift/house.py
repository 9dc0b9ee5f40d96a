"""The house compared with itself: each duty in force against the accepted answers and practices near it in meaning.

    drifts = compare(store, finder, ["TRV-01"])

Near is what search itself would show first for the duty's words, whoever may read it: who is shown a pair is decided
when it is read (`kb.drifts`). A duty is judged against practices in its own language, or in any where its procedure has
no text in theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from types import MappingProxyType

from indexer import pipeline
from indexer.catalogue import LANES
from indexer.drift import VERSION, judge
from indexer.finder import Finder
from indexer.passages import PRACTICE, plain
from kb import Store
from kb.drifts import Source, digest, name
from kb.model import Answer, Duty, Person, Procedure, ProcedureStatus, Revision, Role
from kb.records import Drift

NEAREST = 5  # documents of the answers' lane that are judged for each duty
CLOSE = 2.0  # standard deviations of the lane above its mean: farther ones speak of something else
FEW = 50  # documents of a lane: so few have no spread to measure by
WATCHER = "watcher"


def compare(store: Store, finder: Finder, procedures: Collection[str]) -> list[Drift]:
    """Every duty of these procedures that some practice near it contradicts."""
    with store.read() as tx:
        spaces = tx.spaces.list()
        kept = [each for each in tx.procedures.list(procedures) if each.status is ProcedureStatus.PUBLISHED]
    everywhere = MappingProxyType({each.id: Role.READER for each in spaces})
    watcher = Person(WATCHER, WATCHER, roles=everywhere)
    return [
        drift
        for procedure in kept
        for text in procedure.revisions
        for duty in text.duties
        for drift in _of_duty(store, finder, watcher, procedure, text, duty)
    ]


def _of_duty(
    store: Store, finder: Finder, watcher: Person, procedure: Procedure, text: Revision, duty: Duty
) -> Iterator[Drift]:
    languages = {each.language for each in procedure.revisions}
    for source in _near(store, finder, watcher, f"{text.title}. {duty.role} {duty.what}"):
        if source.language != text.language and source.language in languages:
            continue
        found = judge(said(duty), plain(source.body))
        if found.kind is not None:
            words = digest(duty, source)
            yield Drift(
                name(procedure.key, text.language, duty.step, source.id, words), procedure.key, procedure.space,
                text.language, duty.step, "answer" if isinstance(source, Answer) else "practice", source.id, words,
                found.kind, VERSION,
            )  # fmt: skip


def said(duty: Duty) -> str:
    """A duty as the judge reads it. The rule it satisfies is no part of what is done."""
    return f"{duty.role} : {duty.what}"


def _near(store: Store, finder: Finder, watcher: Person, words: str) -> Sequence[Source]:
    """The practices that stand and the accepted answers among the documents nearest to the words."""
    question = finder.question(words, watcher)
    run = pipeline.texts(question, LANES.index("answers"))
    close = (run.documents if len(run) < FEW else run.documents[run.meaning >= CLOSE])[:NEAREST]
    ids = [finder.catalogue.document_id(int(code)) for code in close]
    practices = [id.removeprefix(PRACTICE) for id in ids if id.startswith(PRACTICE)]
    questions = {id for id in ids if not id.startswith(PRACTICE)}
    with store.read() as tx:
        standing = [each for each in tx.practices.list(practices) if each.ended is None]
        made_of = {id for each in standing for id in each.answers}
        accepted = [each for each in tx.answers.list(questions) if each.accepted is not None]
    return [*standing, *(each for each in accepted if each.id not in made_of)]
