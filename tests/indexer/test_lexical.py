"""The word index on real folders: ranking equal to Whoosh's, exact names, phrases, visibility."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import scoring
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Or
from whoosh.query import Term as WhooshTerm
from whoosh.searching import Searcher

from indexer import lexical, postings, segments
from indexer.lexical import LexicalDocument, LexicalIndex
from indexer.wording import asked, normal, weighted_terms
from tests.indexer.word_index import numbers, only, passage


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex(tmp_path / "words")


# Ranking


def whoosh_scores(index: LexicalIndex, folder: Path, words: str) -> dict[int, float]:
    """What Whoosh's own searcher gives for the same weighted terms."""
    snapshot = index._current()
    terms = weighted_terms(asked(snapshot, normal(words), snapshot.live, index._cache))
    query = Or([WhooshTerm(term.field, term.text, boost=term.weight) for term in terms])
    weighting = scoring.BM25F(B=postings.B, K1=postings.K1)
    files = FileIndex(FileStorage(str(folder)), indexname=lexical.INDEX_NAME)

    class Reference(Searcher):  # type: ignore[misc]
        def avg_field_length(self, fieldname: str, default: float | None = None) -> float:
            if postings.AVERAGE_OVER_FILLED:
                return snapshot.average_length(fieldname)
            return float(super().avg_field_length(fieldname, default))

    with Reference(files.reader(), fromindex=files, weighting=weighting) as searcher:
        column = searcher.reader().column_reader(segments.NUMBER) if snapshot.size else []
        return {column[hit.docnum]: hit.score for hit in searcher.search(query, limit=None)}


