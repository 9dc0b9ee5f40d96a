"""Real parts for the tests of finding: one encoder for the whole run, its model kept between runs; for most tests the
stand-in for it, and a small town of questions, answers and procedures on each database."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import kb.questions
from indexer.encoder import Encoder, load_encoder
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from kb.model import Duty, Person, Procedure, Revision
from tests import people
from tests.people import COMMON, FINANCE, PARTNER
from tests.stand_in import stand_in


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """A data folder that outlives the run, so that the model is made once (or where QUISAIT_TEST_CACHE says)."""
    return Path(os.environ.get("QUISAIT_TEST_CACHE") or Path.home() / ".cache" / "quisait-tests")


@pytest.fixture(scope="session")
def encoder(model_cache: Path) -> Encoder:
    """The default model, loaded. Tests that use it are marked slow."""
    return load_encoder(None, model_cache)


@dataclass
class Town:
    """A store with things in it, and the index that follows it."""

    store: Store
    folder: Path
    encoder: Any

    def person(self, id: str) -> Person:
        return people.get(self.store, id)

    def indexer(self) -> Indexer:
        return Indexer(self.store, self.folder, self.encoder)

    def follow(self) -> int:
        return self.indexer().catch_up()

    def finder(self) -> Finder:
        return Finder(self.store, self.folder, self.encoder)

    def ask(
        self, who: str, title: str, body: str = "", *, space: str = COMMON, tags: tuple[str, ...] = (),
        id: str | None = None,
    ) -> str:  # fmt: skip
        return kb.questions.ask(self.store, self.person(who), space, title, body, tags, "en", id).id

    def answer(self, who: str, question: str, body: str) -> str:
        return kb.questions.answer(self.store, self.person(who), question, body, "en").id

    def keep(self, key: str, space: str, owner: str, *texts: Revision) -> None:
        with self.store.write() as tx:
            tx.procedures.put([Procedure(key, space, owner)])
            tx.procedures.add_revisions(texts)
            tx.changes.add("load", "procedure", key)


def furnish(town: Town) -> None:
    """What everybody may read about trains and lasers, what only the finance team may (zircon), and what is shared with
    the partner (the crane)."""
    town.ask("bob", "How do I book a train ticket to Lyon?", "By Friday.", tags=("travel",), id="train")
    best = town.answer("dora", "train", "Book the train ticket in the travel portal, never by card.")
    town.answer("erik", "train", "I always take the car.")
    kb.questions.accept(town.store, town.person("bob"), "train", best)
    town.ask("dora", "Laser cutter drifts after warming up", tags=("workshop",), id="laser")
    town.ask("alice", "Which ledger takes the merger costs?", space=FINANCE, tags=("merger",), id="merger")
    town.answer("alice", "merger", "Ledger zircon seven takes the merger costs.")
    town.ask("charlie", "Where is the crane log kept?", space=PARTNER, tags=("crane",), id="crane")
    town.answer("alice", "crane", "The crane log is kept in the harbour office.")
    duties = (Duty("1", "Traveller", "Keeps the hotel bill"), Duty("2", "Manager", "Approves the claim", "Act 12"))
    town.keep(
        "TRV-01", COMMON, "dora",
        Revision("TRV-01", "en", 1, "Travel expenses", "Claim what a journey costs.", "", duties, ("expenses",)),
        Revision("TRV-01", "fr", 1, "Frais de mission", "Se faire rembourser un voyage.", "", (), ("frais",)),
    )  # fmt: skip
    merger = Revision("FIN-09", "en", 1, "Closing the merger ledger", "How zircon ledgers are closed.")
    town.keep("FIN-09", FINANCE, "alice", merger)


@pytest.fixture
def bare(settled: Store, tmp_path: Path) -> Town:
    """People and spaces alone, on each database; nothing indexed yet."""
    return Town(settled, tmp_path / "index", stand_in())


@pytest.fixture
def town(bare: Town) -> Town:
    """The furnished town, indexed."""
    furnish(bare)
    bare.follow()
    return bare


@pytest.fixture
def sqlite_town(new_store: Callable[[str], Store], tmp_path: Path) -> Town:
    """The furnished town on SQLite alone, indexed: for what the database has no part in."""
    town = Town(new_store("sqlite"), tmp_path / "index", stand_in())
    people.settle(town.store)
    furnish(town)
    town.follow()
    return town
