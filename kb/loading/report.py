"""What a load did, kind by kind, and every row that could not be taken, with the place and the mend.

A *bad* row was not loaded. A problem may also be a note on a row that was loaded with something left out (an author
nobody knows). The first thousand problems are kept in words, the rest are counted. A space that was named and described
nowhere is told by itself, for it decides who reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

KEPT_PROBLEMS = 1_000
KINDS = ("person", "space", "procedure", "question", "answer", "comment", "vote", "practice", "confirmation")


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1; None when the problem is the file itself."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ClosedSpace:
    """A space that was named and described nowhere, and so made for its members alone: how many they are."""

    id: str
    name: str
    members: int

    def __str__(self) -> str:
        readers = {0: "nobody reads it yet", 1: "only its one author reads it"}
        return (
            f"The space {self.name!r} is described nowhere, so it is made closed: "
            f"{readers.get(self.members, f'only the {self.members:,} people whose texts these are read it')}. "
            "If the name is a slip, mend the rows and load them again. If not, name who keeps the space on the page "
            "/admin/spaces, or describe it in spaces.jsonl; --open-new-spaces makes such spaces open."
        )


@dataclass(slots=True)
class Count:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0


class Fate(StrEnum):
    """What becomes of a thing that a file holds."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Fared:
    """One named thing of a file (a procedure's text, a person, a space, a practice) and what became of it; `what` says
    more where there is more to say ("fr.3", the revision that it becomes)."""

    file: str
    kind: str
    name: str
    fate: Fate
    what: str = ""


NOT_KNOWN = "is not known: add them to people."  # ends what is said of a person whom nobody has described


@dataclass(slots=True)
class LoadReport:
    """`counts` has an entry for every kind of `KINDS`. With `dry_run`, what would have happened."""

    dry_run: bool = False
    counts: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in KINDS})
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    closed: list[ClosedSpace] = field(default_factory=list)
    fared: list[Fared] = field(default_factory=list)
    guests: list[str] = field(default_factory=list)  # who came without a sponsor and a last day

    @property
    def more_problems(self) -> int:
        """How many problems were counted but not kept in words."""
        return self.problem_count - len(self.problems)

    @property
    def written(self) -> int:
        """Rows added or changed, of every kind."""
        return sum(count.added + count.changed for count in self.counts.values())

    def name(self, fared: Fared) -> None:
        """Keep what became of a named thing; the first thousand of them."""
        if len(self.fared) < KEPT_PROBLEMS:
            self.fared.append(fared)

    def note(self, file: str, line: int | None, reason: str) -> None:
        self.problem_count += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(Problem(file, line, reason))

    def refuse(self, kind: str, file: str, line: int | None, reason: str) -> None:
        """A row that is not loaded."""
        self.counts[kind].bad += 1
        self.note(file, line, reason)
