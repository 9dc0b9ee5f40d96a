"""An encoder for tests of what stands around finding: bags of hashed words, made at once, the same everywhere."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class WordEncoder:
    """Texts that share words are close. What finding makes of real vectors is tested in tests/indexer."""

    id = "words-1"
    multilingual = True
    fallback_reason = ""
    dimension = 64

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w{3,}", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_passages = encode_queries
