"""What people keep to read: bookmarks, theirs alone, and reading lists of a space. Records only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

READ = ("question", "practice", "procedure")  # what can be kept


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Something that `person` keeps for later, with what they wrote beside it. `subject` is its id or key."""

    person: str
    of: str
    subject: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a reading list."""

    of: str
    subject: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReadingList:
    """What somebody thinks others should read, in this order. `newcomers`: it is shown to whoever is new there."""

    id: str
    space: str
    title: str
    note: str
    by: str
    newcomers: bool
    items: tuple[Item, ...]
    created: datetime
    edited: datetime | None = None
