"""Files by the hash of their content, in a folder beside the database: what is there is whole, and the same content
lies there once. Rows of the database say who may read it; the shelf knows nothing of that.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Collection
from pathlib import Path

from kb.errors import Unavailable
from kb.files import written_whole

FRESH_SECONDS = 24 * 3600.0  # a file put there so lately may not have its row yet
_HASH = re.compile(r"[0-9a-f]{64}")


class Shelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Put content there, flushed to the disk; its SHA-256. Unavailable when it cannot be written."""
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._place(sha256)
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if place.exists() and place.stat().st_size == len(content):
                place.touch()
                return sha256
        except OSError as error:
            raise Unavailable(f"{place.parent} cannot be written: {error.strerror or error}.") from error
        with written_whole(place) as part:
            part.write_bytes(content)
        return sha256

    def find(self, sha256: str) -> Path | None:
        """Where the content lies, None when it is not there."""
        place = self._place(sha256)
        return place if place.is_file() else None

    def sweep(self, kept: Collection[str], older: float = FRESH_SECONDS) -> int:
        """Remove what no row names any more and was put there more than `older` seconds ago; how many files."""
        gone, before = 0, time.time() - older
        for place in self.folder.glob("??/*"):
            if _HASH.fullmatch(place.name) and place.name not in kept and place.stat().st_mtime <= before:
                place.unlink(missing_ok=True)
                gone += 1
        return gone

    def _place(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        return self.folder / sha256[:2] / sha256
