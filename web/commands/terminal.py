"""Talking in a terminal: progress on one line, colours only where they are wanted, aligned tables.

Progress goes to stderr, so that stdout can be piped. Where stderr is no terminal, a line is written now and then
instead.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TextIO

import click

WIDTH_MOST = 100
_BETWEEN_LINES = 10.0  # seconds between progress lines in a log
_WORTH_A_LINE = 1.0  # seconds of work that leave a line behind; shorter steps are overwritten
_BETWEEN_DRAWS = 0.1


def colours(stream: TextIO | None = None) -> bool:
    """Whether to write colours: a terminal, and nobody said no (NO_COLOR, TERM=dumb)."""
    stream = stream or sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    return max(40, min(shutil.get_terminal_size((WIDTH_MOST, 24)).columns, WIDTH_MOST))


def say(line: str) -> None:
    """One line for a person, beside the result."""
    click.echo(line, err=True)


class Progress:
    """Shows (what, done, total) on one line of stderr. Use as a context manager, so that the line is ended."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._what, self._began, self._shown, self._open = "", 0.0, 0.0, False
        self._line_before = ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def say(self, line: str) -> None:
        self._end()
        say(line)

    def __call__(self, what: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if what != self._what:
            if self._shown - self._began >= _WORTH_A_LINE:
                self._end()
            self._what, self._began, self._shown = what, now, 0.0 if self._terminal else now
        finished = total is not None and done >= total
        if now - self._shown < (_BETWEEN_DRAWS if self._terminal else _BETWEEN_LINES) and not finished:
            return
        if self._terminal:
            self._shown, self._open = now, True
            click.echo(f"\r\x1b[K{self._line(what, done, total)}", err=True, nl=False)
        elif now - self._began >= _WORTH_A_LINE and (line := f"{what}: {_count(done, total)}") != self._line_before:
            self._shown, self._line_before = now, line
            click.echo(line, err=True)

    def _line(self, what: str, done: int, total: int | None) -> str:
        if not total:
            return f"{what}: {_count(done, total)}"
        room = max(10, min(40, width() - len(what) - 30))
        full = min(room, room * done // total)
        return f"{what} [{'#' * full}{'.' * (room - full)}] {_count(done, total)}"

    def _end(self) -> None:
        if self._open:
            click.echo("", err=True)
            self._open = False


def _count(done: int, total: int | None) -> str:
    return f"{done:,} of {total:,}" if total is not None else f"{done:,}"


def table(rows: Sequence[dict[str, object]]) -> str:
    """Rows under their names: words to the left, numbers to the right with four decimals."""
    if not rows:
        return "Nothing to show."
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    numeric = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in names]
    widths = [max(len(names[place]), *(len(line[place]) for line in cells)) for place in range(len(names))]
    lines = []
    for line in [names, *cells]:
        shown = (
            each.rjust(w) if right else each.ljust(w) for each, w, right in zip(line, widths, numeric, strict=True)
        )
        lines.append("  ".join(shown).rstrip())
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
