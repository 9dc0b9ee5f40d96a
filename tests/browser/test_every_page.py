"""Every page, for everybody, in French and in English: by axe (WCAG 2.0 to 2.2, A and AA, and best practices), then in
the other themes and sizes by the rules that colours and places can break; and no page scrolls sideways, down to 320
pixels, nor with letters twice as large, nor when it runs from right to left. One load a page and language: looks are
emulated. `make looks` judges every page by all rules in every theme, size and language.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import EDITED, Sites
from tests.browser.judging import OF_LOOKS, RULES, Look, named_twice, too_wide, violations
from tests.browser.pages import ADMIN, LEO, PARTS, Visit, go_through

pytestmark = pytest.mark.browser
LOOKS = {  # each theme and each size, once a page
    "fr": [(RULES, Look(1280, "light", "no-preference")), (OF_LOOKS, Look(320, "dark", "no-preference"))],
    "en": [(OF_LOOKS, Look(320, "light", "more")), (OF_LOOKS, Look(768, "dark", "more"))],
}


def judge(page: Page, language: str) -> None:
    """No violation in any look of this language, no scrolling sideways."""
    assert page.locator("html").get_attribute("lang") == language
    for rules, look in LOOKS[language]:
        look.put_on(page)
        assert not (told := violations(page, rules)), f"{page.url}, {look}: {told}"
    assert not (told := too_wide(page)), f"{page.url} {told}"
    assert not (told := named_twice(page)), f"{page.url}: {told}"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("part", PARTS)
def test_every_page_is_for_everybody(visit: Visit, sites: Sites, part: str, language: str) -> None:
    for page in go_through(visit, sites, part, language):
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
    page.locator("#email").fill("nobody@ormeval.example")
    page.locator("#password").fill("rien")
    page.locator("main button").click()
    expect(page.locator("#password-error")).to_be_visible()
    judge(page, language)
    page.goto("/invite/nothing")
    judge(page, language)


def test_axe_sees_what_is_wrong(visit: Visit) -> None:
    page = visit(LEO, "/spaces")
    page.evaluate("document.querySelector('h1').after(Object.assign(new Image(), {className: 'face'}))")
    page.locator("main .meta").first.evaluate("each => each.style.color = '#ddd'")
    assert {each.partition(" ")[0] for each in violations(page)} == {"image-alt", "color-contrast"}
    page.goto("/spaces")
    page.evaluate("document.documentElement.style.setProperty('--soft', 'light-dark(#54605b, #444)')")
    for (_rules, look), wrong in zip(LOOKS["fr"], (set(), {"color-contrast"}), strict=True):  # by night alone
        look.put_on(page)
        assert {each.partition(" ")[0] for each in violations(page, OF_LOOKS)} == wrong
