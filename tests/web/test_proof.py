"""The proof pack, checked as a stranger would: unpacked, with sha256sum and the program inside, no Quisait."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

import kb.proof
from kb import Store, approving, campaigns, reviewing
from kb.campaigns import Wish
from kb.errors import Forbidden, Invalid, NotFound
from tests import official
from tests.official import KEY, approved, who
from tests.people import COMMON, FINANCE, START, Clock
from tests.web.conftest import Town
from web import proof_pack


@pytest.fixture
def office(town: Town, clock: Clock) -> Town:
    """A text approved and in force, two of five who acknowledged it, a review done late."""
    official.found(town.store)
    approved(town.store)
    approving.publish_due(town.store)
    store = town.store
    campaigns.start(store, who(store, "bob"), KEY, Wish(START.date() + timedelta(days=30), spaces=(COMMON,)))
    for person in ("alice", "dora"):
        campaigns.acknowledge(store, who(store, person), KEY, "en.2", by_mail=person == "dora")
    return town


def unpacked(store: Store, folder: Path, day: date, person: str | None = None, space: str | None = None) -> Path:
    proof = kb.proof.prove(store, who(store, person) if person else None, day, space)
    file = folder / "proof.zip"
    proof_pack.write(store, proof, space is None and person is None, file)
    shutil.rmtree(folder / "unpacked", ignore_errors=True)
    with ZipFile(file) as zip:
        zip.extractall(folder / "unpacked")
    (inside,) = (folder / "unpacked").iterdir()
    return inside


def sheet(pack: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((pack / f"{name}.csv").read_text("utf-8").splitlines()))


def check(pack: Path, sums: str = "SHA256SUMS") -> bool:
    done = subprocess.run(["sha256sum", "--strict", "-c", sums], cwd=pack, capture_output=True, text=True, check=False)
    return done.returncode == 0


def trail(pack: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", "check.py"], cwd=pack, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def only(row: Mapping[str, str], *names: str) -> list[str]:
    return [row[name] for name in names]


def test_a_stranger_verifies_it_and_finds_what_was_altered(office: Town, tmp_path: Path) -> None:
    pack = unpacked(office.store, tmp_path, START.date())
    assert check(pack) and check(pack, "APPROVED") and check(pack, "ACKNOWLEDGED")
    code, said = trail(pack)
    assert code == 0 and said.endswith("sound\n"), said
    text = pack / "procedures" / KEY / "en.2.json"
    text.write_text(text.read_text("utf-8").replace("Act 13", "Act 14"), "utf-8")
    assert not check(pack) and not check(pack, "APPROVED") and not check(pack, "ACKNOWLEDGED")
    journal = pack / "audit.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    for altered in ([each.replace('"alice"', '"bob"') for each in lines], lines[:-1], lines[:4] + lines[5:]):
        journal.write_text("".join(altered), "utf-8")
        assert trail(pack)[0] == 1
    journal.write_text("".join(lines), "utf-8")
    forged = (pack / "approvals.csv").read_text("utf-8").replace("erik,", "dora,")
    (pack / "approvals.csv").write_text(forged, "utf-8")
    code, said = trail(pack)
    assert code == 1 and f"no entry for the approval of {KEY} en.2 by dora" in said


def test_it_tells_what_was_in_force_who_approved_and_who_had_read_it(office: Town, tmp_path: Path) -> None:
    pack = unpacked(office.store, tmp_path, START.date())
    texts = {each["procedure"]: each for each in sheet(pack, "procedures")}
    assert only(texts[KEY], "revision", "approvals", "owner", "since") == ["en.2", "2", "Bob Dupont", "2026-11-23"]
    assert texts["FIN-9"]["approvals"] == "0"
    given = sorted(only(each, "name", "for", "decision", "counts") for each in sheet(pack, "approvals"))
    assert given == [["Alice Martin", "Works council", "approved", "yes"], ["Erik Admin", "Board", "approved", "yes"]]
    asked = {each["person"]: only(each, "standing", "revision") for each in sheet(pack, "coverage")}
    assert asked["alice"] == ["acknowledged", "en.2"] and asked["bob"] == ["asked", ""] and len(asked) == 5
    assert sorted(only(each, "person", "by_mail") for each in sheet(pack, "acknowledgements")) == [
        ["alice", "no"], ["dora", "yes"],
    ]  # fmt: skip
    readme, french = ((pack / name).read_text("utf-8") for name in ("README.md", "LISEZMOI.md"))
    assert "sha256sum -c APPROVED" in readme and "sha256sum -c APPROVED" in french and "{" not in readme


def test_a_day_that_is_past_is_as_it_was(office: Town, tmp_path: Path, clock: Clock) -> None:
    before = START.date() - timedelta(days=1)
    with office.store.write() as tx:
        first = next(each for each in tx.procedures.history(KEY) if each.number == 1)
    assert first.since == date(2026, 6, 1)
    clock.forward(days=3)
    pack = unpacked(office.store, tmp_path, before)
    rows = {each["procedure"]: each for each in sheet(pack, "procedures")}
    assert rows[KEY]["revision"] == "en.1" and sheet(pack, "coverage") == [] and sheet(pack, "acknowledgements") == []
    assert (pack / "audit.jsonl").read_text("utf-8") == "" and trail(pack)[0] == 0
    reviewing.retire(office.store, who(office.store, "carla"), KEY, "Merged", None)
    assert KEY in {each["procedure"] for each in sheet(unpacked(office.store, tmp_path, START.date()), "procedures")}
    today = unpacked(office.store, tmp_path, clock.now.date())
    assert KEY not in {each["procedure"] for each in sheet(today, "procedures")}


def test_the_same_day_gives_the_same_bytes(office: Town, tmp_path: Path, clock: Clock) -> None:
    clock.forward(days=1)
    files = []
    for number in range(2):
        proof = kb.proof.prove(office.store, None, START.date())
        file = tmp_path / f"{number}.zip"
        proof_pack.write(office.store, proof, True, file)
        files.append(file.read_bytes())
    assert files[0] == files[1]


def test_overdue_reviews_tell_what_became_of_them(office: Town, tmp_path: Path, clock: Clock) -> None:
    due = date(2027, 11, 23)
    clock.forward(days=365 + 20)
    reviewing.remind(office.store)
    (row,) = sheet(unpacked(office.store, tmp_path, clock.now.date()), "overdue-reviews")
    assert only(row, "procedure", "due", "handled", "how", "days_late") == [KEY, due.isoformat(), "", "open", "20"]
    assert row["reminded"] == clock.now.date().isoformat()
    reviewing.still_valid(office.store, who(office.store, "bob"), KEY, "Fares checked")
    (row,) = sheet(unpacked(office.store, tmp_path, clock.now.date()), "overdue-reviews")
    assert only(row, "handled", "how", "by", "note") == [
        clock.now.date().isoformat(), "still valid", "Bob Dupont", "Fares checked",
    ]  # fmt: skip


def test_whoever_oversees_a_space_proves_that_space_and_no_other(office: Town, tmp_path: Path) -> None:
    pack = unpacked(office.store, tmp_path, START.date(), "alice")
    assert {each["space"] for each in sheet(pack, "procedures")} == {FINANCE}
    journal = (pack / "audit.jsonl").read_text("utf-8")
    assert KEY not in journal and '"digest"' in journal and trail(pack)[0] == 0, "the chain holds without the contents"
    with pytest.raises(NotFound):
        kb.proof.prove(office.store, who(office.store, "alice"), START.date(), COMMON)
    with pytest.raises(Forbidden):
        kb.proof.prove(office.store, who(office.store, "bob"), START.date())
    with pytest.raises(Invalid):
        kb.proof.prove(office.store, None, START.date() + timedelta(days=1))


def test_one_button_gives_it_and_the_trail_tells_that_it_was_taken(office: Town) -> None:
    carla: FlaskClient = office.client("carla")
    assert "Proof pack" in carla.get("/audit").text
    taken = carla.post("/audit/proof", data={"day": "2026-11-23", "space": COMMON})
    assert taken.mimetype == "application/zip" and "proof-2026-11-23-common.zip" in taken.headers["Content-Disposition"]
    names = ZipFile(io.BytesIO(taken.data)).namelist()
    assert f"proof-2026-11-23-common/procedures/{KEY}/en.2.json" in names and not any("FIN-9" in each for each in names)
    assert "Exported" in carla.get("/audit?about=proof").text
    for day in ("", "soon", "2030-01-01"):
        refused = carla.post("/audit/proof", data={"day": day})
        assert refused.status_code == 422 and 'id="day-error"' in refused.text
    assert carla.post("/audit/proof", data={"day": "2026-11-23", "space": FINANCE}).status_code == 404
    assert office.client("bob").post("/audit/proof", data={"day": "2026-11-23"}).status_code == 403
