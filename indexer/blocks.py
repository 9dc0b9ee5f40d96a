"""Whoosh's posting lists in blocks that NumPy reads as they are.

Whoosh pickles blocks of 128 postings as Python numbers, the places of the words among them. Here a long block holds
512; its document numbers and frequencies are arrays, and the places stand beside them in a part of their own, which
phrases alone unpack. A common word is read three to ten times as quickly. Whoosh's merging goes through the same
classes.
"""

from __future__ import annotations

import secrets
import zlib
from pickle import dumps, loads
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3PostingsWriter, W3Segment

POSTINGS = 512  # of a block at most
FEW = 128  # up to so many, Whoosh's way takes less room
COMPRESSION = 3  # of zlib


class Block(NamedTuple):
    """`documents`: their numbers, rising; `frequencies`: how often each holds the term; `places`: see `unpacked`."""

    documents: NDArray[np.int64]
    frequencies: NDArray[np.float32]
    places: Any


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with other blocks. Whoosh names segments by the `random` module: where a program seeds it,
    two would overwrite each other."""

    def __init__(self) -> None:
        super().__init__(blocklimit=POSTINGS, compression=COMPRESSION)

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:
        return W3Segment(self, indexname, segid=secrets.token_hex(8))

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> W3PostingsWriter:
        return _Writer(dbfile, blocklimit=POSTINGS, byteids=byteids, compression=COMPRESSION)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        if terminfo.is_inlined():
            return super().postings_reader(dbfile, terminfo, format_, term, scorer)
        offset, length = terminfo.extent()
        return Matcher(dbfile, offset, length, format_, term=term, scorer=scorer)


class _Writer(W3PostingsWriter):  # type: ignore[misc]
    def _write_block(self, last: bool = False) -> None:
        self._compression = 0 if len(self) > FEW else COMPRESSION  # the parts of a long block are compressed each
        super()._write_block(last)

    def _mini_ids(self) -> Any:
        gaps = super()._mini_ids()
        return gaps if self._byteids or len(self) <= FEW else _narrow(gaps)

    def _mini_weights(self) -> Any:
        weights = super()._mini_weights()
        return _narrow(weights) if isinstance(weights, tuple) and len(self) > FEW else weights

    def _mini_values(self) -> Any:
        values = super()._mini_values()
        return values if values is None or len(self) <= FEW else [_kept(dumps(values, 2))]


class Matcher(W3LeafMatcher):  # type: ignore[misc]
    """A posting list, block by block."""

    _data: Any

    def block(self) -> Block:
        """The block that it stands at."""
        if self._data is None:
            self._read_data()
        gaps, weights, places = self._data
        documents = np.cumsum(_widened(gaps), dtype=np.int64)
        frequencies = np.empty(len(documents), np.float32)
        frequencies[:] = 1.0 if weights is None else _widened(weights)
        return Block(documents, frequencies, places)

    def _read_ids(self) -> None:
        if self._byteids:
            super()._read_ids()
        else:
            self._ids = tuple(self.block().documents.tolist())

    def _read_weights(self) -> None:
        self._weights = self.block().frequencies.tolist()

    def _read_values(self) -> None:
        if self._data is None:
            self._read_data()
        gaps, weights, places = self._data
        self._data = gaps, weights, unpacked(places)
        super()._read_values()


def unpacked(places: Any) -> Any:
    """What a block says of each of its postings, as Whoosh's format encodes it."""
    return loads(_given(places[0])) if isinstance(places, list) else places  # as safe as the pickle around it


def _narrow(numbers: tuple[float, ...]) -> list[Any]:
    """Numbers of 0 or more as [kind, array], in as few bytes each as hold them."""
    array = np.array(numbers)
    whole, most = np.array_equal(array, np.floor(array)), array.max()
    kind = next((each for each in ("<u1", "<u2", "<u4") if whole and most <= np.iinfo(each).max), "<f4")
    return [kind, _kept(array.astype(kind).tobytes())]


def _widened(numbers: Any) -> Any:
    return np.frombuffer(_given(numbers[1]), numbers[0]) if isinstance(numbers, list) else numbers


def _kept(data: bytes) -> int:
    """Compressed, as a whole number: Whoosh's pickles write bytes as text, half as long again."""
    return int.from_bytes(zlib.compress(data, COMPRESSION) + b"\1", "little")


def _given(kept: int) -> bytes:
    return zlib.decompress(kept.to_bytes((kept.bit_length() + 7) // 8, "little")[:-1])
