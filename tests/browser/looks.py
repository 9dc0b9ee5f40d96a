"""Every page in every look, by all rules of WCAG 2.2 AA: `make looks`.

    python -m tests.browser.looks FILE [PART ...]

Each page of tests/browser/pages.py (of the PARTs named, else all) is opened once in each language and judged in every
theme and every size; its width, from right to left and with large letters too, once. FILE gets a line a page and
language as soon as that is judged: what stands there already is not judged again, so a run that was cut goes on, and
parts can be run side by side. At the end, a table of all that FILE knows; the exit status says whether it is clean.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.conftest import Sites, Visitor, furnished
from tests.browser.judging import SIZES, WCAG, Look, too_wide, violations
from tests.browser.live import browsing, find_chromium
from tests.browser.pages import PARTS, go_through

THEMES = {
    "light": ("light", "no-preference"), "dark": ("dark", "no-preference"),
    "strong contrast, light": ("light", "more"), "strong contrast, dark": ("dark", "more"),
}  # fmt: skip
Known = dict[str, dict[str, list[str]]]


def judge(visitor: Visitor, sites: Sites, part: str, language: str, known: Known, file: Path) -> None:
    began = time.monotonic()
    for number, page in enumerate(go_through(visitor.open, sites, part, language)):
        name = f"{part} {number} {language}"
        if name in known:
            continue
        seen = known[name] = {"page": [urlsplit(page.url).path], "width": too_wide(page)}
        for theme, (scheme, contrast) in THEMES.items():
            for width in SIZES:
                Look(width, scheme, contrast).put_on(page)  # type: ignore[arg-type]
                seen[f"{theme}, {width}"] = violations(page, WCAG)
        with file.open("a") as out:
            out.write(json.dumps({name: seen}, ensure_ascii=False) + "\n")
        print(f"{time.monotonic() - began:6.0f} s  {name:<20} {wrong(seen) or ''}  {seen['page'][0][:80]}", flush=True)


def wrong(seen: dict[str, list[str]]) -> int:
    return sum(len(told) for look, told in seen.items() if look != "page")


def table(known: Known) -> str:
    """How many pages were seen in each look, how many violations were found; then each of these with its pages."""
    pages, found = Counter[str](), Counter[str]()
    where: dict[str, set[str]] = {}
    for name, seen in known.items():
        for look, told in seen.items():
            if look != "page":
                pages[look] += 1
                found[look] += len(told)
                for each in told:
                    where.setdefault(f"{look}: {' '.join(each.split())}", set()).add(f"{seen['page'][0]} ({name})")
    lines = [f"{'look':<32}{'pages':>7}{'violations':>12}"]
    lines += [f"{look:<32}{count:>7}{found[look]:>12}" for look, count in pages.items()]
    lines += [f"{'all':<32}{pages.total():>7}{found.total():>12}"]
    lines += [f"\n{what}\n    on {', '.join(sorted(places))}" for what, places in sorted(where.items())]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    file, parts = Path(arguments[0]), arguments[1:] or list(PARTS)
    known: Known = {}
    for line in file.read_text().splitlines() if file.exists() else ():
        known.update(json.loads(line))
    file.parent.mkdir(parents=True, exist_ok=True)
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium here. Install the package chromium to look at the pages.")
    with tempfile.TemporaryDirectory() as data, furnished(Path(data)) as sites, browsing(executable) as browser:
        visitor = Visitor(browser, sites, [])
        for part in parts:
            for language in ("fr", "en"):
                judge(visitor, sites, part, language, known, file)
                for context in browser.contexts:
                    context.close()
    print(table(known))
    if visitor.wrong:
        print("\nIn the console, or asked of others:", *sorted(set(visitor.wrong)), sep="\n    ")
    return int(bool(visitor.wrong or any(wrong(seen) for seen in known.values())))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
