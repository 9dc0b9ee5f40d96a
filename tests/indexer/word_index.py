"""Short ways to fill and read a word index, for its tests."""

from __future__ import annotations

import numpy as np

from indexer.lexical import LexicalDocument


def passage(number: int, text: str, title: str = "", language: str = "en") -> LexicalDocument:
    return LexicalDocument(number, language, title, text)


def numbers(found: tuple[np.ndarray, np.ndarray]) -> list[int]:
    return found[0].tolist()


def only(*allowed: int) -> np.ndarray:
    """A mask of these numbers alone."""
    mask = np.zeros(max(allowed, default=0) + 1, dtype=np.bool_)
    mask[list(allowed)] = True
    return mask
