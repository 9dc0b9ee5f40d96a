"""From sources to the staging tables: every row read, validated on its own, and put beside the place it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.loading.fields import BadRow, Fields
from kb.loading.lines import Complain, Progress, json_rows
from kb.loading.markdown_procedures import read_procedure
from kb.loading.people_csv import csv_rows
from kb.loading.report import LoadReport
from kb.loading.rows import READERS
from kb.loading.sources import CSV, MARKDOWN, Source
from kb.loading.staging import Staging

_WITH_FALLBACK = ("procedure", "question")


@dataclass(slots=True)
class Reading:
    """`doubtful_spaces` becomes true when a row of a spaces file was bad: then a space that is not known is never
    created, for it might have been a restricted one."""

    staging: Staging
    report: LoadReport
    prefix: str = ""
    space: str | None = None
    tell: Progress | None = None
    doubtful_spaces: bool = False

    def read(self, source: Source) -> None:
        """Stage every good row of a file."""
        if source.holds == MARKDOWN:
            self._markdown(source)
            return
        kind = "person" if source.holds == CSV else source.holds
        complain = self.complaints(kind, source.name)
        number = self.staging.name_file(source.name)
        rows = csv_rows(source.file, complain) if source.holds == CSV else json_rows(source.file, complain, self.tell)
        for line, row in rows:
            self.stage(kind, row, number, line, source.space)

    def stage(
        self, kind: str, row: Mapping[str, Any], file: int, line: int, space: str, places: Mapping[str, int] = {}
    ) -> bool:  # noqa: B006
        """Stage one row; False when it was bad. `places`: the lines of its fields, where they differ from `line`."""
        fields = Fields(row)
        name = self.staging.files[file]
        try:
            staged = READERS[kind](fields, self.prefix)
        except BadRow as bad:
            self.report.refuse(kind, name, places.get(str(bad).split()[0].rstrip(":"), line), str(bad))
            self.doubtful_spaces |= kind == "space"
            return False
        for note in fields.notes:
            self.report.note(name, places.get(note.split()[0], line), note)
        staged |= {"file": file, "line": places.get("owner", line)}
        if kind in _WITH_FALLBACK:
            staged["fallback"] = self.space or space
        self.staging.add(kind, staged)
        return True

    def complaints(self, kind: str, name: str) -> Complain:
        """Who hears of rows that cannot even be read. A remark on a file that was
        read all the same (no line) is a problem, not a bad row."""

        def complain(line: int | None, reason: str) -> None:
            self.doubtful_spaces |= kind == "space"
            if line is None:
                self.report.note(name, None, reason)
            else:
                self.report.refuse(kind, name, line, reason)

        return complain

    def _markdown(self, source: Source) -> None:
        found = read_procedure(source.file, self.complaints("procedure", source.name))
        if found is not None:
            row, places = found
            self.stage("procedure", row, self.staging.name_file(source.name), 1, source.space, places)
            if self.tell is not None:
                self.tell(source.name, 1, 1)
