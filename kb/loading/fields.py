"""One row as it was written, read field by field: each method returns a clean value or raises BadRow with the mend.

Limits are those of `kb.rules`. A NUL makes a row bad; other control characters, which no keyboard makes, are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote

from kb.errors import Invalid
from kb.rules import LANGUAGES, clean

ID_LIMIT = 200
TAGS_KEPT = 30
_DROPPED = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NOT_IN_TAG = re.compile(r"[^\w.+#-]+", re.UNICODE)
_MONTHS = re.compile(r"(\d{1,3})\s*(months?|mois|years?|ans?|années?)?", re.IGNORECASE)


class BadRow(Exception):
    """This row cannot be loaded; `str()` says why and what to do."""


def tidy_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags of another system as tags of ours: lower case, hyphens for what a tag cannot hold, each once, 40 characters.

    More lenient than `kb.rules.clean_tags`, which speaks to somebody who can mend a tag at once."""
    kept: dict[str, None] = {}
    for tag in tags:
        words = unquote(tag) if "%" in tag else tag
        plain = _NOT_IN_TAG.sub("-", words.lower()).lstrip("-_.+#")[:40].rstrip("-_")
        if plain:
            kept[plain] = None
    return tuple(kept)[:TAGS_KEPT]


class Fields:
    """A row and the notes taken while reading it. Unknown extra fields are never looked at."""

    __slots__ = ("notes", "row")

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.notes: list[str] = []

    def __contains__(self, name: str) -> bool:
        return self.row.get(name) is not None

    def text(self, name: str, limit: int, required: bool = False, line: bool = False) -> str:
        """The text of a field, "" when absent; `line`: all on one line."""
        return self._clean(name, self.row.get(name), limit, required, line)

    def id(self, name: str) -> str:
        """An id that must be there."""
        found = self.ref(name)
        if found is None:
            raise BadRow(f"{name} is missing: every row needs one.")
        return found

    def ref(self, name: str) -> str | None:
        """An id that may be absent."""
        value = self.row.get(name)
        return None if value is None else self._clean(name, value, ID_LIMIT, False, True) or None

    def words(self, name: str, limit: int = 300, most: int = 100) -> tuple[str, ...] | None:
        """A list of words (one text is a list of one), None when absent."""
        value = self.row.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple):
            raise BadRow(f'{name} must be a list of words, like ["a", "b"].')
        kept = dict.fromkeys(filter(None, (self._clean(name, each, limit, False, True) for each in value)))
        if len(kept) > most:
            raise BadRow(f"{name} has {len(kept)} entries; the most is {most}.")
        return tuple(kept)

    def tags(self) -> tuple[str, ...]:
        return tidy_tags(self.words("tags") or ())

    def moment(self, name: str) -> str | None:
        """ISO 8601 in UTC; a moment without a time zone is taken as UTC."""
        value = self.row.get(name)
        if value is None or value == "":
            return None
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadRow(f"{name} {str(value)[:40]!r} is not a moment. Write it like 2018-02-26 16:07.") from None
        return moment.isoformat()

    def day(self, name: str) -> str | None:
        """An ISO date; one that cannot be read is noted and left out."""
        value = self.row.get(name)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, datetime):
                return value.date().isoformat()
            return value.isoformat() if isinstance(value, date) else date.fromisoformat(str(value).strip()).isoformat()
        except ValueError:
            self.notes.append(f"{name} {str(value)[:40]!r} is not a date and was left out. Write it like 2026-03-01.")
            return None

    def months(self, name: str) -> int | None:
        """A period like `12 months`, `2 ans` or 12, in months; one that cannot be read is noted and left out."""
        value = self.row.get(name)
        if value is None or value == "":
            return None
        found = None if isinstance(value, bool) else _MONTHS.fullmatch(str(value).strip())
        months = int(found[1]) * (12 if (found[2] or "m").lower().startswith(("y", "a")) else 1) if found else 0
        if not 1 <= months <= 600:
            self.notes.append(f"{name} {str(value)[:40]!r} is not a period and was left out. Write it like 12 months.")
            return None
        return months

    def number(self, name: str) -> int | None:
        value = self.row.get(name)
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or value != value
            or abs(value) > 1_000_000_000
        ):
            raise BadRow(f"{name} must be a whole number.")
        return int(value)

    def flag(self, name: str) -> bool | None:
        value = self.row.get(name)
        if value is None or isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        raise BadRow(f"{name} must be true or false.")

    def one_of(self, name: str, allowed: Sequence[str]) -> str | None:
        """One of `allowed` (any case), None when absent."""
        value = self.row.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.strip().lower() in allowed:
            return value.strip().lower()
        raise BadRow(f"{name} {str(value)[:40]!r} is not one of: {', '.join(allowed)}.")

    def language(self) -> str | None:
        """`fr` or `en` (`fr-FR` too); None when absent, and with a note when it is another."""
        value = self.row.get("language")
        if value is None or value == "":
            return None
        language = str(value).strip().lower().replace("_", "-").split("-")[0]
        if language in LANGUAGES:
            return language
        self.notes.append(
            f"language {str(value)[:20]!r} is not one of {', '.join(LANGUAGES)}: the text's own was taken."
        )
        return None

    def _clean(self, name: str, value: Any, limit: int, required: bool, line: bool) -> str:
        if value is None:
            value = ""
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        elif not isinstance(value, str):
            raise BadRow(f"{name} must be text.")
        if "\x00" in value:
            raise BadRow(f"{name} holds a NUL character. Save the file as plain UTF-8 text.")
        value = _DROPPED.sub("", value)
        try:
            return clean(name, " ".join(value.split()) if line else value, limit, required)
        except Invalid as error:
            raise BadRow(f"{name}: {error}") from None
