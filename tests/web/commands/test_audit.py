"""`quisait audit`: what it prints, and that a spoilt trail ends with 1."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from zipfile import ZipFile

from kb.model import Person
from tests.web.commands.conftest import Base, Run


def test_a_whole_trail_is_said_to_be_whole(quisait: Run, base: Base) -> None:
    assert quisait("token", "bob@example.org")[0] == 0
    status, out, _ = quisait("audit", "verify")
    head = quisait("audit", "head")[1].split()
    assert status == 0 and out == f"The trail is whole: 1 entry.\nHead: {head[1]}\n" and head[0] == "1"
    assert quisait("audit", "verify", "--head", head[1])[0] == 0
    told = json.loads(quisait("audit", "verify", "--json")[1])
    assert told == {"sound": True, "entries": 1, "head": head[1], "fault_count": 0, "faults": []}


def test_a_spoilt_trail_ends_with_1_and_names_the_entry(quisait: Run, base: Base) -> None:
    quisait("token", "bob@example.org")
    quisait("token", "alice@example.org")
    with base.store.write() as tx:
        tx.connection.exec_driver_sql("update audit set kind = 'nothing' where number = 1")
        tx.connection.exec_driver_sql("delete from audit where number = 2")
    status, out, _ = quisait("audit", "verify")
    assert status == 1
    assert out.splitlines() == [
        "Entry 1 was altered: its content does not fit its hash.", "The end is cut off: entries 2 to 2 are missing.",
    ]  # fmt: skip
    assert "audit trail: 2 faults. Name them: quisait audit verify" in quisait("check")[1]


def test_a_head_that_cannot_be_one_is_one_sentence(quisait: Run, base: Base) -> None:
    status, _, err = quisait("audit", "verify", "--head", "xyz")
    assert status == 1 and err.startswith("quisait: A head is 64 characters")
    assert quisait("audit", "head") == (1, "", "quisait: Nothing was recorded yet.\n")


def test_the_trail_is_exported_exactly_and_as_a_table(quisait: Run, base: Base, tmp_path: Path) -> None:
    with base.store.write() as tx:
        tx.people.put([Person("gus", "Gus", "gus@example.org")])
    quisait("token", "gus@example.org")
    assert quisait("audit", "export", tmp_path / "a.jsonl") == (0, "", f"{tmp_path / 'a.jsonl'}: 2 entries.\n")
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert [(row["action"], row["id"]) for row in rows] == [("issue token", "gus"), ("export", "")]
    assert rows[1]["previous"] == rows[0]["hash"]
    assert quisait("audit", "export", tmp_path / "a.csv")[0] == 0
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert [row["number"] for row in csv.DictReader(file)] == ["1", "2", "3"]
    status, _, err = quisait("audit", "export", tmp_path / "a.txt")
    assert status == 1 and "should end in .jsonl" in err


def test_a_proof_of_a_day_is_written_and_recorded(quisait: Run, base: Base, tmp_path: Path) -> None:
    today = base.store.clock().date().isoformat()
    status, _, err = quisait("proof", "--on", today, tmp_path / "p.zip")
    assert status == 0 and "texts in force" in err
    names = ZipFile(tmp_path / "p.zip").namelist()
    assert f"proof-{today}/README.md" in names and f"proof-{today}/SHA256SUMS" in names
    (folder,) = {name.partition("/")[0] for name in names}
    trail = ZipFile(tmp_path / "p.zip").read(f"{folder}/audit.jsonl").decode().splitlines()
    assert json.loads(trail[-1])["kind"] == "proof"
    for arguments, told in (
        (["--on", today, tmp_path / "p.pdf"], "should end in .zip"),
        (["--on", "2999-01-01", tmp_path / "p.zip"], "This day is to come"),
        (["--on", today, "--space", "nowhere", tmp_path / "p.zip"], "There is no space"),
    ):
        status, _, err = quisait("proof", *arguments)
        assert status == 1 and told in err
