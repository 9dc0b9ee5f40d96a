"""Bookmarks and reading lists on pages."""

from __future__ import annotations

from tests.web.conftest import Town


def test_a_question_is_kept_with_a_note_and_let_go(town: Town) -> None:
    bob, address = town.client("bob"), f"/questions/{town.open.id}"
    form = {"of": "question", "subject": town.open.id, "next": address}
    assert "Keep for later" in bob.get(address).text
    assert bob.post("/bookmarks", data=form | {"note": "Before Lyon"}).location == address
    assert "Kept for later" in bob.get(address).text and "Before Lyon" in bob.get("/bookmarks").text
    [mine] = bob.get("/api/v1/bookmarks").get_json()["bookmarks"]
    assert (mine["id"], mine["note"]) == (town.open.id, "Before Lyon") and mine["title"] == town.open.title
    assert town.client("alice").get("/api/v1/bookmarks").get_json() == {"bookmarks": []}
    assert "Before Lyon" not in town.client("alice").get(address).text
    assert bob.post("/bookmarks", data=form | {"subject": town.secret.id}).status_code == 404
    assert bob.post("/bookmarks", data=form | {"note": "x" * 3000}).status_code == 422
    assert bob.post("/bookmarks", data=form | {"stop": "1"}).status_code == 303
    assert "book a train" not in bob.get("/bookmarks").text


def test_a_list_is_made_filled_ordered_and_pointed_at(town: Town) -> None:
    dora, bob = town.client("dora"), town.client("bob")
    form = {"title": "First steps", "space": "common", "newcomers": "1", "id": "abcdefgh"}
    made = dora.post("/reading/new", data=form)
    assert made.location == "/reading/abcdefgh/edit"
    words = {"title": "First steps", "newcomers": "1"}
    question = f"http://localhost/questions/{town.open.id}/how-do-i#answer-x"
    added = words | {"address": question, "address_note": "Often asked"}
    assert dora.post(made.location, data=added).status_code == 303
    refused = dora.post(made.location, data=words | {"address": f"/questions/{town.secret.id}"})
    assert refused.status_code == 422 and 'id="address-error"' in refused.text
    name, rule = f"question {town.open.id}", "procedure TRV/01"
    lines = {"item": [name], f"place {name}": "2", f"note {name}": "Then this", "address": "/procedures/TRV/01"}
    assert dora.post(made.location, data=words | lines).status_code == 303
    lines = {"item": [name, rule], f"place {name}": "2", f"place {rule}": "1", f"note {name}": "Then this"}
    assert dora.post(made.location, data=words | lines).location == "/reading/abcdefgh"
    page = bob.get("/reading/abcdefgh").text
    assert page.index("TRV/01") < page.index("book a train") and "Then this" in page and "Change the list" not in page
    [listed] = bob.get("/api/v1/reading-lists?space=common").get_json()["reading_lists"]
    assert [each["id"] for each in listed["lines"]] == ["TRV/01", town.open.id]
    assert dora.post(made.location, data=words | lines | {f"place {name}": "soon"}).status_code == 422
    assert bob.get("/reading/abcdefgh/edit").status_code == 403
    assert "First steps" in bob.get("/spaces/common").text and "First steps" in bob.get("/start").text
    assert dora.post("/reading/abcdefgh/point", data={"person": "Bob Dupont"}).status_code == 303
    assert "suggests that you read the list “First steps”" in bob.get("/inbox").text
    assert dora.post("/reading/abcdefgh/point", data={"person": "Nobody"}).status_code == 422
    assert town.client("charlie").get("/reading/abcdefgh").status_code == 404
    kept = {"of": "procedure", "subject": "TRV/01", "add": "1", "list": "abcdefgh", "note": "Again"}
    assert town.client("alice").post("/bookmarks", data=kept).status_code == 403
    assert dora.post("/bookmarks", data=kept).status_code == 303
    assert dora.post("/reading/abcdefgh/delete").location == "/reading"
    assert "First steps" not in bob.get("/reading").text
