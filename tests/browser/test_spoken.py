"""What a screen reader is told of pages, as the browser's accessibility tree has it: kept in docs/spoken and compared.

QUISAIT_SPOKEN=1 pytest tests/browser/test_spoken.py      writes them anew; read the difference before keeping it
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sites

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
KEPT = Path(__file__).parents[2] / "docs" / "spoken"
LEO, CALM = "leo-fabre", "agnes-wirth"  # nobody else writes as the second
PARTS = {"first-page": ("/", ".hero"), "ask": ("/ask", "#asking"), "patterns": ("/patterns", "main")}


def compare(name: str, said: str) -> None:
    file = KEPT / f"{name}.yml"
    if os.environ.get("QUISAIT_SPOKEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(said + "\n", encoding="utf-8")
    assert said == file.read_text(encoding="utf-8").rstrip("\n"), f"{file.name} says otherwise"


@pytest.mark.parametrize("name", PARTS)
def test_what_a_screen_reader_is_told(visit: Visit, name: str) -> None:
    path, part = PARTS[name]
    compare(name, visit(CALM, path, language="en").locator(part).aria_snapshot())


def test_what_it_is_told_at_the_door(visit: Visit, sites: Sites) -> None:
    compare("sign-in", visit(path="/sign-in", language="en", site=sites.site).locator("body").aria_snapshot())


def test_the_tabulator_goes_through_the_first_page_in_the_order_of_reading(visit: Visit) -> None:
    page = visit(LEO, "/", language="en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        if page.evaluate("Boolean(document.activeElement.closest('.home-waits'))"):
            seen.append(page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"))
    assert len(seen) > 1 and seen == sorted(seen)


def test_the_menu_opens_closes_with_esc_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit(LEO, "/spaces", language="en")
    button = page.locator(".me > summary")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="My tasks")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="My tasks")).to_be_hidden()
    expect(button).to_be_focused()


def test_the_bar_of_the_editor_is_one_stop_and_its_buttons_write(visit: Visit) -> None:
    page = visit(LEO, "/ask", language="en")
    field = page.get_by_label("Details")
    field.fill("urgent")
    field.select_text()
    page.get_by_role("button", name="Bold").click()
    expect(field).to_have_value("**urgent**")
    page.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    field.fill("Ask @vas")
    option = page.locator("#body-options").get_by_role("option", name="Claire Vasseur")
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-activedescendant", "body-option-1")
    field.press("Enter")
    expect(field).to_have_value("Ask [@Claire Vasseur](/people/claire-vasseur) ")


WATCH = """window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) => {
    window.moved += each.value })).observe({ type: 'layout-shift', buffered: true })"""


def test_typing_moves_nothing_that_stands(visit: Visit) -> None:
    page = visit(LEO, "/", language="en")
    page.evaluate(WATCH)
    box = page.locator("#q")
    before = box.bounding_box()
    box.press_sequentially("rembourser mon billet de train")
    expect(page.locator("#lanes .hit").first).to_be_visible()
    assert box.bounding_box() == before
    assert page.evaluate("window.moved") < 0.02

    phone = visit("ines-duarte", "/ask", language="en", width=390)
    phone.evaluate(WATCH)
    phone.locator("#title").press_sequentially("rembourser mon billet de train")
    expect(phone.locator("#known li a").first).to_be_in_viewport()
    assert phone.evaluate("window.moved") < 0.02
