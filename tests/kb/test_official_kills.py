"""Killed in the middle of any step of the official layer, nothing of that step stays, and it can be done again.

A child process does the step on a copy of the knowledge base and kills itself (signal 9) just before one of its writes,
or just before its commit: each in turn. What is left is compared, table by table, with what was there before. On
SQLite, whose file is what a killed process leaves behind.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

import kb.practices
import kb.questions
from kb import Store, approving, audit, campaigns, charters, drafting, retention, reviewing
from kb.campaigns import Wish
from kb.lifecycle import digest
from kb.practices import Words
from tests import official, people
from tests.official import KEY, TEXT, approved, in_force, submitted, who
from tests.people import COMMON, START, Clock

Step = Callable[[Store], object]
YEARS = timedelta(days=800)


def opened(folder: Path, clock: Clock | None = None) -> Store:
    return Store(f"sqlite:///{folder / 'kb.sqlite'}", clock or Clock())


def _asked(store: Store) -> None:
    campaigns.start(store, who(store, "bob"), KEY, Wish(START.date() + timedelta(days=30), spaces=(COMMON,)))


def _answered(store: Store) -> None:
    asked = kb.questions.ask(store, who(store, "erik"), COMMON, "How do I book?", id="q1")
    kb.questions.answer(store, who(store, "bob"), asked.id, "In the portal.", id="a1")


def _promoted(store: Store) -> None:
    words = Words("Booking", "In the portal.", helps=(f"{KEY}#1",))
    kb.practices.promote(store, who(store, "dora"), COMMON, words, ["a1"], id="p1")


def _save(store: Store) -> None:
    draft = drafting.begin(store, who(store, "bob"), KEY, "en")
    drafting.save(store, who(store, "bob"), KEY, "en", TEXT, draft.saves)


def _sign(store: Store) -> None:
    with store.read() as tx:
        revision = next(each for each in tx.procedures.history(KEY) if each.name == "en.2")
    approving.approve(store, who(store, "alice"), KEY, "en.2", digest(revision))


def _old(store: Store) -> None:
    """The first text was replaced, and is kept for a month."""
    with store.read() as tx:
        charter = tx.charters.get(COMMON)
    charters.put(store, who(store, "carla"), replace(charter, keep_months=1))
    approved(store)
    approving.publish_due(store)


def _proposed(store: Store) -> None:
    _old(store)
    store.clock = Clock(START + YEARS)
    retention.propose(store, who(store, "carla"), COMMON, [f"{KEY}@en.1"])


def _released(store: Store) -> None:
    with store.read() as tx:
        (release,) = tx.releases.open([COMMON])
    retention.confirm(store, who(store, "erik"), release.id)


STEPS: dict[str, tuple[Step, Step]] = {  # what is there before, and the step
    "submit": (_save, lambda store: drafting.submit(store, who(store, "bob"), KEY, "en", 1)),
    "approve": (submitted, _sign),
    "publish": (approved, approving.publish_due),
    "still valid": (lambda store: None, lambda store: reviewing.still_valid(store, who(store, "bob"), KEY, "As ever")),
    "retire": (_asked, lambda store: reviewing.retire(store, who(store, "carla"), KEY, "Merged", None)),
    "campaign": (lambda store: None, _asked),
    "acknowledge": (
        _asked, lambda store: campaigns.acknowledge(store, who(store, "alice"), KEY, in_force(store).name)
    ),
    "promote": (_answered, _promoted),
    "release": (_proposed, _released),
}  # fmt: skip


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kills")
    store = opened(folder)
    people.settle(store)
    official.found(store)
    store.close()
    return folder


def everything(folder: Path) -> dict[str, list[Any]]:
    """Every row of every table."""
    store = opened(folder)
    with store.engine.connect() as connection:
        names = [row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        found = {name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"')))) for name in names}
    assert audit.verify(store).sound
    store.close()
    return found


def killed_at(folder: Path, step: Step, late: bool, place: int) -> bool:
    """Do the step in a process that kills itself before write or commit number `place`; whether it came so far."""
    child = os.fork()
    if child == 0:
        store = opened(folder, Clock(START + YEARS) if late else None)
        passed = iter(range(1_000_000))

        def stop(*_given: object) -> None:
            if next(passed) == place:
                os.kill(os.getpid(), signal.SIGKILL)

        def executed(connection: object, cursor: object, statement: str, *_rest: object) -> None:
            if statement.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
                stop()

        try:
            event.listen(store.engine, "before_cursor_execute", executed)
            event.listen(store.engine, "commit", stop)
            step(store)
            os._exit(0)
        finally:  # a step that raises must not go on as a second pytest
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_is_killed_leaves_nothing_and_can_be_done_again(furnished: Path, tmp_path: Path, name: str) -> None:
    prepare, step = STEPS[name]
    late = "release" in name
    before = Path(shutil.copytree(furnished, tmp_path / "before"))
    store = opened(before)
    prepare(store)
    store.close()
    stood = everything(before)
    folder = Path(shutil.copytree(before, tmp_path / "now"))
    for place in range(200):
        if not killed_at(folder, step, late, place):
            break
        assert everything(folder) == stood, f"write or commit {place}"
    assert place >= 3, "it writes, leaves a row of the change log, and commits"
    assert everything(folder) != stood, "the next try went through"
