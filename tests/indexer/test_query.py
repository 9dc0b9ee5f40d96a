"""What is typed into the search box is understood, or taken as words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query import LENGTH_LIMIT, Query, parse, question


def test_every_filter_has_a_name_in_both_languages() -> None:
    english = parse("in:finance by:bob kind:procedure tag:frais lang:fr before:2026-01-01 after:2025 is:unanswered")
    french = parse(
        "dans:finance par:bob type:procédure tag:frais langue:fr avant:2026-01-01 après:2025 est:sans-réponse"
    )
    assert english == french
    assert english == Query(
        "", space="finance", person="bob", lane="procedures", tag="frais", language="fr", state="unanswered",
        before=datetime(2026, 1, 1, tzinfo=UTC).timestamp(), after=datetime(2025, 1, 1, tzinfo=UTC).timestamp(),
    )  # fmt: skip


def test_words_stay_in_order_around_filters() -> None:
    query = parse("book tag:travel a train")
    assert (query.words, query.tag) == ("book a train", "travel")


def test_a_phrase_is_looked_for_as_words_too() -> None:
    query = parse('book "hot water" now')
    assert (query.words, query.phrases) == ("book hot water now", ("hot water",))


def test_unwanted_words_and_phrases_are_no_words() -> None:
    query = parse('train -lyon -"by card"')
    assert (query.words, query.without) == ("train", ("lyon", "by card"))


def test_values_in_quotes_hold_blanks() -> None:
    assert parse('in:"Finance team" x').space == "Finance team"


@pytest.mark.parametrize("typed", ["kind:castle", "lang:de", "before:soon", "is:open", "after:2026-13-40"])
def test_a_filter_that_makes_no_sense_is_taken_as_a_word_and_told(typed: str) -> None:
    query = parse(f"x {typed}")
    assert query.words == f"x {typed.partition(':')[2]}"
    assert query.notes == (typed,)


@pytest.mark.parametrize("typed", ["http://x.org/a?b=c", "10:30", "C:/temp", "-tag:x", "e-mail", "a-b", "-5", "- x"])
def test_what_only_looks_like_a_filter_is_words(typed: str) -> None:
    assert parse(typed) == Query(typed)


def test_a_question_to_a_colleague_has_no_filters() -> None:
    assert question('who is in:finance "now"?') == Query('who is in:finance "now"?')


@pytest.mark.parametrize("typed", ["", "   ", '""', '"" ""', "\n\t", "\ud800"])
def test_nothing_is_nothing(typed: str) -> None:
    query = parse(typed)
    assert query.words == "" and not query.filtered


def test_filters_alone_are_told_from_nothing() -> None:
    assert parse("tag:x").filtered and parse("-xy").filtered and parse("before:1970").filtered
    assert not parse("x").filtered


def test_a_pasted_novel_is_cut() -> None:
    assert len(question("word " * 10_000).words) <= LENGTH_LIMIT
    assert len(parse("word " * 10_000).words) <= LENGTH_LIMIT


@given(st.text())
def test_nothing_typed_is_an_error(typed: str) -> None:
    assert parse(typed).words == parse(typed).words.strip()
