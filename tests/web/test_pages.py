"""Every page as Alice, who may, as Bob, who may less, and as Charlie, who is a guest; in French and in English."""

from __future__ import annotations

import re
from html import unescape

import pytest
from babel.messages.pofile import read_po

import kb.endorsing
import kb.questions
import kb.routes
from indexer.finder import Finder
from indexer.generations import IndexStale
from kb.model import Band
from kb.routing import Candidate, Reason
from tests import people
from tests.web.conftest import Town
from web import catalogue

PAGES = [
    "/", "/suggest?q=train+to+lyon", "/search", "/search?q=train", "/search?q=train&kind=procedure",
    "/search?q=x&kind=person", "/search?q=train&kind=question&lang=en&tag=travel", "/ask", "/ask?title=a+train",
    "/questions", "/questions?show=unanswered", "/questions?page=7", "/tags/travel", "/procedures", "/people",
    "/people?q=train", "/people?unit=none", "/spaces", "/tokens", "/people/alice", "/inbox",
    "/inbox?show=read", "/inbox?show=done", "/people/{who}/availability",
    "/people/{who}/mail", "/people/{who}/subjects", "/gaps", "/tasks", "/tasks/calendar", "/duties",
    "/register/documents",
]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
def test_everybody_may_open_the_pages_that_belong_to_nobody(town: Town, who: str, language: str) -> None:
    client = town.client(who, language)
    for address in PAGES:
        answer = client.get(address.format(who=who))
        assert answer.status_code == 200, address
        assert "merger" not in answer.text or who == "alice", address
        assert address.startswith("/suggest") or f'<html lang="{language}">' in answer.text


def test_a_restricted_question_exists_for_its_members_only(town: Town) -> None:
    address = f"/questions/{town.secret.id}"
    assert town.client("alice").get(address).status_code == 200
    for who in ("bob", "charlie"):
        refused = town.client(who).get(address)
        assert refused.status_code == 404
        assert "merger" not in refused.text
    nothing = town.client("bob").get("/questions/nothing")
    assert re.sub(r"/questions/\w+", "", nothing.text) == re.sub(
        r"/questions/\w+", "", town.client("bob").get(address).text
    )


@pytest.mark.parametrize("address", ["/spaces/finance", "/procedures/FIN-9", "/tags/merger", "/search?q=merger+ledger"])
def test_a_restricted_space_leaks_on_no_page(town: Town, address: str) -> None:
    assert "erger" in town.client("alice").get(address).text
    for who in ("bob", "charlie"):
        assert "costs" not in town.client(who).get(address).text
        assert "Close the" not in town.client(who).get(address).text


def test_a_guest_sees_the_partner_space_and_nothing_else(town: Town) -> None:
    page = town.client("charlie").get("/").text
    assert "crane log" in page
    assert "train to Lyon" not in page
    assert town.client("charlie").get("/spaces/partner").status_code == 200
    assert town.client("charlie").get("/spaces/common").status_code == 404
    assert town.client("charlie").get("/people/dora").status_code == 404
    assert town.client("charlie").get("/people/alice").status_code == 200


def test_typing_brings_the_three_lanes(town: Town) -> None:
    lanes = town.client("dora").get("/suggest?q=book a train to lyon").text
    assert "Answers and practices" in lanes and "Procedures" in lanes and "People" in lanes
    assert f"/questions/{town.open.id}/how-do-i-book-a-train-to-lyon#answer-{town.answer.id}" in lanes
    assert "<mark>train</mark>" in lanes
    assert "Alice Martin" in lanes
    assert "<html" not in lanes


def test_an_empty_lane_says_why(town: Town) -> None:
    lanes = unescape(town.client("charlie", "fr").get("/suggest?q=zyxwv qponm").text)
    assert "Vos espaces n’ont pas encore de procédure." in lanes


def test_the_questions_page_shows_the_accepted_answer_first(town: Town) -> None:
    dora = people.get(town.store, "dora")
    later = kb.questions.answer(town.store, dora, town.open.id, "Ask the desk.")
    kb.questions.accept(town.store, people.get(town.store, "bob"), town.open.id, later.id)
    page = town.client("bob").get(f"/questions/{town.open.id}").text
    assert page.index("Ask the desk.") < page.index("in the travel portal")
    assert "This solved it" in page
    assert "<em>Friday</em>" in page


