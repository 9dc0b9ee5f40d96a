"""People from spreadsheets: French ones, Latin-1, without ids, loaded again."""

from __future__ import annotations

from pathlib import Path

import kb.people
import kb.questions
from kb import Store
from kb.loading import load
from kb.model import Person
from tests import people
from tests.kb.communities import (
    community,
    fared,
    lines,
)


def test_people_come_from_a_french_spreadsheet(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "annuaire.csv"
    file.write_text(
        "Prénom;Nom;Courriel;Fonction;Service;Site;Langues;Compétences\r\n"
        "Zoé;Lefèvre;zoe.lefevre@x.example;Acheteuse;Achats;Lyon;Français, anglais;commandes, appels d'offres\r\n"
        "Luc;Petit;;;;;;\r\n\r\n;;x@y.example;;;;;\r\nA;B;a@b.example;;;;;;trop\r\n",
        encoding="utf-8-sig",
        newline="",
    )
    report = load(store, [file])
    assert fared(report, "person") == (2, 0, 0, 2)
    assert [each.line for each in report.problems] == [5, 6]
    with store.read() as tx:
        zoe = tx.people.get("zoe-lefevre")
        assert tx.people.get("luc-petit").name == "Luc Petit"
    assert (zoe.name, zoe.title, zoe.unit, zoe.site) == ("Zoé Lefèvre", "Acheteuse", "Achats", "Lyon")
    assert (zoe.languages, zoe.skills) == (("fr", "en"), ("commandes", "appels d'offres"))
    assert load(store, [file]).written == 0


def test_a_spreadsheet_without_ids_finds_people_by_their_address(store: Store, tmp_path: Path) -> None:
    people.settle(store)
    file = tmp_path / "people.csv"
    file.write_text(
        "name,email,title\nAlice Martin,ALICE@example.org,Controller\nBob Other,bob@elsewhere.example,\n",
        encoding="utf-8",
    )
    report = load(store, [file])
    assert fared(report, "person") == (1, 1, 0, 0)
    with store.read() as tx:
        assert (tx.people.get("alice").title, tx.people.get("alice").languages) == ("Controller", ("fr", "en"))
        assert tx.people.get("bob").name == "Bob Dupont"
        assert tx.people.get("bob-at-elsewhere-example").name == "Bob Other"


def test_a_latin_1_spreadsheet_is_read_with_a_note_or_refused_with_the_mend(store: Store, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("nom,email\nZoé Lefèvre,zoe@x.example\n".encode("latin-1"))
    report = load(store, [tmp_path / "people.csv"])
    assert report.counts["person"].added == 1 and "not UTF-8" in report.problems[0].reason
    with store.read() as tx:
        assert tx.people.get("zoe").name == "Zoé Lefèvre"
    (tmp_path / "people.csv").write_bytes(b"nom\nZo\x81\xe9\n")
    report = load(store, [tmp_path / "people.csv"])
    assert report.counts["person"].added == 0 and "Save it as UTF-8" in report.problems[0].reason


def test_a_spreadsheet_without_a_name_column_says_what_it_found_and_needs(store: Store, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("Ville,Âge\nLyon,3\n", encoding="utf-8")
    report = load(store, [tmp_path / "people.csv"])
    assert (report.written, len(report.problems)) == (0, 1)
    assert "Ville, Âge" in report.problems[0].reason and "Needed: name" in report.problems[0].reason


def test_an_address_belongs_to_one_person_and_can_pass_to_another(store: Store, tmp_path: Path) -> None:
    people.settle(store)
    file = tmp_path / "people.jsonl"
    file.write_text(
        lines(
            [{"id": "eve", "name": "Eve", "email": "Bob@example.org"}, {"id": "odd", "name": "Odd", "email": "nobody"}]
        )
    )
    report = load(store, [file])
    assert report.counts["person"].added == 2 and "belongs to bob already" in report.problems[1].reason
    file.write_text(
        lines(
            [
                {"id": "eve", "name": "Eve", "email": "bob@example.org"},
                {"id": "bob", "name": "Bob", "email": "b@example.org"},
            ]
        )
    )
    report = load(store, [file])
    assert not report.problems
    with store.read() as tx:
        assert (tx.people.get("eve").email, tx.people.get("bob").email) == ("bob@example.org", "b@example.org")
        assert tx.people.get("bob").skills == ("excel",)
    assert load(store, [file]).written == 0


def test_a_person_who_is_loaded_again_keeps_what_the_file_does_not_say(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "c")
    load(store, [folder])
    ben: Person = people.get(store, "ben")
    kb.people.edit_profile(store, ben, "ben", ["excel"], ["fr"], "I know trains")
    report = load(store, [folder])
    assert fared(report, "person") == (0, 0, 3, 0)
    assert people.get(store, "ben").about == "I know trains"
