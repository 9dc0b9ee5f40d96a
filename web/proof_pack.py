"""A proof as a zip that a stranger can check with `sha256sum`: the same proof gives the same bytes.

write(store, proof, whole, file)        whole: with what concerns the organisation itself
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import kb.proof
from kb.proof import Proof
from kb.proof_sheets import Sheet, file_of
from web.lists import csv_text

if TYPE_CHECKING:
    from kb import Store

_WORDS = Path(__file__).parent / "templates" / "proof"
_CHECK = Path(__file__).parent / "proof_check.py"
_NEVER = (1980, 1, 1, 0, 0, 0)  # the only time a zip may hold that says nothing


class _Pack:
    """Adds files to a zip and keeps their hashes."""

    def __init__(self, zip: ZipFile, folder: str) -> None:
        self._zip, self._folder = zip, folder
        self.sums: dict[str, str] = {}

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        info = ZipInfo(f"{self._folder}/{name}", _NEVER)
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
        with self._zip.open(info, "w") as member:
            yield member

    def add(self, name: str, texts: Iterable[str]) -> None:
        digest = hashlib.sha256()
        with self._open(name) as member:
            for text in texts:
                member.write(text.encode())
                digest.update(text.encode())
        self.sums[name] = digest.hexdigest()


def write(store: Store, proof: Proof, whole: bool, file: IO[bytes] | Path, organisation: str = "") -> None:
    """Write the pack; `whole` shows the audit entries of no space too."""
    with ZipFile(file, "w") as zip:
        pack = _Pack(zip, name_of(proof))
        for (key, name), text in sorted(proof.texts.items()):
            pack.add(file_of(key, name), [text])
        for sheet in proof.sheets:
            rows = [[_cell(each) for each in row] for row in sheet.rows]
            pack.add(f"{sheet.name}.csv", [csv_text([sheet.columns, *rows])])
        sheets = {each.name: each for each in proof.sheets}
        pack.add("APPROVED", _sums(sheets["approvals"], proof, "counts"))
        pack.add("ACKNOWLEDGED", _sums(sheets["acknowledgements"], proof))
        entries = kb.proof.trail(store, proof.spaces, proof.entries, whole)
        pack.add("audit.jsonl", (json.dumps(each, ensure_ascii=False) + "\n" for each in entries))
        pack.add("HEAD", [f"{proof.entries} {proof.head}\n"])
        pack.add("check.py", [_CHECK.read_text("utf-8")])
        spaces = _names(store, proof)
        for name in ("README.md", "LISEZMOI.md"):
            words = (_WORDS / name).read_text("utf-8")
            facts = {"organisation": organisation or "-", "day": proof.day, "spaces": spaces,
                     "version": version("quisait")}  # fmt: skip
            pack.add(name, [words.format(**facts)])
        sums = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(pack.sums.items()))
        pack.add("SHA256SUMS", [sums])


def name_of(proof: Proof) -> str:
    """The name of the pack's folder: the day, and the space when it is of one."""
    one = f"-{proof.spaces[0]}" if len(proof.spaces) == 1 else ""
    return "".join(each if each.isalnum() or each in "-_." else "-" for each in f"proof-{proof.day}{one}")


def _sums(sheet: Sheet, proof: Proof, counted: str = "") -> Iterator[str]:
    """What stands in a sheet as lines for `sha256sum -c`, each once."""
    lines: dict[str, None] = {}
    for row in sheet.rows:
        facts: dict[str, Any] = dict(zip(sheet.columns, row, strict=True))
        text = (facts["procedure"], facts["revision"])
        if text in proof.texts and (not counted or facts[counted]):
            lines[f"{facts['sha256']}  {file_of(*text)}\n"] = None
    yield from lines


def _cell(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _names(store: Store, proof: Proof) -> str:
    with store.read() as tx:
        return ", ".join(each.name for each in tx.spaces.list() if each.id in proof.spaces) or "-"
