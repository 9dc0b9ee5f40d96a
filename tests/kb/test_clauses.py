"""The clause map: read from a table row by row, laid beside the procedures that say they satisfy it."""

from __future__ import annotations

import pytest

from kb import Store, audit, clauses
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Duty, Person, Procedure, Revision
from kb.records import AuditSearch
from tests.people import COMMON, FINANCE

TABLE = """Référence;Règlement;Titre;Aussi
ISO 9001 § 7.10;ISO 9001;Ten;
ISO 9001 § 7.2;ISO 9001;Two;
RGPD art. 33;RGPD;Notifier;GDPR art. 33|Règlement (UE) 2016/679 art. 33
RGPD art. 30;RGPD;Registre;
"""


@pytest.fixture
def furnished(settled: Store) -> Store:
    duties = (Duty("1", "A", "w", "gdpr, art 33"), Duty("2", "B", "w", "X 1; RGPD art. 33"), Duty("3", "C", "w", ""))
    with settled.write() as tx:
        tx.procedures.put([
            Procedure("C-1", COMMON, satisfies=("RGPD art. 33", "ISO 9001 7.2")), Procedure("C-2", COMMON),
            Procedure("F-1", FINANCE, satisfies=("RGPD art. 30", "SOX 404")),
        ])  # fmt: skip
        tx.procedures.add_revisions([
            Revision("C-1", "fr", 1, "Un"), Revision("C-2", "fr", 1, "Deux", duties=duties),
            Revision("F-1", "fr", 1, "Trois"),
        ])  # fmt: skip
    return settled


def load(store: Store, text: str = TABLE, person: Person | None = None) -> clauses.Taken:
    return clauses.load(store, text.encode(), person)


def laid(store: Store, reader: Person) -> dict[str, dict[str, tuple[str, ...]]]:
    found = clauses.clause_map(store, reader)
    return {each.clause.reference: {one.procedure.key: one.steps for one in each.by} for each in found.lines}


def test_a_table_is_taken_once_and_again_changes_nothing(settled: Store, alice: Person) -> None:
    assert load(settled, person=alice) == clauses.Taken(4, 0, 0, ())
    assert load(settled, person=alice) == clauses.Taken(0, 0, 4, ())
    assert load(settled, "clause,title\nRGPD art 30,Register\n") == clauses.Taken(0, 1, 0, ())
    entries = audit.entries(settled, Person("x", "X", admin=True), AuditSearch(about="clause"))
    assert [(each.actor, each.action) for each in entries] == [(None, "load"), ("alice", "load")]


def test_what_a_row_leaves_empty_stays(settled: Store, alice: Person) -> None:
    load(settled)
    load(settled, "reference\nrgpd Art. 33\n")
    kept = next(each for each in clauses.clause_map(settled, alice).lines if each.clause.id == "rgpd-art-33").clause
    assert (kept.reference, kept.title, len(kept.also)) == ("rgpd Art. 33", "Notifier", 2)


@pytest.mark.parametrize(
    ("row", "line", "told"),
    [
        (";RGPD;Nothing;", 6, "The reference is missing"),
        ("RGPD art 30;;;", 6, "stands in line 5 already"),
        ("A 1;b;c;d;e", 6, "more cells than the first line"),
        ("A 2;;;GDPR art. 33", 6, "a way of writing “RGPD art. 33” too"),
        (f"{'A' * 201};;;", 6, "Shorten it"),
        ("\n\nA\x01 3;;;", 8, "cannot be stored"),
    ],
)
def test_a_bad_row_is_told_by_line_and_the_good_ones_are_taken(settled: Store, row: str, line: int, told: str) -> None:
    taken = load(settled, f"{TABLE}{row}\nLast;;;\n")
    assert taken.added == 5
    assert [(each.line, told in str(each.error)) for each in taken.bad] == [(line, True)], taken.bad


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"", "empty"), (b"title,regulation\na,b\n", "must name the columns"), (b"\xff\xfea", "not text")],
)
def test_a_table_that_cannot_be_read_is_refused_whole(settled: Store, data: bytes, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        clauses.load(settled, data)


def test_tables_of_other_programs_are_read_too(settled: Store) -> None:
    assert clauses.load(settled, "référence\tTitre\nA 1\tÉté\n".encode("utf-16")).added == 1
    assert clauses.load(settled, "Référence,Titre\nA 2,Été\n".encode("cp1252")).added == 1


def test_the_map_joins_what_procedures_and_their_duties_name(furnished: Store, alice: Person) -> None:
    load(furnished)
    assert laid(furnished, alice) == {
        "ISO 9001 § 7.2": {"C-1": ()}, "ISO 9001 § 7.10": {}, "RGPD art. 30": {"F-1": ()},
        "RGPD art. 33": {"C-1": (), "C-2": ("1", "2")},
    }  # fmt: skip
    assert list(laid(furnished, alice))[:2] == ["ISO 9001 § 7.2", "ISO 9001 § 7.10"]
    found = clauses.clause_map(furnished, alice)
    assert [each.clause.reference for each in found.gaps] == ["ISO 9001 § 7.10"]
    assert [each.clause.reference for each in found.overlaps] == ["RGPD art. 33"]
    assert [(name, [each.key for each in by]) for name, by in found.unknown] == [("SOX 404", ["F-1"])]


def test_the_map_tells_nothing_of_procedures_that_are_hidden(furnished: Store, erik: Person) -> None:
    load(furnished)
    assert laid(furnished, erik)["RGPD art. 30"] == {}
    assert clauses.clause_map(furnished, erik).unknown == ()


def test_a_reference_is_taken_into_the_map_and_out_of_it(furnished: Store, alice: Person) -> None:
    clause = clauses.adopt(furnished, alice, " SOX  404 ")
    assert clauses.adopt(furnished, alice, "sox 404") == clauses.clause_map(furnished, alice).lines[0].clause
    assert laid(furnished, alice) == {"SOX 404": {"F-1": ()}}
    clauses.remove(furnished, alice, clause.id)
    assert laid(furnished, alice) == {}
    with pytest.raises(NotFound):
        clauses.remove(furnished, alice, clause.id)


def test_others_may_neither_see_nor_change_the_map(furnished: Store, bob: Person, dora: Person) -> None:
    for who in (bob, dora):
        with pytest.raises(Forbidden):
            clauses.clause_map(furnished, who)
        with pytest.raises(Forbidden):
            load(furnished, person=who)
        with pytest.raises(Forbidden):
            clauses.adopt(furnished, who, "X")
        with pytest.raises(Forbidden):
            clauses.remove(furnished, who, "x")
