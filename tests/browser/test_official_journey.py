"""From a draft to the proof of it: written, approved by two people with their passwords, in force, read by a newcomer
on a phone without a sign-in, printed, and proved to a stranger. Without JavaScript."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

import kb.accounts
import kb.charters
from kb.official import Approver, Charter
from tests.browser.conftest import PASSWORD, Sites, person
from web.acknowledgements import PURPOSE
from web.opening import open_site, speaking
from web.signing import sign

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Nothing: Any = None  # a site that signs needs no finder
KEY, OWNER, KEEPER, NEWCOMER = "HR-05", "nadia-benali", "laure-pichon", "leo-fabre"
APPROVERS = ("julie-carpentier", "thomas-guerin")


@pytest.fixture
def chartered(sites: Sites) -> Sites:
    """Two people approve in the common space, one after the other."""
    approvers = tuple(Approver(each, stage, "") for stage, each in enumerate(APPROVERS, 1))
    kb.charters.put(sites.store, person(sites.store, OWNER), Charter("common", approvers, minimum=2))
    for each in APPROVERS:
        kb.accounts.set_password(sites.store, person(sites.store, each), PASSWORD)
    return sites


def write(page: Page) -> None:
    page.goto(f"/procedures/{KEY}")
    page.get_by_role("button", name="Écrire le prochain texte français").click()
    expect(page.locator(".measure")).to_contain_text("mots sur 400")
    page.locator("#what-1").fill("Cliquez sur le bouton Valider du portail.")
    page.locator("#change").fill("La première étape change.")
    page.get_by_role("button", name="Vérifier sa longueur").click()
    expect(page.locator(".measure q").first).to_have_text("Cliquez sur le bouton Valider du portail.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".measure q").first).to_have_text("Cliquez sur le bouton Valider du portail.")
    page.locator("#what-1").fill("Demande la formation sur le portail.")
    page.get_by_role("button", name="Soumettre aux approbateurs").click()
    expect(page).to_have_url(re.compile(r"/approval/fr\.2$"))


def approve(page: Page) -> None:
    page.goto("/tasks")
    page.locator("section[aria-labelledby=deciding] a.title").filter(has_text=KEY).click()
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Approuver ce texte").click()
    expect(page.locator(".flash")).to_be_visible()


def ask_to_read(page: Page) -> None:
    page.goto(f"/procedures/{KEY}/campaign")
    page.locator("#people").fill("Léo Fabre, Laure Pichon")
    page.locator("#deadline").fill("2027-01-15")
    page.get_by_role("button", name="Voir qui serait sollicité").click()
    expect(page.locator(".remark[role=status]")).to_contain_text("2 personnes")
    page.get_by_role("button", name="Lancer").click()
    expect(page.locator(".lead")).to_contain_text("0 sur 2")


def test_from_a_draft_to_its_proof(visit: Visit, chartered: Sites, tmp_path: Path) -> None:
    owner = visit(OWNER, None, script=False)
    write(owner)
    for each in APPROVERS:
        approve(visit(each, None, script=False))
    chartered.demo.settle()
    reader = visit(NEWCOMER, f"/procedures/{KEY}", script=False)
    expect(reader.locator(".duties")).to_contain_text("Demande la formation sur le portail.")
    ask_to_read(owner)
    campaign = owner.url

    with speaking(open_site(chartered.site.config, chartered.store, Nothing), "fr"):
        link = sign(PURPOSE, NEWCOMER, KEY)
    phone = visit(None, f"/acknowledge/{link}", script=False, width=390, site=chartered.site)
    expect(phone.locator(".duties")).to_contain_text("Demande la formation sur le portail.")
    phone.get_by_role("button", name="J’ai lu ce texte").click()
    expect(phone.get_by_text("Vous avez attesté la lecture")).to_be_visible()
    owner.goto(campaign)
    expect(owner.locator(".lead")).to_contain_text("1 sur 2")
    expect(owner.locator("section[aria-labelledby=missing]")).to_contain_text("Laure Pichon")

    assert owner.request.get(f"/procedures/{KEY}/paper/fr.2.pdf").body().startswith(b"%PDF")
    owner.goto("/audit")
    with owner.expect_download() as taken:
        owner.get_by_role("button", name="Télécharger le dossier de preuve").click()
    taken.value.save_as(tmp_path / "proof.zip")
    ZipFile(tmp_path / "proof.zip").extractall(tmp_path)
    (pack,) = (each for each in tmp_path.iterdir() if each.is_dir())
    assert f"{KEY},fr.2,approved,thomas-guerin" in (pack / "approvals.csv").read_text("utf-8")
    assert f"{KEY},fr.2,{NEWCOMER}" in (pack / "acknowledgements.csv").read_text("utf-8")
    for sums in ("SHA256SUMS", "APPROVED", "ACKNOWLEDGED"):
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", sums], cwd=pack, check=True)
    subprocess.run([sys.executable, "-I", "check.py"], cwd=pack, check=True)
