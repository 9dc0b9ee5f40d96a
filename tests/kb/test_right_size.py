"""The meter beside a draft: length against the space's page, how instead of who and what, duties without a role, rules
without a clause; and which sample texts it would speak up about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb import Store
from kb.loading import load
from kb.model import Duty
from kb.official import Charter
from kb.records import Clause
from kb.right_size import Size, count, how, measure, paragraphs
from kb.rules_register import known_by

CHARTER = Charter("s", words=20, duties=2)
GOOD = Duty("1", "Buyer", "Asks three suppliers for a price", "SOX 404")
SAMPLE = Path(__file__).parent.parent.parent / "sample_procedures"


def about(*duties: Duty, body: str = "", satisfies: tuple[str, ...] = ("SOX",)) -> list[tuple[Size, str]]:
    found = measure("Why.", duties, body, CHARTER, satisfies)
    return [(each.about, each.step) for each in found.remarks]


def test_a_short_text_that_says_who_and_what_is_left_alone() -> None:
    found = measure("Why.", [GOOD], "Above 500 €: two.", CHARTER, ("SOX",))
    assert found.fits and (found.words, found.words_allowed, found.duties) == (11, 20, 1)


def test_what_is_longer_than_the_page_of_its_space_is_said() -> None:
    assert about(GOOD, body="word " * 30) == [(Size.WORDS, "")]
    assert about(GOOD, GOOD, GOOD) == [(Size.WORDS, ""), (Size.DUTIES, "")]


def test_rules_are_looked_up_in_the_register_once_there_is_one() -> None:
    duties = [replace(GOOD, step="1", rule="ISO 9001 7.5.3; SOX 404"), replace(GOOD, step="2", rule="House rule")]
    duties.append(replace(GOOD, step="3", rule="House rule"))
    known = known_by([Clause("iso-9001-7-5-3", "ISO 9001 § 7.5.3"), Clause("sox-404", "SOX 404")])
    found = measure("Why.", duties, "", Charter("s"), ("SOX",), known).remarks
    assert [(each.about, each.step, each.text) for each in found] == [(Size.NOT_LISTED, "2, 3", "House rule")]
    assert measure("Why.", duties, "", Charter("s"), ("SOX",)).fits


@pytest.mark.parametrize(
    "sentence",
    ["Cliquez sur le bouton Envoyer.", "Open the tab “Accounts” and scroll down.",
     "Aller dans Hestia > Accident > Nouveau", "Saisissez le montant.", "Take a screenshot of the error."],
)  # fmt: skip
def test_sentences_that_tell_how_are_quoted(sentence: str) -> None:
    assert len(list(how(f"The buyer signs. {sentence} Then it is paid."))) == 1
    assert about(Duty("2", "Buyer", sentence, "SOX")) == [(Size.HOW, "2")]


@pytest.mark.parametrize(
    "sentence",
    ["Le responsable valide sous 5 jours.", "The manager approves the claim.", "Above 500 € > two signatures",
     "Hestia > Accident : heure, lieu, témoins", "Restaurant menu", "The tablet is locked."],
)  # fmt: skip
def test_sentences_that_tell_who_and_what_are_not(sentence: str) -> None:
    expected = 1 if "menu" in sentence else 0  # a word that means both is quoted: the writer judges
    assert len(list(how(sentence))) == expected


def test_a_list_of_many_steps_below_the_table_belongs_in_a_practice() -> None:
    steps = "\n".join(f"{n}. thing" for n in range(1, 5))
    assert about(GOOD, body=steps) == [(Size.STEPS, "")] and about(GOOD, body="1. one\n2. two") == []


def test_a_duty_lacks_who_does_it_or_why() -> None:
    assert about(Duty("1", "", "Signs", "SOX"), Duty("2", "Buyer", "Asks", "")) == [
        (Size.NO_ROLE, "1"), (Size.NO_RULE, "2"),
    ]  # fmt: skip
    assert about(GOOD, satisfies=()) == [(Size.NO_CLAUSE, "")]


def test_a_remark_names_the_paragraph_that_could_be_moved() -> None:
    body = "Kept.\n\n```\nclick the\n\nbutton\n```\n\n\n## How\nClick on the button."
    assert paragraphs(body) == ["Kept.", "```\nclick the\n\nbutton\n```", "## How\nClick on the button."]
    found = measure("Why.", [GOOD], body, CHARTER, ("SOX",))
    assert [each.paragraph for each in found.remarks if each.about is Size.HOW] == [2, 2, 3]


def test_words_are_counted_as_people_count_them() -> None:
    assert count("L’acheteuse n'a pas signé : 3 devis, bons-cadeaux.") == 7


def test_the_sample_is_nearly_right(new_store) -> None:  # type: ignore[no-untyped-def]
    store: Store = new_store("sqlite")
    load(store, [SAMPLE / "community" / "people.jsonl", SAMPLE / "community" / "spaces.jsonl", SAMPLE / "procedures"])
    with store.read() as tx:
        texts = [text for each in tx.procedures.list() for text in each.revisions]
    remarked = [each for each in texts if not measure(each.summary, each.duties, each.body, Charter(""), ("x",)).fits]
    assert len(texts) > 50 and len(remarked) < 0.35 * len(texts), [each.id for each in remarked]
