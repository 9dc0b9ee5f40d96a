"""The same elsewhere, beside one's own question; and the switch and *Working on…* of the profile."""

from __future__ import annotations

from dataclasses import replace

import kb.questions
from tests import people
from tests.people import COMMON
from tests.web.conftest import Town


def test_consent_shows_a_name_and_a_tag_and_nothing_of_the_text(town: Town) -> None:
    for id, site in (("bob", "Lyon"), ("alice", "Dublin")):
        with town.store.write() as tx:
            tx.people.put([replace(people.get(town.store, id), site=site)])
    bob = people.get(town.store, "bob")
    words = "Which ledger takes the merger costs of the train?"
    asked = kb.questions.ask(town.store, bob, COMMON, words, "", ["merger"], "en")
    town.refresh()
    assert "asked the same lately: merger" not in town.client("bob").get(f"/questions/{asked.id}").text
    form = {"skills": "", "about": "", "doing": "The audit", "twins": "1", "languages": "en"}
    assert town.client("alice").post("/people/alice/edit", data=form).status_code == 303
    page = town.client("bob").get(f"/questions/{asked.id}").text
    assert "The same elsewhere" in page and "Alice Martin" in page and "asked the same lately: merger" in page
    assert town.secret.title not in page and town.secret.id not in page
    assert "The same elsewhere" not in town.client("dora").get(f"/questions/{asked.id}").text, "the asker's alone"


def test_what_one_works_on_is_shown_until_it_is_taken_away_or_old(town: Town) -> None:
    form = {"skills": "", "about": "", "doing": "The audit", "languages": "en"}
    town.client("alice").post("/people/alice/edit", data=form)
    assert "The audit" in town.client("bob").get("/people/alice").text
    assert not people.get(town.store, "alice").twins
    too_long = town.client("alice").post("/people/alice/edit", data=form | {"doing": "x" * 141})
    assert too_long.status_code == 422 and "the most is 140" in too_long.text
    with town.store.write() as tx:
        alice = people.get(town.store, "alice")
        assert alice.doing_since is not None
        tx.people.put([replace(alice, doing_since=alice.doing_since.replace(year=alice.doing_since.year - 1))])
    assert "The audit" not in town.client("bob").get("/people/alice").text
