"""What the sample organisation makes of its practices: a proposal to amend a procedure that waits for its keeper; what
was searched in vain, and which procedures were opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb import Store

PRACTICE, PROCEDURE, PROPOSER = "p-fin-train", "TRV-01", "malik-haddad"
WHAT = (
    "Photographie chaque justificatif dans Notéo, avec motif et participants ; pour un train, le justificatif de "
    "voyage, pas la confirmation de réservation"
)
WHY = "Une note sur cinq revient parce que la confirmation de réservation a été jointe : elle ne prouve pas le voyage."

UNOPENED = ("FIN-05", "HR-05", "LAB-04", "WKS-03")
MISSED = (
    ("TRV-02", "emmener mon vélo dans le train"), ("TRV-02", "emmener mon vélo dans le train"),
    ("TRV-01", "pourboire à l'étranger"), ("TRV-01", "tip in a restaurant abroad"),
    ("HR-01", "congé pour un déménagement"), ("HR-01", "day off for moving house"),
    ("WKS-01", "consigner une machine louée"), ("WKS-01", "consigner une machine louée"),
    ("IT-01", "accès pour un stagiaire de trois jours"), ("IT-01", "accès pour un stagiaire de trois jours"),
)  # fmt: skip

GONE_THROUGH = (("nadia-benali", "common"), ("emilie-roussel", "it"), ("karim-belkacem", "workshop"))  # by the worker


def prepare(store: Store) -> None:
    """Make it once; again changes nothing."""
    import kb.amending
    import kb.coverage

    with store.read() as tx:
        if tx.amendments.list(PRACTICE, PROCEDURE):
            return
    with store.write() as tx:
        month = tx.now.date().replace(day=1)
        for each in tx.procedures.list():
            if each.key not in UNOPENED:
                tx.procedures.add_reading(each.key, "", month)
        for key, words in MISSED:
            tx.coverage.add_miss(key, words)
    with store.read() as tx:
        person, text = tx.people.get(PROPOSER), tx.procedures.get(PROCEDURE).revision("fr")
    duties = [replace(each, what=WHAT) if each.step == "1" else each for each in text.duties]
    kb.amending.propose(store, person, PRACTICE, PROCEDURE, duties, WHY)
    for owner, space in GONE_THROUGH:
        with store.read() as tx:
            overseer = tx.people.get(owner)
        kb.coverage.go_through(store, overseer, space)
