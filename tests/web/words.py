"""An encoder for tests of what stands around finding: bags of hashed words, made at once, the same everywhere.

It bears the default model's name and, like it, holds unrelated texts near 0.8: the shipped calibration fits.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

UNRELATED = 0.8  # the cosine of texts without a word in common


class WordEncoder:
    """Texts that share words are close. What finding makes of real vectors is tested in tests/indexer."""

    id = "multilingual-e5-small-words"
    multilingual = True
    fallback_reason = ""
    dimension = width = 257
    english = None

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        bags = np.full((len(texts), self.dimension - 1), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w{3,}", text.lower()):
                bags[row, zlib.crc32(word.encode()) % (self.dimension - 1)] += 1
        bags /= np.linalg.norm(bags, axis=1, keepdims=True)
        shared = np.full((len(texts), 1), UNRELATED**0.5, np.float32)
        return np.hstack([shared, bags * np.float32((1 - UNRELATED) ** 0.5)])

    def encode_passages(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        return self.encode_queries(texts)
