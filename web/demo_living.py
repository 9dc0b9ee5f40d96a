"""What the sample organisation's conversations show: an edit that is suggested, a post that is flagged, what somebody
said at the desk, what the newcomer follows, an answer with a picture, two that are verified, words that mean the same,
a reading list and a bookmark, the guides of a space and a letter to its members."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb import Store
    from kb.shelf import Shelf

NEWCOMER, SUGGESTER = "leo-fabre", "malik-haddad"
QUESTION, ANSWER = "q-fin-001", "a-fin-001"
TOLD, COLLEAGUE = "q-fin-048", "aoife-brennan"
TEXT = (
    "Depuis octobre, plus besoin d'envoyer le papier : photographie le billet, ou dépose le PDF, dans Notéo. Garde "
    "l'original jusqu'au remboursement."
)
NOTE = "La navette vers la compta n'existe plus pour les billets."
FLAGGED = "Cette réponse décrit l'ancienne façon de faire, et on la trouve encore en premier."
SAID = (
    "As a series in Outlook, for eight weeks at most. After that, ask reception: they keep one free room a day "
    "for visitors."
)


KEEPER = "nadia-benali"
SYNONYMS = (("frais", "notes-de-frais"), ("ndf", "notes-de-frais"), ("securite", "sécurité"))
GUIDE = "claire-vasseur"
LIST = ("Se faire rembourser : trois lectures avant le premier départ", "Ce que j'aurais aimé lire en arrivant.")
LINES = (
    ("procedure", "TRV-01", "Le cadre, en une page."),
    ("practice", "p-fin-train", "La marche à suivre pour le train, pas à pas."),
    ("question", "q-fin-001", "Le cas le plus fréquent : le billet payé avec sa propre carte."),
)
BEFORE_LYON = "À relire avant le déplacement à Lyon."
GUIDE_KEEPERS = {"common": KEEPER}
GUIDES = {
    "common": (
        "Outil ou service concerné :\nCe que vous voulez faire :\nCe que vous avez déjà essayé :",
        "Les étapes, dans l'ordre ; qui s'en occupe ; le piège à éviter.",
    )
}
LETTER = (
    "Vie commune : la semaine en bref",
    "Le délai des notes de frais est de **30 jours après le retour** : [la réponse d'Aoife](/questions/q-fin-001) a "
    "été complétée d'une capture de Notéo.\n\nDeux questions attendent encore quelqu'un qui sait. Si l'une vous "
    "parle, deux lignes suffisent.\n\nBienvenue à Léo, qui arrive aux ressources humaines.",
)
VERIFIED = (("nadia-benali", "a-fin-061", 6), ("yann-le-goff", "a-it-001", 12))  # who, what, for how many months
ILLUSTRATED, FILES = "a-fin-061", ("noteo-nouvelle-depense.png", "pieces-par-categorie.csv")


def prepare(store: Store, shelf: Shelf, folder: Path) -> None:
    """Make it once; again changes nothing. `folder` holds the files that are attached."""
    import kb.animating
    import kb.attachments
    import kb.bookmarks
    import kb.elsewhere
    import kb.following
    import kb.guides
    import kb.moderating
    import kb.questions
    import kb.reading_lists
    import kb.suggesting
    import kb.tags
    import kb.verifying
    from kb.lifecycle import next_review

    with store.read() as tx:
        if tx.suggestions.open_of(QUESTION):
            return
        people = {each.id: each for each in tx.people.list()}
        told = tx.questions.get(TOLD)
        answer = tx.answers.get(ILLUSTRATED)
    author = people[str(answer.author)]
    files = [kb.attachments.keep(store, shelf, author, name, (folder / name).read_bytes()).id for name in FILES]
    kb.questions.edit_answer(store, author, ILLUSTRATED, answer.body, attached=files)
    for adviser, verified, months in VERIFIED:
        kb.verifying.verify_answer(store, people[adviser], verified, next_review(store.clock().date(), months))
    kb.suggesting.suggest(store, people[SUGGESTER], QUESTION, ANSWER, "", TEXT, note=NOTE)
    kb.moderating.flag(store, people[SUGGESTER], QUESTION, ANSWER, None, "other", FLAGGED)
    kb.elsewhere.write_down(store, people[str(told.author)], TOLD, COLLEAGUE, SAID, "en")
    for word, tag in SYNONYMS:
        kb.tags.merge(store, people[KEEPER], word, tag)
    guide = people[GUIDE]
    made = kb.reading_lists.make(store, guide, "common", *LIST, newcomers=True)
    for of, subject, note in LINES:
        kb.reading_lists.add(store, guide, made.id, of, subject, note)
    kb.reading_lists.point(store, guide, made.id, people[NEWCOMER])
    kb.bookmarks.keep(store, people[NEWCOMER], "practice", "p-fin-train", BEFORE_LYON)
    for space, (asking, answering) in GUIDES.items():
        kb.guides.choose(store, people[GUIDE_KEEPERS[space]], space, asking, answering, clinic=True)
    kb.animating.send(store, people[KEEPER], "common", *LETTER)
    for of, subject in (("person", "claire-vasseur"), ("space", "common"), ("question", QUESTION)):
        kb.following.follow(store, people[NEWCOMER], of, subject)
