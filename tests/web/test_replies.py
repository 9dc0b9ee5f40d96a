"""The invited on the page: why them, the five replies by plain forms, what they may switch off; asking with names
struck out and added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import kb.questions
import kb.routes
import kb.subjects
from kb.model import Question
from kb.routing import InvitationStatus, SubjectUse
from kb.waves import SETTING
from tests import people
from tests.people import COMMON
from tests.web.conftest import Town

WAITING = [InvitationStatus.WAITING]


def ask(town: Town, title: str = "Who mends the coffee machine?", tags: Sequence[str] = ()) -> Question:
    return kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, title, "It leaks.", tags, "en")


def requests(town: Town, question: Question, statuses: Sequence[InvitationStatus] = WAITING) -> dict[str, str]:
    """The ids of requests by person."""
    with town.store.read() as tx:
        return {each.person: each.id for each in tx.routes.invitations(question.id, statuses=statuses)}


def test_the_five_replies_are_on_the_first_page_on_the_question_and_on_the_requests_own(town: Town) -> None:
    asked = ask(town)
    people.routed(town.store, asked, "alice", "erik")
    client, id = town.client("alice"), requests(town, asked)["alice"]
    for address in ("/", f"/questions/{asked.id}", f"/invitations/{id}"):
        page = client.get(address).text
        for act in ("will-answer", "not-me", "busy", "ask-instead", "known"):
            assert f'action="/invitations/{id}/{act}"' in page, (address, act)
        assert "Names this skill: excel" in page and "#body" in page
    assert "1 of at most 3 requests in seven days" in client.get("/").text
    page = client.get(f"/invitations/{id}").text
    assert "Version v1" in page and "1 of 2" in page and "/people/alice/subjects" in page


def test_each_of_several_requests_on_the_first_page_has_its_own_fields(town: Town) -> None:
    for title in ("Who mends the coffee machine?", "Who has the key of the cellar?"):
        people.routed(town.store, ask(town, title), "alice", "erik")
        town.store.clock.forward(days=1)  # type: ignore[attr-defined]
    page = town.client("alice").get("/").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert page.count('name="until"') == 2 and len(ids) == len(set(ids))
    assert set(re.findall(r' for="([^"]+)"', page)) <= set(ids)


def test_i_will_answer_leads_to_the_answer(town: Town) -> None:
    asked = ask(town)
    people.routed(town.store, asked, "alice", "erik")
    answer = town.client("alice").post(f"/invitations/{requests(town, asked)['alice']}/will-answer")
    assert answer.status_code == 303 and answer.location.endswith("#body")
    assert requests(town, asked) == {}
    assert "will answer" in town.client("bob").get(f"/questions/{asked.id}").text


def test_busy_and_ask_instead_say_what_is_wrong_beside_the_field(town: Town) -> None:
    asked = ask(town)
    people.routed(town.store, asked, "alice", "erik")
    client, id = town.client("alice"), requests(town, asked)["alice"]
    refused = client.post(f"/invitations/{id}/busy", data={"until": "2020-01-01"})
    assert refused.status_code == 422 and 'value="2020-01-01"' in refused.text
    assert "Choose a day from today on" in refused.text
    refused = client.post(f"/invitations/{id}/ask-instead", data={"other": "Nobody Atall"})
    assert refused.status_code == 422 and 'value="Nobody Atall"' in refused.text
    refused = client.post(f"/invitations/{id}/known", data={"where": "over there"})
    assert refused.status_code == 422 and "There is nothing at that address" in refused.text
    assert set(requests(town, asked)) == {"alice", "erik"}
    client.post(f"/invitations/{id}/busy", data={"until": "2026-11-25"})
    assert "25 November 2026" in client.get("/people/alice/availability").text
    client.post("/people/alice/availability/not-busy")
    assert "25 November 2026" not in client.get("/people/alice/availability").text


def test_ask_somebody_else_by_name(town: Town) -> None:
    asked = ask(town)
    people.routed(town.store, asked, "alice", "erik")
    id = requests(town, asked)["alice"]
    said = town.client("alice").post(f"/invitations/{id}/ask-instead", data={"other": "dora petit"})
    assert said.status_code == 303
    assert set(requests(town, asked)) == {"dora", "erik"}
    assert "Recommended by Alice Martin" in town.client("dora").get("/").text


def test_already_answered_is_shown_to_the_asker_with_one_button(town: Town) -> None:
    asked = ask(town, "How does one book trains?")
    people.routed(town.store, asked, "alice")
    id = requests(town, asked)["alice"]
    where = f"http://localhost/questions/{town.open.id}/how-do-i-book-a-train-to-lyon"
    assert town.client("alice").post(f"/invitations/{id}/known", data={"where": where}).status_code == 303
    bob = town.client("bob")
    page = bob.get(f"/questions/{asked.id}").text
    assert "Alice Martin says this is answered there:" in page and "train to Lyon" in page
    assert "says this is answered there" not in town.client("dora").get(f"/questions/{asked.id}").text
    assert bob.post(f"/invitations/{id}/answers-me").status_code == 303
    assert "This was asked before" in bob.get(f"/questions/{asked.id}").text


def test_a_procedure_may_be_the_answer_too(town: Town) -> None:
    asked = ask(town, "Who pays my train?")
    people.routed(town.store, asked, "alice")
    id = requests(town, asked)["alice"]
    town.client("alice").post(f"/invitations/{id}/known", data={"where": " trv/01"})
    assert "Travel expenses" in town.client("bob").get(f"/questions/{asked.id}").text
    town.client("bob").post(f"/invitations/{id}/answers-me")
    assert "Solved" in town.client("bob").get(f"/questions/{asked.id}").text


def test_after_two_refusals_one_is_asked_whether_to_stop(town: Town) -> None:
    client = town.client("alice")
    locations = []
    for number in range(2):
        asked = ask(town, f"Coffee {number}?", ["coffee"])
        people.routed(town.store, asked, "alice")
        locations.append(client.post(f"/invitations/{requests(town, asked)['alice']}/not-me").location)
        town.store.clock.forward(days=1)  # type: ignore[attr-defined]
    assert locations[0] == "/" and "subject=coffee" in locations[1]
    page = client.get(locations[1]).text
    assert "Stop asking you about coffee?" in page
    assert client.post(locations[1], data={"subject": "coffee", "stop": "1"}).status_code == 303
    alice = people.get(town.store, "alice")
    chosen = {each.name: each.use for each in kb.subjects.of_person(town.store, alice, "alice")}
    assert chosen["coffee"] is SubjectUse.SHOWN
    page = client.get("/people/alice/subjects").text
    assert re.search(r'name="subject" value="coffee">\s*<select[^>]*>.*value="shown" selected', page)


def test_each_subject_is_shown_routed_or_neither(town: Town) -> None:
    client = town.client("alice")
    assert client.post("/people/alice/subjects", data={"subject": ["travel"], "use": ["neither"]}).status_code == 303
    assert "train to Lyon" not in town.client("bob").get("/people/alice").text
    assert "train to Lyon" in client.get("/people/alice").text
    assert client.post("/people/alice/subjects", data={"subject": ["a", "b"], "use": ["neither"]}).status_code == 422
    assert client.post("/people/alice/subjects", data={"subject": ["a"], "use": ["x"]}).status_code == 422
    assert town.client("bob").get("/people/alice/subjects").status_code == 403


def test_a_request_of_another_is_not_there(town: Town) -> None:
    asked = ask(town)
    people.routed(town.store, asked, "alice")
    id = requests(town, asked)["alice"]
    assert town.client("bob").get(f"/invitations/{id}").status_code == 200, "the asker sees why"
    assert 'action="/invitations' not in town.client("bob").get(f"/invitations/{id}").text
    for who in ("dora", "charlie"):
        assert town.client(who).get(f"/invitations/{id}").status_code == 404
        assert town.client(who).post(f"/invitations/{id}/not-me").status_code == 404
    assert town.client("alice").post(f"/invitations/{id}/not-me").status_code == 303
    again = town.client("alice", "fr").post(f"/invitations/{id}/not-me")
    assert again.status_code == 409 and "Vous avez déjà réagi" in unescape(again.text)


# -- asking


def test_before_posting_one_sees_who_is_asked_why_when_and_who_can_read(town: Town) -> None:
    form = {"title": "How do I book a train to Lyon?", "body": "", "space": COMMON, "tags": ""}
    page = town.client("dora").post("/ask/similar", data=form).text
    assert "Alice Martin" in page and "Who can read it" in page and "4 people" in page
    assert 'form="asking" name="struck" value="alice"' in page
    assert "Answered “How do I book a train to Lyon?”" in page
    seen = town.client("dora").post("/ask/similar", data=form | {"struck": "alice", "named": "Erik Admin"}).text
    assert "Do not ask Alice Martin" in seen and "Erik Admin" in seen and "Named by Dora Petit" in seen
    kb.questions.answer(town.store, people.get(town.store, "bob"), town.open.id, "At the station, book a train there.")
    town.indexer.catch_up()
    two = town.client("dora").post("/ask/similar", data=form).text
    with town.store.write() as tx:
        tx.settings.set(SETTING, {"near": 1, "wide": 1})
    one = town.client("dora").post("/ask/similar", data=form).text
    assert (two.count('name="struck"'), one.count('name="struck"')) == (2, 1), "the administrator's numbers hold"
    wrong = town.client("dora").post("/ask/similar", data=form | {"named": "Nobody"}).text
    assert "Nobody has this name" in wrong and 'value="Nobody"' in wrong


def test_what_one_strikes_out_and_names_holds_when_it_is_posted(town: Town) -> None:
    form = {"id": "abcdefgh", "title": "How do I book a train?", "space": COMMON, "struck": ["alice"], "named": "erik"}
    assert town.client("dora").post("/ask", data=form).status_code == 303
    with town.store.write() as tx:
        jobs = []
        while (leased := tx.jobs.lease()) is not None:
            jobs.append(leased[0])
    (job,) = [each for each in jobs if each.payload["question"] == "abcdefgh"]
    assert job.payload == {"question": "abcdefgh", "struck": ["alice"], "named": ["erik"]}
    refused = town.client("dora").post("/ask", data=form | {"id": "bcdefghj", "named": "Nobody"})
    assert refused.status_code == 422 and "Nobody has this name" in refused.text


def test_a_restricted_spaces_preview_names_its_readers_only(town: Town) -> None:
    form = {"title": "How do I book a train to Lyon?", "body": "", "space": "finance", "tags": ""}
    page = town.client("alice").post("/ask/similar", data=form).text
    assert "1 person" in page
    assert "Who can read it" not in town.client("bob").post("/ask/similar", data=form).text


# -- who can help, gaps, outcomes


def test_who_can_help_is_on_the_first_page_and_gaps_have_a_page(town: Town) -> None:
    asked = ask(town, "Who waters the plants?")
    people.routed(town.store, asked)
    stuck = town.client("alice").get("/").text.split("Who can help?")[1].split("Waiting for an answer")[0]
    assert "Who waters the plants?" in stuck
    assert "Who can help?" not in town.client("charlie").get("/").text
    with town.store.read() as tx:
        route = tx.routes.find(asked.id)
    assert route is not None
    town.store.clock.forward(days=4)  # type: ignore[attr-defined]
    kb.routes.go_on(town.store, route.id)
    assert "Who waters the plants?" in town.client("alice").get("/gaps").text
    assert "Who waters the plants?" not in town.client("charlie").get("/gaps").text


def test_the_asker_says_partly_or_no(town: Town) -> None:
    asked = ask(town)
    people.routed(town.store, asked, "alice", "erik", "dora")
    kb.questions.answer(town.store, people.get(town.store, "alice"), asked.id, "Nobody does.", "en")
    bob = town.client("bob")
    assert "No, ask others" in bob.get(f"/questions/{asked.id}").text
    assert "No, ask others" not in town.client("dora").get(f"/questions/{asked.id}").text
    assert bob.post(f"/questions/{asked.id}/outcome", data={"outcome": "no"}).status_code == 303
    assert set(requests(town, asked)) == {"dora"}
    assert "not solved. Others are asked" in bob.get(f"/questions/{asked.id}").text
    assert town.client("dora").post(f"/questions/{asked.id}/outcome", data={"outcome": "no"}).status_code == 403
    assert bob.post(f"/questions/{asked.id}/outcome", data={"outcome": "perhaps"}).status_code == 422


def test_the_administrator_sets_the_numbers_on_a_page(town: Town) -> None:
    client = town.client("erik")
    page = client.get("/admin/routing").text
    fields = dict(re.findall(r'name="(\w+)" type="text" value="(\d+)"', page))
    assert fields["first"] == "2" and fields["week_cap"] == "3"
    assert client.post("/admin/routing", data=fields | {"first": "3"}).status_code == 303
    assert 'name="first" type="text" value="3"' in client.get("/admin/routing").text
    refused = client.post("/admin/routing", data=fields | {"first": "99"})
    assert refused.status_code == 422 and "Write a number from 1 to 5." in refused.text
    assert town.client("alice").get("/admin/routing").status_code == 403
    assert town.client("alice").post("/admin/routing", data=fields).status_code == 403
