"""Tags: words that mean the same lead to one, what is written follows, nobody learns a word of a space not theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

import kb.following
import kb.practices
import kb.questions
import kb.subjects
import kb.suggesting
import kb.tags
from kb import Store
from kb.errors import Forbidden, Invalid
from kb.loading import load
from kb.model import Person
from kb.practices import Words
from kb.routing import SubjectUse
from tests.people import COMMON, FINANCE, Clock


def tags_of(store: Store, reader: Person, question: str) -> tuple[str, ...]:
    return kb.questions.thread(store, reader, question).question.tags


def test_a_word_that_means_a_tag_gives_way_to_it_everywhere(store: Store, bob: Person, dora: Person) -> None:
    asked = kb.questions.ask(store, bob, COMMON, "Who pays?", "", ["ndf", "travel", "notes-de-frais"])
    given = kb.questions.answer(store, dora, asked.id, "We do.")
    made = kb.practices.promote(store, dora, COMMON, Words("Pay", "So.", tags=("ndf",)), [given.id])
    kb.following.follow(store, bob, "tag", "ndf")
    kb.subjects.choose(store, bob, "bob", {"ndf": SubjectUse.SHOWN})
    assert kb.tags.merge(store, dora, "NDF", "notes de frais") == 2
    assert tags_of(store, bob, asked.id) == ("notes-de-frais", "travel")
    assert kb.practices.get(store, bob, made.id).practice.tags == ("notes-de-frais",)
    assert [each.subject for each in kb.following.followed(store, bob)] == ["notes-de-frais"]
    with store.read() as tx:
        assert tx.subjects.choices(["bob"])["bob"]["notes-de-frais"] is SubjectUse.SHOWN
        changed = {each.id for each in tx.changes.since(0) if each.action == "tag"}
    assert changed == {asked.id, made.id}, "the index reads them again"
    later = kb.questions.ask(store, bob, COMMON, "And a taxi?", "", ["ndf", "taxi"])
    assert later.tags == ("notes-de-frais", "taxi")
    kb.suggesting.suggest(store, dora, later.id, None, "And a taxi?", "", ["ndf", "cab"])
    assert kb.suggesting.waiting(store, bob, later.id)[0].suggestion.tags == ("notes-de-frais", "cab")
    assert kb.tags.named(store, bob, "NDF") == kb.tags.Tag("notes-de-frais", 2, ("ndf",))
    assert kb.tags.named(store, bob, "Notes de frais") is not None


def test_merging_the_tag_itself_takes_its_words_along(store: Store, bob: Person, dora: Person) -> None:
    kb.questions.ask(store, bob, COMMON, "Who pays?", "", ["frais"])
    kb.tags.merge(store, dora, "ndf", "frais")
    kb.tags.merge(store, dora, "frais", "expenses")
    assert kb.questions.ask(store, bob, COMMON, "Again?", "", ["ndf"]).tags == ("expenses",)
    with pytest.raises(Invalid, match="the same already"):
        kb.tags.merge(store, dora, "expenses", "ndf")
    kb.tags.split(store, dora, "ndf")
    assert kb.questions.ask(store, bob, COMMON, "Again?", "", ["ndf"]).tags == ("ndf",)


def test_only_who_keeps_a_space_says_so(store: Store, alice: Person, bob: Person, charlie: Person) -> None:
    for person in (bob, charlie):
        with pytest.raises(Forbidden, match="keep a space"):
            kb.tags.merge(store, person, "a", "b")
        with pytest.raises(Forbidden):
            kb.tags.keep_apart(store, person, "a", "b")
    kb.tags.keep_apart(store, alice, "sap", "sepa")
    assert kb.tags.apart(store) == {frozenset(("sap", "sepa"))}


def test_a_word_of_a_space_is_told_to_its_readers_only(
    store: Store, alice: Person, bob: Person, charlie: Person
) -> None:
    kb.questions.ask(store, alice, FINANCE, "Which ledger?", "", ["project-heron"])
    kb.questions.ask(store, bob, COMMON, "Which project?", "", ["projects"])
    kb.tags.merge(store, alice, "project-heron", "projects")
    assert kb.tags.named(store, alice, "project heron") is not None
    assert kb.tags.named(store, bob, "project-heron") is None
    assert kb.tags.named(store, bob, "projects") == kb.tags.Tag("projects", 1, ())
    assert kb.tags.meant(store, bob, "project-heron") == "project-heron"
    assert kb.questions.ask(store, bob, COMMON, "Mine?", "", ["project-heron"]).tags == ("project-heron",)
    assert not kb.tags.completions(store, bob, "project-h")[1:] and not kb.tags.readable(store, charlie)


def test_what_is_typed_is_completed_by_any_word_that_means_it(store: Store, bob: Person, dora: Person) -> None:
    for tags in (["déplacements"], ["départ", "train"], ["train"]):
        kb.questions.ask(store, bob, COMMON, "How?", "", tags)
    kb.tags.merge(store, dora, "voyages", "déplacements")
    assert [each.name for each in kb.tags.completions(store, bob, "DEP")] == ["départ", "déplacements"]
    assert [each.name for each in kb.tags.completions(store, bob, "voy")] == ["déplacements"]
    assert [each.name for each in kb.tags.completions(store, bob, "rain")] == ["train"]
    assert kb.tags.completions(store, bob, " ") == ()


def test_loading_again_undoes_no_merge(store: Store, dora: Person, tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "community"
    folder.mkdir()
    (folder / "questions.jsonl").write_text(
        '{"id": "q1", "title": "Who?", "body": "", "author": "bob", "created": "2026-01-01", "tags": ["ndf"], '
        '"space": "common"}\n'
    )
    load(store, [folder], detect=lambda text: "en")
    kb.tags.merge(store, dora, "ndf", "frais")
    assert load(store, [folder], detect=lambda text: "en").counts["question"].unchanged == 1
    assert tags_of(store, dora, "q1") == ("frais",)


def test_who_merges_a_word_is_told_of_the_posts_they_may_read(
    store: Store, alice: Person, bob: Person, dora: Person
) -> None:
    kb.questions.ask(store, alice, FINANCE, "Which ledger?", "", ["heron"])
    kb.questions.ask(store, bob, COMMON, "Which bird?", "", ["heron"])
    assert kb.tags.merge(store, dora, "heron", "birds") == 1
    assert kb.tags.readable(store, alice)[0].questions == 2
