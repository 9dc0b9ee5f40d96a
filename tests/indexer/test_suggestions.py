"""Other words for misspelt ones: from what the reader may read, and never a correct one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexical import LexicalIndex
from indexer.spelling import Vocabulary
from tests.indexer.word_index import numbers, only, passage


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex(tmp_path / "words")


def test_a_misspelt_word_finds_the_passage_and_is_corrected(index: LexicalIndex) -> None:
    index.write([passage(1, "Calibration of the spectrometer"), passage(2, "pump")], [])
    assert numbers(index.search("spectormeter", None, 5)) == [1]
    assert index.correct("Spectormeter calibration ?", None) == "spectrometer calibration ?"
    assert index.correct("spectrometer", None) is None


def test_corrections_carry_the_accents_that_the_texts_carry(index: LexicalIndex) -> None:
    index.write([passage(1, "la procédure", language="fr"), passage(2, "procédure", language="fr")], [])
    assert index.correct("procedrue", None) == "procédure"
    index.write([passage(n, "the procedure", language="en") for n in (3, 4, 5)], [])
    assert index.correct("procedrue", None) == "procedure"
    assert index.correct("procedrue", only(2)) == "procédure"


def test_codes_are_never_corrected(index: LexicalIndex) -> None:
    index.write([passage(1, "TRV-01 0x80070005 ORA12154")], [])
    assert index.correct("TRV-02 0x80070006 ORA12155", None) is None


def test_an_inflected_form_is_not_a_misspelling(index: LexicalIndex) -> None:
    index.write([passage(1, "we declared it"), passage(2, "declarer")], [])
    assert index.correct("declaring", None) is None


def edits(left: str, right: str) -> int:
    """Optimal string alignment, the slow and plain way."""
    table = {(i, 0): i for i in range(len(left) + 1)} | {(0, j): j for j in range(len(right) + 1)}
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            unequal = left[i - 1] != right[j - 1]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + unequal)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(left), len(right)]


short = st.text("abc", min_size=4, max_size=11)


@given(word=short, known=st.sets(short, max_size=30))
def test_the_vocabulary_finds_every_word_within_reach_and_no_other(word: str, known: set[str]) -> None:
    reach = 2 if len(word) >= 8 else 1
    near = {text: distance for text, distance, _ in Vocabulary((text, 1) for text in known).near(word)}
    assert near == {text: edits(word, text) for text in known if edits(word, text) <= reach}


def test_the_longest_words_are_compared_as_well() -> None:
    vocabulary = Vocabulary([("a" * 24, 1), ("a" * 22, 1), ("a" * 21, 1), ("a" * 30, 1)])
    assert sorted(vocabulary.near("a" * 24)) == [("a" * 22, 2, 1), ("a" * 24, 0, 1)]


def test_a_suggestion_never_names_a_word_that_only_stands_in_a_hidden_passage(index: LexicalIndex) -> None:
    index.write([passage(1, "the merger with Zephyrus"), passage(2, "a pump")], [])
    assert index.correct("zephirus", None) == "zephyrus"
    assert index.correct("zephirus", only(2)) is None
    index.write([], [1])
    assert index.correct("zephirus", None) is None


def test_a_hidden_word_is_as_unknown_as_one_that_does_not_exist(index: LexicalIndex) -> None:
    index.write([passage(1, "Zephyrus"), passage(2, "wind")], [])
    assert index.correct("zephyrus pumb", only(2)) == index.correct("zephyrus pumb", None) is None
    index.write([passage(3, "zephyruss")], [])
    assert index.correct("zephyrus", only(2, 3)) == "zephyruss"
