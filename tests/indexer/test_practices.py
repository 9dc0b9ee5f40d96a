"""Practices are found in the lane of answers, and speak for their authors and whoever verified them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from indexer.finder import Finder
from indexer.hits import Backing, ReasonKind
from indexer.sync import Indexer
from kb import Store, confirming, practices, questions
from kb.advice import Verdict
from kb.model import Person
from kb.practices import Words
from tests.people import COMMON, Clock
from tests.web.words import WordEncoder

BODY = "Photograph the crane certificate, then hang the yellow tag on the hook."


@pytest.fixture
def made(store: Store, bob: Person, dora: Person, alice: Person, tmp_path: Path) -> tuple[Finder, Indexer]:
    asked = questions.ask(store, alice, COMMON, "Is the crane free to use?", language="en", id="q1")
    questions.answer(store, bob, asked.id, "Look at the tag.", "en", id="a1")
    questions.ask(store, alice, COMMON, "Where does the crane certificate hang?", language="en", id="q2")
    words = Words("Checking a crane before lifting", BODY, ("bob", "alice"), language="en")
    practices.promote(store, dora, COMMON, words, ["a1"], id="p1")
    indexer = Indexer(store, tmp_path / "index", WordEncoder())  # type: ignore[arg-type]
    indexer.catch_up()
    return Finder(store, tmp_path / "index", WordEncoder()), indexer  # type: ignore[arg-type]


def test_a_practice_is_found_by_its_words_and_alone_when_asked_for(
    made: tuple[Finder, Indexer], store: Store, bob: Person, dora: Person
) -> None:
    finder, indexer = made
    found = finder.search("crane certificate kind:practice", bob)
    assert [(each.practice, each.question, each.standing) for each in found.answers] == [("p1", "", "opinion")]
    assert not finder.search("crane is:verified", bob).answers
    assert {each.question for each in finder.search("crane is:unanswered", bob).answers} == {"q2"}
    practices.verify(store, dora, "p1", date(2027, 5, 1))
    indexer.catch_up()
    verified = finder.search("crane is:verified", bob).answers
    assert [(each.practice, each.standing) for each in verified] == [("p1", "verified practice")]
    practices.withdraw(store, dora, "p1", "Scrapped.")
    indexer.catch_up()
    assert not finder.search("kind:practice", bob).answers


def test_once_verified_it_speaks_for_its_authors_and_its_verifier(
    made: tuple[Finder, Indexer], store: Store, bob: Person, dora: Person, erik: Person
) -> None:
    finder, indexer = made

    def reasons() -> dict[str, set[ReasonKind]]:
        found = finder.find("crane certificate yellow tag", erik)
        return {each.person: {reason.kind for reason in each.reasons} for each in found.people}

    assert not {ReasonKind.PRACTICE, ReasonKind.VERIFIED} & set().union(*reasons().values(), set())
    practices.verify(store, dora, "p1", date(2027, 5, 1))
    indexer.catch_up()
    told = reasons()
    assert ReasonKind.PRACTICE in told["bob"] and ReasonKind.PRACTICE in told["alice"]
    assert told["dora"] == {ReasonKind.VERIFIED}
    subjects = [each.subject for hit in finder.find("crane certificate", erik).people for each in hit.reasons]
    assert "p1" in subjects


def test_the_page_of_a_practice_shows_what_is_near_it_but_not_itself(made: tuple[Finder, Indexer], bob: Person) -> None:
    assert "p1" not in [each.practice for each in made[0].beside("p1", bob).answers]


def test_what_stands_behind_a_text_is_said_with_who_until_when_and_how_many(
    made: tuple[Finder, Indexer], store: Store, bob: Person, dora: Person, erik: Person, clock: Clock
) -> None:
    finder, _ = made
    clock.forward(days=1)

    def standing(kind: str) -> tuple[str, Backing]:
        found = finder.search(f"crane tag {kind}", bob).answers[0]
        return found.standing, found.backing

    confirming.judge_answer(store, dora, "a1", Verdict.WORKS)
    questions.vote(store, erik, "q1", "a1", 1)
    questions.vote(store, dora, "q1", "a1", 1)
    assert standing("kind:question") == ("experience", Backing(2, 0))
    confirming.judge_practice(store, erik, "p1", Verdict.DANGEROUS, "The hook is cracked.")
    confirming.judge_practice(store, dora, "p1", Verdict.WORKS)
    assert standing("kind:practice") == ("experience", Backing(1, 0, Verdict.DANGEROUS))
    practices.verify(store, dora, "p1", date(2027, 5, 1))
    assert standing("kind:practice")[0] == "verified practice"
    assert standing("kind:practice")[1].name == "Dora Petit" and standing("kind:practice")[1].until == date(2027, 5, 1)


def test_a_verification_that_ran_out_is_no_standing(
    made: tuple[Finder, Indexer], store: Store, bob: Person, dora: Person, clock: Clock
) -> None:
    practices.verify(store, dora, "p1", date(2026, 12, 1))
    clock.forward(days=30)
    assert [each.standing for each in made[0].search("crane kind:practice", bob).answers] == ["opinion"]
