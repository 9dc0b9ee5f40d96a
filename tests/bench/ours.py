"""Quisait as an engine: through `Finder`, as the site uses it."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property

import numpy as np

from indexer import pipeline
from indexer.catalogue import LANES
from indexer.ranking import Floats
from tests.bench.engines import Engine
from tests.bench.kit import Site


class Quisait(Engine):
    """The ranking of one lane that the site shows: words and meaning."""

    name = "Quisait"

    def __init__(self, site: Site, lane: str) -> None:
        self._finder, self._reader, self._lane = site.finder, site.reader, LANES.index(lane)

    def find(self, text: str, limit: int) -> list[str]:
        return self._ranked(self._finder.question(text, self._reader), "fused", limit)

    def answer(self, text: str) -> object:
        """All that the site shows for a question: three lanes with excerpts and reasons, and people."""
        return self._finder.find(text, self._reader)

    def _ranked(self, question: pipeline.Question, name: str, limit: int) -> list[str]:
        run, catalogue = pipeline.texts(question, self._lane, name), self._finder.catalogue
        return [catalogue.document_id(int(code)) for code in run.documents[:limit]]


class WordsAlone(Quisait):
    """The same without the encoder and without looking at any vector."""

    name = "Quisait, words alone"

    def find(self, text: str, limit: int) -> list[str]:
        unread = self._finder.question("", self._reader)  # no words: nothing is encoded
        parts = {each.name: getattr(unread, each.name) for each in fields(unread)}
        return self._ranked(_Unread(**parts | {"words": text}), "lexical", limit)


class _Unread(pipeline.Question):
    """A question whose meaning nobody asked for."""

    @cached_property
    def meaning(self) -> Floats:
        return np.zeros(len(self.columns.number), np.float32)
