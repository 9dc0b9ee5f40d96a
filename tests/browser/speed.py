"""How fast it feels, measured on this machine: `make speed`.

    python -m tests.browser.speed [DATA]

DATA is the data folder of a knowledge base that is indexed (the demonstration's, made when it is not given). Each kind
of page is asked for many times, on things of all ages, by a person who reads all of them: server time. Then the first
page is opened by a browser with an empty cache: bytes on the wire, layout shift, largest paint, also while typing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page

import kb.accounts
from kb import Store
from kb.model import Person
from tests.browser.live import browsing, find_chromium, listening
from web import demo, opening
from web.auth import COOKIE
from web.config import Config

DEMO = Path(tempfile.gettempdir()) / "quisait-screenshots"
TIMES = 40  # pages of a kind that are timed, after as many others of it
LIMITS = {"page": 60.0, "search": 100.0}  # milliseconds, of the server
WATCH = """
window.seen = {shift: 0, paint: 0};
new PerformanceObserver((list) => list.getEntries().forEach((each) => { seen.shift += each.value }))
  .observe({type: "layout-shift", buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((each) => { seen.paint = each.startTime }))
  .observe({type: "largest-contentful-paint", buffered: true});
"""


def opened(data: Path | None) -> tuple[Config, Store]:
    if data is None:
        config = demo.configuration(DEMO, None)
        demo.prepare(config, print, opening.quiet)
    else:
        config = Config(data, f"sqlite:///{data / 'kb.sqlite'}", "k" * 32, organisation="Speed")
    store = opening.open_store(config)
    store.study()  # as the worker does
    return config, store


def everywhere(store: Store) -> Person:
    """A person who may read every space: the one with the most roles."""
    with store.read() as tx:
        people = [each for each in tx.people.list() if each.ended is None]
        return max((tx.people.get(each.id) for each in people[:500]), key=lambda each: (len(each.roles), each.admin))


def kinds(store: Store, me: Person) -> dict[str, list[str]]:
    """Addresses of each kind of page, spread over what is there."""
    with store.read() as tx:
        questions = tx.questions.list(spaces=set(me.roles), limit=20_000)
        procedures = [each.key for each in tx.procedures.list(spaces=set(me.roles)) if each.revisions]
        people = [each.id for each in tx.people.list()][:2000]
    asked = spread(questions)
    words = [each.title for each in asked]
    found = {
        "home": ["/"], "questions": ["/questions", "/questions?page=4", "/questions?show=unanswered"],
        "question": [f"/questions/{each.id}" for each in asked],
        "question, again": [f"/questions/{each.id}" for each in asked], "procedures": ["/procedures"],
        "procedure": [f"/procedures/{key}" for key in spread(procedures)], "people": ["/people"],
        "person": [f"/people/{id}" for id in spread(people)], "spaces": ["/spaces"],
        "space": [f"/spaces/{id}" for id in me.roles], "inbox": ["/inbox"], "tasks": ["/tasks"],
        "ask (empty)": ["/ask"], "tags": ["/tags"], "help": ["/help"],
        "search: typing": [f"/suggest?q={each[:32]}" for each in words],
        "search: page": [f"/search?q={each}" for each in words],
        "search: ask": [f"/ask?title={each}" for each in words],
    }  # fmt: skip
    return {kind: addresses for kind, addresses in found.items() if addresses}


def spread(listed: Sequence[Any]) -> list[Any]:
    return list(listed[:: max(1, len(listed) // (2 * TIMES))])[: 2 * TIMES]


def timed(app: Flask, store: Store, me: Person) -> Iterator[tuple[str, list[float]]]:
    client = app.test_client()
    client.set_cookie(COOKIE, kb.accounts.open_session(store, me))
    for kind, addresses in kinds(store, me).items():
        times: list[float] = []
        for address in [*addresses[::2], *addresses[1::2]] if len(addresses) > TIMES else addresses * 2 * TIMES:
            began = time.perf_counter()
            answer = client.get(address, headers={"Accept-Encoding": "br"})
            times.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, (address, answer.status_code)
        yield kind, sorted(times[TIMES:][:TIMES])


def at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, round(share * (len(times) - 1)))]


def weighed(page: Page, act: Callable[[], object]) -> dict[str, int]:
    """Bytes on the wire by kind of content, while `act` runs."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    bytes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda said: kinds.update({said["requestId"]: said["type"]}))

    def finished(said: dict[str, Any]) -> None:
        kind = kinds.get(said["requestId"], "Other")
        bytes[kind] = bytes.get(kind, 0) + int(said["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    act()
    session.detach()
    return bytes


def felt(config: Config, store: Store, finder: Any, me: Person, executable: str) -> Iterator[tuple[str, str]]:
    with listening(config, store, finder) as site, browsing(executable) as browser:
        secret = kb.accounts.open_session(store, me)
        for attempt in ("first ever", "first page"):  # the first makes what is made once
            context = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
            context.add_cookies([{"name": COOKIE, "value": secret, "url": site.address}])
            page = context.new_page()
            page.add_init_script(WATCH)
            sizes = weighed(page, lambda page=page: page.goto("/", wait_until="networkidle"))  # type: ignore[misc]
            page.wait_for_timeout(300)
            seen = page.evaluate("seen")
            if attempt == "first page":
                yield "first page, all, compressed", f"{sum(sizes.values()) / 1000:.1f} kB"
                for kind, size in sorted(sizes.items()):
                    yield f"  of it {kind.lower()}", f"{size / 1000:.1f} kB"
                yield "largest paint", f"{seen['paint']:.0f} ms"
                yield "layout shift while loading", f"{seen['shift']:.4f}"
                page.locator("#q").press_sequentially("comment faire", delay=60)
                page.wait_for_timeout(1500)
                yield "layout shift, with typing", f"{page.evaluate('seen.shift'):.4f}"
            context.close()


def main(arguments: list[str]) -> None:
    data = Path(arguments[0]) if arguments else None
    config, store = opened(data)
    encoder = opening.open_encoder(config, print)
    if data is None:
        opening.catch_up(config, store, encoder)
    finder = opening.open_finder(config, store, encoder)
    me = everywhere(store)
    app = opening.open_site(config, store, finder)
    opening.stay()
    state = opening.index_state(config, store)
    print(f"{state.passages:,} passages, as {me.name}\n\n{'server':<34}{'median':>9}{'p95':>9}   ms")
    for kind, times in timed(app, store, me):
        limit = LIMITS["search" if kind.startswith("search") else "page"]
        late = "" if at(times, 0.95) <= limit else f"   more than {limit:.0f}"
        print(f"{kind:<34}{at(times, 0.5):>9.1f}{at(times, 0.95):>9.1f}{late}")
    executable = find_chromium()
    if executable:
        print()
        for what, told in felt(replace(config, demo=""), store, finder, me, executable):
            print(f"{what:<34}{told:>12}")
    store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
