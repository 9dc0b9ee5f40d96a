"""What the sample organisation's people show: guests with a sponsor and a last day, whoever came too lately to have
answered anything, whoever leaves soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb import Store

ADMINISTRATOR = "emilie-roussel"
GUESTS, SPONSOR = {"jerome-vidal": 180, "marta-nowak": 5}, "stephane-collet"  # days they stay
NEWCOMER = "nora-belaid"
LEAVING, STAYS, KEEPER = "patrick-moreau", 75, "aoife-brennan"  # who asks him to write something down
WORKING_ON = {
    "agnes-wirth": "Audit COFRAC de mars : revue des incertitudes", "julie-carpentier": "Paie de décembre",
    "bruno-masson": "Arrêt annuel de l'atelier, semaine 51", "maelle-kerbrat": "Validation de la méthode métaux lourds",
    "niamh-doyle": "", "david-kessler": "", "pierre-alain-roche": "",
}  # fmt: skip


def prepare(store: Store) -> None:
    """Make it once; again changes nothing."""
    import kb.handover
    import kb.people
    from kb.model import Person, Question

    with store.read() as tx:
        if tx.people.find(NEWCOMER):
            return
        people, today = {each.id: each for each in tx.people.list()}, tx.now.date()
    for id, days in GUESTS.items():
        kb.people.put(store, replace(people[id], sponsor=SPONSOR, ends=today + timedelta(days=days)), ADMINISTRATOR)
    leaving = replace(people[LEAVING], ends=today + timedelta(days=STAYS))
    kb.people.put(store, leaving, ADMINISTRATOR)
    for found in kb.handover.outlook(store, people[KEEPER]).leaving:
        alone = [each.about for each in found.questions if isinstance(each.about, Question)]
        if found.person.id == LEAVING and alone:
            kb.handover.ask_for(store, people[KEEPER], LEAVING, "question", alone[0].id)
    for id, words in WORKING_ON.items():
        kb.people.put(store, replace(people[id], twins=True, doing=words, doing_since=today), id)
    newcomer = Person(
        NEWCOMER, "Nora Belaïd", "nora.belaid@ormeval.example", "Comptable générale", "Finance", "Nantes", ("fr", "en"),
        ("SAP FI", "immobilisations"), "Arrivée en novembre ; six ans de SAP FI chez mon employeur précédent.",
    )  # fmt: skip
    kb.people.put(store, newcomer, ADMINISTRATOR)
