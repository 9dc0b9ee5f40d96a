"""What every merge shares: the store, the staged rows, the report, and one rule.

The rule: the file says what it says, but what people decided here since (an edited text, an acceptance, a retirement,
an approved revision) stays, and the report says so. Each batch is one transaction with its change-log rows, so that a
load that was killed is finished by running it again. A dry run compares in the same way inside transactions that only
read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from kb.loading.lines import Progress
from kb.loading.report import Fared, Fate, LoadReport
from kb.loading.rows import Row
from kb.loading.spaces import Spaces
from kb.loading.staging import Staging
from kb.storage import Store, Transaction

BATCH = 1_000
T = TypeVar("T")


@dataclass(slots=True)
class Merge:
    """`detect` tells the language (`fr` or `en`) of a text whose row does not say."""

    store: Store
    staging: Staging
    report: LoadReport
    spaces: Spaces
    detect: Callable[[str], str]
    tell: Progress | None = None
    dry_run: bool = False

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        with self.store.read() if self.dry_run else self.store.write() as tx:
            yield tx

    def note(self, row: Row, reason: str) -> None:
        self.report.note(self.staging.files[row["file"]], row["line"], reason)

    def refuse(self, kind: str, row: Row, reason: str) -> None:
        self.report.refuse(kind, self.staging.files[row["file"]], row["line"], reason)

    def count(
        self, kind: str, known: bool, changed: bool, row: Row | None = None, name: str = "", what: str = ""
    ) -> None:
        """Count what becomes of a row; with its `row`, under its `name` too."""
        count = self.report.counts[kind]
        fate = Fate.ADDED if not known else Fate.CHANGED if changed else Fate.UNCHANGED
        setattr(count, fate.value, getattr(count, fate.value) + 1)
        if row is not None:
            self.report.name(Fared(self.staging.files[row["file"]], kind, name, fate, what))

    def progress(self, what: str, done: int, total: int) -> None:
        if self.tell is not None:
            self.tell(what, done, total)

    def language(self, title: str, body: str) -> str:
        return self.detect(f"{title}\n{body[:1000]}".strip())


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch
