"""What is common to a language is taken out; what a text is about stays."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.centring import Centroids
from indexer.encoder import Encoder

Vectors = NDArray[np.float32]
RNG = np.random.default_rng(7)
FRENCH, ENGLISH = RNG.normal(size=(2, 64)) * 0.25
LEAVE, SOFTWARE = RNG.normal(size=(2, 64)) * 0.25  # subjects that one language speaks of more than the other


def unit(vectors: NDArray[np.float64]) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def texts(meanings: NDArray[np.float64], language: NDArray[np.float64]) -> Vectors:
    return unit(meanings + language * 1.5 + RNG.normal(size=meanings.shape) * 0.03)


def meanings(count: int, about: NDArray[np.float64]) -> NDArray[np.float64]:
    return RNG.normal(size=(count, 64)) * 0.2 + about


def found(queries: Vectors, right: Vectors, others: Vectors) -> float:
    """The share of queries whose own row of `right` comes first among `right` and `others`."""
    scores = queries @ np.vstack([right, others]).T
    return float((scores.argmax(axis=1) == np.arange(len(queries))).mean())


def test_a_question_finds_the_text_in_the_other_language_even_where_the_languages_differ_in_subject() -> None:
    shared = meanings(150, (LEAVE + SOFTWARE) / 2)
    french, english = texts(shared, FRENCH), texts(shared, ENGLISH)
    only_french, only_english = texts(meanings(400, LEAVE), FRENCH), texts(meanings(300, SOFTWARE), ENGLISH)
    base = np.vstack([french, only_french, english, only_english])
    centroids = Centroids.fit(base, ["fr"] * 550 + ["en"] * 450)
    before = found(french, english, np.vstack([only_french, only_english]))
    after = found(*(centroids.apply(part) for part in (french, english, np.vstack([only_french, only_english]))))
    assert before < 0.5
    assert after > 0.95


def test_one_language_alone_stays_as_it_is() -> None:
    vectors = texts(meanings(300, LEAVE), FRENCH)
    centroids = Centroids.fit(vectors, ["fr"] * 300)
    assert np.array_equal(centroids.apply(vectors), vectors)
    assert centroids.version == Centroids.none(64).version


def test_a_few_texts_in_a_second_language_move_the_vectors_only_a_little() -> None:
    many = texts(meanings(300, LEAVE), FRENCH)
    few = texts(meanings(2, LEAVE), ENGLISH)
    little = Centroids.fit(np.vstack([many, few]), ["fr"] * 300 + ["en"] * 2)
    assert little.strengths.max() < 0.25
    shared = meanings(200, LEAVE)
    much = Centroids.fit(np.vstack([texts(shared, FRENCH), texts(shared, ENGLISH)]), ["fr"] * 200 + ["en"] * 200)
    assert 0.7 < much.strengths.max() <= 0.75


def test_vectors_keep_length_one_and_empty_rows_stay_empty() -> None:
    shared = meanings(50, LEAVE)
    vectors = np.vstack([texts(shared, FRENCH), texts(shared, ENGLISH), np.zeros((3, 64), np.float32)])
    centred = Centroids.fit(vectors, np.array([1] * 50 + [2] * 50 + [3] * 3)).apply(vectors)
    assert centred.dtype == np.float32
    assert np.linalg.norm(centred[:100], axis=1) == pytest.approx(1, abs=1e-5)
    assert not centred[100:].any()


def test_three_languages_leave_two_directions_at_right_angles() -> None:
    shared = meanings(80, LEAVE)
    third = RNG.normal(size=64) * 0.25
    vectors = np.vstack([texts(shared, language) for language in (FRENCH, ENGLISH, third)])
    centroids = Centroids.fit(vectors, ["fr"] * 80 + ["en"] * 80 + ["de"] * 80)
    assert centroids.directions @ centroids.directions.T == pytest.approx(np.eye(2), abs=1e-5)


def test_centroids_survive_being_stored_and_their_version_tells_them_apart() -> None:
    shared = meanings(60, LEAVE)
    first = Centroids.fit(np.vstack([texts(shared, FRENCH), texts(shared, ENGLISH)]), ["fr"] * 60 + ["en"] * 60)
    second = Centroids.fit(np.vstack([texts(shared, FRENCH), texts(shared, ENGLISH)]), ["fr"] * 60 + ["en"] * 60)
    again = Centroids.from_bytes(first.to_bytes())
    assert again.version == first.version != second.version
    assert np.array_equal(again.directions, first.directions)
    assert Centroids.from_bytes(Centroids.none(64).to_bytes()).apply(again.directions) is again.directions
    for cut in (b"", first.to_bytes()[:-4]):
        with pytest.raises(ValueError, match="cut short"):
            Centroids.from_bytes(cut)


def test_an_empty_knowledge_base_and_wrong_counts() -> None:
    empty = np.zeros((0, 64), np.float32)
    assert Centroids.fit(empty, []).apply(empty).shape == (0, 64)
    with pytest.raises(ValueError, match="1 languages"):
        Centroids.fit(np.ones((2, 64), np.float32), ["fr"])


@pytest.mark.slow
def test_with_the_real_model_translations_come_nearer_than_neighbours_of_the_same_language(encoder: Encoder) -> None:
    pairs = [
        ("Déclarer la perte de son badge", "Reporting a lost badge"),
        ("Demander un congé sans solde", "Asking for unpaid leave"),
        ("Se faire rembourser un repas", "Getting a meal refunded"),
        ("Réserver une salle de réunion", "Booking a meeting room"),
        ("Signaler un courriel frauduleux", "Reporting a phishing e-mail"),
        ("Commander un ordinateur portable", "Ordering a laptop"),
        ("Accueillir un nouveau collègue", "Welcoming a new colleague"),
        ("Préparer un entretien annuel", "Preparing a yearly review"),
    ]
    french, english = (encoder.encode_passages(side)[:, : encoder.dimension] for side in zip(*pairs, strict=True))
    centroids = Centroids.fit(np.vstack([french, english]), ["fr"] * 8 + ["en"] * 8)

    def gap(ours: Vectors, theirs: Vectors) -> float:
        """How much nearer the translation is than the average text of the same language."""
        return float((ours * theirs).sum(axis=1).mean() - (ours @ ours.T)[~np.eye(8, dtype=bool)].mean())

    assert gap(centroids.apply(french), centroids.apply(english)) > gap(french, english)
