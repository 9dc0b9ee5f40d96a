"""From an answer to an approved amendment, each step by the person whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import kb.accounts
import kb.charters
from kb.official import Approver, Charter
from tests.browser.conftest import PASSWORD, Sites, person

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
QUESTION, ANSWER, KEY, TITLE = "q-fin-027", "a-fin-053", "FIN-03", "Réveiller sa carte après un renouvellement"
ANIMATOR, USERS, KEEPER, APPROVER = "aoife-brennan", ("leo-fabre", "gael-tanguy"), "aoife-brennan", "julie-carpentier"


def test_from_an_answer_to_an_approved_amendment(visit: Visit, sites: Sites) -> None:
    store = sites.store
    kb.charters.put(store, person(store, "nadia-benali"), Charter("common", (Approver(APPROVER, 1, "CSE"),)))
    kb.accounts.set_password(store, person(store, APPROVER), PASSWORD)
    sites.demo.settle()

    page = visit(ANIMATOR, f"/questions/{QUESTION}")
    page.locator(f"#answer-{ANSWER}").get_by_role("link", name="En faire une pratique").click()
    page.get_by_label("Titre").fill(TITLE)
    page.get_by_label("Obligations qu’elle aide à tenir").fill(f"{KEY}#2")
    page.get_by_role("button", name="En faire une pratique").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    practice = page.url
    page.get_by_role("button", name="Je l’ai vérifiée").click()
    expect(page.get_by_text("Vérifiée, sous votre nom.")).to_be_visible()

    for user in USERS:
        page = visit(user, practice)
        page.get_by_role("button", name="Marche pour moi").click()
        expect(page.get_by_role("button", name="Marche pour moi")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name=f"Proposer de modifier {KEY}").click()
    page.locator("#what-2").fill("Signe la charte et fait un premier paiement avec la puce")
    page.get_by_label("Pourquoi").fill("La carte renouvelée est refusée sans contact.")
    page.get_by_role("button", name="Proposer", exact=True).click()
    expect(page.get_by_text("attend une décision")).to_be_visible()

    page = visit(KEEPER, "/tasks")
    page.locator("section[aria-labelledby=due]").get_by_role("link", name=re.compile(KEY)).click()
    expect(page.locator("section[aria-labelledby=evidence]")).to_contain_text("Gaël Tanguy")
    page.get_by_role("button", name="En faire un brouillon").click()
    expect(page.get_by_label("Ce qui est nouveau")).to_have_value(re.compile("pratique de Romain Teyssier"))
    page.get_by_role("button", name="Soumettre aux approbateurs").click()

    page = visit(APPROVER, "/tasks")
    page.locator("section[aria-labelledby=deciding]").get_by_role("link", name=re.compile(KEY)).click()
    expect(page.get_by_role("link", name=re.compile("La pratique dont cela vient"))).to_be_visible()
    page.get_by_label("Votre mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Approuver ce texte").click()
    sites.demo.settle()

    page = visit("leo-fabre", f"/procedures/{KEY}")
    expect(page.locator("#step-2")).to_contain_text("premier paiement avec la puce")
    expect(page.locator(".practices").get_by_role("link", name=TITLE)).to_be_visible()
