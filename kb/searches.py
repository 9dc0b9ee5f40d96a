"""Searches that nothing answers: kept as words with a count, by day of the last, never with who searched.

Words typed by somebody who reads a restricted space may come from there. So each search keeps which restricted spaces
its searcher read, and only those who keep a space and read all of these see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kb.handover import kept_spaces
from kb.model import Person, Visibility
from kb.permissions import visible_spaces
from kb.storage import Store, Transaction

LONGEST, MOST = 200, 60
WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Empty:
    """What was looked for in vain, how often, and when last."""

    text: str
    count: int
    last: date


def keep(store: Store, reader: Person, text: str) -> None:
    """Count one search that nothing answered."""
    text = " ".join(text.casefold().split())[:LONGEST]
    if not text:
        return
    with store.write() as tx:
        closed = [each.id for each in tx.spaces.list() if each.visibility is Visibility.RESTRICTED]
        tx.searches.add(text, [each for each in sorted(closed) if each in visible_spaces(reader)], _since(tx))


def empty(store: Store, reader: Person) -> tuple[Empty, ...]:
    """What was looked for in vain, with a gap of ninety days at most; the most frequent first, nothing for who keeps no
    space."""
    if not kept_spaces(reader):
        return ()
    counts: dict[str, int] = {}
    last: dict[str, date] = {}
    with store.read() as tx:
        for text, scope, count, day in tx.searches.list(_since(tx)):
            if set(scope) <= visible_spaces(reader):
                counts[text] = counts.get(text, 0) + count
                last[text] = max(last.get(text, day), day)
    found = [Empty(text, counts[text], last[text]) for text in counts]
    return tuple(sorted(found, key=lambda each: (-each.count, each.text))[:MOST])


def _since(tx: Transaction) -> date:
    return (tx.now - WINDOW).date()
