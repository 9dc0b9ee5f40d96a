"""What the sample organisation's people show: guests with a sponsor and a last day, whoever came too lately to have
answered anything, whoever leaves soon, a skill confirmed, thanks, a rule, an invitation."""

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
NEWEST = "leo-fabre"
SEARCHED = {
    "forfait mobilité vélo": 3, "cycle to work allowance": 2, "prime vélo": 1, "changer de mutuelle": 2,
    "mutuelle pour mon conjoint": 1, "borne de recharge voiture électrique": 2,
}  # fmt: skip
BLOCKED, PROJECT = ("question", "q-fin-046"), "Bascule SAP, printemps 2025"
THANKS = "Facture débloquée en dix minutes, et j'ai enfin compris d'où vient l'écart. Merci Malik !"


def prepare(store: Store) -> None:
    """Make it once; again changes nothing."""
    import kb.endorsing
    import kb.handover
    import kb.joining
    import kb.people
    import kb.searches
    import kb.thanking
    from kb.model import Person, Question, Role

    with store.read() as tx:
        if tx.people.find(NEWCOMER):
            return
        people, today = {each.id: each for each in tx.people.list()}, tx.now.date()
    for id, days in GUESTS.items():
        kb.people.put(store, replace(people[id], sponsor=SPONSOR, ends=today + timedelta(days=days)), ADMINISTRATOR)
    leaving = replace(people[LEAVING], ends=today + timedelta(days=STAYS))
    kb.people.put(store, leaving, ADMINISTRATOR)
    for found in kb.handover.outlook(store, people[KEEPER]).leaving:
        known = [item.about for _subject, item in found.subjects if item and isinstance(item.about, Question)]
        if found.person.id == LEAVING and known:
            kb.handover.ask_for(store, people[KEEPER], LEAVING, "question", known[0].id)
    for id, words in WORKING_ON.items():
        kb.people.put(store, replace(people[id], twins=True, doing=words, doing_since=today), id)
    kb.endorsing.endorse(store, people["claire-vasseur"], "malik-haddad", "facturation fournisseurs", *BLOCKED)
    kb.endorsing.endorse(store, people["thomas-guerin"], "malik-haddad", "rapprochement bancaire", "project", PROJECT)
    kb.thanking.thank(store, people["stephane-collet"], BLOCKED[1], "a-fin-088", THANKS)
    kb.joining.add_rule(store, people["david-kessler"], "compliance", "unit", "Conformité", Role.MEMBER)
    kb.joining.add_rule(store, people["karim-belkacem"], "workshop", "unit", "Services généraux", Role.MEMBER)
    kb.joining.invite(store, people["pierre-alain-roche"], "lab", NEWEST, Role.READER)
    for typed, times in SEARCHED.items():
        for _time in range(times):
            kb.searches.keep(store, people[NEWEST], typed)
    newcomer = Person(
        NEWCOMER, "Nora Belaïd", "nora.belaid@ormeval.example", "Comptable générale", "Finance", "Nantes", ("fr", "en"),
        ("SAP FI", "immobilisations"), "Arrivée en novembre ; six ans de SAP FI chez mon employeur précédent.",
    )  # fmt: skip
    kb.people.put(store, newcomer, ADMINISTRATOR)
