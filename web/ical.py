"""A calendar file (RFC 5545): whole days with a title and an address, lines folded at 75 octets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

OCTETS = 75


@dataclass(frozen=True, slots=True)
class Event:
    """A whole day. `id` stays the same when the day moves, so that a calendar moves it too."""

    id: str
    day: date
    title: str
    address: str


def calendar(name: str, events: Iterable[Event], now: datetime) -> str:
    """The file, to be sent as `text/calendar`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Quisait//Procedures//", f"X-WR-CALNAME:{_text(name)}"]
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for each in events:
        lines += [
            "BEGIN:VEVENT", f"UID:{_text(each.id)}", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{each.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{each.day + timedelta(days=1):%Y%m%d}", f"SUMMARY:{_text(each.title)}",
            f"URL:{each.address}", "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.split())


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never inside a character; each further piece begins with a space."""
    pieces, piece, room = [], "", OCTETS
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", OCTETS - 1
        piece, room = piece + character, room - size
    return "\r\n ".join([*pieces, piece])
