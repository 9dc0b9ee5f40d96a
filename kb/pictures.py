"""Pictures without what their camera and program wrote beside them: where and when they were taken, with what, by whom.

    bare(content)      the same picture, byte for byte, without EXIF, XMP, IPTC, comments and hidden second pictures

Nothing is drawn anew, so nothing is lost and nothing large is unpacked: the parts of a JPEG, PNG or WebP are copied,
those left out that do not belong to the picture. Colours (ICC) stay, and of what a JPEG tells which side is up: that
alone is written again. ValueError for a picture that cannot be read to its end of parts.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any

_PNG, _JPEG, _RIFF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF"
_PNG_TOLD = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"dSIG", b"caBX"})
_WEBP_TOLD = {b"EXIF": 0x08, b"XMP ": 0x04}  # the part, and the mark of it in the head
_SCAN, _END, _SIZE, _EXIF, _COLOUR, _ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # where the packed points of a JPEG end
_UP = 0x0112


def bare(content: bytes) -> bytes:
    """The picture alone; any other content as it is."""
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(_JPEG):
        return _jpeg(content)
    if content.startswith(_RIFF) and content[8:12] == b"WEBP":
        return _webp(content)
    return content


def _png(content: bytes) -> bytes:
    kept, place = [_PNG], len(_PNG)
    while place < len(content):
        size, kind = _unpack(">I4s", content, place)
        end = place + 12 + size
        if end > len(content):
            raise ValueError("a part of the picture is cut off")
        if kind not in _PNG_TOLD:
            kept.append(content[place:end])
        if kind == b"IEND":
            return b"".join(kept)  # what stands behind it is no part of the picture
        place = end
    raise ValueError("the picture has no end")


def _jpeg(content: bytes) -> bytes:
    kept = [_JPEG]
    for mark, part in _segments(content):
        if mark == _EXIF:
            up = _side_up(part)
            kept += [_upright(up)] if 1 < up <= 8 else []
        elif mark == _SIZE:  # of the kind JFIF, without the small picture that may be in it; no other kind
            whole = part[4:9] == b"JFIF\0" and len(part) >= 18
            kept += [part[:2] + b"\0\x10" + part[4:16] + b"\0\0"] if whole else []
        elif mark == _COLOUR:
            kept += [part] if part[4:16] == b"ICC_PROFILE\0" else []
        elif not (0xE3 <= mark <= 0xEF and mark != _ADOBE) and mark != 0xFE:
            kept.append(part)
    return b"".join(kept)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The parts of a JPEG, each with its mark; the last is its end."""
    place = len(_JPEG)
    while True:
        while content[place : place + 2] == b"\xff\xff":
            place += 1
        lead, mark = _unpack("BB", content, place)
        if lead != 0xFF:
            raise ValueError("no part of the picture begins here")
        if mark == _END:
            yield mark, content[place : place + 2]
            return
        (size,) = _unpack(">H", content, place + 2)
        end = place + 2 + size
        if size < 2 or end > len(content):
            raise ValueError("a part of the picture is cut off")
        if mark == _SCAN:
            found = _NEXT.search(content, end)
            if found is None:
                raise ValueError("the picture has no end")
            end = found.start()
        yield mark, content[place:end]
        place = end


def _side_up(part: bytes) -> int:
    """Which side is up, as EXIF tells it (1 to 8); 0 when it does not."""
    told = part[10:]
    if part[4:10] != b"Exif\0\0" or told[:2] not in (b"II", b"MM"):
        return 0
    order = "<" if told[:2] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", told, 4)
        (count,) = struct.unpack_from(f"{order}H", told, first)
        for number in range(min(count, 200)):
            tag, _type, _count, value = struct.unpack_from(f"{order}HHIH", told, first + 2 + 12 * number)
            if tag == _UP:
                return int(value)
    except struct.error:
        return 0
    return 0


def _upright(up: int) -> bytes:
    """A part that says which side is up, and nothing else."""
    told = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _UP, 3, 1, up, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told


def _webp(content: bytes) -> bytes:
    (size,) = _unpack("<I", content, 4)
    end = min(8 + size, len(content))
    kept: list[bytes] = []
    place = 12
    while place + 8 <= end:
        kind, length = _unpack("<4sI", content, place)
        after = place + 8 + length + length % 2
        if place + 8 + length > end or length == 0:
            raise ValueError("a part of the picture is cut off")
        part = content[place:after]
        if kind == b"VP8X":
            part = part[:8] + bytes([part[8] & ~sum(_WEBP_TOLD.values())]) + part[9:]
        if kind not in _WEBP_TOLD:
            kept.append(part)
        place = after
    if not kept:
        raise ValueError("the picture is empty")
    body = b"WEBP" + b"".join(kept)
    return _RIFF + struct.pack("<I", len(body)) + body


def _unpack(form: str, content: bytes, place: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, content, place)
    except struct.error:
        raise ValueError("the picture is cut off") from None
