"""What the word index holds of a passage (that the two indexes stay alike is told in test_sync)."""

from __future__ import annotations

from indexer.generations import current
from indexer.lexical import LexicalIndex
from indexer.store import IndexStore
from kb.model import Duty, Revision
from tests.indexer.conftest import Town
from tests.people import COMMON


def holding(town: Town, word: str) -> list[tuple[str, str]]:
    """The documents and parts that the word index finds for a word."""
    inside = current(town.folder)
    found, _ = LexicalIndex(inside / "words").search(word, None, 50)
    return [(each.document, each.part) for each in IndexStore(inside).passages(found.tolist()).values()]


def test_a_procedures_tags_are_words_of_its_lead_alone(sqlite_town: Town) -> None:
    town, body = sqlite_town, "many words about ladders " * 50
    text = Revision("SAFE-3", "en", 1, "Ladders", body=body, duties=(Duty("1", "All", "Look up"),), tags=("zeppelin",))
    town.keep("SAFE-3", COMMON, "dora", text)
    town.follow()
    assert holding(town, "zeppelin") == [("SAFE-3", "en/lead")]
    assert len(holding(town, "ladders")) > 2


def test_the_tags_of_a_question_are_not_its_words(sqlite_town: Town) -> None:
    sqlite_town.ask("bob", "Who waters the plants?", tags=("zeppelin",))
    sqlite_town.follow()
    assert holding(sqlite_town, "zeppelin") == []


def test_a_text_in_a_language_without_analysis_is_found_by_its_words(sqlite_town: Town) -> None:
    town = sqlite_town
    town.keep("DE-1", COMMON, "dora", Revision("DE-1", "de", 1, "Reisekosten", "Rechnungen einreichen."))
    town.follow()
    assert holding(town, "Rechnungen") == [("DE-1", "de/lead")]
