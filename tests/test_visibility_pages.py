"""What leaves the house tells nobody what they may not read either: pages, figures and charts, mails and digests,
feeds, webhooks, and what a simulation prints. The worlds are those of `tests.test_visibility`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import kb.accounts
import kb.hooks
import kb.mail
import kb.questions
from indexer.finder import Finder
from indexer.simulation import Report
from indexer.sync import Indexer
from kb import Store
from kb.model import Person, PersonKind, SecretKind
from kb.webhooks import Hook, HookKind
from tests.people import Clock
from tests.smtp import MailServer
from tests.stand_in import stand_in
from tests.worlds import NOW, TAGS, World, _may, _no_secret
from web import create_app
from web.auth import COOKIE
from web.config import Config, Smtp
from web.delivering import message
from web.mailing import Mailer
from web.opening import speaking

EVENTS = tuple(sorted(kb.hooks.Event))


class House:
    """A world with the site on it, and a mail server."""

    def __init__(self, store: Store, folder: Path, port: int, seed: int) -> None:
        self.world, encoder = World(store, seed), stand_in()
        Indexer(store, folder / "index", encoder).catch_up()
        self.config = Config(
            data=folder, database_url="", secret_key="k" * 32, smtp=Smtp("127.0.0.1", port, "no"),
            mail_from="quisait@house.example", url="https://house.example",
        )  # fmt: skip
        self.answered: dict[str, set[int]] = {}
        self.app = create_app(self.config, store, Finder(store, folder / "index", encoder))
        with store.read() as tx:
            self.people = [each for id in self.world.ids if (each := tx.people.get(id)).ended is None]

    def pages(self, reader: Person) -> list[str]:
        client = self.app.test_client()
        client.set_cookie(COOKIE, kb.accounts.open_session(self.world.store, reader))
        feed = kb.accounts.issue_address(self.world.store, reader, SecretKind.FEED)
        shown = []
        for pattern, ids in self._places().items():
            for id in ids:
                answer = client.get(pattern.format(id=id, feed=feed))
                assert answer.status_code in (200, 302, 303, 308, 403, 404), (pattern, id, answer.status_code)
                self.answered.setdefault(pattern, set()).add(answer.status_code)
                shown.append(answer.text)
        return shown

    def _places(self) -> dict[str, Sequence[str]]:
        """Patterns of addresses, each with what stands for `id` in it."""
        world, spaces = self.world, [each.id for each in self.world.spaces]
        alone = (
            "/", "/home", "/inbox", "/questions", "/tasks", "/gaps", "/following", "/spaces", "/people", "/moderation",
            "/practices", "/duties", "/figures", "/figures/export", "/handover", "/deleted", "/start", "/tags",
            "/reading", "/bookmarks", "/suggestions?q=train", "/same-tags",
        )  # fmt: skip
        of_space = (
            "/figures?space={id}", "/figures/export?space={id}", "/spaces/{id}", "/spaces/{id}/members",
            "/spaces/{id}/rights", "/spaces/{id}/webhooks", "/spaces/{id}/animate", "/spaces/{id}/coverage",
            "/spaces/{id}/letters/letter of {id}", "/reading/list of {id}", "/feed/{feed}/space/{id}.atom",
        )  # fmt: skip
        of_tag = ("/tags/{id}", "/map?tag={id}", "/feed/{feed}/tag/{id}.atom")
        return (
            dict.fromkeys(alone, ("",)) | dict.fromkeys(of_space, spaces) | dict.fromkeys(of_tag, TAGS)
            | dict.fromkeys(("/people/{id}", "/feed/{feed}/person/{id}.atom"), world.ids)
            | {"/questions/{id}": [each.id for each in world.questions]}
        )  # fmt: skip

    def reached(self) -> bool:
        """Whether each kind of page was there for somebody: a page that nobody finds tells nothing of what it shows."""
        nowhere = [pattern for pattern, answers in self.answered.items() if answers == {404}]
        assert not nowhere, nowhere
        return True


@pytest.fixture
def store(new_store: Callable[[str], Store]) -> Store:
    """On SQLite: what each database gives is tested below the pages, in `tests.test_visibility`."""
    return new_store("sqlite")


def test_neither_a_page_nor_a_mail_nor_a_feed_tells_what_its_reader_may_not_read(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    with MailServer() as server:
        house = House(store, tmp_path, server.port, seed=7)
        house.people.sort(key=lambda each: (each.kind, -len(each.roles)))
        readers = house.people[0], house.people[-1]
        assert [each.kind for each in readers] == [PersonKind.EMPLOYEE, PersonKind.GUEST]
        for reader in readers:
            shown = "\n".join(house.pages(reader))
            _no_secret(house.world, reader, shown)
            mine = [secret for secret, space in house.world.secrets.items() if _may(reader, space)]
            assert any(each in shown for each in mine) or not reader.roles, "what is theirs is there"
        assert house.reached()
        with store.write() as tx:
            tx.settings.set(kb.mail.SINCE, (NOW - timedelta(days=9)).isoformat())
        mailer = Mailer(house.config, store, house.app)
        for _hour in range(30):
            clock.forward(hours=1)
            while mailer.step():
                pass
    by_address = {each.email: each for each in house.people}
    for sent in server.messages:
        reader = by_address[str(sent["To"]).rpartition("<")[2].rstrip(">")]
        parts: list[Any] = list(sent.walk())
        words = [str(sent["Subject"]), *(each.get_content() for each in parts if not each.is_multipart())]
        _no_secret(house.world, reader, "\n".join(words))
    assert {str(each["Subject"]) for each in server.messages}, "some mails and digests were sent"


def test_a_webhook_tells_of_its_own_space_only(store: Store, tmp_path: Path) -> None:
    house = House(store, tmp_path, 1, seed=7)
    with store.write() as tx:
        for each in house.world.spaces:
            hook = Hook(f"of {each.id}", each.id, HookKind.SIGNED, "https://x.example", "whsec_eA==", EVENTS,
                        house.world.ids[0], NOW)  # fmt: skip
            tx.hooks.add(hook)
    for question in house.world.questions:
        for answerer in house.people:
            if _may(answerer, question.space) and answerer.roles[question.space] != "reader":
                kb.questions.answer(store, answerer, question.id, "Told.")
    told = 0
    while (taken := kb.hooks.take(store)) is not None:
        with speaking(house.app, "en"):
            body = json.dumps(message(taken))
        kb.hooks.sent(store, taken, 200)
        told += 1
        for secret, space in house.world.secrets.items():
            assert space == taken.hook.space or secret not in body
    assert told


def test_what_a_simulation_prints_is_a_way_and_numbers() -> None:
    kinds = {each.name: each.type for each in fields(Report)}
    assert kinds.pop("way") == "str" and set(kinds.values()) <= {"int", "float"}
