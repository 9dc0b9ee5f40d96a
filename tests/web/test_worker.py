"""The worker: the index follows, questions are routed, two colleagues are invited; nothing that goes wrong stops it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kb.questions
import kb.routes
from indexer import sync
from indexer.finder import Finder
from indexer.generations import current
from indexer.sync import Indexer
from kb import Store
from kb.model import Person, Procedure, Question, Revision
from kb.routing import InvitationStatus, Stage
from kb.storage.jobs import ATTEMPTS
from tests import people
from tests.lending import lend
from tests.people import COMMON, FINANCE, Clock
from tests.web.words import WordEncoder
from web.config import Config
from web.worker import Worker


class House:
    def __init__(self, store: Store, data: Path) -> None:
        people.settle(store)
        self.store, self.encoder = store, WordEncoder()
        encoder: Any = self.encoder
        self.folder = data / "index"
        self.indexer = Indexer(store, self.folder, encoder)
        self.finder = Finder(store, self.folder, encoder)
        config = Config(data=data, database_url="", secret_key="k" * 32)
        self.worker = Worker(config, store, encoder, lend(config, store, self.finder), self.finder)

    def person(self, id: str) -> Person:
        return people.get(self.store, id)

    def ask(self, who: str, title: str, space: str = COMMON) -> Question:
        return kb.questions.ask(self.store, self.person(who), space, title, "", [], "en")

    def know(self, who: str, title: str, space: str = COMMON, asker: str = "dora") -> None:
        """Somebody has answered a question like this."""
        asked = self.ask(asker, title, space)
        kb.questions.answer(self.store, self.person(who), asked.id, f"{title} Here is how.", "en")

    def invited(self, question: Question) -> list[str]:
        with self.store.read() as tx:
            return sorted(each.person for each in tx.routes.invitations(question.id))


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    return House(store, tmp_path)


def test_a_new_question_is_indexed_routed_and_two_colleagues_are_invited(house: House) -> None:
    for who in ("alice", "bob", "erik"):
        house.know(who, "How do I repair the coffee machine?")
    asked = house.ask("dora", "Who can repair our coffee machine?")
    assert house.worker.step()
    assert len(house.invited(asked)) == 2 and "dora" not in house.invited(asked)
    assert asked.id in [
        each.question for each in house.finder.find("repair coffee machine", house.person("bob")).answers
    ]
    with house.store.read() as tx:
        route = tx.routes.find(asked.id)
        assert not tx.jobs.any_due()
    assert route is not None and route.asker == "dora" and len(route.candidates) == 3
    house.worker.step()  # over its own rows in the log
    assert not house.worker.step()


def test_an_invitation_keeps_why_as_facts(house: House) -> None:
    house.know("alice", "How do I repair the coffee machine?")
    house.ask("bob", "Who can repair our coffee machine?")
    house.worker.step()
    (request,) = kb.routes.waiting_for(house.store, house.person("alice"))
    assert request.invitation.wave == 1
    assert (request.reasons[0].kind, request.reasons[0].title) == ("answered", "How do I repair the coffee machine?")


def test_who_keeps_the_procedure_that_applies_is_asked_when_nobody_else_is_left(house: House, clock: Clock) -> None:
    text = Revision("COF-1", "en", 1, "Repair of the coffee machine", "Who repairs the coffee machine.", "Call us.")
    with house.store.write() as tx:
        tx.procedures.put([Procedure("COF-1", COMMON, owner="fanny", deputy="erik")])
        tx.procedures.add_revisions([text])
        tx.changes.add("put", "procedure", "COF-1")
    asked = house.ask("bob", "Who can repair the coffee machine?")
    house.worker.step()
    for _day in range(6):
        clock.forward(hours=12)
        house.worker.step()
    assert house.invited(asked) == ["dora", "erik"]


def test_the_worker_goes_on_to_others_when_nobody_answers(house: House, clock: Clock) -> None:
    for who in ("alice", "erik"):
        house.know(who, "How do I repair the coffee machine?", asker="bob")
    asked = house.ask("bob", "Who can repair our coffee machine?")
    house.worker.step()
    assert house.invited(asked) == ["alice", "erik"]
    clock.forward(days=1)
    house.worker.step()
    assert house.invited(asked) == ["alice", "dora", "erik"], "the animator"
    clock.forward(days=3)
    house.worker.step()
    with house.store.read() as tx:
        route = tx.routes.find(asked.id)
    assert route is not None and route.stage is Stage.GAP


def test_nobody_is_invited_who_may_not_read_the_space(house: House) -> None:
    house.know("bob", "How is the merger ledger closed?")
    asked = house.ask("alice", "How is the merger ledger closed this year?", FINANCE)
    house.worker.step()
    assert house.invited(asked) == []
    with house.store.read() as tx:
        assert tx.routes.find(asked.id) is not None


def test_whoever_reached_their_cap_is_passed_over_for_the_next(house: House) -> None:
    for who in ("alice", "bob", "erik"):
        house.know(who, "How do I repair the coffee machine?")
    first, second = (
        house.ask("dora", "Repair the coffee machine?"),
        house.ask("dora", "Repair the coffee machine again?"),
    )
    house.worker.step()
    assert len(house.invited(first)) == 2 and len(house.invited(second)) == 1
    assert not set(house.invited(first)) & set(house.invited(second))


def test_a_question_answered_meanwhile_invites_nobody(house: House) -> None:
    house.know("alice", "How do I repair the coffee machine?")
    asked = house.ask("dora", "Who can repair our coffee machine?")
    kb.questions.answer(house.store, house.person("bob"), asked.id, "I can.", "en")
    house.worker.step()
    assert house.invited(asked) == []


def test_a_question_deleted_meanwhile_is_no_trouble(house: House, caplog: pytest.LogCaptureFixture) -> None:
    asked = house.ask("dora", "Who can repair our coffee machine?")
    kb.questions.delete_question(house.store, house.person("dora"), asked.id)
    house.worker.step()
    with house.store.read() as tx:
        assert tx.jobs.waiting(tx.now) == 0
    assert caplog.records == []


def test_a_failing_job_is_tried_again_later_and_kept_with_its_error(
    house: House, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with house.store.write() as tx:
        tx.jobs.add("no such kind", {})
    assert house.worker.step() and not house.worker.work()
    for _ in range(ATTEMPTS - 1):
        clock.forward(hours=1)
        assert house.worker.work()
    clock.forward(days=1)
    assert not house.worker.work()
    with house.store.read() as tx:
        ((job, error),) = tx.jobs.failed()
    assert job.kind == "no such kind" and "does not know" in error
    assert len(caplog.records) == ATTEMPTS


def test_tries_lie_further_and_further_apart(house: House, clock: Clock) -> None:
    with house.store.write() as tx:
        tx.jobs.add("no such kind", {})
    house.worker.work()
    for seconds in (5, 20, 80):
        clock.forward(seconds=seconds - 1)
        assert not house.worker.work()
        clock.forward(seconds=2)
        assert house.worker.work()


def test_a_job_of_a_worker_that_died_is_done_by_another(house: House, clock: Clock) -> None:
    house.know("alice", "How do I repair the coffee machine?")
    asked = house.ask("dora", "Who can repair our coffee machine?")
    house.worker.follow()
    with house.store.write() as tx:
        while tx.jobs.lease(60) is not None:
            pass
    assert not house.worker.work()
    clock.forward(seconds=61)
    house.worker.step()
    assert house.invited(asked) == ["alice"]


def test_an_index_that_another_process_writes_is_waited_for(house: House) -> None:
    asked = house.ask("dora", "Who can repair our coffee machine?")
    with sync.locked(house.folder):
        assert not house.worker.follow()
    time.sleep(0.6)
    assert house.worker.follow()
    found = house.finder.find("repair coffee machine", house.person("bob"))
    assert [each.question for each in found.answers] == [asked.id]


def test_an_index_rebuilt_by_another_process_is_followed_from_then_on(house: House) -> None:
    house.ask("dora", "Who can repair our coffee machine?")
    house.worker.follow()
    before = current(house.folder)
    encoder: Any = house.encoder
    sync.rebuild(house.store, house.folder, encoder)
    assert current(house.folder) != before
    asked = house.ask("dora", "Where are the tea bags?")
    assert house.worker.follow()
    found = house.finder.find("Where are the tea bags", house.person("bob"))
    assert asked.id in [each.question for each in found.answers]


def test_a_stale_index_is_told_once_and_does_not_stop_the_jobs(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.know("alice", "How do I repair the coffee machine?")
    house.worker.step()
    house.encoder.id = "another-model"
    asked = house.ask("dora", "Who can repair our coffee machine?")
    house.worker._pause_until = 0.0
    with caplog.at_level(logging.ERROR):
        house.worker.step()
        house.worker._pause_until = 0.0
        house.worker.step()
    assert [each.message for each in caplog.records if "--rebuild" in each.message] == [caplog.records[0].message]
    assert house.invited(asked) == ["alice"]


def test_the_loop_survives_everything_and_stops_at_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    steps: list[int] = []

    def broken(stop: Callable[[], bool]) -> bool:
        steps.append(1)
        if len(steps) == 1:
            raise RuntimeError("the disk is on fire")
        return False

    house.worker.step = broken  # type: ignore[assignment, method-assign]
    stop = threading.Event()
    stop.wait = lambda timeout=None: False  # type: ignore[assignment, method-assign]
    thread = threading.Thread(target=house.worker.run, args=(stop,))
    thread.start()
    while len(steps) < 3:
        time.sleep(0.01)
    stop.set()
    house.worker.wake.set()
    thread.join(5)
    assert not thread.is_alive()
    assert [each.message for each in caplog.records] == [
        "The worker could not go on, and tries again: RuntimeError: the disk is on fire"
    ]


def test_waking_the_worker_makes_a_question_findable_at_once(house: House) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=house.worker.run, args=(stop,))
    thread.start()
    try:
        began = time.monotonic()
        asked = house.ask("dora", "Who can repair our coffee machine?")
        house.worker.wake.set()
        while not house.finder.find("repair coffee machine", house.person("bob")).answers:
            assert time.monotonic() - began < 5
            time.sleep(0.01)
        assert asked.id
    finally:
        stop.set()
        house.worker.wake.set()
        thread.join(5)


def test_an_answer_closes_the_invitation_that_waited_for_it(house: House, clock: Clock) -> None:
    house.know("alice", "How do I repair the coffee machine?")
    asked = house.ask("dora", "Who can repair our coffee machine?")
    house.worker.step()
    clock.forward(minutes=5)
    kb.questions.answer(house.store, house.person("alice"), asked.id, "I can.", "en")
    with house.store.read() as tx:
        assert [each.status for each in tx.routes.invitations(asked.id)] == [InvitationStatus.ANSWERED]


def test_what_is_asked_between_two_jobs_is_found_before_the_second_ends(house: House) -> None:
    """A night's row of jobs keeps no new answer from being found."""
    seen: list[str] = []

    def ask(payload: object) -> None:
        house.ask("dora", "Where is the kiln of the pottery?")

    def look(payload: object) -> None:
        found = house.finder.find("kiln pottery", house.person("bob"))
        seen.extend(each.title for each in found.answers)

    house.worker.handlers |= {"ask": ask, "look": look}
    with house.store.write() as tx:
        tx.jobs.add("ask", {})
        tx.jobs.add("look", {})
    house.worker.step()
    assert seen == ["Where is the kiln of the pottery?"]


def test_learning_goes_on_beside_the_work_and_ends_with_the_worker(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stop, said = threading.Event(), threading.Event(), list[str]()

    def teach(store: object, indexer: object, finder: object, going_on: Callable[[str, int, int], None]) -> None:
        begun.set()
        try:
            while True:
                going_on("learning", 1, 2)
                time.sleep(0.01)
        finally:
            said.append("ended")

    monkeypatch.setattr("web.worker.teach", teach)
    house.worker._learn_at = 0.0
    running = threading.Thread(target=house.worker.run, args=(stop,))
    running.start()
    assert begun.wait(20)
    asked = house.ask("dora", "Who can repair our coffee machine?")
    while house.indexer.status().applied < house.indexer.status().last and running.is_alive():
        time.sleep(0.01)
    assert house.finder.find("coffee machine", house.person("bob")).answers[0].question == asked.id
    stop.set()
    house.worker.wake.set()
    running.join(20)
    assert not running.is_alive() and said == ["ended"]
