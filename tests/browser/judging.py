"""How a page is judged for everybody: by axe in a look, and by its width in a small window and with large letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import Contrast, Scheme

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = [*WCAG, "best-practice"]
OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
SIZES = (320, 768, 1280)


class Look(NamedTuple):
    """Width of the window in pixels, and what the browser says its person prefers."""

    width: int
    scheme: Scheme
    contrast: Contrast

    def put_on(self, page: Page) -> None:
        page.set_viewport_size({"width": self.width, "height": 800})
        page.emulate_media(color_scheme=self.scheme, contrast=self.contrast)


def violations(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe finds wrong, each with its place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    said = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("said => axe.run(document, said)", said)
    assert len(found["passes"]) > (10 if set(WCAG) <= set(rules) else 0), "axe looked at nothing"
    return [
        f"{each['id']} at {node['target']}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """Where the page scrolls sideways: at 320 pixels, there from right to left, at 640 with letters twice as large."""
    page.set_viewport_size({"width": 320, "height": 800})
    told = _wider(page, 320, "")
    page.evaluate("document.documentElement.dir = 'rtl'")
    told += _wider(page, 320, ", from right to left,")
    page.evaluate("document.documentElement.dir = 'ltr'")
    page.set_viewport_size({"width": 640, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    told += _wider(page, 640, ", with letters twice as large,")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return told


def named_twice(page: Page) -> list[str]:
    """Ids that several elements bear: a label, a list of suggestions or a link finds the first of them only."""
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    return [id for id, number in Counter(ids).items() if number > 1]


def _wider(page: Page, window: int, how: str) -> list[str]:
    wide = int(page.evaluate("document.documentElement.scrollWidth"))
    return [f"scrolls sideways: at {window} pixels{how} it is {wide} wide"] if wide > window else []
