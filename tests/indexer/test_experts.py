"""Who is named for a question, on evidence that the reader may see."""

from __future__ import annotations

from dataclasses import replace

import pytest

import kb.questions
from indexer import experts, pipeline
from indexer.catalogue import LANES
from indexer.experts import Candidates
from indexer.finder import Finder
from indexer.sight import Sight
from tests.indexer.conftest import Town
from tests.people import FINANCE


def candidates(
    finder: Finder, town: Town, words: str, who: str, tags: tuple[str, ...] = ()
) -> tuple[list[str], Candidates]:
    question = finder.question(words, town.person(who))
    runs = {lane: pipeline.texts(question, number) for number, lane in enumerate(LANES)}
    ranked = experts.rank(question, finder.catalogue, runs, town.store.clock().timestamp(), tags)
    return [finder.catalogue.authors.words[code] for code in ranked.people], ranked


def test_those_who_answered_similar_questions_come_first_the_accepted_before_the_other(sqlite_town: Town) -> None:
    names, ranked = candidates(sqlite_town.finder(), sqlite_town, "book a train ticket", "bob")
    assert names[:2] == ["dora", "erik"]
    assert list(ranked.score) == sorted(ranked.score, reverse=True)
    assert all(len(part) == len(ranked.people) for part in ranked.parts.values())


def test_hidden_answers_vote_for_nobody(sqlite_town: Town) -> None:
    town = sqlite_town
    for number in range(3):
        id = town.ask("alice", f"Book a train ticket {number}", space=FINANCE, tags=("travel",))
        town.answer("alice", id, "Book the train ticket.")
    town.follow()
    finder = town.finder()
    theirs, _ = candidates(finder, town, "book a train ticket", "alice", ("travel",))
    ours, ranked = candidates(finder, town, "book a train ticket", "bob", ("travel",))
    allowed = finder.question("book a train ticket", town.person("bob")).allowed
    assert theirs[0] == "alice" and "alice" not in ours[:2]
    assert all(allowed[row] for rows in ranked.voters.values() for row in rows)
    alice = finder.catalogue.authors.find("alice")
    assert len(ranked.voters[alice]) == 1  # the crane, which bob may read


def test_an_answer_that_the_filters_leave_out_votes_for_nobody(sqlite_town: Town) -> None:
    finder, reader = sqlite_town.finder(), sqlite_town.person("bob")
    question = finder.question("book a train ticket", reader)
    erik = finder.catalogue.authors.find("erik")
    filtered = replace(question, sight=Sight(question.columns, question.allowed & (question.columns.author != erik)))
    runs = {lane: pipeline.texts(filtered, number) for number, lane in enumerate(LANES)}
    ranked = experts.rank(filtered, finder.catalogue, runs, sqlite_town.store.clock().timestamp())
    assert len(ranked.people) and erik not in ranked.people.tolist()


def test_old_answers_weigh_less_than_new_ones(sqlite_town: Town) -> None:
    town = sqlite_town
    old = town.ask("bob", "How is the plotter refilled?")
    town.answer("dora", old, "With ink.")
    town.store.clock.forward(days=900)  # type: ignore[attr-defined]
    new = town.ask("bob", "How is the plotter refilled again?")
    town.answer("erik", new, "With ink.")
    town.follow()
    names, _ = candidates(town.finder(), town, "how is the plotter refilled", "alice")
    assert names[0] == "erik"


def test_the_tags_of_a_question_name_those_who_answer_to_them(sqlite_town: Town) -> None:
    finder, bob = sqlite_town.finder(), sqlite_town.person("bob")
    assert not finder.find("something else", bob).people
    found = finder.find("something else", bob, tags=("crane",))
    assert [hit.person for hit in found.people] == ["alice"]
    _, ranked = candidates(finder, sqlite_town, "something else", "bob", ("crane",))
    assert ranked.tags == ("crane",)


def test_tags_guessed_from_similar_questions_weigh_less_than_those_the_asker_gave(sqlite_town: Town) -> None:
    finder = sqlite_town.finder()
    names, given = candidates(finder, sqlite_town, "where is the crane log kept", "bob", ("crane",))
    guessing, guessed = candidates(finder, sqlite_town, "where is the crane log kept", "bob")
    assert guessed.tags[0] == "crane"
    assert 0 < guessed.parts["tags"][guessing.index("alice")] < given.parts["tags"][names.index("alice")]


