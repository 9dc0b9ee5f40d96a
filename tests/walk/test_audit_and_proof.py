"""What was done is written down for good, is read by those who oversee, and is proved to a stranger."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.walk.conftest import Page, Walk

OVERSEER, ADMIN = "nadia-benali", "emilie-roussel"
DONE = {
    "fr": ("Texte soumis", "Texte approuvé", "Mis en vigueur", "Lecture attestée", "Approbateurs désignés"),
    "en": ("Text submitted", "Text approved", "Brought into force", "Acknowledged", "Approvers named"),
}
REFUSED = {
    "fr": "Cette page est réservée aux responsables conformité et aux administrateurs",
    "en": "This page is for compliance owners and administrators",
}


def rows(page: Page) -> list[list[str]]:
    lines = page.soup.select("tbody tr")
    return [[" ".join(each.get_text(" ").split()) for each in line.select("td")] for line in lines]


def test_every_act_stands_there_in_the_readers_words(walk: Walk, language: str) -> None:
    page = walk.visit(OVERSEER, language).get("/register/documents").follow("/audit")
    for act in DONE[language]:
        assert act in page.text
    found = rows(page.visit.get("/audit?about=SAF-02&action=start+campaign"))
    when, who, _act, about, detail = found[0]
    assert (who, about.split()[-1]) == ("Valérie Jourdain", "SAF-02") and "2026" in when
    day = {"fr": "échéance : 15 décembre 2026", "en": "deadline: 15 December 2026"}[language]
    texts = {"fr": "2 (français), 1 (anglais)", "en": "2 (French), 1 (English)"}[language]
    assert day in detail.replace("\xa0", " ") and texts in detail and "Vie commune" in detail
    asked = rows(page.visit.get("/audit?about=SAF-02&action=ask+to+acknowledge"))[-1]
    assert asked[1] == {"fr": "Automatiquement, le jour venu", "en": "By itself, on its day"}[language]
    assert "Agnès Wirth" in asked[-1] and "agnes-wirth" not in asked[-1]
    kept = page.visit.get("/audit?action=acknowledge").submit("/audit/export")
    lines = kept.response.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    taken = list(csv.DictReader(lines, delimiter={"fr": ";", "en": ","}[language]))
    assert {each["action"] for each in taken} == {"acknowledge"} and taken[0]["actor"] == "emma-walsh"
    last = rows(walk.visit(ADMIN, language).get("/audit"))[0]
    assert last[1:3] == ["Nadia Benali", {"fr": "Export", "en": "Exported"}[language]]


def test_a_role_given_is_written_down_and_only_overseers_read_it(walk: Walk, language: str) -> None:
    keeper = walk.visit(OVERSEER, language)
    keeper.get("/spaces/common").follow("/members").submit("/members", person="hugo-lambert", role="expert")
    given = rows(keeper.get("/audit?action=put+member"))[0]
    role = {"fr": "avant : Membre · rôle : Expertise", "en": "before: Member · role: Expert"}[language]
    assert "Vie commune" in given[3] and "Hugo Lambert" in given[4] and role in given[4].replace("\xa0", " ")
    for who, address in (("leo-fabre", "/audit"), ("claire-vasseur", "/audit/verify"), ("marta-nowak", "/audit")):
        page = walk.visit(who, language).get(address)
        assert page.status == 403 and REFUSED[language] in page.text
        assert not page.visit.get("/register/documents").links("/audit")


def test_a_row_altered_or_missing_is_found(walk: Walk, language: str) -> None:
    page = walk.visit(OVERSEER, language).get("/audit").follow("/audit/verify")
    assert {"fr": "Le journal est intact", "en": "The trail is whole"}[language] in page.text
    with walk.store.write() as tx:
        tx.connection.exec_driver_sql("update audit set actor = 'leo-fabre' where number = 80")
        tx.connection.exec_driver_sql("delete from audit where number = 90")
    page = page.visit.get("/audit/verify")
    altered = {"fr": "L’entrée 80 a été altérée", "en": "Entry 80 was altered"}[language]
    missing = {"fr": "L’entrée 90 manque", "en": "Entry 90 is missing"}[language]
    assert altered in page.text and missing in page.text


def test_one_button_proves_it_to_a_stranger(walk: Walk, language: str, tmp_path: Path) -> None:
    taken = walk.visit(OVERSEER, language).get("/audit").submit("/audit/proof", day="2026-11-24")
    assert taken.response.mimetype == "application/zip"
    with ZipFile(io.BytesIO(taken.response.data)) as zip:
        zip.extractall(tmp_path / "pack")
    (pack,) = (tmp_path / "pack").iterdir()
    for sums in ("SHA256SUMS", "APPROVED", "ACKNOWLEDGED"):
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", sums], cwd=pack, check=True)
    said = subprocess.run([sys.executable, "-I", "check.py"], cwd=pack, check=True, capture_output=True, text=True)
    assert said.stdout.endswith("sound\n")
    late = (pack / "overdue-reviews.csv").read_text("utf-8")
    assert "CMP-03" in late and "SAF-02" in (pack / "coverage.csv").read_text("utf-8")
    assert "LAB-" not in (pack / "procedures.csv").read_text("utf-8"), "a space that she does not oversee"
    refused = walk.visit("claire-vasseur", language).post("/audit/proof", {"day": "2026-11-24"})
    assert refused.status == 403 and REFUSED[language] in refused.text
    tomorrow = taken.visit.get("/audit").submit("/audit/proof", day="2026-12-24")
    assert tomorrow.status == 422 and tomorrow.soup.select("#day-error")
