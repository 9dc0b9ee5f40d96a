"""Webhooks to a real server on this machine: chats and signed ones, tried again, logged, sent again; nowhere private
unless allowed."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import kb.hooks
import kb.questions
from kb.errors import Forbidden, Invalid, NotFound
from tests import people
from tests.people import COMMON, FINANCE
from tests.web.conftest import Town
from web.delivering import Deliverer, post, sign

EVENTS = ["asked", "answered", "solved"]


class Receiver:
    """What a server was sent; `status` is what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.location = 200, ""
        receiver = self

        class Conversation(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?key=1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def deliver(town: Town, private: bool = True) -> None:
    site = town.app.extensions["quisait"]
    config = replace(site.config, hooks_private=private, url="https://q.example", language="en")
    sender = Deliverer(config, site.store, town.again(hooks_private=private, url="https://q.example").app)
    while sender.step():
        pass


def hook(town: Town, kind: str, url: str, events: list[str] = EVENTS, space: str = COMMON) -> kb.hooks.Hook:
    return kb.hooks.add(town.store, people.get(town.store, "dora"), space, kind, url, events)


def live(town: Town) -> kb.questions.Question:
    """A question is asked, answered and solved."""
    bob = people.get(town.store, "bob")
    asked = kb.questions.ask(town.store, bob, COMMON, "Where <is> the *key*?", "", ["key"], "en")
    given = kb.questions.answer(town.store, people.get(town.store, "alice"), asked.id, "At the desk.", "en")
    kb.questions.accept(town.store, bob, asked.id, given.id)
    return asked


def test_each_chat_is_written_to_in_its_own_words(town: Town, receiver: Receiver) -> None:
    for kind in ("slack", "mattermost", "teams"):
        hook(town, kind, receiver.url, ["asked"])
    asked = live(town)
    deliver(town)
    slack, mattermost, teams = sorted(receiver.bodies(), key=lambda each: ("attachments" in each, "<" not in str(each)))
    texts = {slack["text"], mattermost["text"]}
    assert any(
        each.startswith("Bob Dupont asks: <https://q.example/questions/") and "&lt;is&gt;" in each for each in texts
    )
    assert any(f"](https://q.example/questions/{asked.id}/" in each and "\\*key\\*" in each for each in texts)
    card = teams["attachments"][0]["content"]
    assert card["actions"][0]["url"].startswith("https://q.example/questions/") and "key" in card["body"][1]["text"]


def test_signed_ones_follow_standard_webhooks_and_keep_their_id(town: Town, receiver: Receiver) -> None:
    made = hook(town, "signed", receiver.url)
    asked = live(town)
    deliver(town)
    told = {each["type"]: each["data"] for each in receiver.bodies()}
    assert set(told) == {"question.asked", "question.answered", "question.solved"}
    assert told["question.answered"]["id"] == asked.id and told["question.answered"]["by"] == "Alice Martin"
    for headers, body in receiver.got:
        signature = sign(made.secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
        assert headers["webhook-signature"] == signature and headers["content-type"] == "application/json"
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 3


def test_what_is_not_taken_is_tried_again_later_and_can_be_sent_again(town: Town, receiver: Receiver) -> None:
    hook(town, "signed", receiver.url, ["asked"])
    live(town)
    receiver.status = 500
    deliver(town)
    assert len(receiver.got) == 1
    deliver(town)
    assert len(receiver.got) == 1, "not before its time"
    town.store.clock.forward(seconds=6)  # type: ignore[attr-defined]
    receiver.status = 204
    deliver(town)
    assert len(receiver.got) == 2
    keeper = town.client("dora")
    page = keeper.get("/spaces/common/webhooks").text
    assert "taken (204)" in page and receiver.url not in page
    again = re.search(r'action="(/webhooks/deliveries/[^"]+)"', page)
    assert again is not None and town.client("bob").post(again[1]).status_code == 403
    keeper.post(again[1])
    deliver(town)
    assert len(receiver.got) == 3 and len({headers["webhook-id"] for headers, _body in receiver.got}) == 1


def test_after_a_day_it_is_given_up_and_gone_ends_the_webhook(town: Town, receiver: Receiver) -> None:
    hook(town, "signed", receiver.url, ["asked"])
    live(town)
    receiver.status = 503
    for _ in range(20):
        deliver(town)
        town.store.clock.forward(hours=11)  # type: ignore[attr-defined]
    assert len(receiver.got) == 7
    assert "given up" in town.client("dora").get("/spaces/common/webhooks").text
    live(town)
    receiver.status = 410
    deliver(town)
    assert kb.hooks.of_space(town.store, people.get(town.store, "dora"), COMMON) == ()


def test_nothing_goes_to_private_addresses_unless_allowed_and_no_redirect_is_followed(
    town: Town, receiver: Receiver
) -> None:
    hook(town, "slack", receiver.url, ["asked"])
    live(town)
    deliver(town, private=False)
    assert receiver.got == []
    for url in (
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://10.1.2.3/",
        "https://169.254.169.254/",
    ):
        with pytest.raises(Invalid):
            post(url, b"{}", {}, private=False)
    receiver.status, receiver.location = 302, receiver.url
    town.store.clock.forward(minutes=10)  # type: ignore[attr-defined]
    deliver(town)
    assert len(receiver.got) == 1


def test_what_was_deleted_meanwhile_is_not_sent_and_other_spaces_are_not_told(town: Town, receiver: Receiver) -> None:
    hook(town, "slack", receiver.url)
    kb.questions.ask(town.store, people.get(town.store, "alice"), FINANCE, "Which ledger?", language="en")
    gone = kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, "Never mind?", language="en")
    kb.questions.delete_question(town.store, people.get(town.store, "bob"), gone.id)
    deliver(town)
    assert receiver.got == []


def test_only_keepers_set_them_up_and_mistakes_are_said_beside_the_field(town: Town, receiver: Receiver) -> None:
    client = town.client("dora")
    form = {"kind": "signed", "url": "https://chat.example.org/hook", "events": ["asked"]}
    assert "whsec_" in client.post("/spaces/common/webhooks", data=form).text
    assert "whsec_" not in client.get("/spaces/common/webhooks").text
    inside = ("https://10.0.0.1/x", "https://127.1/x", "https://0x7f.1/x", "https://2130706433/x")
    for wrong in ("https://chat.example.org:99999/x", f"https://{'a' * 64}.example/", "https:///x", *inside):
        refused = client.post("/spaces/common/webhooks", data=form | {"url": wrong})
        assert refused.status_code == 422 and 'id="url-error"' in refused.text, wrong
    for wrong in ({"url": "ftp://x"}, {"url": "there"}, {"events": []}, {"kind": "irc"}):
        assert client.post("/spaces/common/webhooks", data=form | wrong).status_code == 422
    assert town.client("bob").get("/spaces/common/webhooks").status_code == 403
    assert town.client("bob").post("/spaces/common/webhooks", data=form).status_code == 403
    assert town.client("bob").get("/spaces/finance/webhooks").status_code == 404
    with pytest.raises((Forbidden, NotFound)):
        kb.hooks.add(town.store, people.get(town.store, "bob"), FINANCE, "slack", receiver.url, EVENTS)
    with pytest.raises(Invalid):
        hook(town, "slack", "https://user:pass@example.org/x")
