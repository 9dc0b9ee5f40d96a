"""A procedure from a Markdown file: front matter, purpose, the table of duties, and what remains.

    ---
    key: FIN-01
    title: Pay a supplier
    language: en
    owner: claire-vasseur
    ---
    Why this exists, in a sentence or two.                    -> summary
    ## Who does what
    | Step | Who | What | Rule |                              -> duties
    ## Anything else                                          -> body

Two lines may say exactly where parts begin, for texts that could be read otherwise: `<!-- duties -->` and
`<!-- essentials -->`. The result is the row that procedures.jsonl would hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kb.loading.lines import Complain

FILE_LIMIT = 5_000_000
FRONT_LIMIT = 100_000
DUTIES, ESSENTIALS = "<!-- duties -->", "<!-- essentials -->"
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"#{1,6}\s+\S")
_RULE = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*")
_CELL = re.compile(r"(?<!\\)\|")
_COLUMNS = {
    "step": ("step", "etape", "no", "n", "number", "numero"),
    "role": ("who", "qui", "role", "responsable", "responsible"),
    "what": ("what", "quoi", "action", "task", "tache", "duty"),
    "rule": ("rule", "regle", "reference", "requirement", "exigence", "satisfies", "texte"),
}
_EXAMPLE = "Begin the file with ---, then key: ABC-01, title: ..., language: fr, then --- again."


def read_procedure(file: Path, complain: Complain) -> tuple[dict[str, Any], dict[str, int]] | None:
    """The row and the lines of its front matter's fields; None after a complaint."""
    try:
        if file.stat().st_size > FILE_LIMIT:
            complain(1, f"The file is larger than {FILE_LIMIT:,} bytes: too long for a procedure.")
            return None
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        complain(1, "The file is not UTF-8. Save it as UTF-8.")
        return None
    except OSError as error:
        complain(
            1,
            f"The file cannot be read ({error.strerror or error}). Check that it is there and that you may read it.",
        )
        return None
    return parse_procedure(text, complain)


def parse_procedure(text: str, complain: Complain) -> tuple[dict[str, Any], dict[str, int]] | None:
    """The same of the text of a file."""
    lines = text.split("\n")
    front, rest = _front_matter(lines)
    if rest is None:
        complain(
            1, f"There is no front matter. {_EXAMPLE}" if front is None else f"The front matter has no end. {_EXAMPLE}"
        )
        return None
    places = {found[1]: place for place, line in enumerate(lines[: len(lines) - len(rest)], 1)
              if (found := re.match(r"(\w+):", line))}  # fmt: skip
    fields = _fields("\n".join(front or ()), complain)
    if fields is None:
        return None
    for name in ("key", "title", "language"):
        if fields.get(name) in (None, ""):
            complain(places.get(name, 1), f"{name} is missing. Add a line `{name}: ...` to the front matter.")
            return None
    fields["summary"], fields["duties"], fields["body"] = _parts(rest)
    return fields, places


def _front_matter(lines: list[str]) -> tuple[list[str] | None, list[str] | None]:
    if not lines or lines[0].rstrip() != "---":
        return None, None
    for place, line in enumerate(lines[1:], 1):
        if line.rstrip() in ("---", "..."):
            return lines[1:place], lines[place + 1 :]
    return lines[1:], None


def _fields(text: str, complain: Complain) -> dict[str, Any] | None:
    if len(text) > FRONT_LIMIT:
        complain(1, "The front matter is too long: put the words below it.")
        return None
    try:
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error)[:100]
        line = mark.line + 2 if mark else 1
        complain(line, f"The front matter cannot be read ({why}). Put quotation marks around a value that holds a "
                 "colon or begins with a sign.")  # fmt: skip
        return None
    if not isinstance(fields, dict):
        complain(1, f"The front matter holds no fields. {_EXAMPLE}")
        return None
    return {str(name): value for name, value in fields.items()}


def _parts(lines: list[str]) -> tuple[str, list[dict[str, str]], str]:
    """Summary, duties and body of the text below the front matter."""
    plain = [line.strip() for line in lines]
    if DUTIES in plain and ESSENTIALS in plain[plain.index(DUTIES) :]:
        first = plain.index(DUTIES)
        second = plain.index(ESSENTIALS, first)
        table = _without_duties(lines[first + 1 : second])[0]
        return "\n".join(lines[:first]).strip(), table, "\n".join(lines[second + 1 :]).strip()
    sections = list(_sections(lines))
    summary = "\n".join(sections[0]).strip()
    duties: list[dict[str, str]] = []
    kept: list[str] = []
    for section in sections[1:]:
        if not duties:
            duties, section = _without_duties(section)
        kept += section
    return summary, duties, "\n".join(kept).strip()


def _sections(lines: list[str]) -> Iterator[list[str]]:
    """The lines before the first heading, then each heading with what is below it. A `#` in a code block is
    none."""
    section: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= bool(_FENCE.match(line))
        if not fenced and _HEADING.match(line):
            yield section
            section = []
        section.append(line)
    yield section


def _without_duties(section: list[str]) -> tuple[list[dict[str, str]], list[str]]:
    """The duties of a section's first table of four columns, and the section without it (without its heading too, when
    nothing else was there)."""
    for start, line in enumerate(section[:-1]):
        names = _cells(line)
        if len(names) != 4 or not _RULE.fullmatch(section[start + 1]) or "|" not in section[start + 1]:
            continue
        end = start + 2
        while end < len(section) and "|" in section[end]:
            end += 1
        order = _order(names)
        duties = []
        for row in section[start + 2 : end]:
            cells = (_cells(row) + [""] * 4)[:4]
            duties.append({name: cells[place] for name, place in order.items()})
        rest = section[:start] + section[end:]
        return duties, rest if any(line.strip() for line in rest[1:]) else []
    return [], section


def _order(names: list[str]) -> dict[str, int]:
    """Which column holds what: by its heading when all four are known, else from left to right."""
    plain = [
        re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower())
        for name in names
    ]
    found = {name: place for name, known in _COLUMNS.items() for place, word in enumerate(plain) if word in known}
    return (
        found
        if len(set(found.values())) == 4 and len(found) == 4
        else {name: place for place, name in enumerate(_COLUMNS)}
    )


def _cells(line: str) -> list[str]:
    if "|" not in line:
        return []
    line = line.strip().removeprefix("|")
    line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line)]
