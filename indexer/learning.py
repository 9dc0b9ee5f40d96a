"""What a site teaches about itself: how soon evidence ages there, how much tags and recent activity tell, and how
probable it is that who is named would answer; and, from what people say of what they are shown, how probable it is that
something answers (`feedback`).

Communities differ: in one, who answered last month answers again; in another, who wrote the driver six years ago still
knows. So the latest questions that were answered are asked again, every other one as it was asked, with nothing later
known, the others as if asked at the beginning of that time: what names the right person for a week only is no habit.
The weights are those under which whoever really answered is likeliest to be drawn first (Plackett 1975, Luce 1959; a
convex problem), held close to the shipped ones, so that a young site hardly leaves them. Votes of similar questions
never count against anybody; being busy everywhere, or long ago, may. The weights are kept only where they name the
right people earlier, by more than luck explains, among questions they were not learned from. The lesson is data, kept
in the stamp of the index with its date, its sample and what it gained; `quisait index --learn` learns again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from indexer import experts
from indexer.calibration import PERSON, person_features
from indexer.catalogue import KINDS, LANES, Mask
from indexer.feedback import UNCHANGED, Told, heard
from indexer.finder import Finder
from indexer.lesson import SCORER, Lesson
from indexer.pipeline import Question, texts
from indexer.ranking import Floats, Rows, drawn
from indexer.sight import Sight
from indexer.sync import Indexer
from kb import Store
from kb.model import Person, Role

AGAIN = timedelta(days=7)
SAMPLE, FEWEST = 600, 60  # questions asked again; with fewer there is no lesson
LATEST = 3  # they are taken from the latest third
NAMED = 120  # people of each question that are looked at
JUDGED = 5  # of them, those whose probability is learned from
PARTS = 3  # of the sample, in the order of time: each is judged by what the others teach
HELD = 10.0  # how strongly weights are drawn to the shipped ones: so many times the square of their distance
_QUESTION = KINDS.index("question")
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class _Asked:
    """A past question: for the people of whom anything speaks, (people, COLUMNS) and whether they really answered."""

    seen: Floats
    right: Mask
    fresh: bool  # as it was asked, and not as if long before

    def reciprocal(self, weights: Floats) -> float:
        """Of the rank of the first who really answered; 0 when nobody of them was named."""
        score = self.seen @ weights
        if not self.right.any():
            return 0.0
        best = score[self.right].max()
        return float(1.0 / (1 + np.count_nonzero(score[~self.right] >= best)))


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
        heard_of, read_at = [Told(*each) for each in tx.routes.told(SCORER, since)], tx.now
    if (found := heard(heard_of, line)) is not None:
        told, until, line = told + len(heard_of), read_at.astimezone(UTC).isoformat(), found
    if lesson is None and not told:
        return None
    lesson = lesson or Lesson.shipped(now.astimezone(UTC).isoformat(timespec="seconds"))
    return replace(lesson, told=told, told_until=until, line=line)


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
    fresh = bool(columns.created[columns.document == document].min() <= moment)
    before = question.allowed & (columns.created < moment) & (columns.document != document)
    question = replace(question, sight=Sight(columns, before))
    runs = {lane: texts(question, number) for number, lane in enumerate(LANES)}
    seen = experts.evidence(question, finder.catalogue, runs, moment, tags).seen
    score = seen @ np.array(experts.WEIGHTS, np.float32)
    if asker >= 0:
        score[asker] = 0
    people = np.argsort(-score, kind="stable")[:NAMED]
    people = people[score[people] > 0]
    return _Asked(seen[people], np.isin(people, right), fresh)


def _lesson(asked: Sequence[_Asked], at: datetime) -> Lesson:
    shipped = np.array(experts.WEIGHTS, np.float32)
    before = np.array([each.reciprocal(shipped) for each in asked])
    after = np.empty(len(asked))
    for part in np.array_split(np.arange(len(asked)), PARTS):
        others = [each for place, each in enumerate(asked) if not part[0] <= place <= part[-1]]
        weights = _weights(others)
        after[part] = [asked[place].reciprocal(weights) for place in part]
    weights = _weights(asked) if _better(after, before) else shipped
    gained = after if weights is not shipped else before
    return Lesson(
        tuple(round(float(each), 3) for each in weights), at.astimezone(UTC).isoformat(timespec="seconds"), len(asked),
        round(float(before.mean()), 4), round(float(gained.mean()), 4), _likely(asked, weights),
    )  # fmt: skip


def _weights(asked: Sequence[_Asked]) -> Floats:
    """(COLUMNS,): under which whoever really answered is likeliest to be drawn before everybody else."""
    from scipy.optimize import minimize

    told = [each for each in asked if each.right.any()]
    if not told:
        return np.array(experts.WEIGHTS, np.float32)
    seen = np.concatenate([each.seen for each in told]).astype(np.float64)
    right = np.concatenate([each.right for each in told])
    sizes = np.array([len(each.right) for each in told])
    starts, owner = np.cumsum(sizes) - sizes, np.repeat(np.arange(len(told)), sizes)
    shipped = np.array(experts.WEIGHTS)

    def surprise(weights: np.ndarray) -> tuple[float, np.ndarray]:
        score = seen @ weights
        drawn = np.exp(score - np.maximum.reduceat(score, starts)[owner])
        everybody, these = np.add.reduceat(drawn, starts), np.add.reduceat(drawn * right, starts)
        away = weights - shipped
        slope = seen.T @ (drawn / everybody[owner] - drawn * right / these[owner])
        return float(np.log(everybody / these).sum() + HELD * away @ away), slope + 2 * HELD * away

    limits = [(0.0, None) if name != "tags" and name != "lately" else (None, None) for name in experts.COLUMNS]
    found = minimize(surprise, shipped, jac=True, method="L-BFGS-B", bounds=limits)
    return np.asarray(found.x, np.float32)


def _likely(asked: Sequence[_Asked], weights: Floats) -> tuple[float, float, float]:
    """How likely a candidate answers, fitted to who did answer questions as they were asked: a logistic function of
    `person_features`, drawn to the shipped one where the past says little."""
    seen, right = [], []
    for each in (each for each in asked if each.fresh):
        score = each.seen @ weights
        best = np.argsort(-score, kind="stable")[: experts.MOST]
        best = best[score[best] > 0]
        seen.append(person_features(score[best])[:JUDGED])
        right.append(each.right[best[:JUDGED]])
    if not seen:
        return PERSON
    features, answered = np.concatenate(seen), np.concatenate(right).astype(np.float64)
    first, share, size = (round(float(each), 3) for each in drawn(features, answered, np.array(PERSON)))
    return first, share, size


def _better(after: np.ndarray, before: np.ndarray) -> bool:
    """Whether the mean gain is beyond one standard error."""
    gain = after - before
    return bool(gain.mean() > gain.std() / max(len(gain), 1) ** 0.5)
