"""The audit trail of the official layer: who did what, when, chained so that nothing can be changed unseen.

    with store.write() as tx:
        ...
        tx.changes.add("put member", "person", person, actor)
        audit.record(tx, actor, "put member", ("space", space), {"person": person, "role": role}, space)

Called inside the business transaction, last like the change log, so that there is no act without its entry and no
entry without its act. Texts and secrets do not belong into `detail`: it says what changed, not what was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.errors import Invalid
from kb.model import Person
from kb.permissions import audited_spaces, require_overseer
from kb.records import AuditEntry, AuditHead, AuditSearch, Verification
from kb.rules_audit import SHORTEST_HEAD
from kb.rules_audit import verify as verified
from kb.storage import Store, Transaction


def record(
    tx: Transaction, actor: str | None, action: str, thing: tuple[str, str],
    detail: Mapping[str, object] | None = None, space: str | None = None,
) -> AuditEntry:  # fmt: skip
    """Write that `actor` (an id; None: whoever keeps the data folder) did `action` to `thing` (its kind and id).

    `space` is the one it belongs to: its compliance owners will read the entry. Without one, only administrators do."""
    kind, id = thing
    return tx.audit.add(actor, action, kind, id, detail or {}, space)


def record_export(store: Store, person: Person, what: str, detail: Mapping[str, object], space: str | None) -> None:
    """Write that somebody takes a list out of the house, before they have it."""
    with store.write() as tx:
        record(tx, person.id, "export", (what, ""), detail, space)


def entries(
    store: Store, reader: Person, search: AuditSearch, limit: int | None = None, offset: int = 0
) -> Sequence[AuditEntry]:
    """What `reader` may see of the trail and asks for, newest first. Forbidden for whoever audits nothing."""
    require_overseer(reader)
    with store.read() as tx:
        return tx.audit.list(search, audited_spaces(reader), reader.admin, limit, offset)


def actions(store: Store, reader: Person) -> Sequence[str]:
    """What has been done at least once, as far as `reader` may see it."""
    require_overseer(reader)
    with store.read() as tx:
        return tx.audit.actions(audited_spaces(reader), reader.admin)


def head(store: Store) -> AuditHead | None:
    """The count and the hash to be written down elsewhere; None while nothing was recorded."""
    with store.read() as tx:
        return tx.audit.head()


def verify(store: Store, known: str = "") -> Verification:
    """Every entry against its hash, its neighbours and the head; `known` is a head written down earlier."""
    known = known.strip().lower()
    if known and (len(known) < SHORTEST_HEAD or not set(known) <= set("0123456789abcdef")):
        raise Invalid("head", "A head is 64 characters from 0-9 and a-f; give at least its first %(least)d.",
                      least=SHORTEST_HEAD)  # fmt: skip
    with store.read() as tx:
        return verified(tx.audit.stream(), tx.audit.head(), known)
