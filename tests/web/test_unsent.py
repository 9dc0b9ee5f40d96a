"""What is being written is kept on the server: through a closed browser and an ended session; and posted once."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient

import kb.accounts
import kb.questions
import kb.unsent
from tests import people
from tests.people import COMMON
from tests.web.conftest import Town

QUESTION = {"title": "Where is the <key>?", "body": "I looked\neverywhere.", "tags": "key desk", "space": COMMON}


def fields(page: str, form: str) -> dict[str, str]:
    """The filled fields of the form whose tag holds `form`."""
    inside = page.split(form)[1].split("</form>")[0]
    given = dict(re.findall(r'name="([\w-]+)" type="text" value="([^"]*)"', inside))
    given |= dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', inside))
    given |= dict(re.findall(r'<textarea id="[\w-]+" name="([\w-]+)"[^>]*>\n([^<]*)</textarea>', inside))
    return {name: unescape(value) for name, value in given.items()}


def keep(client: FlaskClient, place: str, **given: str) -> int:
    return client.post("/unsent", data={"place": place, **given}).status_code


def kept(town: Town, who: str, place: str) -> dict[str, str] | None:
    found = kb.unsent.find(town.store, people.get(town.store, who), place)
    return dict(found.fields) if found else None


def test_a_question_begun_is_there_in_another_browser_and_gone_once_posted(town: Town) -> None:
    assert keep(town.client("bob"), "ask", id="abcdefgh", **QUESTION) == 204
    client = town.client("bob")
    page = client.get("/ask").text
    shown = fields(page, 'id="asking"')
    assert shown["title"] == QUESTION["title"] and shown["body"] == QUESTION["body"] and shown["id"] == "abcdefgh"
    assert "Kept" in page and "Throw it away" not in town.client("dora").get("/ask").text
    assert "Where is the &lt;key&gt;?" in client.get("/ask?title=Another").text
    for _ in range(2):
        assert client.post("/ask", data=QUESTION | {"id": "abcdefgh"}).status_code == 303
    assert kept(town, "bob", "ask") is None
    asked = kb.questions.readable(town.store, people.get(town.store, "bob"))
    assert sum(each.title == QUESTION["title"] for each in asked) == 1
    assert keep(client, "ask", id="abcdefgh", **QUESTION) == 204, "what was still on its way when it was posted"
    assert kept(town, "bob", "ask") is None


def test_an_answer_and_a_comment_begun_are_kept_apart_and_can_be_thrown_away(town: Town) -> None:
    client, id = town.client("dora"), town.open.id
    keep(client, f"answer {id}", body="Take the <b>tram</b>.", id="bcdefghj")
    keep(client, f"comment {id}", body="Which day?", answer=town.answer.id)
    page = client.get(f"/questions/{id}").text
    assert fields(page, 'class="answer-form"')["body"] == "Take the <b>tram</b>."
    assert page.count("Which day?") == 1
    assert "tram" not in town.client("alice").get(f"/questions/{id}").text
    client.post("/unsent/away", data={"place": f"answer {id}"})
    assert kept(town, "dora", f"answer {id}") is None and kept(town, "dora", f"comment {id}") is not None
    client.post(f"/questions/{id}/comments", data={"body": "Which day?"})
    assert kept(town, "dora", f"comment {id}") is None
    keep(client, f"answer {id}", body="x")
    keep(client, f"answer {id}", body="  ")
    assert kept(town, "dora", f"answer {id}") is None, "an empty form is nothing to keep"


def test_a_comment_sent_twice_is_posted_once(town: Town) -> None:
    client = town.client("dora")
    for _ in range(2):
        client.post(f"/questions/{town.open.id}/comments", data={"body": "Which day?", "id": "cdefghjk"})
    assert len(kb.questions.thread(town.store, people.get(town.store, "dora"), town.open.id).comments) == 1


def test_what_is_sent_after_the_session_ended_is_there_after_signing_in(town: Town) -> None:
    kb.accounts.set_password(town.store, people.get(town.store, "bob"), "correct horse battery")
    stranger = town.client()
    sent = stranger.post("/ask", data=QUESTION | {"id": "abcdefgh"})
    assert sent.status_code == 401 and "what you wrote is kept" in sent.text
    form = fields(sent.text, 'action="/sign-in"') | {"email": "bob@example.org"}
    wrong = stranger.post("/sign-in", data=form | {"password": "wrong"})
    form = fields(wrong.text, 'action="/sign-in"') | {"email": "bob@example.org"}
    done = stranger.post("/sign-in", data=form | {"password": "correct horse battery"})
    assert done.status_code == 303 and done.location == "/ask"
    page = stranger.get("/ask").text
    assert fields(page, 'id="asking"')["body"] == QUESTION["body"] and "send it again" in page
    assert kb.questions.readable(town.store, people.get(town.store, "bob"))[0].title != QUESTION["title"]


def test_an_answer_too_leads_back_to_its_question(town: Town) -> None:
    kb.accounts.set_password(town.store, people.get(town.store, "dora"), "correct horse battery")
    stranger, address = town.client(), f"/questions/{town.open.id}"
    sent = stranger.post(f"{address}/answers", data={"body": "By tram.", "id": "bcdefghj"})
    form = fields(sent.text, 'action="/sign-in"') | {"email": "dora@example.org", "password": "correct horse battery"}
    done = stranger.post("/sign-in", data=form)
    assert done.location == f"{address}#body"
    assert fields(stranger.get(address).text, 'class="answer-form"')["body"] == "By tram."


def test_nothing_is_kept_where_one_may_not_read_or_for_strangers(town: Town) -> None:
    assert keep(town.client("bob"), f"answer {town.secret.id}", body="x") == 404
    assert keep(town.client("bob"), "elsewhere", body="x") == 404
    assert keep(town.client(), "ask", title="x") == 303
    with town.store.read() as tx:
        assert tx.unsent.find("bob", f"answer {town.secret.id}") is None
