"""The engines we are compared with, each set up as its own documentation does, with its own means for the language; the
engines of words that are given a list of stop words are given ours.

An engine is made from a `Corpus` and has `find(text, limit)`: documents, by their best of `limit` passages, best first.
Indexes on disk are kept below the corpus' folder. A package that is not installed makes the constructor raise
ImportError: the table then says so.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import language_analyzer, stop_words
from indexer.encoder import Encoder
from tests.bench.corpus import Corpus

_LANGUAGES = {"fr": "french", "en": "english"}  # as Snowball calls them
SET_UP = 2  # count up when an engine is set up in another way: indexes kept from before are then built anew
_WORD = re.compile(r"[^\W_]+")


class Engine:
    """`package` is the distribution it comes from, None when it comes with Python or with us."""

    name: ClassVar[str]
    package: ClassVar[str | None] = None

    def find(self, text: str, limit: int) -> Sequence[str]:
        raise NotImplementedError

    def close(self) -> None:
        """Let go of open files."""


class Whoosh(Engine):
    """Its own searcher and BM25F, any of the words, one field under our analysis of the language."""

    package = "whoosh-reloaded"
    name = "Whoosh"

    def __init__(self, corpus: Corpus) -> None:
        from whoosh.fields import TEXT, Schema
        from whoosh.index import create_in, open_dir

        def build(folder: Path) -> None:
            analyzer = language_analyzer(corpus.language)
            files = create_in(str(folder), Schema(text=TEXT(analyzer=analyzer, phrase=False)))
            writer = files.writer(limitmb=512, compound=False)
            for text in corpus.texts:
                writer.add_document(text=text)
            writer.commit()

        index = open_dir(str(_kept(corpus, self, build)))
        self._corpus, self._searcher = corpus, index.searcher()
        self._analyzer = index.schema["text"].analyzer

    def find(self, text: str, limit: int) -> list[str]:
        from whoosh.query import Or, Term

        words = {token.text for token in self._analyzer(text, mode="query")}
        found = self._searcher.search(Or([Term("text", word) for word in sorted(words)]), limit=limit)
        return self._corpus.best_first([row for _, row in found.top_n])  # one segment: documents are numbered as added

    def close(self) -> None:
        self._searcher.close()


class Fts5(Engine):
    """bm25() over one column, any of the words but stop words, its Porter stemmer for English and none for French."""

    name = f"SQLite FTS5 {sqlite3.sqlite_version}"

    def __init__(self, corpus: Corpus) -> None:
        stemming = "porter " if corpus.language == "en" else ""

        def build(folder: Path) -> None:
            database = sqlite3.connect(folder / "fts5.sqlite")
            tokenizer = f"{stemming}unicode61 remove_diacritics 2"
            database.execute(f"create virtual table passage using fts5(text, tokenize = '{tokenizer}')")
            rows = enumerate(corpus.texts)
            database.executemany("insert into passage (rowid, text) values (?, ?)", rows)
            database.execute("insert into passage (passage) values ('optimize')")
            database.commit()
            database.close()

        self._corpus, self._stop = corpus, stop_words(corpus.language)
        self._database = sqlite3.connect(_kept(corpus, self, build) / "fts5.sqlite")

    def find(self, text: str, limit: int) -> list[str]:
        words = dict.fromkeys(word for word in _WORD.findall(text.lower()) if word not in self._stop)
        query = " OR ".join(f'"{word}"' for word in words)
        sql = "select rowid from passage where passage match ? order by bm25(passage) limit ?"
        rows = self._database.execute(sql, (query, limit)).fetchall() if words else []
        return self._corpus.best_first([row for (row,) in rows])

    def close(self) -> None:
        self._database.close()


class Tantivy(Engine):
    """Its BM25, any of the words; its own stemmer and folding for the language."""

    package = "tantivy"
    name = "tantivy"

    def __init__(self, corpus: Corpus) -> None:
        import tantivy

        analyzer = self._analyzer(corpus.language)
        schema = (
            tantivy.SchemaBuilder()
            .add_text_field("text", tokenizer_name="ours", index_option="freq")
            .add_integer_field("row", fast=True)
            .build()
        )

        def build(folder: Path) -> None:
            index = tantivy.Index(schema, path=str(folder))
            index.register_tokenizer("ours", analyzer)
            writer = index.writer(heap_size=256 * 2**20, num_threads=1)
            for row, text in enumerate(corpus.texts):
                writer.add_document(tantivy.Document(text=text, row=row))
            writer.commit()
            writer.wait_merging_threads()

        index = tantivy.Index(schema, path=str(_kept(corpus, self, build)))
        index.register_tokenizer("ours", analyzer)
        self._corpus, self._searcher, self._analyze = corpus, index.searcher(), analyzer.analyze
        self._term = partial(tantivy.Query.term_query, schema, "text", index_option="freq")
        self._any_of, self._should = tantivy.Query.boolean_query, tantivy.Occur.Should

    def _analyzer(self, language: str) -> Any:
        from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

        chain = TextAnalyzerBuilder(Tokenizer.simple())
        chain = chain.filter(Filter.remove_long(64)).filter(Filter.lowercase())
        chain = chain.filter(Filter.custom_stopword(sorted(stop_words(language))))
        return chain.filter(Filter.stemmer(_LANGUAGES[language])).filter(Filter.ascii_fold()).build()

    def find(self, text: str, limit: int) -> list[str]:
        query = self._any_of([(self._should, self._term(word)) for word in dict.fromkeys(self._analyze(text))])
        hits = self._searcher.search(query, limit, count=False).hits
        return self._corpus.best_first(self._searcher.fast_field_values("row", [place for _, place in hits]))


class Bm25s(Engine):
    """Its tokenizer with PyStemmer's stemmer for the language, its NumPy backend, the whole index in memory."""

    package = "bm25s"
    name = "bm25s"

    def __init__(self, corpus: Corpus) -> None:
        import bm25s
        import Stemmer

        self._stemmer, self._stop = Stemmer.Stemmer(_LANGUAGES[corpus.language]), sorted(stop_words(corpus.language))
        self._tokenize = bm25s.tokenize

        def build(folder: Path) -> None:
            index = bm25s.BM25()
            index.index(self._words(list(corpus.texts)), show_progress=False)
            index.save(folder)

        self._corpus, self._index = corpus, bm25s.BM25.load(_kept(corpus, self, build))

    def _words(self, texts: list[str]) -> Any:
        return self._tokenize(texts, stopwords=self._stop, stemmer=self._stemmer, show_progress=False)

    def find(self, text: str, limit: int) -> list[str]:
        most = min(limit, len(self._corpus.documents))
        found = self._index.retrieve(self._words([text]), k=most, show_progress=False)
        return self._corpus.best_first([int(row) for row in found.documents[0][found.scores[0] > 0]])


