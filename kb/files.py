"""Files written whole: made beside their place, flushed, then put there. Killed at any time, what stands there is the
old file or the new one, never a part."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import Unavailable

ABANDONED_SECONDS = 24 * 3600


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A new file in the folder of `file`, put in its place when the block ends well and removed when it does not. Its
    owner alone can read it. Unavailable when it cannot be written."""
    try:
        for left in file.parent.glob(f".{file.name}.*.part"):
            if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                left.unlink(missing_ok=True)
        handle, name = tempfile.mkstemp(".part", f".{file.name}.", file.parent)
        os.close(handle)
        part = Path(name)
        try:
            yield part
            _flush(part)
            part.replace(file)
            _flush(file.parent)
        finally:
            part.unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(_sentence(file, error)) from error


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sentence(file: Path, error: Exception) -> str:
    full = "disk is full" in str(error) or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if full:
        return f"The disk is full: {file} was not written. Free some space, or choose another folder."
    reason = getattr(error, "strerror", None) or error
    return f"{file} cannot be written: {reason}."
