"""Who is named for a question, on evidence that the reader may see."""

from __future__ import annotations

import kb.questions
from indexer import experts, pipeline
from indexer.catalogue import LANES
from indexer.experts import Candidates
from indexer.finder import Finder
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
    names, ranked = candidates(sqlite_town.finder(), sqlite_town, "something else", "bob", ("crane",))
    assert names[0] == "alice" and ranked.tags == ("crane",)


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
