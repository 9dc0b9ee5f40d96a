"""How the archive spells things: moments as ISO 8601 with Z, days as ISO dates, lists and settings as JSON, truths as 0
and 1.

Two tables describe the rest: `quisait` (name, value) says format, schema and when; `quisait_table` says of each table
which columns, how many rows and the SHA-256 of its content: of each row in the order of its key, as a JSON list and a
line end. A third, `quisait_file` (sha256, content), holds the attached files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from kb.advice import AmendmentStatus, TaskKind, Verdict
from kb.entry import Attribute
from kb.flags import FlagReason
from kb.following import OF
from kb.kept import READ
from kb.model import (
    Against,
    Band,
    NoticeKind,
    PersonKind,
    ProcedureStatus,
    QuestionStatus,
    RevisionStatus,
    Role,
    Visibility,
)
from kb.official import Decision
from kb.outbox import MailChoice
from kb.records import DriftDecision
from kb.routing import InvitationStatus, Stage, SubjectUse
from kb.storage.rows import Kind

FORMAT = 1
DESCRIPTION, CONTENT, FILES = "quisait", "quisait_table", "quisait_file"
SEARCHED = {"question": ("title", "body"), "answer": ("body",), "revision": ("title", "summary", "body"),
            "practice": ("title", "body")}  # fmt: skip
LARGEST = 2**31 - 1  # of PostgreSQL's integers

Counts = dict[str, int]
Progress = Callable[[str, int, int | None], None]
Value = str | int | float | None

CHOICES: Mapping[tuple[str, str], frozenset[object]] = {
    ("person", "kind"): frozenset(PersonKind),
    ("space", "visibility"): frozenset(Visibility),
    ("membership", "role"): frozenset(Role),
    ("procedure", "status"): frozenset(ProcedureStatus),
    ("revision", "status"): frozenset(RevisionStatus),
    ("approval", "decision"): frozenset(Decision),
    ("question", "status"): frozenset(QuestionStatus),
    ("route", "band"): frozenset(Band),
    ("invitation", "status"): frozenset(InvitationStatus),
    ("drift", "decision"): frozenset(DriftDecision),
    ("drift", "of"): frozenset({"answer", "practice"}),
    ("vote", "value"): frozenset({-1, 1}),
    ("route", "stage"): frozenset(Stage),
    ("subject_choice", "use"): frozenset(SubjectUse),
    ("mail_choice", "choice"): frozenset(MailChoice),
    ("mail_choice", "kind"): frozenset(NoticeKind),
    ("notice", "kind"): frozenset(NoticeKind),
    ("vote", "reason"): frozenset(Against),
    ("follow", "of"): frozenset(OF),
    ("bookmark", "of"): frozenset(READ),
    ("flag", "reason"): frozenset(FlagReason),
    ("held", "kind"): frozenset({"question", "answer", "comment"}),
    ("notice", "of"): frozenset({"question", "procedure", "space", "practice"}),
    ("confirmation", "verdict"): frozenset(Verdict),
    ("amendment", "status"): frozenset(AmendmentStatus),
    ("membership_rule", "attribute"): frozenset(Attribute),
    ("membership_rule", "role"): frozenset(Role),
    ("space_invitation", "role"): frozenset(Role),
    ("endorsement", "of"): frozenset({"question", "procedure", "practice", "project"}),
    ("task", "kind"): frozenset(TaskKind),
    ("task", "of"): frozenset({"practice", "procedure", "question"}),
}


class Content:
    """Number and hash of the rows of one table, row by row."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, values: Sequence[Value]) -> None:
        self.rows += 1
        line = json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))
        self._hash.update(line.encode() + b"\n")

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def spell(kind: Kind, value: Any) -> Value:
    """A value of the knowledge base as the archive holds it."""
    if kind in (Kind.JSON, Kind.LIST):
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return None
    if kind is Kind.MOMENT:
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")  # type: ignore[no-any-return]
    if kind is Kind.DAY:
        return value.isoformat()  # type: ignore[no-any-return]
    if kind is Kind.TRUTH:
        return int(value)
    return value  # type: ignore[no-any-return]


def understand(kind: Kind, value: Value) -> Any:
    """The way back; ValueError with what is wrong, in words that follow "holds"."""
    expected = _STORED[kind]
    if isinstance(value, bytes) or not isinstance(value, expected):
        raise ValueError(f"{_short(value)}, which is not {_WORDS[kind]}")
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a NUL character")
        return _read_text(kind, value)
    if isinstance(value, int):
        if abs(value) > LARGEST or (kind is Kind.TRUTH and value not in (0, 1)):
            raise ValueError(f"{value}, which is not {_WORDS[kind]}")
        return bool(value) if kind is Kind.TRUTH else value
    return value


def _read_text(kind: Kind, value: str) -> Any:
    read: Any = value
    try:
        if kind is Kind.MOMENT:
            read = datetime.fromisoformat(value)
            if read.tzinfo is None:
                raise ValueError
        elif kind is Kind.DAY:
            read = date.fromisoformat(value)
        elif kind in (Kind.JSON, Kind.LIST):
            read = json.loads(value)
            if kind is Kind.LIST and not isinstance(read, list):
                raise ValueError
    except (ValueError, RecursionError):
        raise ValueError(f"{_short(value)}, which is not {_WORDS[kind]}") from None
    return read


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


_STORED: Mapping[Kind, type | tuple[type, ...]] = {
    Kind.TEXT: str, Kind.INTEGER: int, Kind.TRUTH: int, Kind.REAL: (int, float), Kind.MOMENT: str, Kind.DAY: str,
    Kind.LIST: str, Kind.JSON: str,
}  # fmt: skip
_WORDS: Mapping[Kind, str] = {
    Kind.TEXT: "a text", Kind.INTEGER: "a whole number", Kind.TRUTH: "0 or 1", Kind.REAL: "a number",
    Kind.MOMENT: "a moment such as 2026-11-23T08:00:00Z", Kind.DAY: "a day such as 2026-11-23",
    Kind.LIST: "a JSON list",
    Kind.JSON: "JSON",
}  # fmt: skip
