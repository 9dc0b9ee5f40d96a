"""Tags on pages: each its own, completed while typing, found by any word that means them."""

from __future__ import annotations

import kb.questions
import kb.tags
from tests import people
from tests.people import COMMON
from tests.web.conftest import Town


def test_a_tag_has_a_page_and_a_synonym_leads_there(town: Town) -> None:
    dora, bob = town.client("dora"), town.client("bob")
    assert "book a train" in bob.get("/tags/travel").text
    merged = dora.post("/same-tags", data={"word": "voyages", "tag": "travel"})
    assert merged.status_code == 303 and "“voyages” means “travel” now." in dora.get(merged.location).text
    assert bob.get("/tags/voyages").location == "/tags/travel"
    page = bob.get("/tags/travel").text
    assert "Also called:" in page and "TRV/01" in page and "Alice Martin" in page and "No longer" not in page
    town.refresh()
    found = bob.get("/search?q=voyages").text
    assert 'href="/tags/travel"' in found and "also: voyages" in found
    assert "book a train" in bob.get("/search?q=tag:voyages").text
    assert dora.post("/same-tags", data={"word": "voyages", "split": "1", "next": "/tags/travel"}).status_code == 303
    assert bob.get("/tags/voyages").status_code == 200


def test_only_who_keeps_a_space_is_offered_to_merge(town: Town) -> None:
    kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, "Which travels?", "", ["travels"], "en")
    town.refresh()
    bob, dora = town.client("bob"), town.client("dora")
    assert "Words that mean the same" not in bob.get("/tags").text and "merger" not in bob.get("/tags").text
    assert bob.post("/same-tags", data={"word": "travels", "tag": "travel"}).status_code == 403
    page = dora.get("/same-tags").text
    assert "Keep “travel”" in page and "Keep “travels”" in page
    assert dora.post("/same-tags", data={"word": "travel", "tag": "travels", "apart": "1"}).status_code == 303
    assert "Keep “travel”" not in dora.get("/same-tags").text
    refused = dora.post("/same-tags", data={"word": "travel", "tag": "travel"})
    assert refused.status_code == 422 and 'id="tag-error"' in refused.text


def test_the_last_word_typed_is_completed(town: Town) -> None:
    bob = town.client("bob")
    assert '<option value="train travel">' in bob.get("/tag-completions?q=train+tra").text
    assert "<option" not in bob.get("/tag-completions?q=travel+tra").text
    assert "<option" not in bob.get("/tag-completions?q=mer").text, "a tag of a space that is not Bob's"
    assert "data-complete" in bob.get("/ask").text
