"""Small real files for tests: a picture of one pixel, a document, one with macros, a program."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def picture(shade: int = 0) -> bytes:
    """A PNG of one grey pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def packed(*names: str, **content: str) -> bytes:
    """A ZIP with empty members of these names, and members `name=content`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "")
        for name, text in content.items():
            archive.writestr(name, text)
    return made.getvalue()


DOCUMENT = packed("[Content_Types].xml", "word/document.xml")
MACROS = packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(64)
