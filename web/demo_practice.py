"""What the sample organisation makes of its practices: a proposal to amend a procedure that waits for its keeper."""

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


def prepare(store: Store) -> None:
    """Propose it once; again changes nothing."""
    import kb.amending

    with store.read() as tx:
        if tx.amendments.list(PRACTICE, PROCEDURE):
            return
        person, text = tx.people.get(PROPOSER), tx.procedures.get(PROCEDURE).revision("fr")
    duties = [replace(each, what=WHAT) if each.step == "1" else each for each in text.duties]
    kb.amending.propose(store, person, PRACTICE, PROCEDURE, duties, WHY)