def test_the_second_half_of_a_subjects_answers_counts_less_than_the_first(sqlite_town: Town) -> None:
    """Shares are counted by their logarithm: twice as much of a subject is not twice the score."""
    town = sqlite_town
    for number in range(3):
        question = town.ask("bob", f"Book a train ticket number {number}")
        town.answer("erik", question, "Take the train ticket machine.")
    town.follow()
    names, ranked = candidates(town.finder(), town, "book a train ticket", "bob")
    dora, erik = (float(ranked.parts["votes"][names.index(who)]) for who in ("dora", "erik"))
    assert dora < erik < 2 * dora


def test_a_doubtful_lane_speaks_softly(sqlite_town: Town) -> None:
    finder, now = sqlite_town.finder(), sqlite_town.store.clock().timestamp()
    question = finder.question("book a train ticket", sqlite_town.person("bob"))
    runs = {lane: pipeline.texts(question, number) for number, lane in enumerate(LANES)}
    sure, doubtful, mute = (
        experts.rank(question, finder.catalogue, runs, now, confidence={"answers": much}) for much in (1.0, 0.5, 0.0)
    )
    assert doubtful.parts["votes"] == pytest.approx(sure.parts["votes"] * 0.5)
    assert not mute.parts["votes"].any() and not mute.parts["owns"].any()


def test_answering_anything_lately_names_nobody_by_itself(sqlite_town: Town) -> None:
    finder, now = sqlite_town.finder(), sqlite_town.store.clock().timestamp()
    question = finder.question("book a train ticket", sqlite_town.person("bob"))
    nothing = {lane: pipeline.texts(question, number).taken(slice(0)) for number, lane in enumerate(LANES)}
    assert len(experts.rank(question, finder.catalogue, nothing, now).people) == 0


def test_the_strongest_votes_come_first_and_are_the_persons_own(sqlite_town: Town) -> None:
    town = sqlite_town
    far = town.ask("bob", "Where does the lift stop?")
    town.answer("dora", far, "On every floor.")
    town.follow()
    finder = town.finder()
    names, ranked = candidates(finder, town, "book a train ticket", "bob")
    columns = finder.catalogue.columns
    for code, rows in ranked.voters.items():
        assert set(columns.author[list(rows)].tolist()) == {code}
    dora = finder.catalogue.authors.find("dora")
    asked = [finder.catalogue.document_id(int(columns.document[row])) for row in ranked.voters[dora]]
    assert asked == ["train", far]


def test_the_keeper_of_a_near_procedure_is_named(sqlite_town: Town) -> None:
    finder = sqlite_town.finder()
    names, ranked = candidates(finder, sqlite_town, "travel expenses: claim what a journey costs", "bob")
    assert ranked.parts["owns"][names.index("dora")] > 0


def test_a_declared_skill_names_its_person(sqlite_town: Town) -> None:
    found = sqlite_town.finder().find("excel", sqlite_town.person("dora"))
    assert [hit.person for hit in found.people] == ["bob"]
    assert found.people[0].reasons[0].title == "excel"


def test_those_left_out_are_not_named(sqlite_town: Town) -> None:
    finder = sqlite_town.finder()
    question = finder.question("book a train ticket", sqlite_town.person("bob"))
    runs = {lane: pipeline.texts(question, number) for number, lane in enumerate(LANES)}
    dora = finder.catalogue.authors.find("dora")
    ranked = experts.rank(question, finder.catalogue, runs, 0.0, leave_out=[dora])
    assert dora not in ranked.people.tolist() and len(ranked.people)


def test_nobody_is_named_where_nobody_is(sqlite_town: Town) -> None:
    for id in ("train", "laser"):
        kb.questions.delete_question(sqlite_town.store, sqlite_town.person("dora"), id)
    sqlite_town.follow()
    names, _ = candidates(sqlite_town.finder(), sqlite_town, "xyzzy", "charlie")
    assert set(names) <= {"alice"}
