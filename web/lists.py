"""Lists to take along: CSV as the reader's spreadsheet expects it. A cell never becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from web.catalogue import language

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Iterable[Sequence[object]], separator: str = ",") -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, lineterminator="\r\n")
    writer.writerows([_cell(each) for each in row] for row in rows)
    return written.getvalue()


def csv_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """A download called `name`.csv: semicolons for a French spreadsheet, commas for an English one."""
    text = csv_text(rows, ";" if language() == "fr" else ",")
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + text, 200, headers, content_type="text/csv; charset=utf-8")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
