"""A procedure from its first words to its retirement, and everything between."""

from __future__ import annotations

from tests.walk.conftest import Walk


def test_everybody_of_the_space_reads_the_text_in_force(walk: Walk, language: str) -> None:
    page = walk.visit("leo-fabre", language).get("/procedures/FIN-01")
    assert page.status == 200 and {"fr": "Faire payer", "en": "Getting a supplier invoice paid"}[language] in page.text
    assert walk.visit("marta-nowak", language).get("/procedures/FIN-01").status == 404
