"""The JSON interface: what it answers, to whom, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import kb.accounts
import kb.confirming
import kb.practices
import kb.questions
import kb.verifying
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from kb.advice import Verdict
from kb.model import Duty, Procedure, Question, Revision
from kb.practices import Words
from tests import people
from tests.lending import lend
from tests.people import COMMON, FINANCE, START
from tests.web.words import WordEncoder
from web.api import ENDPOINTS
from web.config import Config
from web.openapi import document

Call = Callable[..., TestResponse]


class House:
    """A knowledge base with one open question, one restricted one, a procedure; its site; whoever asks by token."""

    def __init__(self, store: Store, data: Path, url: str = "") -> None:
        self.store = store
        people.settle(store)
        self.alice, self.bob = people.get(store, "alice"), people.get(store, "bob")
        self.open = kb.questions.ask(
            store, self.bob, COMMON, "How do I book a train to Lyon?", "By Friday.", ["travel"], "en"
        )
        self.answer = kb.questions.answer(store, self.alice, self.open.id, "Book the train in the travel portal.", "en")
        self.secret = kb.questions.ask(store, self.alice, FINANCE, "Which ledger takes the merger costs?", "", [], "en")
        with store.write() as tx:
            tx.procedures.put([Procedure("TRV/01", COMMON, owner="alice", satisfies=("Act 12",))])
            text = Revision(
                "TRV/01",
                "en",
                1,
                "Travel expenses",
                "Claim what a train costs.",
                duties=(Duty("1", "Traveller", "Keeps the ticket"),),
            )
            tx.procedures.add_revisions([text])
            tx.changes.add("put", "procedure", "TRV/01")
        encoder: Any = WordEncoder()
        self.indexer = Indexer(store, data / "index", encoder)
        self.indexer.catch_up()
        config = Config(data=data, database_url="", secret_key="k" * 32, url=url)
        self.app: Flask = lend(config, store, Finder(store, data / "index", encoder))
        self.client: FlaskClient = self.app.test_client()

    def call(self, who: str | None, method: str, path: str, **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = (
                f"Bearer {kb.accounts.issue_token(self.store, people.get(self.store, who), 'test')}"
            )
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    return House(store, tmp_path)


def problem(answer: TestResponse) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json"
    said = answer.get_json()
    assert said["status"] == answer.status_code and said["title"] and said["detail"]
    return dict(said)


# -- finding


def test_a_question_finds_procedures_answers_and_people_with_reasons(house: House) -> None:
    found = house.call("bob", "POST", "/route", json={"question": "book a train to Lyon"}).get_json()
    assert set(found) == {
        "question",
        "language",
        "band",
        "probability",
        "took_ms",
        "procedures",
        "answers",
        "people",
        "empty",
    }
    assert found["question"] == "book a train to Lyon" and 0 <= found["probability"] <= 1
    answer = found["answers"][0]
    assert (answer["id"], answer["question"]) == (house.answer.id, house.open.id)
    assert answer["url"].startswith(f"/questions/{house.open.id}") and answer["reasons"][0]["text"]
    assert "\ue000" not in answer["excerpt"]
    person = found["people"][0]
    assert person["id"] == "alice" and person["reasons"][0]["url"].startswith("/questions/")
    assert person["reasons"][0]["date"] == START.date().isoformat()


def test_get_ask_answers_like_post_route(house: House) -> None:
    posted = house.call("bob", "POST", "/route", json={"question": "train", "limit": 1}).get_json()
    asked = house.call("bob", "GET", "/ask?q=train&limit=1").get_json()
    assert {**posted, "took_ms": 0} == {**asked, "took_ms": 0}


def test_reasons_are_said_in_the_language_asked_for(house: House) -> None:
    english = house.call("bob", "GET", "/ask?q=train+Lyon&language=en").get_json()
    french = house.call("bob", "GET", "/ask?q=train+Lyon&language=fr").get_json()
    assert english["people"][0]["reasons"][0]["text"] != french["people"][0]["reasons"][0]["text"]
    header = house.call("bob", "GET", "/ask?q=train+Lyon", headers={"Accept-Language": "fr"}).get_json()
    assert header["people"] == french["people"]


def test_search_takes_filters_and_pages(house: House) -> None:
    found = house.call("bob", "GET", "/search?q=train+kind:question&page=1&size=1").get_json()
    assert [each["question"] for each in found["answers"]] == [house.open.id]
    assert (found["page"], found["size"], found["procedures"]) == (1, 1, [])
    assert house.call("bob", "GET", "/search?q=").get_json()["answers"] == []


def test_addresses_are_absolute_when_the_public_address_is_known(store: Store, tmp_path: Path) -> None:
    house = House(store, tmp_path, url="https://quisait.example.org")
    found = house.call("bob", "GET", "/ask?q=train").get_json()
    assert found["answers"][0]["url"].startswith("https://quisait.example.org/questions/")


# -- reading and writing


def test_a_question_is_asked_read_and_answered(house: House) -> None:
    asked = house.call(
        "bob", "POST", "/questions", json={"space": COMMON, "title": "Où garer son vélo ?", "tags": ["Vélo"]}
    )
    assert asked.status_code == 201
    made = asked.get_json()
    assert (made["language"], made["tags"], made["author"]["id"]) == ("fr", ["vélo"], "bob")
    assert asked.headers["Location"] == made["url"]
    answered = house.call("alice", "POST", f"/questions/{made['id']}/answers", json={"body": "Dans la cour."})
    assert answered.status_code == 201
    thread = house.call("bob", "GET", f"/questions/{made['id']}").get_json()
    assert [each["body"] for each in thread["answers"]] == ["Dans la cour."]
    assert thread["question"]["answers"] == 1


def test_a_question_sent_twice_under_its_own_id_is_posted_once(house: House) -> None:
    sent = {"id": "bike-2026-11", "space": COMMON, "title": "Where do I park my bike?"}
    first, again = (house.call("bob", "POST", "/questions", json=sent).get_json() for _ in range(2))
    assert first["id"] == again["id"] == "bike-2026-11"
    assert house.call("dora", "POST", "/questions", json=sent).status_code == 409


def test_lists_hold_what_the_reader_may_read(house: House) -> None:
    def titles(who: str) -> list[str]:
        return [each["title"] for each in house.call(who, "GET", "/questions").get_json()["questions"]]

    assert house.secret.title in titles("alice")
    assert titles("bob") == [house.open.title]
    assert titles("charlie") == []
    unanswered = house.call("alice", "GET", "/questions?unanswered=true").get_json()["questions"]
    assert [each["id"] for each in unanswered] == [house.secret.id]
    assert house.call("bob", "GET", f"/questions?space={FINANCE}").status_code == 404


def promoted(house: House) -> str:
    words = Words("Train to Lyon", "In the **portal**.", helps=("TRV/01#1",), tags=("travel",), language="en")
    dora = people.get(house.store, "dora")
    return kb.practices.promote(house.store, dora, COMMON, words, [house.answer.id], id="p1").id


def test_practices_are_read_with_what_they_rest_on(house: House) -> None:
    promoted(house)
    (listed,) = house.call("bob", "GET", "/practices?procedure=TRV/01").get_json()["practices"]
    assert (listed["standing"], listed["verified_by"], listed["authors"][0]["id"]) == ("opinion", None, "alice")
    kb.confirming.judge_practice(house.store, house.bob, "p1", Verdict.WORKS)
    kb.practices.verify(house.store, people.get(house.store, "dora"), "p1", date(2027, 5, 1))
    whole = house.call("bob", "GET", "/practices/p1").get_json()
    assert (whole["standing"], whole["confirmations"]) == ("verified practice", 1)
    assert (whole["verified_by"]["id"], whole["verified_until"]) == ("dora", "2027-05-01")
    assert whole["answers"] == [house.answer.id]
    assert whole["helps"] == [{"procedure": "TRV/01", "step": "1", "url": "/procedures/TRV/01#step-1"}]
    assert whole["body"] == "In the **portal**." and whole["keeper"]["id"] == "dora"
    assert house.call("charlie", "GET", "/practices/p1").status_code == 404
    assert house.call("charlie", "GET", "/practices").get_json() == {"practices": []}
    assert house.call("bob", "GET", "/practices?procedure=NONE").get_json() == {"practices": []}


def test_procedures_people_and_spaces_are_read(house: House) -> None:
    listed = house.call("bob", "GET", "/procedures").get_json()["procedures"]
    assert listed[0]["key"] == "TRV/01" and listed[0]["title"] == {"en": "Travel expenses"}
    whole = house.call("bob", "GET", "/procedures/TRV/01").get_json()
    assert whole["revisions"][0]["duties"] == [
        {"step": "1", "role": "Traveller", "what": "Keeps the ticket", "rule": ""}
    ]
    assert whole["owner"]["name"] == "Alice Martin" and whole["satisfies"] == ["Act 12"]
    names = [each["id"] for each in house.call("bob", "GET", "/people").get_json()["people"]]
    assert "alice" in names and "fanny" not in names
    person = house.call("bob", "GET", "/people/alice").get_json()
    assert {each["kind"] for each in person["evidence"]} >= {"answered", "owns"}
    assert [each["id"] for each in house.call("bob", "GET", "/spaces").get_json()["spaces"]] == [COMMON, "partner"]


def test_every_answer_is_of_the_shape_that_the_document_shows(house: House) -> None:
    spec = document(ENDPOINTS, "1", "/")
    asked = house.call("bob", "POST", "/questions", json={"space": COMMON, "title": "And by bus?"}).get_json()
    calls = {
        "/route": {"json": {"question": "train"}},
        "/ask": {"query_string": {"q": "train"}},
        "/search": {"query_string": {"q": "train"}},
        "/questions": {"json": {"space": COMMON, "title": "By boat?"}},
        "/questions/{id}/answers": {"json": {"body": "By bus."}},
        "/questions/{id}/answers/{answer}/verification": {
            "json": {"seen": kb.verifying.digest(house.answer), "until": "2027-05-01"}
        },
        "/attachments": {"json": {"name": "a.txt", "content": "YQ=="}},
    }
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            ids = {"people": "alice", "practices": promoted(house)}
            place = path.replace("{id}", ids.get(path.split("/")[1], asked["id"])).replace("{key}", "TRV/01")
            given = calls.get(path, {}) if path != "/questions" or method == "post" else {}
            place = place.replace("{answer}", house.answer.id)
            if "verification" in path:
                place = place.replace(asked["id"], house.open.id)
            answer = house.call("dora" if "verification" in path else "bob", method.upper(), place, **given)
            status = next(each for each in operation["responses"] if each.startswith("2"))
            assert answer.status_code == int(status), (method, path, answer.get_json())
            schema = operation["responses"][status]["content"]["application/json"]["schema"]
            jsonschema.Draft202012Validator({**schema, "components": spec["components"]}).validate(answer.get_json())


def test_an_answer_is_verified_as_on_its_page(house: House) -> None:
    place = f"/questions/{house.open.id}/answers/{house.answer.id}/verification"
    seen = house.call("dora", "GET", f"/questions/{house.open.id}").get_json()["answers"][0]["words"]
    sent = {"seen": seen, "until": "2027-05-01"}
    english = {"Accept-Language": "en"}
    assert "experts, animators" in problem(house.call("bob", "POST", place, json=sent, headers=english))["detail"]
    assert problem(house.call("charlie", "POST", place, json=sent))["status"] == 404
    assert problem(house.call("dora", "POST", place.replace(house.answer.id, "another"), json=sent))["status"] == 404
    for day in ("2020-05-01", "2027-02-31"):
        assert problem(house.call("dora", "POST", place, json=sent | {"until": day}))["field"] == "until"
    made = house.call("dora", "POST", place, json=sent)
    assert made.status_code == 201 and made.get_json()["verified_by"]["name"] == "Dora Petit"
    kb.questions.edit_answer(house.store, house.alice, house.answer.id, "Book by phone.")
    assert "words have changed" in problem(house.call("dora", "POST", place, json=sent, headers=english))["detail"]
    anew = house.call("dora", "GET", f"/questions/{house.open.id}").get_json()["answers"][0]
    assert anew["verified_by"] is None
    house.call("dora", "POST", place, json=sent | {"seen": anew["words"]})
    assert house.call("bob", "DELETE", place).status_code == 403
    assert house.call("dora", "DELETE", place).get_json()["verified_by"] is None


def test_the_document_is_served(house: House) -> None:
    assert house.call("bob", "GET", "/openapi.json").get_json()["openapi"].startswith("3.1")


# -- refusing


def test_a_stranger_is_told_to_sign_in(house: House) -> None:
    answer = house.call(None, "GET", "/spaces")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert problem(answer)["type"] == "about:blank"


def test_the_session_cookie_of_the_site_serves_too(house: House) -> None:
    house.client.set_cookie("quisait", kb.accounts.open_session(house.store, house.bob))
    assert house.call(None, "GET", "/spaces").status_code == 200
    foreign = house.call(None, "POST", "/route", json={"question": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403 and problem(foreign)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "question"),
        ({"question": " "}, "question"),
        ({"question": "x", "limit": 99}, "limit"),
        ({"question": "x", "language": "de"}, "language"),
        ({"question": "x", "colour": "red"}, "colour"),
        ({"question": "a\x00b"}, "question"),
        ({"question": "a\ud800b"}, "question"),
    ],
)
def test_what_cannot_be_taken_names_its_field(house: House, sent: dict[str, object], field: str) -> None:
    answer = house.call("bob", "POST", "/route", data=json.dumps(sent), content_type="application/json")
    assert answer.status_code == 422 and problem(answer)["field"] == field


@pytest.mark.parametrize("query", ["", "?q=", "?q=x&limit=many", "?q=x&limt=3", "?q=x&limit=-1", "?q=%00"])
def test_a_query_that_cannot_be_taken_is_422(house: House, query: str) -> None:
    assert problem(house.call("bob", "GET", f"/ask{query}"))["status"] == 422


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b"[" * 100_000, b'{"question": NaN'])
def test_what_is_not_json_is_400(house: House, body: bytes) -> None:
    answer = house.call("bob", "POST", "/route", data=body, content_type="application/json")
    assert answer.status_code == 400 and problem(answer)


def test_other_refusals_are_problems_too(house: House) -> None:
    form = house.call("bob", "POST", "/route", data={"question": "x"})
    large = house.call("bob", "POST", "/route", data=b" " * 300_000, content_type="application/json")
    wrong = house.call("bob", "DELETE", "/spaces")
    assert [form.status_code, large.status_code, wrong.status_code] == [415, 413, 405]
    assert all(problem(each) for each in (form, large, wrong))
    assert problem(house.call("bob", "GET", "/nothing"))["status"] == 404


def test_what_is_not_the_readers_to_see_is_not_there(house: House) -> None:
    for path in (f"/questions/{house.secret.id}", "/questions/none", "/people/none", "/procedures/none"):
        assert problem(house.call("bob", "GET", path))["status"] == 404
    assert house.call("bob", "POST", f"/questions/{house.secret.id}/answers", json={"body": "x"}).status_code == 404
    assert house.call("charlie", "GET", "/people/bob").status_code == 404
    posted = house.call("bob", "POST", "/questions", json={"space": FINANCE, "title": "May I?"})
    assert posted.status_code == 422 and problem(posted)["field"] == "space"
    found = house.call("bob", "POST", "/route", json={"question": house.secret.title}).get_data(as_text=True)
    assert house.secret.id not in found.replace(house.secret.title, "")


def test_a_revoked_token_opens_nothing(house: House) -> None:
    secret = kb.accounts.issue_token(house.store, house.bob, "gone")
    kb.accounts.revoke_token(house.store, house.bob, kb.accounts.list_tokens(house.store, house.bob)[0].hash)
    answer = house.client.get("/api/v1/spaces", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401


def test_reading_a_list_does_not_name_an_original_that_is_hidden(house: House) -> None:
    asked: Question = kb.questions.ask(house.store, house.alice, COMMON, "The same, in the open?", "", [], "en")
    kb.questions.close_as_duplicate(house.store, house.alice, asked.id, house.secret.id)
    thread = house.call("bob", "GET", f"/questions/{asked.id}")
    assert thread.get_json()["original"] is None
    assert house.secret.id not in thread.get_data(as_text=True)
    assert house.secret.id not in house.call("bob", "GET", "/questions").get_data(as_text=True)
