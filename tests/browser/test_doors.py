"""Who comes in and what they see: passwords, invite links, guests, and pages that are not theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

import kb.accounts
from tests.browser.conftest import PASSWORD, Sites, Visitor, person

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.mark.parametrize("script", [True, False])
def test_signing_in_with_a_wrong_and_a_right_password_and_out(visit: Visit, sites: Sites, script: bool) -> None:
    page = visit(path="/people?q=sanctions", site=sites.site, script=script)
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    page.get_by_label("Adresse électronique").fill("isabelle.marchetti@ormeval.example")
    page.get_by_label("Mot de passe").fill("autre chose que le bon")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_label("Mot de passe")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#password-error")).to_have_text("Cette adresse et ce mot de passe ne vont pas ensemble.")
    expect(page.get_by_label("Adresse électronique")).to_have_value("isabelle.marchetti@ormeval.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/people?q=sanctions")
    page.locator(".me > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    page.goto("/people")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


def test_an_administrator_adds_a_person_whose_link_lets_them_choose_a_password(visit: Visit, sites: Sites) -> None:
    admin = visit("emilie-roussel", "/admin/people", site=sites.site)
    admin.get_by_role("link", name="Ajouter une personne").click()
    admin.get_by_label("Prénom et nom").fill("Zoé Lambert")
    admin.get_by_label("Adresse électronique").fill("zoe.lambert@ormeval.example")
    admin.get_by_role("button", name="Ajouter").click()
    expect(admin.locator(".flash")).to_contain_text("Zoé Lambert")
    admin.get_by_role("button", name="Créer un lien Zoé Lambert").click()
    link = admin.locator(".secret code").inner_text()

    page = visit(path=link, site=sites.site)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Lambert")
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_label("Le même encore une fois").fill("un autre mot de passe")
    page.get_by_role("button", name="Enregistrer et se connecter").click()
    expect(page.locator("#again-error")).to_be_visible()
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_label("Le même encore une fois").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer et se connecter").click()
    expect(page.locator("header")).to_contain_text("Zoé Lambert")
    page.goto(link)
    expect(page.locator(".door")).to_contain_text("Ce lien a servi ou a expiré.")


def test_an_animator_manages_the_members_of_a_space(visit: Visit, sites: Sites) -> None:
    page = visit("david-kessler", "/spaces/compliance", site=sites.site)
    page.get_by_role("link", name="Gérer les membres").click()
    page.get_by_label("Nom ou adresse électronique").fill("Léo Fabre")
    page.get_by_label("Rôle", exact=True).first.select_option("reader")
    page.get_by_role("button", name="Ajouter").click()
    row = page.locator("#member-leo-fabre")
    expect(row).to_be_visible()
    row.get_by_label("Rôle : Léo Fabre").select_option("expert")
    row.get_by_role("button", name="Changer").click()
    expect(row.get_by_label("Rôle : Léo Fabre")).to_have_value("expert")
    row.get_by_role("button", name="Retirer").click()
    expect(page.locator("#member-leo-fabre")).to_have_count(0)


def test_a_guest_sees_only_their_space(visit: Visit, sites: Sites) -> None:
    page = visit("jerome-vidal", "/spaces", site=sites.site)
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".card")).to_contain_text("Atelier de maintenance")
    page.goto("/")
    page.locator("#q").press_sequentially("rembourser mon billet de train Nantes Lyon")
    expect(page.locator("#lanes .found")).to_be_visible()
    expect(page.locator("#lanes")).not_to_contain_text("Nantes–Lyon")
    for address in ("/questions/q-fin-001", "/spaces/common", "/procedures/TRV-01", "/people/leo-fabre"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Il n’y a rien ici")


def test_pages_that_are_not_ones_own_say_so(visit: Visit, sites: Sites) -> None:
    page = visit("leo-fabre", "/admin/people", site=sites.site)
    expect(page.locator(".door")).to_contain_text("Cette page est réservée aux administrateurs.")
    page.goto("/spaces/common/members")
    expect(page.locator(".door")).to_contain_text("Ceux qui tiennent cet espace en décident")
    page.goto("/nulle-part")
    expect(page.locator(".door")).to_contain_text("L’adresse est fausse")
    page.get_by_role("link", name="Vers l’accueil").click()
    expect(page.locator("#q")).to_be_visible()


def test_somebody_signed_out_elsewhere_is_led_to_the_sign_in(visit: Visit, sites: Sites) -> None:
    page = visit("nadia-benali", "/", site=sites.site)
    kb.accounts.set_password(sites.store, person(sites.store, "nadia-benali"), PASSWORD)
    page.goto("/questions")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


def test_the_watch_sees_what_no_page_may_do(browser: Browser, sites: Sites) -> None:
    visitor = Visitor(browser, sites, [])
    page = visitor.open("leo-fabre")
    assert visitor.wrong == []
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://elsewhere.example/x.png'}))")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    page.wait_for_timeout(200)
    page.context.close()
    assert sum("Content Security Policy" in each for each in visitor.wrong) == 2, visitor.wrong
