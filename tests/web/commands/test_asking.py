"""`ask`, `who`, `search`: three lanes, reasons and the next step; and what goes wrong is one sentence."""

from __future__ import annotations

import pytest

from tests.people import COMMON
from tests.web.commands.conftest import Base, Run, found
from web.commands import surroundings


def test_ask_prints_three_lanes_with_reasons_and_the_next_step(quisait: Run, base: Base) -> None:
    status, out, _ = quisait("ask", "book a train to Lyon")
    assert status == 0
    assert "How do I book a train to Lyon?" in out and "Dora Petit" in out and "- Answered “How" in out
    assert "Answers and practices" in out and "Who knows" in out and "Procedures" in out
    assert f"http://127.0.0.1:8000/questions/{base.open.id}" in out
    assert "\x1b[" not in out and "\ue000" not in out
    assert out.splitlines()[-1].startswith(("Read on: http", "Ask them: http"))


def test_ask_speaks_french_to_a_french_terminal(quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert "Qui sait" in quisait("ask", "train")[1]
    assert "Who knows" in quisait("ask", "train", "--language", "en")[1]


def test_ask_json_has_the_shape_of_the_design(quisait: Run, base: Base) -> None:
    answer = found(quisait("ask", "train to Lyon", "--json"))
    assert list(answer) == [
        "question", "language", "band", "probability", "took_ms", "procedures", "answers", "people", "empty",
    ]  # fmt: skip
    assert set(answer["answers"][0]) == {
        "id", "question", "title", "excerpt", "standing", "score", "url", "reasons",
        "practice", "confirmations", "units", "verified_by", "verified_until", "warning", "overruled_by",
    }  # fmt: skip
    assert set(answer["people"][0]) == {"id", "name", "score", "probability", "url", "reasons"}
    assert set(answer["people"][0]["reasons"][0]) == {"kind", "text", "url", "date"}


def test_words_may_be_written_without_quotes(quisait: Run, base: Base) -> None:
    assert found(quisait("ask", "train", "to", "Lyon", "--json"))["question"] == "train to Lyon"


def test_everybody_reads_with_their_own_rights(quisait: Run, base: Base) -> None:
    def asked(email: str, words: str) -> set[str]:
        return {each["question"] for each in found(quisait("ask", words, "--json", "--as", email))["answers"]}

    assert asked("bob@example.org", "train to Lyon") == {base.open.id}
    assert base.secret.id in asked("alice@example.org", base.secret.title)
    assert base.secret.id not in asked("bob@example.org", base.secret.title)
    assert asked("charlie@partner.example", "train to Lyon") == set()


def test_who_and_search_have_their_own_shapes(quisait: Run, base: Base) -> None:
    assert list(found(quisait("who", "train to Lyon", "--json"))) == ["question", "language", "took_ms", "people"]
    page = found(quisait("search", "train in:common", "--json"))
    assert [each["question"] for each in page["answers"]] == [base.open.id] and page["total"]["answers"] == 1
    out = quisait("search", "train kind:question")[1]
    assert "Answers and practices" in out and "Procedures" not in out


def test_addresses_are_absolute_when_the_public_address_is_known(
    quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(quisait("ask", "train", "--json"))["answers"][0]["url"].startswith("/questions/")
    monkeypatch.setenv("QUISAIT_URL", "https://who.example.org/")
    assert found(quisait("ask", "train", "--json"))["answers"][0]["url"].startswith(
        "https://who.example.org/questions/"
    )


def test_what_was_just_asked_is_found_at_once(quisait: Run, base: Base) -> None:
    quisait("ask", "train")
    asked = base.ask("bob", COMMON, "Where do I park a bicycle?")
    answers = found(quisait("ask", "park a bicycle", "--json"))["answers"]
    assert asked.id in [each["question"] for each in answers]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "train", "--as", "nobody@example.org"), "Nobody has the e-mail address 'nobody@example.org'."),
        (("ask", "train", "--as", "fanny@example.org"), "Fanny Gone has left the organisation."),
        (("ask", "  "), "This is empty. Write a few words."),
        (("token", "nobody"), "Nobody has the e-mail address 'nobody' (an e-mail address is needed)."),
    ],
)
def test_what_goes_wrong_is_one_sentence(quisait: Run, base: Base, arguments: tuple[str, ...], said: str) -> None:
    assert quisait(*arguments) == (1, "", f"quisait: {said}\n")


def test_an_empty_knowledge_base_says_what_to_do(quisait: Run) -> None:
    status, out, err = quisait("ask", "train")
    assert (status, out) == (1, "") and "quisait load" in err and "quisait demo" in err


def test_usage_errors_are_exit_2(quisait: Run) -> None:
    assert quisait("ask")[0] == quisait("nonsense")[0] == quisait("load")[0] == quisait()[0] == 2
    assert "Name what to load" in quisait("load")[2]


def test_a_bad_setting_is_one_sentence(quisait: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUISAIT_PORT", "many")
    status, _, err = quisait("ask", "train")
    assert status == 1 and err.startswith("quisait: QUISAIT_PORT is 'many'.") and len(err.splitlines()) == 1


def test_an_unforeseen_error_is_one_line_unless_debugging(
    quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(surroundings, "open_settings", broken)
    monkeypatch.setattr("web.commands.accounts.open_settings", broken)
    status, _, err = quisait("token", "bob@example.org")
    assert status == 1 and err == "quisait: Something broke (ZeroDivisionError: oh). QUISAIT_DEBUG=1 shows where.\n"
    monkeypatch.setenv("QUISAIT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        quisait("token", "bob@example.org")


def test_ctrl_c_is_130(quisait: Run, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("web.commands.accounts.open_settings", interrupted)
    status, out, err = quisait("token", "bob@example.org")
    assert (status, out, err.strip()) == (130, "", "Stopped.")
