"""What is cut into passages, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from indexer.passages import (
    ENCODED,
    MOST,
    PAGE,
    POST,
    SECTION,
    of_person,
    of_procedure,
    of_question,
    plain,
    plain_lines,
    windows,
)
from kb.model import Answer, Duty, Person, Procedure, Question, Revision

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def words(count: int, word: str = "word") -> str:
    return " ".join(f"{word}{number}" for number in range(count))


def test_a_procedure_gives_its_lead_its_duties_and_its_sections() -> None:
    duties = (Duty("1", "Manager", "Approves", "Act 12"), Duty("2a", "Clerk", "Files"))
    body = words(2 * SECTION + 10)
    text = Revision("TRV-01", "en", 3, "Travel", "What a journey costs.", body, duties, ("expenses",), created=NOW)
    passages = list(of_procedure(Procedure("TRV-01", "common", "dora", revisions=(text,))))
    assert [(each.kind, each.part) for each in passages] == [
        ("procedure", "en/lead"), ("duty", "en/1"), ("duty", "en/2a"), ("procedure", "en/section 1"),
        ("procedure", "en/section 2"),
    ]  # fmt: skip
    lead, first, second, *sections = passages
    assert lead.text.startswith("What a journey costs. word0 ") and len(lead.text.split()) == SECTION
    assert (first.text, second.text) == ("Manager: Approves (Act 12)", "Clerk: Files")
    assert " ".join([lead.text, *(each.text for each in sections)]) == f"What a journey costs. {body}"
    assert {(each.title, each.author, each.space, each.lane, each.tags) for each in passages} == {
        ("Travel", "dora", "common", "procedures", ("expenses",))
    }
    assert [each.lead for each in passages] == [True, False, False, False, False]


def test_of_a_long_procedure_the_opening_is_encoded_with_its_duties() -> None:
    text = Revision("X", "fr", 1, "Titre", body=words(2 * PAGE), duties=(Duty("1", "Chef", "Signe"),))
    passages = list(of_procedure(Procedure("X", "common", revisions=(text,))))
    read = [each for each in passages if each.encoded]
    assert sum(len(each.text.split()) for each in read if each.kind == "procedure") == PAGE
    assert [each.kind for each in read][:2] == ["procedure", "duty"] and len(read) < len(passages)


@pytest.mark.parametrize("part", ["lead", "en/lead"])
def test_only_procedures_lead(part: str) -> None:
    question = Question("q", "common", "Title")
    assert not any(each.lead for each in of_question(question, [Answer(part, "q", "Body.")]))


def test_a_procedure_without_a_summary_leads_with_its_body() -> None:
    text = Revision("X", "fr", 1, "Titre", body="Le corps.")
    (passage,) = of_procedure(Procedure("X", "common", revisions=(text,)))
    assert (passage.part, passage.text) == ("fr/lead", "Le corps.")


def test_a_procedure_without_a_text_in_force_gives_nothing() -> None:
    assert not list(of_procedure(Procedure("X", "common")))


def test_a_question_gives_itself_even_without_a_body_and_its_answers_under_its_title() -> None:
    question = Question("q", "common", "Title", author="bob", tags=("t",), created=NOW)
    answer = Answer("a", "q", "Body.", "dora", "en", 3, accepted=NOW, created=NOW)
    asked, answered = of_question(question, [answer])
    assert (asked.kind, asked.part, asked.text, asked.created) == ("question", "", "", NOW.timestamp())
    assert (answered.kind, answered.part, answered.title, answered.tags) == ("answer", "a", "Title", ("t",))
    assert (answered.accepted, answered.score, answered.author) == (True, 3, "dora")


def test_long_posts_are_numbered_windows_of_which_the_first_few_are_encoded() -> None:
    question = Question("q", "common", "Title", words(ENCODED + POST))
    passages = list(of_question(question, [Answer("a", "q", words(POST * 2))]))
    assert len(passages) == ENCODED // POST + 1 + 2
    assert [each.part for each in passages[:3]] == ["", "/1", "/2"]
    assert [each.part for each in passages[-2:]] == ["a", "a/1"]
    assert [each.part for each in passages if not each.encoded] == [f"/{ENCODED // POST}"]


def test_a_profile_is_of_those_who_say_something_and_have_not_left() -> None:
    (profile,) = of_person(Person("bob", "Bob", title="Clerk", skills=("excel",), about="*Ask* me."))
    assert (profile.text, profile.space, profile.author) == ("Clerk, excel, Ask me.", "", "bob")
    assert not list(of_person(Person("bob", "Bob", unit="Bank")))
    assert not list(of_person(Person("bob", "Bob", skills=("excel",), ended=NOW)))


def test_windows_end_with_paragraphs_when_they_can() -> None:
    first, second = list(windows([words(6, "a"), words(7, "b")], 10))
    assert first == words(6, "a") and second == words(7, "b")


def test_windows_lose_no_word_and_keep_their_order() -> None:
    lines = [words(count, f"l{count}_") for count in (0, 3, 25, 1, 9, 10, 11)]
    cut = list(windows(lines, 10))
    assert " ".join(cut).split() == " ".join(lines).split()
    assert all(0 < len(each.split()) <= 10 for each in cut)


def test_an_endless_text_gives_a_bounded_number_of_windows() -> None:
    for size in (SECTION, POST):
        for endless in ([words(20_000)], [words(size)] * 1000):
            assert len(list(windows(endless, size))) == MOST // size


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("# Title\n\nText", "Title Text"),
        ("**bold** and *thin* and `code_with_marks`", "bold and thin and code_with_marks"),
        ('see [the page](https://example.org "Page") and ![picture](a.png)', "see the page and picture"),
        ("| Who | What |\n|---|:--:|\n| me | it |", "Who What me it"),
        ("- one\n* two\n+ three\n> said", "one two three said"),
        ("a - b, 3 * 4 and x_y", "a - b, 3 * 4 and x_y"),
        ("before\n\n---\n\nafter", "before after"),
    ],
)
def test_markdown_is_read_without_its_marks(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize("unit", ["\n", " ", "[", "[](", "[a](", "|", "*", "_", "-", "| ", "*a ", "> ", "`", "\t|"])
def test_no_text_takes_long_to_read(unit: str) -> None:
    """Quadratic patterns took minutes on such texts: this one must come back at all."""
    text = "a" + unit * (30_000 // len(unit)) + "b"
    assert plain_lines(text)


def test_equal_texts_have_equal_hashes_whatever_else_differs() -> None:
    first, second = (list(of_question(Question(id, "common", "Title", "Body", author=id), []))[0] for id in ("a", "b"))
    assert first.hash == second.hash
    others = Question("a", "common", "Title", "body"), Question("a", "common", "Title", "Body", language="en")
    assert all(first.hash != list(of_question(other, []))[0].hash for other in others)
