"""How the audit trail is chained, and what can be told from it: an entry altered, missing, moved or cut off.

    digest = SHA-256 of the entry's content as JSON: sorted keys, no blanks, UTF-8
    hash   = SHA-256 of number, hash of the entry before, and digest, each on a line of its own

The content holds a random salt, so that an extract may give the digest of an entry in place of its content: the chain
can still be checked, and the content cannot be guessed. The hash before the first is 64 zeros.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC

from kb.records import AuditEntry, AuditFault, AuditFaultKind, AuditHead, Verification

GENESIS = "0" * 64
KEPT_FAULTS = 100
SHORTEST_HEAD = 12


def content(entry: AuditEntry) -> Mapping[str, object]:
    """What an entry says, as JSON values."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "at": at, "actor": entry.actor, "action": entry.action, "kind": entry.kind, "id": entry.id,
        "space": entry.space, "detail": entry.detail, "salt": entry.salt,
    }  # fmt: skip


def digest(entry: AuditEntry) -> str:
    said = json.dumps(content(entry), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def chained(number: int, previous: str, digest: str) -> str:
    return hashlib.sha256(f"{number}\n{previous}\n{digest}\n".encode()).hexdigest()


def after(head: AuditHead | None, entry: AuditEntry) -> AuditEntry:
    """`entry` as the one that follows `head` (None: the first)."""
    number, previous = (head.count + 1, head.hash) if head else (1, GENESIS)
    return replace(entry, number=number, previous=previous, hash=chained(number, previous, digest(entry)))


def verify(entries: Iterable[AuditEntry], head: AuditHead | None, known: str = "") -> Verification:
    """What is wrong with `entries` (by number) under the `head` kept apart. `known` is a head written down elsewhere
    earlier, whole or its first characters: an entry must bear it."""
    faults: list[AuditFault] = []
    count, last, before, found = 0, 0, GENESIS, not known

    def fault(kind: AuditFaultKind, first: int, to: int | None = None) -> None:
        faults.append(AuditFault(kind, first, first if to is None else to))

    for entry in entries:
        count += 1
        if entry.number > last + 1:
            fault(AuditFaultKind.MISSING, last + 1, entry.number - 1)
        elif entry.previous != before:
            fault(AuditFaultKind.UNLINKED, entry.number)
        if entry.hash != chained(entry.number, entry.previous, digest(entry)):
            fault(AuditFaultKind.ALTERED, entry.number)
        last, before = entry.number, entry.hash
        found = found or entry.hash.startswith(known)
    kept = head or AuditHead(0, GENESIS)
    if last < kept.count:
        fault(AuditFaultKind.TRUNCATED, last + 1, kept.count)
    elif last > kept.count:
        fault(AuditFaultKind.BEYOND, kept.count + 1, last)
    elif before != kept.hash:
        fault(AuditFaultKind.HEAD, last)
    if not found:
        fault(AuditFaultKind.UNKNOWN, last)
    return Verification(count, before, tuple(faults[:KEPT_FAULTS]), len(faults))