def test_what_is_offered_on_a_question_is_what_one_may_do(town: Town) -> None:
    address = f"/questions/{town.open.id}"
    asker, stranger, animator = (town.client(who).get(address).text for who in ("bob", "erik", "dora"))
    assert f"{address}/edit" in asker and f"{address}/delete" in asker and f"{address}/accept" in asker
    assert f"{address}/edit" not in stranger and f"{address}/accept" not in stranger
    assert f"{address}/edit" in animator and f"{address}/close" in animator


def test_content_in_the_other_language_is_marked_as_such(town: Town) -> None:
    page = town.client("alice", "fr").get(f"/questions/{town.open.id}").text
    assert '<h1 id="title" lang="en">' in page
    assert '<h1 id="title">' in town.client("alice", "en").get(f"/questions/{town.open.id}").text


def test_a_procedure_has_an_anchor_for_each_step_and_links_its_other_language(town: Town) -> None:
    page = town.client("bob", "en").get("/procedures/TRV/01").text
    assert 'id="step-2a"' in page and "Keeps the ticket" in page and "Act 12" in page and "Alice Martin" in page
    assert "/procedures/TRV/01?language=fr" in page
    french = town.client("bob", "en").get("/procedures/TRV/01?language=fr").text
    assert "Frais de voyage" in french
    assert town.client("bob").get("/procedures/TRV/01?revision=en.1").status_code == 200
    assert town.client("bob").get("/procedures/TRV/01?revision=en.7").status_code == 404


def test_a_person_is_shown_with_the_evidence_the_reader_may_read(town: Town) -> None:
    assert "merger" in town.client("alice").get("/people/alice").text
    page = town.client("bob").get("/people/alice").text
    assert "train to Lyon" in page and "Travel expenses" in page or "Frais de voyage" in page
    assert "merger" not in page


def test_a_skill_that_colleagues_confirm_says_so_to_who_may_read_where_it_was_seen(town: Town) -> None:
    with town.store.write() as tx:
        tx.changes.add("put", "person", "bob", None)
    town.refresh()
    for who, of, subject in (("alice", "question", town.secret.id), ("dora", "project", "Budget")):
        kb.endorsing.endorse(town.store, people.get(town.store, who), "bob", "excel", of, subject)

    def reasons(who: str) -> list[str]:
        found = town.client(who).get("/api/v1/ask", query_string={"q": "excel"}).get_json()["people"]
        return [each["text"] for hit in found if hit["id"] == "bob" for each in hit["reasons"]]

    assert reasons("alice") == ["Names this skill: excel, confirmed by 2 colleagues"]
    assert reasons("erik") == ["Names this skill: excel, confirmed by one colleague"]


def test_the_first_page_shows_where_help_was_asked_for_and_not_me_ends_it(town: Town) -> None:
    people.routed(town.store, town.secret, "dora")
    asked = kb.questions.ask(town.store, people.get(town.store, "charlie"), "partner", "Who oils the crane?")
    people.routed(town.store, asked, "alice")
    alice = town.client("alice")
    page = alice.get("/").text
    assert "You may know this" in page and "Names this skill: excel" in page
    address = re.search(r"/invitations/\w+/not-me", page)
    assert address is not None
    assert town.client("bob").post(address[0]).status_code == 404
    assert alice.post(address[0]).status_code == 303
    assert "Who oils" not in alice.get("/").text.split("Recently answered")[0].split("Waiting for an answer")[0]


def test_why_somebody_was_asked_is_told_to_them_and_to_the_asker_and_only_what_they_may_read(town: Town) -> None:
    asked = kb.questions.ask(town.store, people.get(town.store, "bob"), "common", "Trains again?", language="en")
    reasons = (Reason("answered", "merger", "question", town.secret.id), Reason("declared", "trains"))
    kb.routes.begin(town.store, asked.id, Band.ASK, 0.1, "1", [Candidate("alice", 1, 0.5, reasons=reasons)])
    assert "merger" in town.client("alice").get(f"/questions/{asked.id}").text
    page = town.client("bob").get(f"/questions/{asked.id}").text
    assert "merger" not in page and "Names this skill: trains" in page
    page = town.client("dora").get(f"/questions/{asked.id}").text
    assert "Alice Martin" in page and "Names this skill" not in page and "merger" not in page


