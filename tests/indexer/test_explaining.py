"""What is told of the ranking is what the ranking did, and only of what the reader may read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, cast

import pytest

import kb.questions
from indexer.explaining import Explanation, Lane, Traced
from indexer.pipeline import KEY_BONUS, PIPELINES
from kb.errors import NotFound
from kb.model import Band
from tests.indexer.conftest import Town
from tests.people import COMMON, FINANCE
from tests.stand_in import TwoStandIns

CLOSE = 2e-3


def told(town: Town, text: str, who: str = "bob", person: str | None = None, limit: int = 5) -> Explanation:
    return town.finder().explain(text, town.person(who), person, limit)


def lane(explanation: Explanation, name: str) -> Lane:
    return next(each for each in explanation.lanes if each.lane == name)


def hit(explanation: Explanation, name: str, id: str) -> Traced:
    return next(each for each in lane(explanation, name).hits if each.id == id)


# texts


def test_every_stage_is_told_and_the_last_is_what_is_found(sqlite_town: Town) -> None:
    explanation = told(sqlite_town, "book a train ticket")
    found = sqlite_town.finder().find("book a train ticket", sqlite_town.person("bob"))
    answers = lane(explanation, "answers")
    assert [step.stage for step in answers.hits[0].steps] == [stage.__name__ for stage in PIPELINES["fused"]]
    assert [each.id for each in answers.hits if each.shown] == [each.question for each in found.answers]
    assert [each.steps[-1].score for each in answers.hits if each.shown] == pytest.approx(
        [each.score for each in found.answers], abs=1e-4
    )
    assert [each.steps[-1].rank for each in answers.hits] == list(range(1, len(answers.hits) + 1))
    assert (explanation.band, explanation.probability) == (found.band, found.probability)
    assert (answers.documents, answers.shown) == (3, found.total["answers"])


def test_words_and_meaning_add_up_to_the_score(sqlite_town: Town) -> None:
    for each in lane(told(sqlite_town, "book a train ticket"), "answers").hits:
        assert each.steps[0].score == pytest.approx(each.meaning + each.worded, abs=CLOSE)
        assert each.second is None


def test_the_passage_that_spoke_is_told(sqlite_town: Town) -> None:
    explanation = told(sqlite_town, "Travel expenses: the traveller keeps the hotel bill")
    spoke = hit(explanation, "procedures", "TRV-01")
    assert (spoke.kind, spoke.part, spoke.language) == ("duty", "en/1", "en")
    assert spoke.text == "Traveller: Keeps the hotel bill" and 0 < spoke.covered <= 1


def test_a_named_key_is_seen_to_lift_its_procedure(sqlite_town: Town) -> None:
    sqlite_town.keep("LAS-2", COMMON, "dora", *_texts("LAS-2", "Laser cutter", "What the laser cutter may cut."))
    sqlite_town.follow()
    explanation = told(sqlite_town, "trv-01 laser cutter")
    lifted = hit(explanation, "procedures", "TRV-01")
    before, after = (next(step for step in lifted.steps if step.stage == name) for name in ("reconsider", "exact"))
    assert explanation.keys == ("TRV-01",) and (before.rank, after.rank) == (2, 1)
    assert after.score == pytest.approx(before.score + KEY_BONUS, abs=CLOSE)


def _texts(key: str, title: str, summary: str) -> tuple[Any, ...]:
    from kb.model import Revision

    return (Revision(key, "en", 1, title, summary),)


def test_the_second_opinion_is_what_it_moved(bare: Town) -> None:
    bare.encoder = cast(Any, TwoStandIns())
    for number in range(30):
        bare.ask("bob", f"How is machine number {number} refilled?", id=f"q{number}")
    kb.questions.ask(bare.store, bare.person("bob"), COMMON, "Remplir une machine, comment ?", "", [], "fr", "fr")
    bare.follow()
    explanation = told(bare, "how is a machine refilled", limit=20)
    assert explanation.second
    hits = lane(explanation, "answers").hits
    read = [each for each in hits if each.second is not None]
    assert read and "fr" not in [each.id for each in read]
    for each in read:
        scores = {step.stage: step.score for step in each.steps}
        assert scores["reconsider"] - scores["fuse"] == pytest.approx(each.second, abs=CLOSE)
    assert not told(bare, "comment remplir une machine à café, et qui le fait ?").second


def test_what_is_under_the_floor_is_told_as_such(sqlite_town: Town) -> None:
    explanation = told(sqlite_town, "xyzzy plugh frotz")
    assert explanation.band is Band.ASK and not explanation.people and explanation.candidates == 0
    assert all(each.shown == 0 and each.documents for each in explanation.lanes)
    assert not any(each.shown for all_hits in explanation.lanes for each in all_hits.hits)


def test_nothing_is_told_of_what_the_reader_may_not_read(sqlite_town: Town) -> None:
    words = "Which ledger takes the merger costs? zircon FIN-09"
    theirs = told(sqlite_town, words, "alice", "alice")
    assert "zircon" in repr(theirs.lanes) and theirs.keys == ("FIN-09",)
    for stranger in ("bob", "charlie"):
        ours = told(sqlite_town, words, stranger, "alice")
        assert ours.keys == () and ours.person is not None
        seen = repr(asdict(ours)).replace(words, "")
        assert "zircon" not in seen and "merger" not in seen and "FIN-09" not in seen


def test_hidden_texts_move_no_number(sqlite_town: Town) -> None:
    before = told(sqlite_town, "book a train ticket", "bob", "alice")
    hidden = sqlite_town.ask("alice", "Train tickets of the merger", "book a train ticket", space=FINANCE)
    sqlite_town.answer("alice", hidden, "Book the train ticket.")
    sqlite_town.follow()
    assert told(sqlite_town, "book a train ticket", "bob", "alice") == before


def test_an_empty_index_has_nothing_to_tell(bare: Town) -> None:
    bare.follow()
    explanation = told(bare, "book a train ticket")
    assert [(each.documents, each.hits) for each in explanation.lanes[:2]] == [(0, ()), (0, ())]


def test_an_explanation_is_plain_data(sqlite_town: Town) -> None:
    whole = json.loads(json.dumps(asdict(told(sqlite_town, "book a train ticket", "bob", "dora"))))
    assert whole["person"]["candidate"]["name"] == "Dora Petit"


# people


def test_the_parts_of_a_person_add_up_and_the_order_is_that_of_the_lane(sqlite_town: Town) -> None:
    explanation = told(sqlite_town, "book a train ticket")
    found = sqlite_town.finder().find("book a train ticket", sqlite_town.person("bob"))
    assert [each.person for each in explanation.people] == [each.person for each in found.people]
    for ours, shown in zip(explanation.people, found.people, strict=True):
        assert sum(ours.parts.values()) == pytest.approx(ours.score, abs=CLOSE)
        assert (ours.score, ours.probability) == pytest.approx((shown.score, shown.probability), abs=1e-4)
    assert [each.rank for each in explanation.people] == [1, 2]


def test_the_answers_that_voted_are_told_with_their_age_and_share(sqlite_town: Town) -> None:
    town = sqlite_town
    town.store.clock.forward(days=40)  # type: ignore[attr-defined]
    machine = town.ask("bob", "Does the ticket machine take coins?", id="machine")
    town.answer("dora", machine, "The ticket machine takes coins.")
    town.follow()
    dora, erik = (told(town, "book a train ticket", "bob", who).person for who in ("dora", "erik"))
    assert dora is not None and erik is not None
    assert dora.share + erik.share == pytest.approx(1, abs=CLOSE)
    assert dora.voted == 2 and sum(each.share for each in dora.voters) == pytest.approx(dora.share, abs=CLOSE)
    days = {each.question: each.days for each in dora.voters}
    assert days == {"train": 40, "machine": 0}
    train = next(each for each in dora.voters if each.question == "train")
    assert train.accepted and train.title == "How do I book a train ticket to Lyon?"
    assert train.similarity > next(each.similarity for each in dora.voters if each.question == "machine")
    assert (dora.answers, dora.days) == (2, 0)


def test_tags_procedures_and_profiles_behind_a_person_are_told(sqlite_town: Town) -> None:
    dora = told(sqlite_town, "book a train ticket", "bob", "dora").person
    assert dora is not None and [(each.tag, each.answers) for each in dora.tags] == [("travel", 1)]
    keeper = told(sqlite_town, "travel expenses: claim what a journey costs", "bob", "dora").person
    assert keeper is not None and [(each.id, each.rank) for each in keeper.keeps] == [("TRV-01", 1)]
    assert keeper.candidate.parts["owns"] > 0
    skilled = told(sqlite_town, "excel", "dora", "bob").person
    assert skilled is not None and skilled.profile is not None and skilled.candidate.parts["declared"] > 0
    assert (skilled.profile.id, skilled.profile.rank) == ("bob", 1)


def test_who_is_no_candidate_is_told_as_such(sqlite_town: Town) -> None:
    charlie = told(sqlite_town, "book a train ticket", "bob", "charlie").person
    assert charlie is not None and charlie.candidate.rank is None and charlie.candidate.score == 0
    assert (charlie.voters, charlie.tags, charlie.keeps, charlie.days) == ((), (), (), None)
    fanny = told(sqlite_town, "book a train ticket", "bob", "fanny").person
    assert fanny is not None and fanny.left


def test_readers_may_ask_about_themselves_and_are_still_not_named(sqlite_town: Town) -> None:
    own = told(sqlite_town, "book a train ticket", "dora", "dora")
    assert own.person is not None and own.person.asking and own.person.candidate.rank == 1
    assert [each.person for each in own.people] == ["erik"] and own.candidates == 1


def test_of_people_the_reader_may_not_know_nothing_is_told(sqlite_town: Town) -> None:
    for stranger in ("bob", "nobody"):
        with pytest.raises(NotFound):
            told(sqlite_town, "book a train ticket", "charlie", stranger)
    assert {each.person for each in told(sqlite_town, "where is the crane log kept", "charlie").people} == {"alice"}
