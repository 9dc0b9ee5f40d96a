"""The register: clauses of regulations, and documents of external origin."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from kb.errors import NotFound
from kb.records import Clause, ExternalDocument
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert


class Clauses(Aggregate):
    def put(self, clauses: Sequence[Clause]) -> None:
        rows = [
            {"id": each.id, "reference": each.reference, "regulation": each.regulation, "title": each.title,
             "also": list(each.also), "created": each.created or self.now}
            for each in clauses
        ]  # fmt: skip
        upsert(self.connection, tables.clause, rows, ["id"])

    def list(self) -> Sequence[Clause]:
        return [record(Clause, row) for row in self.connection.execute(select(tables.clause))]

    def remove(self, id: str) -> None:
        """NotFound when there is none."""
        if self.connection.execute(delete(tables.clause).where(tables.clause.c.id == id)).rowcount != 1:
            raise NotFound("clause", id)


class ExternalDocuments(Aggregate):
    def put(self, document: ExternalDocument) -> None:
        row = {
            "id": document.id, "space": document.space, "title": document.title, "issuer": document.issuer,
            "edition": document.edition, "link": document.link, "owner": document.owner,
            "next_check": document.next_check, "check_months": document.check_months, "note": document.note,
            "checked": document.checked, "checked_by": document.checked_by,
            "created": document.created or self.now,
        }  # fmt: skip
        upsert(self.connection, tables.external_document, [row], ["id"])

    def find(self, id: str) -> ExternalDocument | None:
        table = tables.external_document
        row = self.connection.execute(select(table).where(table.c.id == id)).first()
        return None if row is None else record(ExternalDocument, row)

    def get(self, id: str, lock: bool = False) -> ExternalDocument:
        """The document; with `lock`, its row stays ours until the transaction ends."""
        if lock:
            table = tables.external_document
            self.connection.execute(select(table.c.id).where(table.c.id == id).with_for_update())
        found = self.find(id)
        if found is None:
            raise NotFound("external document", id)
        return found

    def list(self, spaces: Collection[str]) -> Sequence[ExternalDocument]:
        """Those of `spaces`, the next to be checked first."""
        table = tables.external_document
        chosen = select(table).where(table.c.space.in_(sorted(spaces)))
        ordered = chosen.order_by(table.c.next_check.is_(None), table.c.next_check, table.c.title, table.c.id)
        return [record(ExternalDocument, row) for row in self.connection.execute(ordered)]

    def remove(self, id: str) -> None:
        self.connection.execute(delete(tables.external_document).where(tables.external_document.c.id == id))
