"""Where an index lives: numbered folders, of which a file names the one in use, so that a rebuild switches in one
step."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_NAME = "current"


class IndexBusy(Exception):
    """Another process writes this index."""


class IndexStale(Exception):
    """The index cannot be used as it is; the sentence says why and what to run."""


def current(folder: Path) -> Path:
    """The folder of the index in use (made, when there is none)."""
    name = folder / _NAME
    if not name.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(name, "1")
    inside = folder / name.read_text(encoding="ascii").strip()
    inside.mkdir(exist_ok=True)
    return inside


def unfinished(folder: Path) -> Path:
    """The folder beside the one in use in which the next index is made, possibly begun by an interrupted rebuild."""
    beside = folder / str(int(current(folder).name) + 1)
    beside.mkdir(exist_ok=True)
    return beside


def switch(folder: Path, to: Path) -> None:
    """Put the index in `to` in use, and remove older ones (readers that have them open keep reading until they look
    again)."""
    _write(folder / _NAME, to.name)
    for other in folder.iterdir():
        if other.is_dir() and other.name.isdigit() and int(other.name) < int(to.name):
            shutil.rmtree(other, ignore_errors=True)


def _write(name: Path, text: str) -> None:
    making = name.with_suffix(f".{os.getpid()}")
    making.write_text(text, encoding="ascii")
    making.replace(name)
