"""Tags that perhaps say the same: by what they mean, by what they stand on, never against what somebody decided."""

from __future__ import annotations

from pathlib import Path

import kb.questions
from indexer.finder import Finder
from indexer.sync import Indexer
from kb import Store
from kb.model import Person
from tests.people import COMMON, FINANCE
from tests.stand_in import stand_in

TAGS = ["backup", "train", "backups", "sécurité", "securite"]


def test_the_same_word_spelt_otherwise_comes_first_and_decisions_hold(
    store: Store, alice: Person, bob: Person, tmp_path: Path
) -> None:
    for tag in TAGS:
        kb.questions.ask(store, bob, COMMON, f"What about the {tag}?", "", [tag])
    kb.questions.ask(store, alice, FINANCE, "What about the secret?", "", ["merger"])
    Indexer(store, tmp_path / "index", stand_in()).catch_up()
    finder = Finder(store, tmp_path / "index", stand_in())
    found = finder.alike(TAGS, bob, 2, ())
    assert [(each.one, each.other, each.score) for each in found] == [
        ("backup", "backups", 1.0), ("sécurité", "securite", 1.0),
    ]  # fmt: skip
    apart = [frozenset(("backups", "backup"))]
    assert [each.one for each in finder.alike(TAGS, bob, 1, apart)] == ["sécurité"]
    assert finder.alike(["train"], bob, 5, ()) == () and finder.alike([], bob, 5, ()) == ()
