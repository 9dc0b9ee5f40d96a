"""Flagging and deciding on pages."""

from __future__ import annotations

import kb.questions
from tests import people
from tests.web.conftest import Town


def test_a_post_is_flagged_and_decided_on_a_page(town: Town) -> None:
    address = f"/questions/{town.open.id}/flag"
    client, keeper = town.client("bob"), town.client("dora")
    assert f"{address}?answer={town.answer.id}" in client.get(f"/questions/{town.open.id}").text
    assert "Book the train" in client.get(f"{address}?answer={town.answer.id}").text
    assert client.post(address, data={"answer": town.answer.id}).status_code == 422
    assert client.post(address, data={"answer": town.answer.id, "reason": "rude", "note": "Hm"}).status_code == 303
    page = keeper.get("/moderation").text
    assert "It is rude" in page and "Book the train" in page and "Bob Dupont" in page
    assert "It is rude" not in town.client("alice").get("/moderation").text
    id = page.split("/moderation/flags/")[1].split('"')[0]
    refused = keeper.post(f"/moderation/flags/{id}", data={"decision": "remove"})
    assert refused.status_code == 422 and f'id="reason-{id}-error"' in refused.text
    assert town.client("alice").post(f"/moderation/flags/{id}", data={"reason": "x"}).status_code == 403
    assert keeper.post(f"/moderation/flags/{id}", data={"decision": "remove", "reason": "So."}).status_code == 303
    assert "Book the train" not in client.get(f"/questions/{town.open.id}").text
    assert "So." in town.client("alice").get("/inbox").text and "So." in client.get("/inbox").text


def test_a_space_may_read_first_and_says_so(town: Town) -> None:
    keeper, client = town.client("dora"), town.client("alice")
    assert client.get("/spaces/common/approval").status_code == 403
    assert keeper.post("/spaces/common/approval", data={"whose": ["member"]}).status_code == 303
    assert 'value="member" checked' in keeper.get("/spaces/common/approval").text
    sent = client.post(f"/questions/{town.open.id}/answers", data={"body": "Or by bus.", "id": "abcdefgh"})
    assert "read it first" in client.get(sent.location).text and "Or by bus." not in client.get(sent.location).text
    assert "Or by bus." in client.get("/moderation").text
    asked = client.post("/ask", data={"title": "And back?", "advised": "1", "space": "common", "id": "bcdefghj"})
    assert asked.location == "/spaces/common"
    page = keeper.get("/moderation").text
    assert "And back?" in page and "Or by bus." in page
    assert keeper.post("/moderation/posts/abcdefgh", data={"decision": "post"}).status_code == 303
    assert keeper.post("/moderation/posts/bcdefghj", data={"decision": "refuse"}).status_code == 422
    refused = keeper.post("/moderation/posts/bcdefghj", data={"decision": "refuse", "reason": "Ask in one."})
    assert refused.status_code == 303 and "Ask in one." in client.get("/inbox").text
    thread = kb.questions.thread(town.store, people.get(town.store, "bob"), town.open.id)
    assert "Or by bus." in [each.body for each in thread.answers if each.author == "alice"]
