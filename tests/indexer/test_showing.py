"""What a person reads of a hit: the right answer, the right excerpt, reasons that are facts."""

from __future__ import annotations

import kb.questions
from indexer.hits import MARK_CLOSE, MARK_OPEN, ReasonKind
from tests.indexer.conftest import Town


def test_the_accepted_answer_is_unfolded_before_the_better_voted_one(sqlite_town: Town) -> None:
    town = sqlite_town
    better = town.answer("erik", "train", "A train ticket? Ask the porter.")
    kb.questions.vote(town.store, town.person("dora"), "train", better, 1)
    town.follow()
    (hit,) = town.finder().find("book a train ticket", town.person("bob")).answers
    assert (hit.author, hit.standing) == ("dora", "accepted")


def test_without_an_accepted_one_the_answer_that_was_found_is_unfolded(sqlite_town: Town) -> None:
    town = sqlite_town
    kb.questions.accept(town.store, town.person("bob"), "train", None)
    town.follow()
    hit = town.finder().find("train: always take the car", town.person("bob")).answers[0]
    assert (hit.author, hit.standing) == ("erik", "opinion")


def test_an_unanswered_question_is_shown_as_open(sqlite_town: Town) -> None:
    (hit,) = sqlite_town.finder().find("laser cutter drifts", sqlite_town.person("bob")).answers
    assert (hit.question, hit.answer, hit.standing, hit.author) == ("laser", None, "open", "dora")


def test_matched_words_are_marked_and_told(sqlite_town: Town) -> None:
    (hit,) = sqlite_town.finder().find("book a train ticket to Lyon", sqlite_town.person("bob")).answers
    assert f"{MARK_OPEN}train{MARK_CLOSE}" in hit.excerpt
    told = next((reason for reason in hit.reasons if reason.kind is ReasonKind.WORDS), None)
    assert told is None or "train" in told.title


def test_every_hit_says_why(sqlite_town: Town) -> None:
    town = sqlite_town
    for typed in ("book a train ticket", "travel expenses", "TRV-01", "tag:travel", "laser"):
        found = town.finder().search(typed, town.person("bob"))
        assert all(hit.reasons for hit in (*found.procedures, *found.answers, *found.people))


def test_what_was_deleted_since_the_view_was_made_is_left_out(sqlite_town: Town) -> None:
    from indexer.showing import Showing
    from indexer.view import Views

    town = sqlite_town
    finder, view = town.finder(), Views(town.store, town.folder, town.encoder).newest()
    question = finder.question("train", town.person("bob"))
    from indexer.pipeline import texts

    run = texts(question, 1)
    kb.questions.delete_question(town.store, town.person("dora"), "train")
    town.follow()
    shown = Showing(view.index, view.words, view.catalogue, question, "train").answers(run)
    assert "train" not in [hit.question for hit in shown] and shown
