"""The language of a text as short as a query; a doubtful one takes the reader's."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("reset password", "en"),
        ("note de frais", "fr"),
        ("Qui valide une facture de plus de 5 000 € ?", "fr"),
        ("who approves an invoice", "en"),
        ("congé maternité", "fr"),
        ("maternity leave", "en"),
        ("où garer mon vélo", "fr"),
        ("The VPN drops every hour since Monday, what can I do?", "en"),
        ("MOT DE PASSE OUBLIÉ", "fr"),
    ],
)
def test_short_queries_are_told_apart_whatever_the_default(text: str, language: str) -> None:
    assert detect(text, "fr") == detect(text, "en") == language


@pytest.mark.parametrize("text", ["badge", "", "   ", "12 345 !?", "🙂"])
def test_what_fits_both_or_none_takes_the_default(text: str) -> None:
    assert detect(text, "fr") == "fr"
    assert detect(text, "en") == "en"


def test_other_languages_can_be_among_them() -> None:
    assert detect("Wie beantrage ich meinen Urlaub?", "fr", among=("fr", "en", "de")) == "de"
    assert detect("Wie beantrage ich meinen Urlaub?", "fr", among=("fr",)) == "fr"


def test_a_language_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="tlh"):
        detect("nuqneH", among=("fr", "tlh"))


def test_it_is_fast_and_its_library_is_loaded_only_when_used() -> None:
    code = "import sys, indexer.language; assert 'py3langid' not in sys.modules and 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)
    detect("une première fois")
    texts = ["comment obtenir un badge pour un visiteur", "a much longer text about purchase orders. " * 200]
    started = time.process_time()
    for _ in range(100):
        for text in texts:
            detect(text)
    assert (time.process_time() - started) / 200 < 0.002  # measured 0.02-0.07 ms
