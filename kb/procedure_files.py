"""The procedures in force as Markdown files, one a language: written so that loading them again changes nothing.

A file that says the same already is left as it is, whatever its name and however it was laid out, so that a team may
keep its folder in git and see in a comparison only what changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from kb import audit
from kb.errors import NotFound, Unavailable
from kb.files import written_whole
from kb.loading.fields import BadRow, Fields
from kb.loading.markdown_procedures import DUTIES, ESSENTIALS, parse_procedure, read_procedure
from kb.loading.rows import Row
from kb.loading.rows import procedure as read_row
from kb.model import Procedure, ProcedureStatus, Revision
from kb.storage import Store

_HEADINGS = {
    "fr": ("Qui fait quoi", "Étape", "Qui", "Quoi", "Règle"),
    "en": ("Who does what", "Step", "Who", "What", "Rule"),
}
_LOOK = 2  # levels of folders looked through for files that are there


@dataclass(slots=True)
class Written:
    """The names of the files that were written, and how many said the same already. A problem names a text that no file
    can hold exactly: it was not written."""

    files: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)


def write_folder(store: Store, folder: Path, space: str | None = None, actor: str | None = None) -> Written:
    """Write the procedures (of one space) into `folder`, which is made when it is not there; recorded on the audit
    trail. Nothing is removed. NotFound, Unavailable."""
    with store.write() as tx:
        if space is not None and tx.spaces.find(space) is None:
            raise NotFound("space", space)
        procedures = [each for each in tx.procedures.list(spaces=None if space is None else [space]) if each.revisions]
        audit.record(tx, actor, "export", ("procedure", ""), {"count": len(procedures)}, space)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = dict(_there(folder))
    except OSError as error:
        raise Unavailable(f"The folder {folder} cannot be used: {error.strerror}.") from error
    written = Written()
    for procedure in procedures:
        for text in procedure.revisions:
            standing = there.get((procedure.key, text.language))
            _write(written, folder, standing, procedure, text)
    return written


def _there(folder: Path) -> Iterator[tuple[tuple[str, str], tuple[Path, Row]]]:
    """The procedures that the folder holds already, each with its file and what it says."""
    for file in sorted(folder.rglob("*.md")):
        if len(file.relative_to(folder).parts) <= _LOOK + 1 and file.read_bytes()[:3] == b"---":
            row = _read(file)
            if row is not None:
                yield (str(row["key"]), str(row["language"])), (file, row)


def _read(file: Path) -> Row | None:
    """What a load would take from a file; None when it would refuse it."""
    return _row_of(read_procedure(file, _silent))


def taken(markdown: str) -> Row | None:
    """What a load would take from this text."""
    return _row_of(parse_procedure(markdown, _silent))


def _silent(line: int | None, reason: str) -> None:
    pass


def _row_of(found: tuple[dict[str, Any], dict[str, int]] | None) -> Row | None:
    try:
        return read_row(Fields(found[0]), "") if found else None
    except BadRow:
        return None


def _write(
    written: Written, folder: Path, standing: tuple[Path, Row] | None, procedure: Procedure, text: Revision
) -> None:
    file = standing[0] if standing else folder / f"{quote(procedure.key, safe=' ')}.{text.language}.md"
    wanted = read_row(Fields(_row(procedure, text)), "")
    if standing and standing[1] == wanted:
        written.unchanged += 1
        return
    markdown = as_markdown(procedure, text)
    if markdown is None:
        written.problems.append(f"{procedure.key} ({text.language}) holds what no Markdown file can: not written.")
        return
    with written_whole(file) as part:
        part.write_text(markdown, "utf-8", newline="\n")
        part.chmod(0o644)
    written.files.append(file.relative_to(folder).as_posix())


def as_markdown(procedure: Procedure, text: Revision) -> str | None:
    """The file as one would write it; else, where that would be read otherwise, with marks where its parts begin. None
    when that would be too."""
    wanted = read_row(Fields(_row(procedure, text)), "")
    tries = (_markdown(procedure, text, exact) for exact in (False, True))
    return next((each for each in tries if taken(each) == wanted), None)


def _row(procedure: Procedure, text: Revision) -> dict[str, Any]:
    """What the file is to say, as the fields of a row."""
    duties = [{"step": each.step, "role": each.role, "what": each.what, "rule": each.rule} for each in text.duties]
    return _front(procedure, text) | {"summary": text.summary, "duties": duties, "body": text.body}


def _front(procedure: Procedure, text: Revision) -> dict[str, Any]:
    retired = procedure.status is ProcedureStatus.RETIRED
    whom = procedure.audience
    known = {
        "key": procedure.key, "title": text.title, "language": text.language, "owner": procedure.owner,
        "deputy": procedure.deputy, "space": procedure.space,
        "status": "retired" if retired else "published", "effective": text.since,
        "review_every": f"{procedure.review_months} months" if procedure.review_months else None,
        "scope": procedure.scope, "roles": list(whom.roles), "units": list(whom.units), "sites": list(whom.sites),
        "satisfies": list(procedure.satisfies), "tags": list(text.tags),
    }  # fmt: skip
    return {name: value for name, value in known.items() if value or name == "title"}


def _markdown(procedure: Procedure, text: Revision, exact: bool) -> str:
    """The file. `exact` marks where the parts begin, for texts that would be read otherwise."""
    front = "".join(
        yaml.safe_dump(
            {name: value},
            allow_unicode=True,
            default_flow_style=None if isinstance(value, list) else False,
            width=10_000,
        )
        for name, value in _front(procedure, text).items()
    )
    parts = [f"---\n{front}---\n{text.summary}".rstrip()]
    if exact:
        parts.append(DUTIES)
    if text.duties:
        parts.append(_table(text))
    if exact:
        parts.append(ESSENTIALS)
    return "\n\n".join(filter(None, [*parts, text.body])) + "\n"


def _table(text: Revision) -> str:
    title, *columns = _HEADINGS[text.language]
    rows = [columns, ["---"] * 4, *([each.step, each.role, each.what, each.rule] for each in text.duties)]
    cells = ([re.sub(r"\|", r"\\|", each) for each in row] for row in rows)
    return f"## {title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in cells)
