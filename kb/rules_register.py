"""The register's rules: which references mean the same clause, which clauses are answered by whom, and reading a table
of clauses, one sentence for each row that cannot be taken."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.errors import Invalid
from kb.model import Procedure
from kb.records import Clause
from kb.rules import clean, slug

REFERENCE_LIMIT, REGULATION_LIMIT, CLAUSE_TITLE_LIMIT, ALIASES, ROWS = 200, 120, 300, 20, 5_000
_COLUMNS = {
    "reference": ("reference", "ref", "clause", "article", "exigence", "requirement"),
    "regulation": ("regulation", "reglement", "reglementation", "norme", "standard", "texte", "source"),
    "title": ("title", "titre", "intitule", "libelle", "sujet", "subject"),
    "also": ("also", "aussi", "alias", "autre ecriture", "also written", "synonymes"),
}
_SEVERAL = re.compile(r"\s*[;,]\s*")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken; `line` counts from 1."""

    line: int
    error: Invalid


@dataclass(frozen=True, slots=True)
class Answer:
    """A procedure that names a clause; `steps` are the duties that do (none: the procedure as a whole)."""

    procedure: Procedure
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    clause: Clause
    by: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class ClauseMap:
    """`unknown`: references that procedures name and no clause bears, with those procedures."""

    lines: tuple[Answered, ...]
    unknown: tuple[tuple[str, tuple[Procedure, ...]], ...]

    @property
    def gaps(self) -> tuple[Answered, ...]:
        return tuple(each for each in self.lines if not each.by)

    @property
    def overlaps(self) -> tuple[Answered, ...]:
        return tuple(each for each in self.lines if len(each.by) > 1)


def reference_key(reference: str) -> str:
    """The same for "RGPD art. 33" and "RGPD, Art 33"."""
    return slug(reference, 200)


def in_order(reference: str) -> list[str | int]:
    """A sorting key by which 7.2 comes before 7.10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", slug(reference, 200))]


def known_by(clauses: Iterable[Clause]) -> dict[str, str]:
    """Every way of writing a reference, as its key, with the id of the clause that it means."""
    return {key: each.id for each in clauses for key in (each.id, *map(reference_key, each.also))}


def unlisted(rule: str, known: Collection[str]) -> list[str]:
    """What a duty's rule names that no clause is known by: all of it, or some of several references."""
    if not rule.strip() or reference_key(rule) in known:
        return []
    return [part for each in _SEVERAL.split(rule) if (part := each.strip()) and reference_key(part) not in known]


def map_clauses(clauses: Iterable[Clause], procedures: Iterable[Procedure]) -> ClauseMap:
    """Which procedures answer which clause: by what they say they satisfy, and by the rules of their duties."""
    listed = sorted(clauses, key=lambda each: (slug(each.regulation), in_order(each.reference)))
    known = known_by(listed)
    found: defaultdict[str, dict[str, dict[str, None]]] = defaultdict(dict)
    unknown: defaultdict[str, dict[str, str]] = defaultdict(dict)
    by_key: dict[str, Procedure] = {}
    for procedure in procedures:
        by_key[procedure.key] = procedure
        for reference, step in _named(procedure):
            key = reference_key(reference)
            if key in known:
                steps = found[known[key]].setdefault(procedure.key, {})
                if step:
                    steps[step] = None
            elif not step:
                unknown[key].setdefault("", reference)
                unknown[key][procedure.key] = reference
    return ClauseMap(
        tuple(
            Answered(each, tuple(Answer(by_key[key], tuple(steps)) for key, steps in found[each.id].items()))
            for each in listed
        ),
        tuple(
            (names.pop(""), tuple(by_key[key] for key in names))
            for _, names in sorted(unknown.items(), key=lambda pair: in_order(pair[0]))
        ),
    )


def _named(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """(reference, step) of everything a procedure names; no step where it is the procedure that does."""
    for reference in procedure.satisfies:
        yield reference, ""
    for revision in procedure.revisions:
        for duty in revision.duties:
            for reference in dict.fromkeys((duty.rule, *_SEVERAL.split(duty.rule))):
                if reference:
                    yield reference, duty.step


def read_clauses(data: bytes) -> tuple[list[tuple[int, Clause]], list[BadRow]]:
    """(line, clause) of every good row of a CSV, and what is wrong with the others. Invalid when none can be read."""
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str | None] | None = None
    good: list[tuple[int, Clause]] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            bad.append(BadRow(line, Invalid("file", "This row cannot be read. Is a quotation mark missing?")))
            continue
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = [_column(cell) for cell in cells]
            if "reference" not in columns:
                raise Invalid("file", "The first line must name the columns, one of them “reference” (then regulation, "
                              "title, also).")  # fmt: skip
            continue
        try:
            clause = _clause(columns, cells)
            if clause.id in seen:
                raise Invalid("file", "“%(reference)s” stands in line %(first)d already. Keep one.",
                              reference=clause.reference, first=seen[clause.id])  # fmt: skip
            if len(good) == ROWS:
                raise Invalid("file", "At most %(most)d rows at once. Load the rest as a second file.", most=ROWS)
        except Invalid as error:
            bad.append(BadRow(line, error))
        else:
            seen[clause.id] = line
            good.append((line, clause))
    if columns is None:
        raise Invalid("file", "The file is empty.")
    return good, bad


def _clause(columns: Sequence[str | None], cells: Sequence[str]) -> Clause:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise Invalid("file", "The row has more cells than the first line. Put quotation marks around a cell that "
                      "holds the separator.")  # fmt: skip
    row = {name: " ".join(cell.split()) for name, cell in zip(columns, cells, strict=False) if name}
    reference = clean("reference", row.get("reference"), REFERENCE_LIMIT)
    if not reference_key(reference):
        raise Invalid("file", "The reference is missing: every row needs one, such as “ISO 9001 7.5.3”.")
    also = tuple(dict.fromkeys(filter(None, (each.strip() for each in row.get("also", "").split("|")))))
    if len(also) > ALIASES:
        raise Invalid("file", "At most %(most)d other ways of writing a reference.", most=ALIASES)
    return Clause(
        reference_key(reference), reference, clean("regulation", row.get("regulation"), REGULATION_LIMIT),
        clean("title", row.get("title"), CLAUSE_TITLE_LIMIT),
        tuple(clean("also", each, REFERENCE_LIMIT) for each in also),
    )  # fmt: skip


def _column(heading: str) -> str | None:
    plain = slug(heading).replace("-", " ")
    return next((name for name, written in _COLUMNS.items() if plain in written), None)


def _decoded(data: bytes) -> str:
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("file", "The file is not text. Save it as CSV in UTF-8.")
