"""A short animated tour of the real demonstration, for README: `make tour`.

    python -m tests.browser.tour DIR         writes DIR/tour.webp

From a question in one's own words to the answer, and from one that nobody has asked yet to those who are asked for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser.live import browsing, find_chromium, listening
from tests.browser.screenshots import DATA
from web import demo, opening

WIDTH, HEIGHT, SHOWN, LIMIT = 964, 560, 1700, 150_000  # pixels, pixels, milliseconds a frame, bytes
KNOWN = "j'ai payé mon billet de train moi meme, comment me faire rembourser"
NEW = "Qui peut former mon équipe à Power BI ?"


def frames(page: Page) -> Iterator[tuple[bytes, int]]:
    """Each picture with how long it is shown."""

    def taken(milliseconds: int = SHOWN) -> tuple[bytes, int]:
        return page.screenshot(), milliseconds

    page.goto("/")
    yield taken()
    for part in (KNOWN[:37],):
        page.locator("#q").fill(part)
        page.locator("#lanes .hit").first.wait_for()
        page.wait_for_timeout(500)
        yield taken(700)
    page.locator("#q").fill(KNOWN)
    page.wait_for_timeout(900)
    yield taken(2600)
    page.locator("#lanes .lane-procedures .title").first.click()
    page.wait_for_load_state("networkidle")
    yield taken()
    page.goto("/")
    page.locator("#q").fill(NEW)
    page.locator("#lanes .band").wait_for()
    page.wait_for_timeout(900)
    yield taken()
    page.locator("#lanes .band a").click()
    page.wait_for_load_state("networkidle")
    page.locator("#whom").evaluate("each => scrollTo(0, each.getBoundingClientRect().top + scrollY - 260)")
    page.wait_for_timeout(900)
    yield taken(2600)


def written(pictures: list[tuple[bytes, int]], file: Path) -> int:
    """The pictures as one animated file; its size in bytes."""
    drawn = [Image.open(BytesIO(content)).convert("RGB") for content, _shown in pictures]
    file.parent.mkdir(parents=True, exist_ok=True)
    shown = [milliseconds for _content, milliseconds in pictures]
    drawn[0].save(
        file, "WEBP", save_all=True, append_images=drawn[1:], duration=shown, loop=0, quality=50, method=6,
        minimize_size=True,
    )  # fmt: skip
    return file.stat().st_size


def with_demo(act: Callable[[Page], object], width: int, height: int) -> None:
    """Run `act` on a page of the demonstration with its real encoder."""
    executable = find_chromium()
    if executable is None:
        raise SystemExit("No Chromium here. Install the package chromium.")
    config = demo.configuration(DATA, None)
    demo.prepare(config, print, opening.quiet)
    store = opening.open_store(config)
    encoder = opening.open_encoder(config, print)
    opening.catch_up(config, store, encoder)
    with listening(config, store, opening.open_finder(config, store, encoder)) as site, browsing(executable) as browser:
        act(
            browser.new_page(
                base_url=site.address, locale="fr-FR", viewport={"width": width, "height": height},
                color_scheme="light", reduced_motion="reduce",
            )
        )  # fmt: skip
    store.close()


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        raise SystemExit("usage: python -m tests.browser.tour DIR")
    file = Path(arguments[0]) / "tour.webp"
    pictures: list[tuple[bytes, int]] = []
    with_demo(lambda page: pictures.extend(frames(page)), WIDTH, HEIGHT)
    size = written(pictures, file)
    print(f"{file}: {len(pictures)} pictures, {size // 1000} kB")
    if size > LIMIT:
        raise SystemExit(f"The tour is larger than {LIMIT // 1000} kB.")


if __name__ == "__main__":
    main(sys.argv[1:])