class PlainEncoder(Engine):
    """Our encoder and nothing else: the cosine with every passage, in one product of NumPy."""

    name = "plain encoder, NumPy scan"

    def __init__(self, corpus: Corpus, vectors: NDArray[np.float32], encoder: Encoder) -> None:
        self._corpus, self._vectors, self._encoder = corpus, vectors, encoder

    def find(self, text: str, limit: int) -> list[str]:
        cosines = self._vectors @ self._encoder.encode_queries([text])[0]
        limit = min(limit, len(cosines))
        rows = np.argpartition(-cosines, limit - 1)[:limit]
        return self._corpus.best_first(rows[np.argsort(-cosines[rows])].tolist())


class Txtai(Engine):
    """Its default hybrid (BM25 and vectors, half and half). It loads our encoder's folder and encodes the questions
    itself, in the precision that ours runs in; the passages' vectors are handed to it: nothing is encoded twice."""

    package = "txtai"
    name = "txtai, hybrid"

    def __init__(self, corpus: Corpus, vectors: NDArray[np.float32], encoder: Encoder, model: Path) -> None:
        from txtai import Embeddings

        def build(folder: Path) -> None:
            precision = str(next(encoder._model.parameters()).dtype).removeprefix("torch.")
            engine = Embeddings(path=str(model), hybrid=True, vectors={"dtype": precision})
            handed = iter(vectors)
            encode, engine.model.encode = engine.model.encode, lambda texts, category=None: _next(handed, len(texts))
            engine.index(enumerate(corpus.texts))
            engine.model.encode = encode
            engine.save(str(folder))

        self._corpus, self._engine = corpus, Embeddings(path=str(model))
        self._engine.load(str(_kept(corpus, self, build)))

    def find(self, text: str, limit: int) -> list[str]:
        return self._corpus.best_first([int(row) for row, _ in self._engine.search(text, limit)])


def _next(vectors: Any, count: int) -> NDArray[np.float32]:
    return np.stack([next(vectors) for _ in range(count)])


def named(engine: type[Engine]) -> str:
    """The engine with the version of its package."""
    return f"{engine.name} {version(engine.package)}" if engine.package else engine.name


def _kept(corpus: Corpus, engine: Engine, build: Callable[[Path], None]) -> Path:
    """The folder of the engine's index of this corpus, built when it is not there whole."""
    name = f"{type(engine).__name__.lower()}-{version(engine.package) if engine.package else 'here'}"
    folder = corpus.folder / f"{name}-{SET_UP}-{corpus.fingerprint}"
    if not folder.exists():
        making = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        build(making)
        making.rename(folder)
    return folder