WORDS = ["pump", "pumps", "valve", "seals", "c++", "c#", "TRV-01", "pompe", "pompes", "déclarer", "declarer", "the"]
texts = st.lists(st.sampled_from(WORDS), min_size=0, max_size=12).map(" ".join)
passages = st.builds(LexicalDocument, st.integers(0, 15), st.sampled_from(["fr", "en"]), texts, texts)
commits = st.lists(st.tuples(st.lists(passages, max_size=6), st.sets(st.integers(0, 15), max_size=4)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(commits=commits, words=texts, factor=st.sampled_from([2, 3, 100]), filled=st.booleans())
def test_scores_equal_whooshs_own_through_updates_deletions_and_merges(
    commits: list[tuple[list[LexicalDocument], set[int]]], words: str, factor: int, filled: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "MERGE_FACTOR", factor)
        patch.setattr(postings, "AVERAGE_OVER_FILLED", filled)
        index, standing = LexicalIndex(Path(folder)), set()
        for add, remove in commits:
            index.write(add, remove)
            standing = standing - remove | {document.number for document in add}
            index.search(words, None, 3)  # fills the caches between generations
        assert sorted(index._current().numbers[index._current().live]) == sorted(standing)
        expected = whoosh_scores(index, Path(folder), words)
        found, scores = index.search(words, None, 1000)
        assert dict(zip(found.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-4)
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)
        best, top = index.search(words, None, 3)
        assert best.tolist() == found[:3].tolist() and top.tolist() == scores[:3].tolist()


def test_long_posting_lists_equal_whooshs_too(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.write(
        [passage(n, "pump " * (n % 5 + 1) + f"seal{n % 7} " * (n % 3) + "x1 " * (n % 40)) for n in range(900)], []
    )
    index.write([passage(n, "pump valve") for n in range(0, 900, 9)], range(1, 900, 11))
    expected = whoosh_scores(index, tmp_path, "pump seal3 valve")
    found, scores = index.search("pump seal3 valve", None, 1000)
    assert dict(zip(found.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-4)


def test_long_posting_lists_come_back_as_they_were_written_and_as_they_were_merged(index: LexicalIndex) -> None:
    said = {n: ["vein"] * (n % 3) + ["pump"] * (n % 300 + 1) + (["seal"] if n % 9 == 0 else []) for n in range(1400)}
    index.write([LexicalDocument(n, "en", "", " ".join(said[n])) for n in range(1000)], [])
    index.write([LexicalDocument(n, "en", "", " ".join(said[n])) for n in range(1000, 1400)], [])
    for segments_left in (2, 1):
        assert len(index._current().segments) == segments_left
        for segment in index._current().segments:
            for word in ("vein", "pump", "seal"):
                held = {row: said[n] for row, n in enumerate(segment.numbers.tolist()) if word in said[n]}
                for field in ("exact", "text_en"):
                    read = segment.postings(field, word)
                    assert read is not None and read.documents.tolist() == list(held)
                    assert read.frequencies.tolist() == [words.count(word) for words in held.values()]
                rows = np.array([*held][::7])
                assert segment.positions("exact", word, rows) == {
                    row: [place for place, each in enumerate(held[row]) if each == word] for row in rows.tolist()
                }
        index.gather()


def test_the_smaller_language_can_be_averaged_over_its_own_passages(
    index: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.write([passage(n, "pump valve") for n in range(9)] + [passage(9, "pompe vanne joint", language="fr")], [])
    monkeypatch.setattr(postings, "AVERAGE_OVER_FILLED", False)
    assert index._current().average_length("text_fr") == pytest.approx(0.3)
    monkeypatch.setattr(postings, "AVERAGE_OVER_FILLED", True)
    assert index._current().average_length("text_fr") == 3


def test_equal_scores_are_ordered_by_number(index: LexicalIndex) -> None:
    index.write([passage(n, "pump") for n in (7, 3, 9, 1)], [])
    assert numbers(index.search("pump", None, 3)) == [1, 3, 7]


def test_an_empty_index_and_an_empty_query_find_nothing(index: LexicalIndex) -> None:
    assert numbers(index.search("pump", None, 5)) == []
    index.write([passage(1, "pump")], [])
    assert numbers(index.search("  ?! ", None, 5)) == numbers(index.phrase("", None, 5)) == []


def test_a_query_of_stop_words_alone_still_finds_them(index: LexicalIndex) -> None:
    index.write([passage(1, "who are you"), passage(2, "pump")], [])
    assert numbers(index.search("who are you", None, 5)) == [1]


def test_french_without_accents_finds_french_with_accents(index: LexicalIndex) -> None:
    index.write(
        [passage(1, "Les congés déclarés à l’étranger", language="fr"), passage(2, "Les pompes", language="fr")], []
    )
    assert numbers(index.search("declares etranger", None, 5)) == [1]


def test_decomposed_accents_are_the_same_letters(index: LexicalIndex) -> None:
    index.write([passage(1, "proce\u0301dure d'e\u0301tat", language="fr")], [])
    assert numbers(index.search("procédure", None, 5)) == [1]


def test_a_pasted_message_asks_for_its_most_telling_words_only(index: LexicalIndex) -> None:
    pairs = [chr(97 + n // 26) + chr(97 + n % 26) for n in range(300)]
    common = " ".join(f"word{pair}" for pair in pairs)
    rare = " ".join(f"rare{pair}" for pair in pairs[:60])
    index.write([passage(n, common) for n in range(5)] + [passage(9, rare)], [])
    assert numbers(index.search(f"{common} {rare}", None, 10)) == [9]


# Exact names


def test_cplusplus_is_not_csharp(index: LexicalIndex) -> None:
    index.write([passage(1, "templates in C++"), passage(2, "generics in C#"), passage(3, "plain C")], [])
    assert numbers(index.search("C++", None, 5)) == [1]
    assert numbers(index.search("c#", None, 5)) == [2]
    assert numbers(index.phrase("in C#", None, 5)) == [2]


def test_a_procedure_key_finds_its_procedure_first_however_it_is_typed(index: LexicalIndex) -> None:
    index.write([passage(1, "Missions, voir TRV-01"), passage(2, "Voir TRV-02 et 01"), passage(3, "ISO 17025")], [])
    assert numbers(index.search("trv-01", None, 1)) == numbers(index.search("TRV 01", None, 1)) == [1]
    assert numbers(index.search("ISO-17025", None, 1)) == [3]


# Phrases


def test_a_phrase_is_found_in_order_and_unstemmed(index: LexicalIndex) -> None:
    index.write([passage(1, "the mobile phone policy"), passage(2, "phone mobile"), passage(3, "mobile phones")], [])
    assert numbers(index.phrase("Mobile phone", None, 5)) == [1]


def test_a_phrase_ignores_accents_and_crosses_elisions_and_codes(index: LexicalIndex) -> None:
    index.write([passage(4, "La norme ISO-17025 de l'été", "Accréditation", "fr"), passage(5, "17025 ISO norme")], [])
    assert numbers(index.phrase("norme iso 17025 de l’ete", None, 5)) == [4]
    assert numbers(index.phrase("norme iso 17025", only(5), 5)) == []


def test_a_phrase_of_stop_words_is_found(index: LexicalIndex) -> None:
    index.write([passage(1, "to be or not to be"), passage(2, "not to be or be to")], [])
    assert numbers(index.phrase("to be or not to be", None, 5)) == [1]


def test_a_phrase_is_found_behind_many_passages_that_score_better(index: LexicalIndex) -> None:
    better = [passage(n, "phone mobile " * 3) for n in range(3000)]
    index.write([*better, passage(9999, "the mobile phone " + "and other words " * 20)], [])
    assert numbers(index.phrase("mobile phone the", None, 2)) == []
    assert numbers(index.phrase("the mobile phone", None, 2)) == [9999]


# Visibility


def test_hidden_passages_do_not_take_places_from_visible_ones(index: LexicalIndex) -> None:
    index.write([passage(n, "pump pump pump") for n in range(50)] + [passage(60, "a pump among many other words")], [])
    assert numbers(index.search("pump", only(60), 1)) == [60]


def test_a_number_beyond_the_mask_is_hidden(index: LexicalIndex) -> None:
    index.write([passage(1, "pump"), passage(5, "pump")], [])
    assert numbers(index.search("pump", only(1), 5)) == [1]
    assert numbers(index.search("pump", np.zeros(0, dtype=np.bool_), 5)) == []
