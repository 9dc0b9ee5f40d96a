"""What a site teaches about itself: how soon evidence ages there, how much tags and recent activity tell, and how
probable it is that who is named would answer; and, from what people say of what they are shown, how probable it is that
something answers (`feedback`).

Communities differ: in one, who answered last month answers again; in another, who wrote the driver six years ago still
knows. So the latest questions that were answered are asked again, every other one as it was asked, with nothing later
known, the others as if asked at the beginning of that time: what names the right person for a week only is no habit.
Who really answered should be named first. A setting leaves the shipped one only where it names them earlier by more
than luck explains (two standard errors of the paired difference): a young site keeps what is shipped. The lesson is
data, kept in the stamp of the index with its date, its sample and what it gained; `quisait index --learn` learns again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from indexer import experts
from indexer.calibration import PERSON, person_features
from indexer.catalogue import KINDS, LANES
from indexer.experts import Habits
from indexer.feedback import UNCHANGED, Told, heard
from indexer.finder import SCORER, Finder
from indexer.lesson import DAY, Lesson
from indexer.pipeline import Question, texts
from indexer.ranking import Floats, Rows, drawn
from indexer.sight import Sight
from indexer.sync import Indexer
from kb import Store
from kb.model import Person, Role

AGAIN = timedelta(days=7)
SAMPLE, FEWEST = 300, 60  # questions asked again; with fewer there is no lesson
LATEST = 3  # they are taken from the latest third
NAMED = 400  # people of each question that are looked at
JUDGED = 5  # of them, those whose probability is learned from
HALF_LIVES = (15, 30, 60, 90, 135, 200, 365, 730, 1825)  # days
STEPS: Mapping[str, Sequence[float]] = {"tags": (0.0, 0.2, 0.4, 0.8, 1.6), "lately": (0.0, 0.02, 0.1)}
_QUESTION = KINDS.index("question")
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class _Asked:
    """A past question: who really answered, and by half-life (people, every part of their score)."""

    right: Rows
    people: Mapping[float, tuple[Rows, Mapping[str, Floats]]]

    def scored(self, half_life: float, weights: Mapping[str, float]) -> tuple[Rows, Floats]:
        people, parts = self.people[half_life]
        return people, np.sum([weights[name] * part for name, part in parts.items()], axis=0)

    def reciprocal(self, half_life: float, weights: Mapping[str, float]) -> float:
        """Of the rank of the first who really answered; 0 when nobody of them was named."""
        people, score = self.scored(half_life, weights)
        theirs = score[np.isin(people, self.right)]
        return 1.0 / (1 + np.count_nonzero(score > theirs.max())) if len(theirs) else 0.0


def teach(
    store: Store, indexer: Indexer, finder: Finder, progress: Progress = lambda what, done, total: None,
    anew: bool = False,
) -> Lesson | None:  # fmt: skip
    """Learn from the whole knowledge base and keep it in the index, unless that was done less than a week ago (`anew`:
    even then). Questions are answered meanwhile. IndexBusy when another process writes at the end."""
    kept, now = indexer.lesson(), store.clock()
    if kept is not None and not anew and now - datetime.fromisoformat(kept.at) < AGAIN:
        return kept
    with store.read() as tx:
        everybody = Person("learning", "", roles={space.id: Role.READER for space in tx.spaces.list()})

    def ask(id: str) -> tuple[str, Sequence[str]] | None:
        with store.read() as tx:
            question = tx.questions.find(id)
        return None if question is None else (f"{question.title} {question.body}", question.tags)

    lesson = _listened(store, learn(finder, everybody, ask, now, progress), kept, now)
    if lesson is not None:
        indexer.keep(lesson)
    return lesson


def _listened(store: Store, lesson: Lesson | None, kept: Lesson | None, now: datetime) -> Lesson | None:
    """The lesson, with what people said of what they were shown since the last one."""
    told, until, line = (kept.told, kept.told_until, kept.line) if kept else (0, None, UNCHANGED)
    with store.read() as tx:
        since = datetime.fromisoformat(until) if until else datetime.min.replace(tzinfo=UTC)
        heard_of = [Told(*each) for each in tx.routes.told(SCORER, since)]
    found = heard(heard_of, line)
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    if found is not None:
        told, until, line = told + len(heard_of), at, found
    if lesson is None and not told:
        return None
    return replace(lesson or Lesson.shipped(at), told=told, told_until=until, line=line)


def learn(
    finder: Finder, reader: Person, ask: Callable[[str], tuple[str, Sequence[str]] | None], at: datetime,
    progress: Progress = lambda what, done, total: None,
) -> Lesson | None:  # fmt: skip
    """Learn from what `reader` may see; `ask` gives a question's words and tags by its id (None: not any more). None
    when too little was answered so far."""
    asked: list[_Asked] = []
    chosen = list(_latest(finder, reader))
    for done, (document, moment, asker, right) in enumerate(chosen, 1):
        if (said := ask(finder.catalogue.document_id(document))) is not None:
            asked.append(_again(finder, finder.question(said[0], reader), said[1], document, moment, asker, right))
        progress("learning from the past", done, len(chosen))
    if len(asked) < FEWEST:
        return None
    return _lesson(asked, at)


def _latest(finder: Finder, reader: Person) -> Iterator[tuple[int, float, int, Rows]]:
    """Questions that others answered, evenly out of the latest third: document, when, who asked, who answered."""
    sight = finder.question("", reader).sight
    columns, given = sight.columns, sight.answers
    rows = np.flatnonzero(sight.allowed & (columns.kind == _QUESTION))
    _, first = np.unique(columns.document[rows], return_index=True)
    rows = rows[first]
    rows = rows[np.isin(columns.document[rows], given.document)]
    rows = rows[np.argsort(columns.created[rows], kind="stable")][-(len(rows) // LATEST) :]
    chosen = rows[np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE)).astype(int)] if len(rows) else rows
    for place, row in enumerate(chosen.tolist()):
        asker = int(columns.author[row])
        right = np.unique(given.author[given.document == columns.document[row]])
        right = right[right != asker]
        if len(right):
            yield int(columns.document[row]), float(columns.created[chosen[0] if place % 2 else row]), asker, right


def _again(
    finder: Finder, question: Question, tags: Sequence[str], document: int, moment: float, asker: int, right: Rows
) -> _Asked:
    columns = question.columns
    before = question.allowed & (columns.created < moment) & (columns.document != document)
    question = replace(question, sight=Sight(columns, before))
    runs = {lane: texts(question, number) for number, lane in enumerate(LANES)}
    people = {}
    for days in HALF_LIVES:
        ranked = experts.rank(
            question, finder.catalogue, runs, moment, tags, [asker] if asker >= 0 else [], limit=NAMED,
            habits=Habits(days * DAY, dict.fromkeys(experts.WEIGHTS, 1.0)),
        )  # fmt: skip
        people[float(days)] = ranked.people, ranked.parts
    return _Asked(right, people)


def _lesson(asked: Sequence[_Asked], at: datetime) -> Lesson:
    shipped = Habits()
    half_life, weights = shipped.half_life / DAY, dict(shipped.weights)

    def ranks(half_life: float, weights: Mapping[str, float]) -> Floats:
        return np.array([each.reciprocal(half_life, weights) for each in asked], np.float32)

    before = best = ranks(half_life, weights)
    for days in HALF_LIVES:
        if _better(tried := ranks(float(days), weights), best, before):
            half_life, best = float(days), tried
    for name, values in STEPS.items():
        start = best
        for value in values:
            if _better(tried := ranks(half_life, weights | {name: value}), best, start):
                weights, best = weights | {name: value}, tried
    return Lesson(
        half_life, weights, at.astimezone(UTC).isoformat(timespec="seconds"), len(asked),
        round(float(before.mean()), 4), round(float(best.mean()), 4), _likely(asked, half_life, weights),
    )  # fmt: skip


def _likely(asked: Sequence[_Asked], half_life: float, weights: Mapping[str, float]) -> tuple[float, float, float]:
    """How likely a candidate answers, fitted to who did: a logistic function of `person_features`, drawn to the shipped
    one where the past says little."""
    seen, right = [], []
    for each in asked:
        people, score = each.scored(half_life, weights)
        best = np.argsort(-score, kind="stable")[: experts.MOST]
        best = best[score[best] > 0]
        seen.append(person_features(score[best])[:JUDGED])
        right.append(np.isin(people[best[:JUDGED]], each.right))
    features, answered = np.concatenate(seen), np.concatenate(right).astype(np.float64)
    first, share, size = (round(float(each), 3) for each in drawn(features, answered, np.array(PERSON)))
    return first, share, size


def _better(tried: Floats, best: Floats, start: Floats) -> bool:
    """Whether `tried` is better than the best so far and, by more than luck explains, than the start."""
    gain = tried - start
    error = float(gain.std()) / max(len(gain), 1) ** 0.5
    return float(tried.mean()) > float(best.mean()) and float(gain.mean()) > 2 * error
