"""One question in, three lanes out, for one reader, on each database."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

import kb.questions
from indexer.by_ear import in_full
from indexer.encoder import Encoder
from indexer.finder import Finder
from indexer.generations import IndexStale
from indexer.hits import Empty, Found, ReasonKind
from indexer.sync import rebuild
from kb import Store
from kb.errors import NotFound
from kb.loading import load
from kb.model import Band, Person, PersonKind, Question
from tests.indexer.conftest import Town
from tests.people import FINANCE
from tests.stand_in import stand_in

SAMPLE = Path(__file__).parents[2] / "sample_procedures"


def asked(found: Found) -> list[str]:
    return [hit.question for hit in found.answers]


def keys(found: Found) -> list[str]:
    return [hit.key for hit in found.procedures]


def people_of(found: Found) -> list[str]:
    return [hit.person for hit in found.people]


# -- what is found


def test_a_question_finds_the_answer_the_people_and_why(town: Town) -> None:
    found = town.finder().find("How do I book a train ticket to Lyon?", town.person("bob"))
    (hit,) = found.answers
    assert (hit.question, hit.standing, hit.author) == ("train", "accepted", "dora")
    assert "travel portal" in hit.excerpt
    assert found.band is Band.ANSWERED and found.probability > 0.7
    assert people_of(found)[0] == "dora"
    why = found.people[0].reasons[0]
    assert (why.kind, why.of, why.subject, why.count) == (ReasonKind.ACCEPTED, "question", "train", 1)
    assert {reason.kind for reason in hit.reasons} <= {ReasonKind.WORDS, ReasonKind.MEANING}


def test_a_key_named_in_the_question_puts_its_procedure_first(town: Town) -> None:
    found = town.finder().find("what does trv-01 say of a laser cutter", town.person("bob"))
    assert keys(found)[0] == "TRV-01"
    assert found.procedures[0].reasons[0].kind is ReasonKind.KEY


def test_a_duty_that_is_found_says_its_step(town: Town) -> None:
    found = town.finder().find("Travel expenses: the traveller keeps the hotel bill", town.person("bob"))
    assert (found.procedures[0].key, found.procedures[0].duty) == ("TRV-01", "1")


def test_the_asker_is_not_among_those_to_ask(town: Town) -> None:
    assert "dora" not in people_of(town.finder().find("book a train ticket", town.person("dora")))


def test_people_count_their_readable_answers_of_a_kind(town: Town) -> None:
    for number in range(3):
        question = town.ask("bob", f"Book a train ticket number {number}")
        town.answer("erik", question, "Take the train ticket machine.")
    town.follow()
    found = town.finder().find("book a train ticket", town.person("bob"))
    (erik,) = [hit for hit in found.people if hit.person == "erik"]
    counted = [reason for reason in erik.reasons if reason.kind is ReasonKind.ANSWERED]
    assert max(reason.count for reason in counted) == 4


def test_the_question_itself_is_left_out_when_it_is_posted(town: Town) -> None:
    found = town.finder().find("How do I book a train ticket to Lyon?", town.person("bob"), exclude="train")
    assert "train" not in asked(found)
    assert all(reason.subject != "train" for hit in found.people for reason in hit.reasons)


def test_nonsense_leaves_every_lane_empty_and_says_why(town: Town) -> None:
    found = town.finder().find("xyzzy plugh frotz", town.person("bob"))
    assert (found.procedures, found.answers, found.people) == ((), (), ())
    assert set(found.empty.values()) == {Empty.NOT_UNDERSTOOD} and len(found.empty) == 3
    assert found.band is Band.ASK


@pytest.mark.parametrize("typed", ["", "   ", "?", "\ud800", "word " * 10_000, "\x00", '"', "-", "in:", "(" * 99])
def test_nothing_typed_is_an_error(sqlite_town: Town, typed: str) -> None:
    finder, reader = sqlite_town.finder(), sqlite_town.person("bob")
    for found in (finder.find(typed, reader), finder.search(typed, reader)):
        assert set(found.empty) == {"procedures", "answers", "people"} and found.band is Band.ASK


def test_an_empty_index_has_nothing_there(store: Store, tmp_path: Path) -> None:
    town = Town(store, tmp_path / "index", stand_in())
    finder = town.finder()
    nobody = Person("nobody", "Nobody")
    for found in (finder.find("train", nobody), finder.search("tag:x -y by:z", nobody)):
        assert set(found.empty.values()) == {Empty.NOTHING_THERE}
    assert town.follow() == 0
    assert finder.find("train", nobody).answers == ()


def test_a_lane_of_one_passage_is_ranked(bare: Town) -> None:
    bare.ask("bob", "How do I book a train ticket?", id="train")
    bare.follow()
    found = bare.finder().find("book a train ticket", bare.person("dora"))
    assert asked(found) == ["train"]
    assert found.answers[0].standing == "open" and found.answers[0].answer is None


def test_misspelt_words_are_corrected_from_what_the_reader_may_read(town: Town) -> None:
    finder = town.finder()
    assert finder.find("zircom", town.person("bob")).correction is None
    misspelt = finder.find("laser cuttar drifts", town.person("bob"))
    assert asked(misspelt) == ["laser"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ki dois je prevenir si jme sui coupé", "qui dois je prevenir si je me suis coupé"),
        ("Pk mon mdp marche pa ?", "Pourquoi mon mot de passe marche pas ?"),
        ("pls how do u book w/o a card", "please how do you book without a card"),
        ("C++, PR 12, je c'est : rien de cela", "C++, PR 12, je c'est : rien de cela"),
    ],
)
def test_what_is_written_by_ear_stands_for_words(typed: str, meant: str) -> None:
    assert in_full(typed) == meant


def test_what_is_written_by_ear_is_proposed_in_full_where_it_finds_more(bare: Town) -> None:
    bare.ask("bob", "Pourquoi le mot de passe est refusé avec le badge ?", id="password")
    bare.follow()
    finder, dora = bare.finder(), bare.person("dora")
    assert finder.find("pk mdp", dora).correction == "pourquoi mot de passe"
    assert finder.find("pls zz", dora).correction is None, "it finds no more"


# -- who may see what


def test_a_hidden_text_is_found_by_its_own_people_only(town: Town) -> None:
    finder = town.finder()
    typed = "Which ledger takes the merger costs? zircon"
    assert asked(finder.find(typed, town.person("alice"))) == ["merger"]
    for stranger in ("bob", "charlie", "erik"):
        found = finder.find(typed, town.person(stranger))
        assert not found.answers and not found.procedures and found.total == {"procedures": 0, "answers": 0}
        assert "zircon" not in repr(replace(found, text=""))
        assert all(reason.subject != "merger" for hit in found.people for reason in hit.reasons)


def test_a_guest_finds_the_shared_space_and_the_people_in_it(town: Town) -> None:
    finder, guest = town.finder(), town.person("charlie")
    found = finder.find("Where is the crane log kept?", guest)
    assert asked(found) == ["crane"] and people_of(found) == ["alice"]
    assert asked(finder.find("book a train ticket", guest)) == []


def test_a_guest_in_no_space_and_somebody_who_left_find_nothing(town: Town) -> None:
    finder = town.finder()
    guest = Person("guest", "Guest", kind=PersonKind.GUEST)
    left = replace(town.person("bob"), ended=town.store.clock())
    for reader in (guest, left):
        for found in (finder.find("book a train ticket", reader), finder.search("tag:travel", reader)):
            assert set(found.empty.values()) == {Empty.NOTHING_THERE}


def test_related_and_about_tell_nothing_of_what_may_not_be_read(town: Town) -> None:
    finder, bob, alice = town.finder(), town.person("bob"), town.person("alice")
    with pytest.raises(NotFound):
        finder.related("merger", bob)
    with pytest.raises(NotFound):
        finder.about("FIN-09", bob)
    with pytest.raises(NotFound):
        finder.related("no such question", bob)
    assert "merger" not in asked(finder.related("merger", alice))
    assert asked(finder.about("FIN-09", alice)) == ["merger"]
    assert keys(finder.about("FIN-09", alice)) == []


def test_the_size_of_a_lane_does_not_tell_of_hidden_passages(town: Town) -> None:
    """Scores are standardised over what the reader may read: a hidden text moves none of them."""
    finder, bob = town.finder(), town.person("bob")
    before = finder.find("book a train ticket", bob)
    town.ask("alice", "Train tickets of the merger", "book a train ticket zircon", space=FINANCE)
    town.follow()
    after = finder.find("book a train ticket", bob)
    assert [hit.question for hit in before.answers] == [hit.question for hit in after.answers]
    assert before.people == after.people


# -- searching with filters


def test_filters_alone_list_the_latest(town: Town) -> None:
    town.store.clock.forward(days=1)  # type: ignore[attr-defined]
    town.ask("dora", "Where are the travel forms?", tags=("travel",), id="forms")
    town.follow()
    found = town.finder().search("tag:travel", town.person("bob"))
    assert asked(found) == ["forms", "train"]
    assert {reason.kind for hit in found.answers for reason in hit.reasons} == {ReasonKind.FILTER}
    assert found.total["answers"] == 2 and found.band is Band.ASK
    assert people_of(found) == ["dora", "erik"]


@pytest.mark.parametrize(
    ("typed", "questions", "procedures"),
    [
        ("tag:frais", [], ["TRV-01"]),
        ("by:dora", ["laser", "train"], ["TRV-01"]),
        ('by:"Dora Petit" train', ["train"], []),
        ("by:dora-petit train", ["train"], []),
        ("par:DORA@example.org train", ["train"], []),
        ("by:nobody", [], []),
        ("in:partner", ["crane"], []),
        ('in:"With our partner"', ["crane"], []),
        ("in:finance", [], []),
        ("in:nowhere", [], []),
        ("is:unanswered", ["laser"], []),
        ("is:accepted", ["train"], []),
        ("lang:fr", [], ["TRV-01"]),
        ("kind:question train ticket", ["train"], []),
        ('"travel portal"', ["train"], []),
        ('"portal travel"', [], []),
        ("book train ticket -portal", [], []),
        ("before:2020", [], []),
        ("after:2020 in:partner", ["crane"], []),
        ("tag:travel -nothing", ["train"], []),
    ],
)
def test_filters_narrow(sqlite_town: Town, typed: str, questions: list[str], procedures: list[str]) -> None:
    found = sqlite_town.finder().search(typed, sqlite_town.person("bob"))
    assert (sorted(asked(found)), keys(found)) == (questions, procedures)


def test_anonymous_posts_are_not_those_of_an_unknown_person(bare: Town) -> None:
    with bare.store.write() as tx:
        tx.questions.put([Question("nameless", "common", "Nobody's question about trains")])
        tx.changes.add("load", "question", "nameless")
    bare.follow()
    assert asked(bare.finder().search("by:unknown", bare.person("bob"))) == []


def test_a_filter_that_leaves_nothing_is_told_apart_from_an_empty_house(town: Town) -> None:
    found = town.finder().search("train by:nobody", town.person("bob"))
    assert found.empty == {"procedures": Empty.FILTERED, "answers": Empty.FILTERED, "people": Empty.FILTERED}
    assert set(town.finder().search("kind:procedure xyzzy", town.person("bob")).empty) == {"procedures"}


def test_a_guest_cannot_try_out_the_addresses_of_strangers(town: Town) -> None:
    finder = town.finder()
    stranger = replace(town.person("charlie"), met=frozenset())
    assert asked(finder.search("by:alice@example.org", stranger)) == []
    assert asked(finder.search("by:alice", stranger)) == [], "nor who wrote what"


def test_pages_follow_each_other_and_the_one_beyond_the_end_is_no_failure(town: Town) -> None:
    for number in range(5):
        town.ask("dora", f"Train ticket number {number}")
    town.follow()
    finder, reader = town.finder(), town.person("bob")
    pages = [finder.search("train ticket kind:question", reader, page=number, size=4) for number in (1, 2, 3)]
    seen = [question for page in pages for question in asked(page)]
    assert [len(page.answers) for page in pages] == [4, 2, 0]
    assert len(set(seen)) == 6 and {page.total["answers"] for page in pages} == {6}
    assert pages[2].empty == {}
    assert asked(finder.search("train ticket", reader, page=-3, size=4)) == asked(pages[0])


def test_what_of_a_query_was_not_understood_is_told(town: Town) -> None:
    assert town.finder().search("train lang:xx", town.person("bob")).notes == ("lang:xx",)


# -- following


def test_an_open_finder_sees_what_is_committed_and_forgets_what_is_deleted(town: Town) -> None:
    finder, reader = town.finder(), town.person("bob")
    town.ask("dora", "Where is the harbour crane manual?", id="manual")
    assert "manual" not in asked(finder.find("harbour crane manual", reader))
    town.follow()
    assert "manual" in asked(finder.find("harbour crane manual", reader))
    kb.questions.delete_question(town.store, town.person("dora"), "manual")
    town.follow()
    assert "manual" not in asked(finder.find("harbour crane manual", reader))


def test_questions_go_on_while_others_write_and_rebuild(sqlite_town: Town) -> None:
    town, troubles, over = sqlite_town, list[BaseException](), threading.Event()
    finder, reader = town.finder(), town.person("bob")

    def keep_asking() -> None:
        try:
            while not over.is_set():
                assert "train" in asked(finder.find("book a train ticket to Lyon", reader))
                finder.search("tag:travel is:accepted -xyz", reader)
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(12):
        town.ask("dora", f"Another matter {number}", tags=(f"tag{number}",))
        town.follow()
        if number % 5 == 4:
            rebuild(town.store, town.folder, town.encoder)
    over.set()
    for thread in threads:
        thread.join()
    assert not troubles, troubles
    assert (finder.catalogue.columns.alive).sum() == town.indexer().status().passages


def test_a_finder_of_another_model_says_what_to_do(town: Town) -> None:
    other = stand_in("another")
    with pytest.raises(IndexStale, match="--rebuild"):
        Finder(town.store, town.folder, other)


# -- with the real model, on the sample organisation


@pytest.fixture(scope="module")
def sample(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Town:
    from indexer.language import detect

    folder = tmp_path_factory.mktemp("sample")
    store = Store(f"sqlite:///{folder}/kb.sqlite")
    load(store, [SAMPLE / "procedures", SAMPLE / "community"], detect=detect)
    town = Town(store, folder / "index", encoder)
    town.follow()
    return town


def employee(town: Town) -> Person:
    with town.store.read() as tx:
        return next(each for each in tx.people.list() if each.kind is PersonKind.EMPLOYEE and each.ended is None)


@pytest.mark.slow
@pytest.mark.parametrize("typed", [
    "Comment me faire rembourser un billet de train ?", "How do I get a train ticket reimbursed?",
])  # fmt: skip
def test_both_train_questions_put_the_travel_procedure_first(sample: Town, typed: str) -> None:
    found = sample.finder().find(typed, employee(sample))
    assert keys(found)[0] == "TRV-01"
    assert found.band in (Band.ANSWERED, Band.MAYBE)


@pytest.mark.slow
def test_a_french_question_finds_an_english_answer(sample: Town) -> None:
    typed = "Je change de téléphone : comment transférer l'authentificateur sans perdre mes accès ?"
    found = sample.finder().find(typed, employee(sample))
    assert "q-it-002" in asked(found)


@pytest.mark.slow
def test_nonsense_finds_nothing_under_the_real_model(sample: Town) -> None:
    found = sample.finder().find("blorgh snarf wibblequux", employee(sample))
    assert not found.answers and not found.procedures and found.band is Band.ASK
    assert {"answers", "procedures"} <= set(found.empty)


@pytest.mark.slow
def test_typing_mistakes_find_the_same_procedure(sample: Town) -> None:
    assert keys(sample.finder().find("coment me faire remboursser un bilet de trian", employee(sample)))[0] == "TRV-01"
