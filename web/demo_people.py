"""What the sample organisation's people show: guests with a sponsor and a last day, and whoever came too lately to have
answered anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb import Store

ADMINISTRATOR = "emilie-roussel"
GUESTS, SPONSOR = {"jerome-vidal": 180, "marta-nowak": 5}, "stephane-collet"  # days they stay
NEWCOMER = "nora-belaid"


def prepare(store: Store) -> None:
    """Make it once; again changes nothing."""
    import kb.people
    from kb.model import Person

    with store.read() as tx:
        if tx.people.find(NEWCOMER):
            return
        people, today = {each.id: each for each in tx.people.list()}, tx.now.date()
    for id, days in GUESTS.items():
        kb.people.put(store, replace(people[id], sponsor=SPONSOR, ends=today + timedelta(days=days)), ADMINISTRATOR)
    newcomer = Person(
        NEWCOMER, "Nora Belaïd", "nora.belaid@ormeval.example", "Comptable générale", "Finance", "Nantes", ("fr", "en"),
        ("SAP FI", "immobilisations"), "Arrivée en novembre ; six ans de SAP FI chez mon employeur précédent.",
    )  # fmt: skip
    kb.people.put(store, newcomer, ADMINISTRATOR)
