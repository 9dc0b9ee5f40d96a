"""An attachment as a record, and what may be attached: told from what a file holds, never from its name.

    kind_of(content)           Kind("image/png", (".png",)) or None
    named(name, kind)          the name to keep: without folders, with an ending that says what it is
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime

NAME_LIMIT = 120
OF = ("question", "answer", "comment", "practice", "held")  # what a file may hang on


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that `person` added. One of `OF` says what it hangs on; none of them while its post is being written."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    person: str
    created: datetime
    question: str | None = None
    answer: str | None = None
    comment: str | None = None
    practice: str | None = None
    held: str | None = None

    @property
    def post(self) -> str | None:
        """The id of what it hangs on."""
        return self.question or self.answer or self.comment or self.practice or self.held

    @property
    def picture(self) -> bool:
        """Whether a browser may show it in a page."""
        return self.type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, and the endings that a name may have; the first is put there when it has none of them."""

    type: str
    endings: tuple[str, ...]


_PNG, _GIF = Kind("image/png", (".png",)), Kind("image/gif", (".gif",))
_JPEG, _WEBP = Kind("image/jpeg", (".jpg", ".jpeg", ".jfif")), Kind("image/webp", (".webp",))
_PDF = Kind("application/pdf", (".pdf",))
_TEXT = Kind("text/plain", (".txt", ".csv", ".tsv", ".md", ".log", ".json", ".yaml", ".yml", ".ini", ".sql", ".eml"))
_OFFICE = "application/vnd.openxmlformats-officedocument."
_DOCUMENTS = {
    "word/document.xml": Kind(f"{_OFFICE}wordprocessingml.document", (".docx",)),
    "xl/workbook.xml": Kind(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",)),
    "ppt/presentation.xml": Kind(f"{_OFFICE}presentationml.presentation", (".pptx",)),
}
_OPEN = {
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def kind_of(content: bytes) -> Kind | None:
    """What a file is; None when it is nothing that may be attached (a program, an archive, a document with macros)."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return _PNG
    if content.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _GIF
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _WEBP
    if content.startswith(b"%PDF-"):
        return _PDF
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    return _TEXT if _is_text(content) else None


def named(name: str, kind: Kind) -> str:
    """The name to keep: its last part, nothing that a file system or a header minds, an ending that fits."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    clean = " ".join(_NOT_IN_NAMES.sub(" ", last.encode("utf-8", "ignore").decode()).split()).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    if not dot or f".{ending.lower()}" not in kind.endings:
        stem, ending = clean, kind.endings[0].lstrip(".")
    return f"{stem[: NAME_LIMIT - len(ending) - 1].strip() or 'file'}.{ending.lower()}"


def _document(content: bytes) -> Kind | None:
    """An office document without macros; nothing in it is unpacked but the few bytes that name its type."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
            if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
                return None
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in _DOCUMENTS.items() if part in names), None)
            if "mimetype" in names and packed.getinfo("mimetype").file_size < 100:
                type = packed.read("mimetype").decode("ascii", "ignore").strip()
                return Kind(type, _OPEN[type]) if type in _OPEN else None
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError):
        return None
    return None


def _is_text(content: bytes) -> bool:
    try:
        return bool(content.strip()) and not _UNPRINTABLE.search(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False
