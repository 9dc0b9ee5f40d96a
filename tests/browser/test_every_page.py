"""Every page, for everybody: axe (WCAG 2.0 to 2.2, A and AA, and best practices) in French and English, light and dark,
plain and strong contrast, wide and narrow; and no page scrolls sideways, down to 320 pixels, nor with letters twice as
large, nor when it runs from right to left. One load a page and language: looks are emulated.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

import kb.accounts
from tests.browser.conftest import EDITED, INVITED, Contrast, Scheme, Sites, person

pytestmark = pytest.mark.browser
LEO, ADMIN, KEEPER = "leo-fabre", "emilie-roussel", "david-kessler"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LOOKS: dict[str, list[tuple[int, Scheme, Contrast]]] = {
    "fr": [(1280, "light", "no-preference"), (360, "dark", "no-preference")],
    "en": [(1280, "dark", "more"), (360, "light", "more")],
}
TRAIN = "rembourser+mon+billet+de+train"
PAGES = [
    (LEO, "/"), (INVITED, "/"), (LEO, f"/search?q={TRAIN}"), (LEO, f"/search?q={TRAIN}&kind=question"),
    (LEO, "/search?q=zzqqxx"), (LEO, "/search"), (LEO, "/ask"), (LEO, f"/ask?title={TRAIN}"), (LEO, "/questions"),
    (LEO, "/questions?show=unanswered"), (LEO, "/tags/travel"), (LEO, "/questions/q-fin-001"),
    ("isabelle-marchetti", "/questions/q-cmp-002"), (LEO, "/questions/q-fin-040"), (LEO, f"/questions/{EDITED}"),
    (LEO, f"/questions/{EDITED}/history"), (LEO, f"/questions/{EDITED}/edit"), (LEO, f"/questions/{EDITED}/delete"),
    (LEO, f"/questions/{EDITED}/close"), (LEO, "/procedures"), (LEO, "/procedures/TRV-01"), (LEO, "/people"),
    (LEO, f"/people?q={TRAIN}"), (LEO, "/people/claire-vasseur"), (LEO, f"/people/{LEO}/edit"), (LEO, "/spaces"),
    (LEO, "/spaces/workshop"), (KEEPER, "/spaces/compliance/members"), (LEO, "/tokens"), (ADMIN, "/admin/people"),
    (ADMIN, "/admin/people/new"), (ADMIN, f"/admin/people/{LEO}"), (ADMIN, f"/admin/people/{LEO}/left"),
    (ADMIN, "/admin/people?left=1"), (ADMIN, "/admin/spaces"), (LEO, "/admin/people"), (LEO, "/nulle-part"),
    ("jerome-vidal", "/"),
    (INVITED, "/inbox"), (LEO, "/inbox?show=done"),
    (LEO, f"/people/{LEO}/availability"), (LEO, f"/people/{LEO}/mail"),
    (LEO, f"/people/{LEO}/subjects"), (LEO, "/gaps"), (ADMIN, "/admin/routing"),
    (ADMIN, "/admin/sites"), (ADMIN, "/admin/sites/edit?name=Dublin"),
]  # fmt: skip
OWNER = "nadia-benali"  # compliance owner of the common space
PAGES += [
    (OWNER, "/register/clauses"), (OWNER, "/register/documents"), (OWNER, "/register/documents/new"), (ADMIN, "/audit"),
    (ADMIN, "/audit/verify"), (OWNER, "/tasks"), (LEO, "/tasks/calendar"), (LEO, "/duties"), (OWNER, "/procedures/new"),
    (LEO, "/practices"), (OWNER, "/practices/p-fin-train"), (OWNER, "/practices/p-fin-train/edit"),
    ("claire-vasseur", "/practices/new?answer=a-fin-042"), (LEO, "/practices/p-fin-train/history"),
    (LEO, "/practices/p-wks-padlock/amend?procedure=WKS-01"), ("aoife-brennan", "/tasks"),
    (LEO, "/start"), (OWNER, "/spaces/common/coverage"), (LEO, "/procedures/TRV-01/changes/fr.1"),
    (LEO, "/procedures/TRV-01/history"), (OWNER, "/procedures/TRV-01/record"), (OWNER, "/procedures/TRV-01/review"),
    (OWNER, "/procedures/TRV-01/retire"), (OWNER, "/spaces/common/charter"), (OWNER, "/procedures/TRV-01/campaign"),
    (OWNER, "/register/retention"), (OWNER, "/procedures/HR-01/use"),
]  # fmt: skip
PAGES += [
    (LEO, "/figures"), (LEO, "/figures?space=common"), (OWNER, "/register/drift"),
    (OWNER, "/register/drift?show=decided"),
    (ADMIN, "/moderation"), (OWNER, "/moderation"), (LEO, "/questions/q-fin-001/flag?answer=a-fin-001"),
    (LEO, "/deleted"),
    (OWNER, "/spaces/common/approval"), (LEO, "/following"), (LEO, "/feeds"), (LEO, "/questions?show=duplicated"),
    (LEO, "/questions/q-fin-001/suggestions/new?answer=a-fin-001"), (OWNER, "/questions/q-fin-001/suggestions"),
    (LEO, "/questions/q-fin-024/elsewhere"), (LEO, "/tags"), (OWNER, "/same-tags"),
    (OWNER, "/spaces/common/animate"), (OWNER, "/spaces/common/guides"), (LEO, "/bookmarks"),
    (LEO, "/reading"), (LEO, "/reading/new?space=common"),
]  # fmt: skip
SHARES = "stephane-collet"  # animates the space shared with a partner
PAGES += [
    (SHARES, "/spaces/workshop/guest"), (SHARES, "/people/marta-nowak/prolong"), (SHARES, "/people/marta-nowak"),
    (LEO, "/questions/q-fin-024/recommend"), (ADMIN, "/handover"),
    (LEO, "/spaces/common/rights?person=claire+vasseur"), (KEEPER, "/spaces/compliance/rights?person=hugo+lambert"),
    (LEO, "/people/malik-haddad"), (LEO, "/people/malik-haddad/skills/confirm?skill=facturation+fournisseurs"),
    (LEO, "/questions/q-fin-024/thank?answer=a-fin-049"),
]  # fmt: skip
PAGES += [
    (LEO, "/patterns"), (LEO, "/help?of=ask"), (LEO, "/accessibility"), (LEO, "/home"), (OWNER, "/"),
    (ADMIN, "/admin/health"),
]  # fmt: skip
PAGES += [
    (OWNER, "/procedures/HR-01/approval/fr.2"), ("claire-vasseur", "/procedures/FIN-01/drafts/en"),
    (LEO, "/procedures/TRV-02/compare"), (LEO, "/procedures/SAF-02"), (LEO, "/procedures/CMP-03"), (LEO, "/tasks"),
    (LEO, "/practices/p-fin-chase"), (LEO, "/practices/p-wks-sparks"), (OWNER, "/duties"), (LEO, "/register/drift"),
    ("karim-belkacem", "/spaces/workshop/coverage"), ("karim-belkacem", "/register/drift"),
]  # fmt: skip
FOLLOWED = [  # a page, and the link on it that leads to the page meant
    ("aoife-brennan", "/tasks", "a[href*='/amendments/']"), (LEO, "/practices/p-fin-train", "a[href*='/amendments/']"),
    (OWNER, "/register/documents", "main a[href*='/register/documents/']"),
]  # fmt: skip
Visit = Callable[..., Page]


def violations(page: Page) -> list[str]:
    """What axe finds wrong, each with its place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert len(found["passes"]) > 10, "axe looked at nothing"
    return [
        f"{each['id']} at {node['target']}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def judge(page: Page, language: str) -> None:
    """No violation in any look of this language, no scrolling sideways at 320 pixels."""
    assert page.locator("html").get_attribute("lang") == language
    for width, scheme, contrast in LOOKS[language]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, contrast=contrast)
        assert not (told := violations(page)), f"{page.url}, {width} pixels, {scheme}, contrast {contrast}: {told}"
    page.set_viewport_size({"width": 320, "height": 800})
    assert (wide := width_of(page)) <= 320, f"{page.url} is {wide} pixels wide"
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert (wide := width_of(page)) <= 320, f"{page.url}, from right to left, is {wide} pixels wide"
    page.evaluate("document.documentElement.dir = 'ltr'")
    page.set_viewport_size({"width": 640, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert (wide := width_of(page)) <= 640, f"{page.url}, with letters twice as large, is {wide} pixels wide"


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_for_everybody(visit: Visit, language: str) -> None:
    opened: dict[str, Page] = {}
    for who, path in PAGES:
        page = opened.get(who) or opened.setdefault(who, visit(who, None, language=language))
        page.goto(path)
        judge(page, language)
    for who, path, link in FOLLOWED:
        page = opened.get(who) or opened.setdefault(who, visit(who, None, language=language))
        page.goto(path)
        page.goto(str(page.locator(link).first.get_attribute("href")))
        judge(page, language)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_appears_after_an_action_is_for_everybody_too(visit: Visit, sites: Sites, language: str) -> None:
    page = visit(LEO, language=language)
    page.locator("#q").fill("rembourser mon billet de train")
    expect(page.locator("#lanes .hit").first).to_be_visible()
    judge(page, language)
    page.goto("/tokens")
    page.locator("#label").fill("rapports")
    page.locator("main button").last.click()
    expect(page.locator(".secret")).to_be_visible()
    judge(page, language)
    page.goto(f"/questions/{EDITED}/close")
    page.locator("#original").fill("ailleurs")
    page.locator("main button").click()
    expect(page.locator("#original-error")).to_be_visible()
    judge(page, language)
    admin = visit(ADMIN, "/admin/people?name=leo", language=language)
    admin.locator(".roster form button").click()
    expect(admin.locator(".secret")).to_be_visible()
    judge(admin, language)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_doors_are_for_everybody(visit: Visit, sites: Sites, language: str) -> None:
    page = visit(path="/sign-in", language=language, site=sites.site)
    judge(page, language)
    page.locator("#email").fill("nobody@ormeval.example")
    page.locator("#password").fill("rien")
    page.locator("main button").click()
    expect(page.locator("#password-error")).to_be_visible()
    judge(page, language)
    page.goto(f"/invite/{kb.accounts.invite(sites.store, person(sites.store, 'laure-pichon'))}")
    judge(page, language)
    page.goto("/invite/nothing")
    judge(page, language)


def test_axe_sees_what_is_wrong(visit: Visit) -> None:
    page = visit(LEO, "/spaces")
    page.evaluate("document.querySelector('h1').after(Object.assign(new Image(), {className: 'face'}))")
    page.locator("main .meta").first.evaluate("each => each.style.color = '#ddd'")
    assert {each.partition(" ")[0] for each in violations(page)} == {"image-alt", "color-contrast"}
