"""Every page, for everybody: axe (WCAG 2.0 to 2.2, A and AA, and best practices) in French and English, light and dark,
plain and strong contrast, wide and narrow; and no page scrolls sideways, down to 320 pixels, nor with letters twice as
large, nor when it runs from right to left. One load a page and language: looks are emulated, and the second of a page
is judged by the rules that colours and places can break.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

import kb.accounts
from tests.browser.conftest import EDITED, Contrast, Scheme, Sites, person
from tests.browser.pages import ADMIN, FOLLOWED, LEO, PARTS, REFUSED

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
LOOKS: dict[str, list[tuple[int, Scheme, Contrast]]] = {
    "fr": [(1280, "light", "no-preference"), (360, "dark", "no-preference")],
    "en": [(360, "light", "more"), (768, "dark", "more")],
}
Visit = Callable[..., Page]


def violations(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe finds wrong, each with its place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    said = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("said => axe.run(document, said)", said)
    assert len(found["passes"]) > (10 if rules == RULES else 0), "axe looked at nothing"
    return [
        f"{each['id']} at {node['target']}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def judge(page: Page, language: str) -> None:
    """No violation in any look of this language, no scrolling sideways at 320 pixels."""
    assert page.locator("html").get_attribute("lang") == language
    for rules, (width, scheme, contrast) in zip((RULES, OF_LOOKS), LOOKS[language], strict=True):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, contrast=contrast)
        assert not (told := violations(page, rules)), (
            f"{page.url}, {width} pixels, {scheme}, contrast {contrast}: {told}"
        )
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
@pytest.mark.parametrize("part", PARTS)
def test_every_page_is_for_everybody(visit: Visit, part: str, language: str) -> None:
    opened: dict[str, Page] = {}
    for who, path in PARTS[part]:
        page = opened.get(who) or opened.setdefault(who, visit(who, None, language=language))
        go(page, path, (who, path) in REFUSED)
        judge(page, language)
    for who, path, link in FOLLOWED.get(part, ()):
        page = opened.get(who) or opened.setdefault(who, visit(who, None, language=language))
        go(page, path)
        go(page, str(page.locator(link).first.get_attribute("href")))
        judge(page, language)


def go(page: Page, path: str, refused: bool = False) -> None:
    """Open a page that is there, or one that is meant to be refused: an error page is not judged in another's place."""
    answer = page.goto(path)
    assert answer is not None and answer.ok is not refused, f"{path}: {answer and answer.status}"


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
