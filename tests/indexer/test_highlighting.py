"""The part of a text that shows why it was found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import lexical
from indexer.lexical import LexicalIndex


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex(tmp_path / "words")


def test_the_fragment_shows_the_matched_words_marked(index: LexicalIndex) -> None:
    text = "Rien à voir ici. " * 30 + "Pour déclarer vos congés, voir TRV-01. " + "Rien à voir ici. " * 30
    fragment = index.highlight(text, "comment declarer un conge trv-01", "fr", 100)
    assert "\ue000déclarer\ue001 vos \ue000congés\ue001, voir \ue000TRV-01\ue001" in fragment
    assert len(fragment.replace("\ue000", "").replace("\ue001", "")) <= 102 and fragment.startswith("…")


def test_without_a_match_the_fragment_is_the_beginning(index: LexicalIndex) -> None:
    assert index.highlight("One two three", "zebra", "en") == "One two three"
    assert index.highlight("One two\ue000 three four", "zebra", "en", 9) == "One two…"


@given(text=st.text(max_size=400), words=st.text(max_size=40), characters=st.integers(20, 200))
def test_a_fragment_is_always_a_piece_of_the_text(text: str, words: str, characters: int) -> None:
    fragment = lexical.highlight(text, words, "fr", characters)
    bare = fragment.replace("\ue000", "").replace("\ue001", "")
    plain = " ".join(text.replace("\ue000", "").replace("\ue001", "").split())
    assert bare.removeprefix("…").removesuffix("…") in plain and len(bare) <= characters + 2
    assert fragment.count("\ue000") == fragment.count("\ue001")
