"""Something in every table of the living layer that `tests/kb/test_archive.py` has not filled by itself."""

from __future__ import annotations

import hashlib

from kb import (
    Store,
    animating,
    bookmarks,
    catching_up,
    elsewhere,
    endorsing,
    following,
    holding,
    joining,
    moderating,
    questions,
    reading_lists,
    searches,
    suggesting,
    tags,
    thanking,
)
from kb.attached import Attachment
from kb.model import Role
from tests import people
from tests.people import COMMON

FILE = "Où ?".encode()


def keep(store: Store) -> None:
    bob, dora = (people.get(store, id) for id in ("bob", "dora"))
    asked = questions.ask(store, bob, COMMON, "Signalé ?")
    moderating.flag(store, dora, asked.id, None, None, "other", "Hm")
    holding.choose(store, dora, COMMON, ["member"])
    questions.answer(store, bob, asked.id, "Plus tard.")
    holding.choose(store, dora, COMMON, [])
    following.follow(store, bob, "tag", "é")
    catching_up.visit(store, bob, questions.thread(store, bob, asked.id))
    suggesting.suggest(store, dora, asked.id, None, "Signalée ?", "", ["é"])
    elsewhere.write_down(store, bob, asked.id, "dora", "Au guichet.", "fr")
    bookmarks.keep(store, bob, "question", asked.id, "À lire")
    listed = reading_lists.make(store, dora, COMMON, "Été")
    reading_lists.add(store, dora, listed.id, "question", asked.id, "Où ?")
    reading_lists.point(store, dora, listed.id, bob)
    animating.send(store, dora, COMMON, "Été", "Bonjour à tous")
    tags.merge(store, dora, "e-accent", "é")
    tags.keep_apart(store, dora, "a", "é")
    joining.add_rule(store, dora, COMMON, "title", "Accountant", Role.EXPERT)
    joining.invite(store, dora, COMMON, "erik", Role.MEMBER)
    endorsing.endorse(store, dora, "bob", "excel", "project", "Été")
    given = questions.thread(store, dora, "z").answers[0]
    thanking.thank(store, dora, "z", given.id, "Merci !")
    searches.keep(store, dora, "où ?")
    with store.write() as tx:
        tx.mails.receive("0" * 64, "bob", "posted")
        sha256 = hashlib.sha256(FILE).hexdigest()
        tx.attachments.add(
            Attachment("file", "é.txt", "text/plain", len(FILE), sha256, "bob", tx.now, question=asked.id)
        )
