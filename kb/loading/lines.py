"""JSON Lines, plain or gzip, as numbered objects: a bad line costs itself, a broken file costs what follows the break.

Whether a file is compressed is read from its first bytes, not from its name.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

Progress = Callable[[str, int, int | None], None]
Complain = Callable[[int | None, str], None]
LINE_LIMIT = 8_000_000
_TOLD_EVERY = 1_000


def json_rows(file: Path, complain: Complain, tell: Progress | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) for every good line. `complain` hears of the bad ones; `tell` of bytes read."""
    number = 0
    try:
        with file.open("rb") as raw:
            size = file.stat().st_size
            stream = _opened(raw, file, complain)
            if stream is None:
                return
            for number, line in _lines(stream, complain):
                row = _object(number, line, complain)
                if row is not None:
                    yield number, row
                if tell is not None and number % _TOLD_EVERY == 0:
                    tell(file.name, raw.tell(), size)
            if tell is not None:
                tell(file.name, size, size)
    except EOFError:
        complain(number + 1, "The compressed file ends in the middle: copy it again. The lines before were read.")
    except (gzip.BadGzipFile, zlib.error):
        complain(number + 1, "The compressed file is damaged from here on: copy it again. The lines before were read.")
    except OSError as error:
        complain(
            number + 1,
            f"The file cannot be read ({error.strerror or error}). Check that it is there and that you may read it.",
        )


def _opened(raw: IO[bytes], file: Path, complain: Complain) -> IO[bytes] | None:
    start = raw.read(4096)
    raw.seek(0)
    if start[:2] == b"\x1f\x8b":
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        complain(1, "The file is UTF-16 text. Save it as UTF-8.")
        return None
    if file.name.endswith(".gz"):
        if not start or b"\x00" in start or start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
            complain(1, "The name ends in .gz but the file is not gzip. Compress it again, or load the original.")
            return None
        complain(None, "The name ends in .gz but the file is not compressed; it was read as it is.")
    return raw


def _lines(stream: IO[bytes], complain: Complain) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; one beyond LINE_LIMIT is passed over, and a file of nothing but such a line is given up."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) <= LINE_LIMIT:
            yield number, line
            continue
        complain(number, f"The line is longer than {LINE_LIMIT:,} bytes. Is this JSON Lines, one object a line?")
        for _ in range(16):
            if line.endswith(b"\n") or not line:
                break
            line = stream.readline(LINE_LIMIT + 1)
        else:
            complain(number, "No end of line in sight: the rest of the file was not read.")
            return


def _object(number: int, line: bytes, complain: Complain) -> dict[str, Any] | None:
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
    line = line.strip()
    if not line:
        return None
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        complain(number, "The line is not UTF-8. Save the file as UTF-8.")
    except ValueError as error:
        complain(number, f"The line is not JSON ({str(error)[:100]}). Each line must be one object between {{ and }}.")
    except RecursionError:
        complain(number, "The line is nested too deeply to be a row.")
    else:
        if isinstance(row, dict):
            return row
        complain(number, "The line is JSON but not an object. Each line must be one object between { and }.")
    return None