def test_earlier_texts_are_compared_word_by_word(town: Town) -> None:
    bob = people.get(town.store, "bob")
    kb.questions.edit_question(town.store, bob, town.open.id, "How do I book a train to <Paris>?", "By *Friday*.", [])
    page = town.client("alice").get(f"/questions/{town.open.id}/history").text
    assert "<del>Lyon?</del>" in page
    assert "<ins>&lt;Paris&gt;?</ins>" in page


def test_search_pages_lead_on_and_filters_stay_in_the_address(town: Town) -> None:
    page = unescape(town.client("bob").get("/search?q=train&kind=question&space=common").text)
    assert '<option value="common" selected>' in page and '<option value="question" selected>' in page
    assert "train to Lyon" in page


def test_only_administrators_open_the_administration(town: Town) -> None:
    assert town.client("erik").get("/admin/people").status_code == 200
    assert town.client("alice").get("/admin/people").status_code == 403
    assert town.client("alice").post("/admin/people/invite", data={"person": "bob"}).status_code == 403


def test_pages_can_be_read_while_the_index_is_made_anew(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*given: object, **named: object) -> None:
        raise IndexStale("Run `quisait index --rebuild`.")

    monkeypatch.setattr(Finder, "_found", stale)
    client = town.client("bob")
    for address in ("/", "/ask", f"/questions/{town.open.id}", "/procedures/TRV/01", "/people"):
        assert client.get(address).status_code == 200, address
    refused = client.get("/search?q=train")
    assert refused.status_code == 503 and "being prepared anew" in refused.text


def test_a_browser_that_says_nonsense_of_where_it_comes_from_is_answered(town: Town) -> None:
    for said in ("http://[", "http://localhost/\\evil.example", "//evil.example", "http://localhost//evil.example"):
        answer = town.client("bob").get("/nothing", headers={"Referer": said})
        assert answer.status_code == 404 and "evil" not in answer.text, said
        assert town.client("bob").get("/procedures/TRV/01", headers={"Referer": said}).status_code == 200


def test_the_health_page_is_for_everybody(town: Town) -> None:
    assert town.client().get("/health").text == "ok\n"


def test_every_sentence_is_in_the_french_catalogue(town: Town) -> None:
    with catalogue.FRENCH.open("rb") as file:
        french = read_po(file, locale="fr")
    assert not [each.id for each in catalogue.sentences() if each.id and french.get(each.id) is None]
    assert catalogue.untranslated(french) == []
    assert not [each.id for each in french if each.id and list(each.check())]


def test_french_sentences_keep_their_punctuation_on_the_line() -> None:
    with catalogue.FRENCH.open("rb") as file:
        french = read_po(file, locale="fr")
    said = [
        form for each in french if each.id for form in ([each.string] if isinstance(each.string, str) else each.string)
    ]
    wrong = re.compile("[^\u00a0\u202f][?!;»]|« | : |'")
    assert not [each for each in said if wrong.search(each)]


def test_plurals_are_right_in_both_languages(town: Town) -> None:
    with town.app.test_request_context(headers={"Accept-Language": "fr"}):
        assert [catalogue.ngettext("%(num)d answer", "%(num)d answers", n) for n in (0, 1, 2)] == [
            "0 réponse",
            "1 réponse",
            "2 réponses",
        ]
    with town.app.test_request_context(headers={"Accept-Language": "en"}):
        assert [catalogue.ngettext("%(num)d answer", "%(num)d answers", n) for n in (0, 1, 2)] == [
            "0 answers",
            "1 answer",
            "2 answers",
        ]


def test_the_language_chosen_in_the_footer_is_kept_here_and_for_the_person(town: Town) -> None:
    client = town.client("alice", "en")
    assert client.post("/language", data={"language": "fr", "next": "/people"}).headers["Location"] == "/people"
    assert '<html lang="fr">' in client.get("/people").text
    assert '<html lang="fr">' in town.client("alice", "en").get("/people").text  # in another browser too
    assert '<html lang="en">' in town.client("bob", "en").get("/people").text
    assert client.post("/language", data={"language": "fr", "next": "//evil.example"}).headers["Location"] == "/"
    assert client.post("/language", data={"language": "tlh"}).status_code == 422
