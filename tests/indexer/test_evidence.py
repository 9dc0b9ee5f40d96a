"""What is given as a reason is a reason: without it the score is lower."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import kb.questions
from indexer import experts, pipeline
from indexer.calibration import Calibration
from indexer.catalogue import KINDS, LANES
from indexer.finder import Finder
from indexer.hits import PersonHit
from indexer.pipeline import Question
from indexer.sight import Sight
from kb import Store
from tests import people
from tests.indexer.conftest import Town, furnish
from tests.stand_in import stand_in

READER = "bob"
ASKED = (
    "How do I book a train ticket to Lyon?", "book the ticket in the travel portal, never by card", "I take the car",
    "Where is the crane log kept?", "harbour office", "Travel expenses: keep the hotel bill", "laser cutter drifts",
)  # fmt: skip
NOUNS = (
    "train", "ticket", "portal", "laser", "cutter", "crane", "harbour", "log", "travel", "hotel", "bill", "claim",
    "ledger", "printer", "paper", "badge", "door",
)  # fmt: skip
ANSWER = KINDS.index("answer")
PROCEDURES, ANSWERS = (LANES.index(lane) for lane in ("procedures", "answers"))


@pytest.fixture(params=[1, 2, 3])
def crowd(request: pytest.FixtureRequest, new_store: Callable[[str], Store], tmp_path: Path) -> Town:
    """The town with a dozen more questions about a few things, answered by several people over some months."""
    chance, town = random.Random(request.param), Town(new_store("sqlite"), tmp_path / "index", stand_in())
    people.settle(town.store)
    furnish(town)
    for _ in range(12):
        tags = (chance.choice("abc"),)
        asked = town.ask(chance.choice(["bob", "dora"]), " ".join(chance.sample(NOUNS, 4)), tags=tags)
        for who in chance.sample(["bob", "dora", "erik", "alice"], chance.randint(1, 3)):
            town.answer(who, asked, " ".join(chance.sample(NOUNS, 5)))
        town.store.clock.forward(days=chance.randint(0, 40))  # type: ignore[attr-defined]
    town.follow()
    return town


def questions_about(town: Town) -> Iterator[tuple[str, Question]]:
    """Fifteen questions of three words, as the reader asks them."""
    chance, finder = random.Random(7), town.finder()
    for _ in range(15):
        text = " ".join(chance.sample(NOUNS, 3))
        yield text, finder.question(text, town.person(READER))


def without(question: Question, rows: Sequence[int] | np.ndarray) -> Question:
    """The same question to a knowledge base without these rows."""
    allowed = question.allowed.copy()
    allowed[rows] = False
    return replace(question, sight=Sight(question.columns, allowed))


def scores(town: Town, finder: Finder, question: Question) -> dict[str, float]:
    """Everybody's score for a question, as the site counts it."""
    runs = {lane: pipeline.texts(question, number) for number, lane in enumerate(LANES)}
    judged = Calibration.shipped(town.encoder.id).judge(question, runs)
    ranked = experts.rank(
        question, finder.catalogue, judged.voting, town.store.clock().timestamp(), confidence=judged.confidence
    )
    names = [finder.catalogue.authors.words[code] for code in ranked.people]
    return dict(zip(names, ranked.score.tolist(), strict=True))


def cited(hit: PersonHit) -> set[str]:
    """The questions whose answers are given as reasons."""
    return {str(reason.subject) for reason in hit.reasons if reason.of == "question"}


# people


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("who", ["dora", "erik", "alice"])
def test_a_person_whose_cited_answers_are_deleted_scores_lower(sqlite_town: Town, asked: str, who: str) -> None:
    town, reader = sqlite_town, sqlite_town.person(READER)
    hit = next((hit for hit in town.finder().find(asked, reader).people if hit.person == who), None)
    if hit is None or not cited(hit):
        return  # nothing of theirs is given as a reason
    with town.store.read() as tx:
        theirs = [each.id for each in tx.answers.list(list(cited(hit))) if each.author == who]
    assert theirs
    for answer in theirs:
        kb.questions.delete_answer(town.store, town.person(who), answer)
    town.follow()
    after = {hit.person: hit.score for hit in town.finder().find(asked, reader).people}
    assert after.get(who, 0.0) < hit.score


def test_the_town_cites_answers_for_several_people(sqlite_town: Town) -> None:
    """So that the test above is about something."""
    finder, reader = sqlite_town.finder(), sqlite_town.person(READER)
    hits = [hit for asked in ASKED for hit in finder.find(asked, reader).people]
    assert {hit.person for hit in hits if cited(hit)} == {"dora", "erik", "alice"}


def test_in_a_crowd_too_nobody_gains_by_losing_what_is_cited(crowd: Town) -> None:
    finder, reader, looked_at = crowd.finder(), crowd.person(READER), 0
    for text, question in questions_about(crowd):
        columns, before = question.columns, scores(crowd, finder, question)
        for hit in finder.find(text, reader).people:
            documents = [finder.catalogue.documents.find(f"answers\n{id}") for id in cited(hit)]
            author = finder.catalogue.authors.find(hit.person)
            rows = np.flatnonzero(
                (columns.author == author) & (columns.kind == ANSWER) & np.isin(columns.document, documents)
            )
            if len(rows):
                looked_at += 1
                assert scores(crowd, finder, without(question, rows)).get(hit.person, 0.0) < before[hit.person]
    assert looked_at > 20


# texts


@dataclass(frozen=True)
class Loss:
    """What a document loses with the passage that spoke for it."""

    places: int
    cosine: float
    score: float


def losses(question: Question, lane: int) -> Iterator[Loss]:
    """Of every document of a lane that has another passage left."""
    run = pipeline.texts(question, lane)
    for place, document in enumerate(run.documents.tolist()):
        after = pipeline.texts(without(question, [run.rows[place]]), lane)
        (there,) = np.nonzero(after.documents == document)
        if len(there):
            cosine = run.cosine[place] - after.cosine[there[0]]
            yield Loss(int(there[0]) - place, float(cosine), float(run.score[place] - after.score[there[0]]))


@pytest.mark.parametrize("asked", ASKED)
def test_no_text_rises_or_comes_nearer_without_the_passage_that_spoke(sqlite_town: Town, asked: str) -> None:
    question = sqlite_town.finder().question(asked, sqlite_town.person(READER))
    found = [*losses(question, PROCEDURES), *losses(question, ANSWERS)]
    assert found and all(loss.places >= 0 and loss.cosine >= 0 for loss in found)


def test_in_a_crowd_a_text_that_loses_what_made_it_near_scores_lower(crowd: Town) -> None:
    """Deviations are those of what is left: a passage that another of the same text can stand for may go without loss,
    one that stood out by half a deviation may not."""
    outstanding = 0
    for _, question in questions_about(crowd):
        deviation = question.meaning[question.allowed & (question.columns.lane == ANSWERS)].std()
        for loss in losses(question, ANSWERS):
            assert loss.places >= 0 and loss.cosine >= 0
            if loss.cosine > deviation / 2:
                outstanding += 1
                assert loss.score > 0
    assert outstanding > 20
