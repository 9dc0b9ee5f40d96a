"""Practices and what people say of them come from files: into the space of their answers, once, bad rows told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb import Store, practices
from kb.advice import Help, TaskKind, Verdict
from kb.loading import LoadReport, load
from kb.practices import Words
from tests.kb.communities import Row, community, fared
from tests.people import Clock

PRACTICES: list[Row] = [
    {"id": "p1", "title": "Réserver un train", "body": "Au guichet.", "answers": ["a1"], "helps": ["TRV-1#2"],
     "tags": ["Train"], "created": "2026-02-01 10:00",
     "verifier": "ana", "verified": "2026-03-01 10:00", "until": "2027-03-01"},
    {"id": "p2", "title": "Sans réponse", "body": "x", "answers": ["a9"]},
    {"id": "p3", "title": "Sans titre", "body": "", "answers": ["a1"]},
]  # fmt: skip
SAID: list[Row] = [
    {"person": "ana", "on": "p1", "verdict": "works", "created": "2026-04-01 10:00"},
    {"person": "cleo", "on": "p1", "verdict": "outdated", "created": "2026-05-01 10:00", "note": "Guichet fermé."},
    {"person": "cleo", "on": "a1", "verdict": "works"},
    {"person": "ben", "on": "p1", "verdict": "works"},
    {"person": "cleo", "on": "p9", "verdict": "works"},
    {"person": "ana", "on": "a1", "verdict": "perhaps"},
]
PROCEDURES: list[Row] = [
    {"key": "TRV-1", "title": "Voyager", "summary": "Y aller.", "body": "", "language": "fr", "tags": []}
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return community(tmp_path / "town", practices=PRACTICES, confirmations=SAID, procedures=PROCEDURES)


def loaded(store: Store, folder: Path) -> LoadReport:
    return load(store, [folder])


def test_a_practice_stands_in_the_space_of_its_answers_with_its_authors(store: Store, folder: Path) -> None:
    report = loaded(store, folder)
    assert fared(report, "practice") == (1, 0, 0, 2) and fared(report, "confirmation") == (3, 0, 0, 3)
    with store.read() as tx:
        made = tx.practices.get("p1")
        assert made.space == tx.questions.get("q1").space and made.authors == ("ben",) and made.keeper == "ben"
        assert made.helps == (Help("TRV-1", "2"),) and made.tags == ("train",)
        assert (made.verifier, made.until) == ("ana", date(2027, 3, 1))
        said = {each.person: each.verdict for each in tx.confirmations.of_practices(["p1"])["p1"]}
        assert said == {"ana": Verdict.WORKS, "cleo": Verdict.OUTDATED}
        assert [(each.kind, each.person) for each in tx.tasks.open()] == [(TaskKind.DOUBTED, "ben")]
    assert any("a9" in each.reason or "p2" in each.reason for each in report.problems)


def test_loading_again_changes_nothing(store: Store, folder: Path) -> None:
    loaded(store, folder)
    with store.read() as tx:
        before = tx.changes.last()
    report = loaded(store, folder)
    assert fared(report, "practice")[:3] == (0, 0, 1) and fared(report, "confirmation")[:3] == (0, 0, 3)
    with store.read() as tx:
        assert tx.changes.last() == before and len(tx.tasks.open()) == 1


def test_what_was_edited_or_verified_here_since_stays(store: Store, folder: Path, clock: Clock) -> None:
    loaded(store, folder)
    with store.read() as tx:
        ben = tx.people.get("ben")
    practices.edit(store, ben, "p1", Words("Réserver", "En ligne.", ("ben",), keeper="ben"))
    report = loaded(store, folder)
    with store.read() as tx:
        assert tx.practices.get("p1").body == "En ligne."
    assert any("changed here since" in each.reason for each in report.problems)
