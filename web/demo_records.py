"""The sample's official records: the clauses its regulations ask, and the documents of others it follows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb import Store


def prepare(store: Store, folder: Path) -> None:
    """Load what `folder` (sample_procedures/register) holds; again changes nothing."""
    import kb.clauses
    import kb.external_documents
    from kb.records import ExternalDocument

    kb.clauses.load(store, (folder / "clauses.csv").read_bytes())
    for line in (folder / "external_documents.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        with store.read() as tx:
            if tx.external_documents.find(row["id"]) is not None:
                continue
            keeper = tx.people.get(row.pop("by"))
        row["next_check"] = date.fromisoformat(row["next_check"])
        kb.external_documents.put(store, keeper, ExternalDocument(**row))
