"""A data folder and the command line on it: what a command printed, how it ended, never a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import kb.questions
from kb import Store
from kb.model import Question
from tests import people
from tests.people import COMMON, FINANCE
from tests.web.words import WordEncoder
from web import cli, opening
from web.config import read_config

Result = tuple[int, str, str]
Run = Callable[..., Result]
NewUrl = Callable[[str], str]
Elsewhere = Callable[[], tuple[object, ...]]


@pytest.fixture
def data(tmp_path: Path, backend: str, new_url: NewUrl, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, its database on SQLite and on PostgreSQL; nothing of the surroundings shows through."""
    for name in [name for name in os.environ if name.startswith(("QUISAIT_", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "en_IE.UTF-8")
    monkeypatch.setenv("QUISAIT_DATA", str(tmp_path / "data"))
    if backend != "sqlite":
        monkeypatch.setenv("QUISAIT_DATABASE_URL", new_url(backend))
    monkeypatch.setattr(opening, "open_encoder", lambda config, say: WordEncoder())
    return tmp_path / "data"


@pytest.fixture
def quisait(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its exit status, what it printed, what it said beside."""

    def run(*arguments: object) -> Result:
        status = cli._run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return run


@pytest.fixture
def elsewhere(data: Path, backend: str, new_url: NewUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """What names another, empty knowledge base: arguments for `quisait`, and from then on its database."""

    def name() -> tuple[object, ...]:
        if backend != "sqlite":
            monkeypatch.setenv("QUISAIT_DATABASE_URL", new_url(backend))
        return ("--data", tmp_path / "elsewhere")

    return name


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """The knowledge base of the data folder."""
    store = opening.open_store(read_config())
    yield store
    store.close()


class Base:
    """A small knowledge base in the data folder."""

    def __init__(self, store: Store) -> None:
        self.store = store
        people.settle(self.store)
        self.open = self.ask("bob", COMMON, "How do I book a train to Lyon?")
        self.secret = self.ask("alice", FINANCE, "Which ledger takes the merger train costs?")
        kb.questions.answer(
            self.store, people.get(self.store, "dora"), self.open.id, "Book the train in the portal.", "en"
        )

    def ask(self, who: str, space: str, title: str) -> Question:
        return kb.questions.ask(self.store, people.get(self.store, who), space, title, "", [], "en")


@pytest.fixture
def base(store: Store) -> Base:
    return Base(store)


def found(result: Result) -> dict[str, Any]:
    assert result[0] == 0, result
    return dict(json.loads(result[1]))


# -- finding


@pytest.fixture
def community(tmp_path: Path) -> Path:
    folder = tmp_path / "community"
    folder.mkdir()
    rows: dict[str, list[object]] = {
        "people": [{"id": "ann", "name": "Ann", "email": "ann@example.org"}, {"id": "ben", "name": "Ben"}],
        "questions": [
            {"id": "q1", "title": "How do I book a train?", "author": "ann", "created": "2026-01-02"},
            {"id": "q2", "title": "Who orders paper?", "author": "ben", "created": "2026-01-03"},
        ],
        "answers": [
            {"id": "a1", "question": "q1", "author": "ben", "body": "In the portal.", "created": "2026-01-04"},
        ],
    }  # fmt: skip
    for name, each in rows.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in each))
    return folder
