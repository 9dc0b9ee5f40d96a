"""The stages of the ranking, on passages whose vectors and words are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexer.catalogue import Catalogue
from indexer.lexical import LexicalDocument, LexicalIndex
from indexer.passages import Passage
from indexer.pipeline import PIPELINES, Question, Run, collapse, exact, latest, ordered, retrieve, texts
from indexer.store import IndexStore
from tests.stand_in import StandIn

Ask = Callable[..., Question]


def passage(document: str, text: str, kind: str = "question", created: float = 0.0, part: str = "") -> Passage:
    return Passage(kind, document, part, "common", "en", "", text, created=created)


PASSAGES = [
    passage("train", "book a train ticket", created=10.0),
    passage("train", "the ticket machine takes coins", "answer", 30.0, "a"),
    passage("train", "a train ticket is booked in the portal", "answer", 20.0, "b"),
    passage("laser", "the laser drifts", created=25.0),
    passage("plants", "who waters the plants", created=5.0),
    passage("KEY-1", "holidays are claimed early", "procedure"),
]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    encoder, index, words = StandIn(), IndexStore(tmp_path), LexicalIndex(tmp_path / "words")
    with index.transaction():
        index.add_vectors({each.hash: encoder.encode_passages([each.text])[0] for each in PASSAGES})
        index.replace(dict(enumerate(PASSAGES, 1)), (), 1)
        index.set_stamp(version=1)
    words.write([LexicalDocument(n, "en", each.title, each.text) for n, each in enumerate(PASSAGES, 1)], ())
    catalogue = Catalogue(index, encoder.dimension)
    catalogue.refresh()

    def asked(text: str, hidden: tuple[int, ...] = (), key: str = "") -> Question:
        columns = catalogue.columns
        allowed = columns.alive & ~np.isin(columns.number, hidden)
        keys = (catalogue.documents.find(f"procedures\n{key}"),) if key else ()
        return Question(text, encoder.encode_queries([text])[0], columns, allowed, words, keys)

    return asked


def found(question: Question, run: Run) -> list[int]:
    return [int(number) for number in question.columns.number[run.rows]]


@pytest.mark.parametrize("name", PIPELINES)
def test_every_pipeline_gives_each_document_once_best_first(ask: Ask, name: str) -> None:
    run = texts(ask("book a train ticket"), 1, name)
    assert len(set(run.documents.tolist())) == len(run) == 3
    assert run.rows[0] == 0 and (np.diff(run.score) <= 0).all()


def test_hidden_passages_are_not_retrieved_and_move_no_score(ask: Ask) -> None:
    question = ask("book a train ticket", hidden=(1, 3))
    run = retrieve(question, 1)
    assert not {1, 3} & set(found(question, run))
    assert question.wording[[0, 2]].tolist() == [0, 0]
    lane = question.allowed & (question.columns.lane == 1)
    assert run.meaning.mean() == pytest.approx(0, abs=1e-4) and len(run) == lane.sum()


def test_an_empty_lane_gives_an_empty_run_through_every_stage(ask: Ask) -> None:
    question = ask("book a train ticket", hidden=tuple(range(9)))
    for name in PIPELINES:
        run = texts(question, 1, name)
        assert len(run) == 0 and len(run.documents) == 0
    assert len(latest(question, 1)) == 0


def test_a_lane_of_one_passage_has_a_finite_score(ask: Ask) -> None:
    run = texts(ask("holidays"), 0)
    assert len(run) == 1 and np.isfinite(run.score).all()


def test_a_key_that_is_named_is_found_though_no_word_meets(ask: Ask) -> None:
    question = ask("book a train ticket", key="KEY-1")
    run = exact(question, retrieve(question, 0))
    assert found(question, run) == [6] and run.score[0] > 10


def test_further_passages_help_their_document_a_little(ask: Ask) -> None:
    question = ask("x")
    score = np.array([3.0, 2.0, 1.0, 3.0], np.float32)
    run = collapse(question, ordered(Run(np.array([0, 1, 2, 3]), score, score, score, score)))
    assert found(question, run) == [1, 4]
    assert run.score.tolist() == pytest.approx([3.0 + 0.1 * 2 + 0.05, 3.0])


def test_the_latest_of_each_document_are_listed_newest_first(ask: Ask) -> None:
    question = ask("")
    assert found(question, latest(question, 1)) == [2, 4, 5]
    assert found(question, latest(ask("", hidden=(2, 3)), 1)) == [4, 1, 5]
