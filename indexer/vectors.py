"""Vectors in memory, small enough to read all of them for every keystroke.

Each row is kept as whole numbers of one byte with a scale of its own: a quarter of the memory of single precision, and
eight times as quick to compare with a question (126,000 rows of 384: 1.4 ms for 12). What the rounding costs is about
a thousandth of a cosine; docs/search.md has it in MRR. The exact numbers stay in the index database.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
ROW, QUERY = 127, 63  # steps of a row and of a question; both at 127 overflow on processors without VNNI


class Vectors:
    """Rows of one dimension. Grows by copying, so that a view taken before keeps what it has; rows of zeros are rows
    without a vector."""

    def __init__(self, dimension: int, room: int = 0) -> None:
        self.dimension = dimension
        self._steps = np.zeros((room, dimension), np.int8)
        self._scales = np.zeros(room, np.float32)

    def __len__(self) -> int:
        return len(self._scales)

    def put(self, places: Rows, rows: Floats) -> None:
        """Set the rows at `places` (n,) to `rows` (n, dimension)."""
        scales = np.abs(rows).max(axis=1, initial=0.0) / ROW
        self._scales[places] = scales
        self._steps[places] = np.rint(rows / np.where(scales > 0, scales, 1)[:, None])

    def grown(self, room: int) -> Vectors:
        """A copy with `room` rows."""
        fresh = Vectors(self.dimension, room)
        fresh._steps[: len(self)], fresh._scales[: len(self)] = self._steps, self._scales
        return fresh

    def first(self, size: int) -> Vectors:
        """A view of the first rows, which shares them."""
        view = Vectors(self.dimension)
        view._steps, view._scales = self._steps[:size], self._scales[:size]
        return view

    @property
    def there(self) -> NDArray[np.bool_]:
        """(rows,): which have a vector."""
        return self._scales > 0

    def floats(self, rows: Rows | slice = slice(None)) -> Floats:
        """(rows, dimension): the vectors as they are kept."""
        return self._steps[rows] * self._scales[rows, None]

    def nearness(self, query: Floats) -> Floats:
        """(rows,): the dot product of every row with the `query` (dimension,); 0 for rows without a vector."""
        most = float(np.abs(query).max(initial=0.0))
        if not most or not len(self):
            return np.zeros(len(self), np.float32)
        import torch

        torch.set_num_threads(1)  # of this thread: waiting for a second, busy core takes longer than the product
        steps = torch.from_numpy(np.rint(query * (QUERY / most)).astype(np.int8))
        products = torch._int_mm(torch.from_numpy(self._steps), steps[:, None])[:, 0]
        return np.asarray(products.numpy(), np.float32) * self._scales * np.float32(most / QUERY)
