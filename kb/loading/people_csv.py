"""People from a spreadsheet: CSV with headers in English or French, commas, semicolons or tabs, in any common
encoding.

Columns are known by their names, in any order. A file that lacks the name column is refused whole, in one sentence.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.loading.lines import Complain
from kb.rules import slug

_HEADERS = {
    "id": ("id", "identifiant", "matricule", "uid", "login", "employee id"),
    "first": ("prenom", "first name", "firstname", "given name", "forename"),
    "name": ("nom", "name", "nom complet", "full name", "last name", "lastname", "surname", "family name",
             "nom de famille"),
    "email": ("email", "e mail", "mail", "courriel", "adresse e mail", "adresse email", "adresse mail",
              "email address", "mel"),
    "title": ("title", "fonction", "poste", "job title", "job", "titre", "intitule de poste", "position", "function"),
    "unit": ("unit", "service", "departement", "department", "direction", "equipe", "team", "unite"),
    "site": ("site", "lieu", "location", "office", "ville", "city"),
    "languages": ("languages", "langues", "language", "langue"),
    "skills": ("skills", "competences", "competence", "skill", "expertise", "expertises"),
    "about": ("about", "a propos", "bio", "presentation"),
    "kind": ("kind",),
    "admin": ("admin",),
}  # fmt: skip
_NAMES = {written: name for name, all_written in _HEADERS.items() for written in all_written}
_LISTS = ("languages", "skills")
_TRUE = {"1", "true", "yes", "oui", "vrai", "x"}


def csv_rows(file: Path, complain: Complain) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, row) for every person; `row` is what a line of people.jsonl would hold, with `made` set where the id was
    made from the e-mail address or the name. `complain` hears of the rest."""
    try:
        encoding = _encoding(file, complain)
        if encoding is None:
            return
        with file.open(encoding=encoding, newline="") as text:
            first = text.readline(100_000)
            text.seek(0)
            yield from _people(csv.reader(text, delimiter=_delimiter(first)), complain)
    except OSError as error:
        complain(
            1,
            f"The file cannot be read ({error.strerror or error}). Check that it is there and that you may read it.",
        )


def _encoding(file: Path, complain: Complain) -> str | None:
    """UTF-8 when it decodes, else UTF-16 by its mark, else Windows-1252 with a note; None (and a complaint)
    when nothing fits."""
    with file.open("rb") as raw:
        start = raw.read(4)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16" if _decodes(file, "utf-16") else None
    if _decodes(file, "utf-8"):
        return "utf-8-sig"
    if _decodes(file, "cp1252"):
        complain(None, "The file is not UTF-8: it was read as Windows-1252. Check the accents, and save it as UTF-8.")
        return "cp1252"
    complain(1, "The file is not UTF-8. Save it as UTF-8 and load it again; nothing of it was loaded.")
    return None


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with file.open("rb") as raw:
        try:
            while chunk := raw.read(1 << 16):
                if any(ord(sign) < 9 and sign != "\x00" for sign in decoder.decode(chunk)) and encoding == "cp1252":
                    return False
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(header: str) -> str:
    return max(";\t,", key=header.count) if header.strip() else ","


def _people(reader: Any, complain: Complain) -> Iterator[tuple[int, dict[str, Any]]]:
    columns: list[str | None] | None = None
    taken: dict[str, str] = {}
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except (csv.Error, UnicodeDecodeError) as error:
            complain(line, f"The row cannot be read ({error}). Is a quotation mark missing?")
            continue
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = [_NAMES.get(_plain(cell)) for cell in cells]
            if "name" not in columns:
                found = ", ".join(cell.strip()[:40] or "(empty)" for cell in cells[:20])
                complain(
                    line,
                    f"The columns found are: {found}. Needed: name (or nom, with prénom beside it); useful: id, email, "
                    "title, unit, site, languages, skills. Name the columns; nothing of the file was loaded.",
                )
                return
        elif len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            complain(
                line,
                f"The row has {len(cells)} cells, the header {len(columns)}. Put quotation marks around a cell that "
                "holds the separator.",
            )
        else:
            yield line, _person(dict(zip(columns, cells, strict=False)), taken)
    if columns is None:
        complain(1, "The file is empty. Needed: a first line that names the columns, name among them.")


def _person(cells: dict[str | None, str], taken: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {name: cell.strip() for name, cell in cells.items() if name and name != "first"}
    name = " ".join(filter(None, ((cells.get("first") or "").strip(), row.get("name"))))
    row["name"] = name
    for each in _LISTS:
        if each in row:
            row[each] = [word.strip() for word in _words(row[each]) if word.strip()]
    if "admin" in row:
        row["admin"] = row["admin"].lower() in _TRUE
    if not row.get("id"):
        row["id"], row["made"] = _made_id(row.get("email", ""), name, taken), True
    return row


def _made_id(email: str, name: str, taken: dict[str, str]) -> str:
    """The part before the @ as an id, with the domain where another address has it already; without an address,
    the name."""
    local, _, domain = email.lower().partition("@")
    id = slug(local) or slug(name)
    if taken.setdefault(id, email.lower()) != email.lower():
        id = long_id(email) if domain else id
    return id


def long_id(email: str) -> str:
    return slug(email.lower().replace("@", " at "), 100)


def _words(cell: str) -> list[str]:
    return re.split(r"[;|\n]" if re.search(r"[;|\n]", cell) else ",", cell)


def _plain(header: str) -> str:
    ascii = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", ascii))
