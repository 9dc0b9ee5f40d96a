"""Pictures without what their camera and program wrote beside them: where and when they were taken, with what, by whom.

    bare(content)      the same picture, byte for byte, without EXIF, XMP, IPTC, comments and hidden second pictures

Nothing is drawn anew, so nothing is lost and nothing large is unpacked: of a JPEG, PNG, WebP or GIF the parts that are
needed to show it are copied. Colours (ICC) stay, and of what its camera told, which side is up: that alone is written
again. ValueError for a picture that cannot be read to its end of parts.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any
from zlib import crc32

_PNG, _JPEG, _RIFF, _GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF", (b"GIF87a", b"GIF89a")
_PNG_SHOWN = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"pHYs", b"sBIT", b"acTL", b"fcTL", b"fdAT"}
)
_PNG_COLOURS = frozenset({b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"cICP", b"mDCV", b"cLLI"})
_WEBP_SHOWN = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04  # the marks in the head
_SCAN, _END, _SIZE, _EXIF, _COLOUR, _ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # where the packed points of a JPEG end
_UP = 0x0112
_GIF_PICTURE, _GIF_MORE, _GIF_END, _GIF_CONTROL, _GIF_PROGRAM = 0x2C, 0x21, 0x3B, 0xF9, 0xFF
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often the pictures turn; every other program's words go


def bare(content: bytes) -> bytes:
    """The picture alone; any other content as it is."""
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(_JPEG):
        return _jpeg(content)
    if content.startswith(_RIFF) and content[8:12] == b"WEBP":
        return _webp(content)
    if content.startswith(_GIF):
        return _gif(content)
    return content


def _png(content: bytes) -> bytes:
    kept, place = [_PNG], len(_PNG)
    while place < len(content):
        size, kind = _unpack(">I4s", content, place)
        end = place + 12 + size
        if end > len(content):
            raise ValueError("a part of the picture is cut off")
        if kind in _PNG_SHOWN or kind in _PNG_COLOURS:
            kept.append(content[place:end])
        elif kind == b"eXIf" and (told := _upright(content[place + 8 : end - 4])):
            part = kind + told
            kept.append(struct.pack(">I", len(told)) + part + struct.pack(">I", crc32(part)))
        if kind == b"IEND":
            return b"".join(kept)  # what stands behind it is no part of the picture
        place = end
    raise ValueError("the picture has no end")


def _jpeg(content: bytes) -> bytes:
    kept = [_JPEG]
    for mark, part in _segments(content):
        if mark == _EXIF:
            told = _upright(part[4:])
            kept += [b"\xff\xe1" + struct.pack(">H", len(told) + 8) + b"Exif\0\0" + told] if told else []
        elif mark == _SIZE:  # of the kind JFIF, without the small picture that may be in it; no other kind
            whole = part[4:9] == b"JFIF\0" and len(part) >= 18
            kept += [part[:2] + b"\0\x10" + part[4:16] + b"\0\0"] if whole else []
        elif mark == _COLOUR:
            kept += [part] if part[4:16] == b"ICC_PROFILE\0" else []
        elif mark == _ADOBE:
            kept += [part[:2] + b"\0\x0e" + part[4:16]] if part[4:9] == b"Adobe" and len(part) >= 16 else []
        elif 0xC0 <= mark <= 0xDF:  # what is drawn, and how
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


def _upright(told: bytes) -> bytes:
    """Of what EXIF tells, which side is up and nothing else, as EXIF; empty where the picture stands as it is."""
    up = _side_up(told.removeprefix(b"Exif\0\0"))
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _UP, 3, 1, up, 0, 0) if 1 < up <= 8 else b""


def _side_up(told: bytes) -> int:
    """Which side is up, as EXIF tells it (1 to 8); 0 when it does not."""
    if told[:2] not in (b"II", b"MM"):
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


def _webp(content: bytes) -> bytes:
    (size,) = _unpack("<I", content, 4)
    end = min(8 + size, len(content))
    kept: list[bytes] = []
    place, upright = 12, b""
    while place + 8 <= end:
        kind, length = _unpack("<4sI", content, place)
        after = place + 8 + length + length % 2
        if place + 8 + length > end or (length == 0 and kind in _WEBP_SHOWN):
            raise ValueError("a part of the picture is cut off")
        if kind in _WEBP_SHOWN:
            kept.append(content[place:after])
        elif kind == b"EXIF":
            upright = upright or _upright(content[place + 8 : place + 8 + length])
        place = after
    if not kept:
        raise ValueError("the picture is empty")
    if kept[0].startswith(b"VP8X"):
        marks = kept[0][8] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if upright else 0)
        kept[0] = kept[0][:8] + bytes([marks]) + kept[0][9:]
        kept += [b"EXIF" + struct.pack("<I", len(upright)) + upright] if upright else []
    body = b"WEBP" + b"".join(kept)
    return _RIFF + struct.pack("<I", len(body)) + body


def _gif(content: bytes) -> bytes:
    (marks,) = _unpack("B", content, 10)
    place = 13 + _colours(marks)
    kept = [content[:place]]
    shown = False
    while True:
        (mark,) = _unpack("B", content, place) if place < len(content) or not shown else (_GIF_END,)  # some forget it
        if mark == _GIF_END:
            return b"".join([*kept, bytes([_GIF_END])])  # what stands behind it is no part of the picture
        if mark == _GIF_PICTURE:
            (marks,) = _unpack("B", content, place + 9)
            end = _gif_blocks(content, place + 11 + _colours(marks))
            kept.append(content[place:end])
            shown = True
        elif mark == 0:  # some fill up
            end = place + 1
        elif mark == _GIF_MORE:
            (kind,) = _unpack("B", content, place + 1)
            end = _gif_blocks(content, place + 2)
            if kind == _GIF_CONTROL:
                kept.append(content[place:end])
            elif kind == _GIF_PROGRAM and content[place + 3 : place + 14] in _GIF_LOOPS and content[place + 14] == 3:
                kept.append(content[place : place + 18] + b"\0")  # how often, and no further block
        else:
            raise ValueError("no part of the picture begins here")
        place = end


def _colours(marks: int) -> int:
    """Bytes of the table of colours that follows."""
    return 3 << (marks & 7) + 1 if marks & 0x80 else 0


def _gif_blocks(content: bytes, place: int) -> int:
    """Where a run of blocks ends, each of them with its length before it, the last one empty."""
    while True:
        (length,) = _unpack("B", content, place)
        place += 1 + length
        if length == 0:
            return place


def _unpack(form: str, content: bytes, place: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, content, place)
    except struct.error:
        raise ValueError("the picture is cut off") from None
