"""Rows and columns as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines: the first column to the left, the others to the right; a row of one cell runs across."""
    full = [row for row in rows if len(row) > 1]
    widths = [max(len(row[column]) for row in [head, *full]) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        return "  ".join(cells).rstrip()

    return [line(head), "-" * (sum(widths) + 2 * len(widths) - 2), *(line(r) if len(r) > 1 else r[0] for r in rows)]
