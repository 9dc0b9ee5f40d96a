"""Something in every table of the official records, for tests that carry the whole knowledge base about."""

from __future__ import annotations

from datetime import date

from kb import Store, clauses, external_documents
from kb.records import ExternalDocument
from tests import people
from tests.people import FINANCE


def keep(store: Store) -> None:
    """Into a knowledge base with the people of tests/people.py and the procedure FIN-1 in it."""
    alice = people.get(store, "alice")
    clauses.load(store, "référence;titre;aussi\nSOX 404;Contrôle « interne »;SOX § 404\n".encode())
    document = ExternalDocument("ifrs", FINANCE, "IFRS 16", "IASB", owner="alice", next_check=date(2026, 11, 1))
    external_documents.put(store, alice, document)
    external_documents.check(store, alice, "ifrs")
