"""What the sample organisation's conversations show: an edit that is suggested, a post that is flagged, what somebody
said at the desk, what the newcomer follows, an answer with a picture, words that mean the same."""

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
ILLUSTRATED, FILES = "a-fin-061", ("noteo-nouvelle-depense.png", "pieces-par-categorie.csv")


def prepare(store: Store, shelf: Shelf, folder: Path) -> None:
    """Make it once; again changes nothing. `folder` holds the files that are attached."""
    import kb.attachments
    import kb.elsewhere
    import kb.following
    import kb.moderating
    import kb.questions
    import kb.suggesting
    import kb.tags

    with store.read() as tx:
        if tx.suggestions.open_of(QUESTION):
            return
        people = {each.id: each for each in tx.people.list()}
        told = tx.questions.get(TOLD)
        answer = tx.answers.get(ILLUSTRATED)
    author = people[str(answer.author)]
    files = [kb.attachments.keep(store, shelf, author, name, (folder / name).read_bytes()).id for name in FILES]
    kb.questions.edit_answer(store, author, ILLUSTRATED, answer.body, attached=files)
    kb.suggesting.suggest(store, people[SUGGESTER], QUESTION, ANSWER, "", TEXT, note=NOTE)
    kb.moderating.flag(store, people[SUGGESTER], QUESTION, ANSWER, None, "other", FLAGGED)
    kb.elsewhere.write_down(store, people[str(told.author)], TOLD, COLLEAGUE, SAID, "en")
    for word, tag in SYNONYMS:
        kb.tags.merge(store, people[KEEPER], word, tag)
    for of, subject in (("person", "claire-vasseur"), ("space", "common"), ("question", QUESTION)):
        kb.following.follow(store, people[NEWCOMER], of, subject)
