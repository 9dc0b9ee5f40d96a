"""The command line in processes of its own: a pipe closed early, the demonstration, an interrupted load."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from tests.web.commands.conftest import Base


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUISAIT_")}
    command = [sys.executable, "-m", "web.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=kept | environment, timeout=120)


def test_a_pipe_closed_early_is_quiet(base: Base, data: Path) -> None:
    command = f"{sys.executable} -m web.cli --data {data} check | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


@pytest.mark.slow
def test_the_demonstration_is_loaded_once_and_asked(tmp_path: Path) -> None:
    first = run("demo", "--no-serve", "--data", tmp_path)
    assert first.returncode == 0 and str(tmp_path) in first.stdout
    again = run("demo", "--no-serve", "--data", tmp_path)
    assert again.returncode == 0 and "indexing" not in again.stderr
    asked = run(
        "ask", "Comment me faire rembourser un taxi ?", "--json", QUISAIT_DATA=str(tmp_path), LANG="fr_FR.UTF-8"
    )
    lanes = json.loads(asked.stdout)
    assert lanes["language"] == "fr" and lanes["procedures"][0]["key"] == "TRV-01" and lanes["people"]
    assert run("--data", tmp_path / "real", "init").returncode == 0
    assert run("demo", "--no-serve", "--data", tmp_path / "real").returncode == 1


@pytest.mark.slow
def test_an_interrupted_load_keeps_what_it_wrote_and_index_goes_on(tmp_path: Path, community: Path) -> None:
    with (community / "questions.jsonl").open("w") as file:
        for place in range(2000):  # four batches of the index; it is stopped after the first, and after the second
            row = {"id": f"q{place}", "title": f"Journey {place}?", "body": "By train.", "author": "ann"}
            file.write(json.dumps(row) + "\n")
    data = tmp_path / "data"
    command = [sys.executable, "-m", "web.cli", "--data", str(data), "load", str(community)]
    for number, passages in ((signal.SIGKILL, 400), (signal.SIGINT, 900)):
        heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # started in the background, it would not
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heeding)  # noqa: PLW1509
        while "words" not in [each.name for each in data.glob("index/*/*")] or stored(data) < passages:
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
        assert process.returncode == (130 if number is signal.SIGINT else -signal.SIGKILL) and "Traceback" not in said
        assert ("quisait index" in said) == (number is signal.SIGINT)
    assert run("--data", data, "index").returncode == 0
    told = re.search(r"([\d,]+) of ([\d,]+) changes", run("--data", data, "index", "--status").stdout)
    assert told is not None and told[1] == told[2]
    assert stored(data) >= 2000


def stored(data: Path) -> int:
    """How many passages the index holds."""
    from indexer.generations import current
    from indexer.store import IndexStore

    return IndexStore(current(data / "index")).count()
