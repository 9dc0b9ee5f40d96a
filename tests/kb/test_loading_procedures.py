"""Procedures come from Markdown and JSON Lines; a changed text becomes a new revision, a broken file says why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kb import Store
from kb.loading import LoadReport, load
from kb.model import Duty, ProcedureStatus, Revision, RevisionStatus
from tests import people
from tests.people import START

FRENCH = """---
key: FIN-01
title: Faire payer une facture
language: fr
owner: alice
deputy: BOB@example.org
space: finance
status: published
effective: 2026-09-01
review_every: 12 months
satisfies: [Code de commerce art. L441-10, Règle interne]
tags: [Factures, TVA]
---
Payer au bon fournisseur.

Une seule fois.

## Qui fait quoi

| Étape | Qui | Quoi | Règle |
| --- | :-: | --- | --- |
| 1 | Fournisseur | Envoie la facture \\| le PDF | CGI art. 289 bis |
| 2a | Demandeur | Enregistre | |

## Délais

Trente jours.

```
# pas un titre
```

| Montant | Devis | Signature |
| --- | --- | --- |
| 10 | 1 | N+1 |
"""


def written(folder: Path, text: str, name: str = "FIN-01.fr.md") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def one(text: str, key: str) -> str:
    return text.replace("FIN-01", key)


@pytest.fixture
def store(store: Store) -> Store:
    people.settle(store)
    return store


def outcome(report: LoadReport) -> tuple[int, int, int, int]:
    count = report.counts["procedure"]
    return count.added, count.changed, count.unchanged, count.bad


def test_a_markdown_procedure_is_read_with_its_duties(store: Store, tmp_path: Path) -> None:
    report = load(store, [written(tmp_path / "p", FRENCH)])
    assert (report.problems, outcome(report)) == ([], (1, 0, 0, 0))
    with store.read() as tx:
        procedure = tx.procedures.get("FIN-01")
    text = procedure.revision("fr")
    assert (procedure.owner, procedure.deputy, procedure.space, procedure.review_months) == (
        "alice",
        "bob",
        "finance",
        12,
    )
    assert procedure.satisfies == ("Code de commerce art. L441-10", "Règle interne")
    assert (text.number, text.summary, text.tags) == (
        1,
        "Payer au bon fournisseur.\n\nUne seule fois.",
        ("factures", "tva"),
    )
    assert text.duties == (
        Duty("1", "Fournisseur", "Envoie la facture | le PDF", "CGI art. 289 bis"),
        Duty("2a", "Demandeur", "Enregistre", ""),
    )
    assert text.body.startswith("## Délais") and "Montant" in text.body and "Étape" not in text.body
    assert (text.effective, text.change) == (date(2026, 9, 1), "Loaded from FIN-01.fr.md")


def test_columns_of_the_duties_are_known_by_their_headings_in_either_language(store: Store, tmp_path: Path) -> None:
    text = FRENCH.replace("| Étape | Qui | Quoi | Règle |", "| Who | Step | Rule | What |").replace(
        "| 2a | Demandeur | Enregistre | |", "| D | 2 | R | W |"
    )
    load(store, [written(tmp_path / "p", text)])
    with store.read() as tx:
        assert tx.procedures.get("FIN-01").revisions[0].duties[1] == Duty("2", "D", "W", "R")


def test_a_changed_text_becomes_the_next_revision_and_an_unchanged_one_nothing(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "p", FRENCH)
    written(
        folder, FRENCH.replace("language: fr", "language: en").replace("Faire payer une facture", "Pay"), "FIN-01.en.md"
    )
    load(store, [folder])
    with store.read() as tx:
        number = tx.changes.last()
    assert outcome(load(store, [folder])) == (0, 0, 2, 0)
    report = load(store, [written(folder, FRENCH.replace("Trente jours", "Soixante jours"))])
    assert outcome(report) == (0, 1, 1, 0)
    with store.read() as tx:
        assert [(each.action, each.kind, each.id) for each in tx.changes.since(number)] == [
            ("load", "procedure", "FIN-01")
        ]
        french = [each for each in tx.procedures.history("FIN-01") if each.language == "fr"]
        assert sorted((each.number, each.status) for each in french) == [
            (1, RevisionStatus.SUPERSEDED),
            (2, RevisionStatus.PUBLISHED),
        ]
        assert tx.procedures.get("FIN-01").revision("en").number == 1
    load(store, [written(folder, FRENCH)])
    with store.read() as tx:
        assert tx.procedures.get("FIN-01").revision("fr").number == 3


def test_an_old_file_does_not_replace_a_revision_approved_here(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "p", FRENCH)
    load(store, [folder])
    with store.write() as tx:
        first = tx.procedures.get("FIN-01").revision("fr")
        tx.procedures.add_revisions(
            [replace(first, number=2, body="Better", author="alice", change="Approved", created=START)]
        )
    report = load(store, [folder])
    assert outcome(report) == (0, 0, 1, 0) and "which revision 2 replaced" in report.problems[0].reason


def test_a_procedure_retired_here_stays_retired(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "p", FRENCH)
    load(store, [folder])
    with store.write() as tx:
        tx.procedures.put([replace(tx.procedures.get("FIN-01"), status=ProcedureStatus.RETIRED)])
    report = load(store, [folder])
    assert outcome(report) == (0, 0, 1, 0) and "stays so" in report.problems[0].reason


def test_a_draft_is_loaded_once_and_not_in_force(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "p", FRENCH.replace("status: published", "status: draft"))
    load(store, [folder])
    assert outcome(load(store, [folder])) == (0, 0, 1, 0)
    with store.read() as tx:
        procedure = tx.procedures.get("FIN-01")
        assert (procedure.status, procedure.revisions) == (ProcedureStatus.DRAFT, ())
    load(store, [written(folder, FRENCH)])
    with store.read() as tx:
        assert (tx.procedures.get("FIN-01").status, tx.procedures.get("FIN-01").revision("fr").number) == (
            ProcedureStatus.PUBLISHED,
            2,
        )


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("title: Faire", "title: Faire: payer"), 3, "cannot be read"),
        (("key: FIN-01\n", ""), 1, "key is missing"),
        (("title: Faire payer une facture", "title:"), 3, "title is missing"),
        (("language: fr", "language: de"), 4, "not one of: fr, en"),
        (("---\nkey", "key"), 1, "no front matter"),
        (("tags: [Factures, TVA]\n---", "tags: [Factures, TVA]"), 1, "has no end"),
        (("status: published", "status: perhaps"), 8, "not one of"),
        (("satisfies: [Code", "satisfies: [[Code]"), 11, "cannot be read"),
        (
            ("satisfies: [Code de commerce art. L441-10, Règle interne]", "satisfies: [{a: b}]"),
            11,
            "satisfies must be text",
        ),
        (("Payer", "Payer\x00"), 1, "NUL"),
    ],
)
def test_a_broken_file_says_where_and_the_others_load(
    store: Store, tmp_path: Path, change: tuple[str, str], line: int, words: str
) -> None:
    folder = written(tmp_path / "p", FRENCH.replace(*change))
    written(folder, one(FRENCH, "FIN-02"), "FIN-02.fr.md")
    report = load(store, [folder])
    assert outcome(report) == (1, 0, 0, 1)
    assert [(each.file, each.line) for each in report.problems] == [("FIN-01.fr.md", line)]
    assert words in report.problems[0].reason


def test_a_key_and_language_given_twice_is_told_and_the_first_is_loaded(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "p", FRENCH)
    written(folder, FRENCH.replace("Trente", "Quarante"), "copy.md")
    report = load(store, [folder])
    assert outcome(report) == (1, 0, 0, 1)
    assert "first in FIN-01.fr.md" in report.problems[0].reason and report.problems[0].file == "copy.md"


def test_an_unknown_owner_is_told_with_its_line_and_the_procedure_is_kept(store: Store, tmp_path: Path) -> None:
    report = load(store, [written(tmp_path / "p", FRENCH.replace("owner: alice", "owner: nobody@example.org"))])
    assert (outcome(report), report.problems[0].line) == ((1, 0, 0, 0), 5)
    assert report.problems[0].reason == "owner nobody@example.org is not known: add them to people."
    with store.read() as tx:
        assert tx.procedures.get("FIN-01").owner is None


def test_a_period_or_date_that_cannot_be_read_is_left_out_with_a_note(store: Store, tmp_path: Path) -> None:
    text = FRENCH.replace("12 months", "often").replace("2026-09-01", "soon")
    report = load(store, [written(tmp_path / "p", text)])
    assert outcome(report) == (1, 0, 0, 0)
    assert sorted((each.line or 0) for each in report.problems) == [9, 10]


def test_a_readme_beside_the_procedures_is_no_procedure_and_sub_folders_are_searched(
    store: Store, tmp_path: Path
) -> None:
    written(tmp_path / "p", "# About\n", "README.md")
    written(tmp_path / "p" / "deep", FRENCH)
    report = load(store, [tmp_path / "p"])
    assert (report.problems, outcome(report)) == ([], (1, 0, 0, 0))


def test_procedures_come_as_json_lines_with_duties_and_without_titles(store: Store, tmp_path: Path) -> None:
    rows = [
        {
            "key": "a/b",
            "title": "",
            "summary": "",
            "body": "x" * 200_000,
            "language": "fr",
            "tags": ["Formalités d'une association"],
        },
        {
            "key": "c",
            "title": "C",
            "body": "",
            "language": "en",
            "review_every": "2 ans",
            "duties": [{"step": 1, "who": "Buyer", "what": "Orders"}, {"role": "Boss", "what": "Signs", "rule": "R"}],
        },
        {"key": "d", "title": "D", "duties": "none"},
        {"key": "e", "language": "fr"},
    ]
    (tmp_path / "procedures.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = load(store, [tmp_path / "procedures.jsonl"], space="common")
    assert outcome(report) == (2, 0, 0, 2)
    with store.read() as tx:
        assert tx.procedures.get("a/b").revision("fr").tags == ("formalités-d-une-association",)
        procedure = tx.procedures.get("c")
    text: Revision = procedure.revision("en")
    assert (procedure.review_months, text.duties) == (
        24,
        (Duty("1", "Buyer", "Orders"), Duty("2", "Boss", "Signs", "R")),
    )
    assert outcome(load(store, [tmp_path / "procedures.jsonl"], space="common")) == (0, 0, 2, 2)
    assert outcome(load(store, [tmp_path / "procedures.jsonl"], space="common", prefix="x-"))[0] == 2
