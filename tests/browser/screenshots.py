"""The pictures of README, taken of the real demonstration with the real encoder.

    python -m tests.browser.screenshots DIR

The data is kept in the system's temporary folder, so that a second run takes seconds.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser.live import browsing, find_chromium, listening
from web import demo, opening

DATA = Path(tempfile.gettempdir()) / "quisait-screenshots"
WIDTH, HEIGHT, LIMIT = 1200, 760, 120_000  # pixels, pixels, bytes
TYPED = "Je suis en déplacement, je garde mon titre-restaurant ?"


def home(page: Page) -> None:
    page.goto("/")
    page.locator("#q").fill(TYPED)
    page.locator("#lanes .hit").first.wait_for()


PICTURES: dict[str, Callable[[Page], object]] = {
    "home.webp": home,
    "question.webp": lambda page: page.goto("/questions/q-fin-001"),
    "procedure.webp": lambda page: page.goto("/procedures/TRV-01"),
    "person.webp": lambda page: page.goto("/people/claire-vasseur"),
    "first-page.webp": lambda page: page.goto("/"),
}


def kept(picture: bytes, file: Path) -> int:
    """Written as WebP; its size in bytes."""
    Image.open(BytesIO(picture)).convert("RGB").save(file, "WEBP", quality=86, method=6)
    return file.stat().st_size


def take(folder: Path, executable: str) -> None:
    config = demo.configuration(DATA, None)
    demo.prepare(config, print, opening.quiet)
    store = opening.open_store(config)
    encoder = opening.open_encoder(config, print)
    opening.catch_up(config, store, encoder)
    finder = opening.open_finder(config, store, encoder)
    folder.mkdir(parents=True, exist_ok=True)
    with listening(config, store, finder) as site, browsing(executable) as browser:
        page = browser.new_page(
            base_url=site.address, locale="fr-FR", viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light", reduced_motion="reduce",
        )  # fmt: skip
        for name, open_it in PICTURES.items():
            open_it(page)
            page.evaluate("document.fonts.ready")
            size = kept(page.screenshot(), folder / name)
            print(f"{folder / name}: {size // 1000} kB")
            if size > LIMIT:
                raise SystemExit(f"{name} is larger than {LIMIT // 1000} kB.")
    store.close()


def main(arguments: list[str]) -> None:
    executable = find_chromium()
    if len(arguments) != 1:
        raise SystemExit("usage: python -m tests.browser.screenshots DIR")
    if executable is None:
        raise SystemExit("No Chromium here. Install the package chromium.")
    take(Path(arguments[0]), executable)


if __name__ == "__main__":
    main(sys.argv[1:])
