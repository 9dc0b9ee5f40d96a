"""Forms: what is right is done once; what is wrong comes back with what was typed and a sentence beside its field."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import event

import kb.questions
from tests import people
from tests.people import COMMON, FINANCE
from tests.web.conftest import Town


def post(town: Town, who: str, address: str, **form: str) -> tuple[int, str, str]:
    answer = town.client(who).post(address, data=form)
    return answer.status_code, unescape(answer.text), answer.headers.get("Location", "")


def test_a_question_is_posted_once_however_often_it_is_sent(town: Town) -> None:
    page = town.client("bob").get("/ask").text
    id = re.search(r'name="id" value="(\w+)"', page)
    assert id is not None
    form = {
        "id": id[1],
        "title": "Où ranger les pipettes ?",
        "body": "Le tiroir est plein.",
        "tags": "labo, rangement",
        "space": COMMON,
    }
    first, second = post(town, "bob", "/ask", **form), post(town, "bob", "/ask", **form)
    assert first[0] == second[0] == 303 and first[2] == second[2] == f"/questions/{id[1]}/ou-ranger-les-pipettes"
    asked = kb.questions.thread(town.store, people.get(town.store, "bob"), id[1]).question
    assert (asked.tags, asked.language) == (("labo", "rangement"), "fr")


def test_a_question_without_a_title_comes_back_with_what_was_typed(town: Town) -> None:
    status, page, _ = post(town, "bob", "/ask", title=" ", body="The body stays", tags="kept", space=COMMON, id="abc")
    assert status == 422
    assert "The body stays" in page and 'value="kept"' in page and 'value="abc"' in page
    assert 'aria-invalid="true" autofocus' in page and 'id="title-error"' in page and "Write a few words" in page


def test_nobody_asks_in_a_space_that_is_not_theirs(town: Town) -> None:
    status, page, _ = post(town, "bob", "/ask", title="Merger?", space=FINANCE)
    assert status == 422 and "Choose one of your spaces" in page


def test_the_preview_shows_the_text_what_is_similar_and_whom_it_would_reach(town: Town) -> None:
    status, page, _ = post(
        town, "dora", "/ask", action="preview", title="Book a train to Lyon", body="**soon**", space=COMMON
    )
    assert status == 200
    assert "<strong>soon</strong>" in page and "Perhaps it is here already" in page and "Who will be asked" in page
    assert "Alice Martin" in page
    part = town.client("dora").post("/ask/similar", data={"title": "Book a train to Lyon", "body": "**soon**"}).text
    assert "<html" not in part and "<strong>soon</strong>" in part


def test_the_space_is_proposed_from_what_was_found_and_never_against_a_choice(town: Town) -> None:
    def chosen(address: str) -> str:
        return re.findall(r'<option value="(\w+)" selected', town.client("alice").get(address).text)[0]

    assert chosen("/ask?title=Which+train+to+Lyon+do+I+book") == COMMON
    assert chosen("/ask?title=Which+ledger+for+merger+costs") == chosen("/ask") == FINANCE
    assert chosen(f"/ask?title=Which+train+to+Lyon+do+I+book&space={FINANCE}") == FINANCE
    typed = {"title": "Which train to Lyon do I book", "space": FINANCE}
    part = town.client("alice").post("/ask/similar", data=typed | {"propose": "1"}).text
    assert f'data-space="{COMMON}"' in part and "<template data-known>" in part
    assert "data-space" not in town.client("alice").post("/ask/similar", data=typed).text
    typed = {"title": "Which ledger for merger costs", "propose": "1"}
    hidden = town.client("bob").post("/ask/similar", data=typed).text
    assert "data-space" not in hidden and FINANCE not in hidden


def test_tags_are_proposed_from_what_is_like_it_and_taken_with_one_click(town: Town) -> None:
    form = {"title": "Book a train to Lyon", "space": COMMON, "id": "abcdefgh"}
    assert 'value="tag:travel"' in town.client("alice").post("/ask", data=form | {"action": "preview"}).text
    page = town.client("alice").post("/ask", data=form | {"action": "tag:travel"}).text
    assert 'value="travel"' in page and 'value="tag:travel"' not in page
    page = town.client("charlie").post("/ask", data=form | {"space": "partner", "action": "preview"}).text
    assert "tag:travel" not in page  # who may not read the question is told nothing of its tags


def test_this_answers_me_is_recorded_and_nothing_is_posted(town: Town) -> None:
    form = {"text": "train to lyon", "kind": "question", "id": town.open.id}
    status, _, onward = post(town, "dora", "/ask/answered", **form)
    assert (status, onward) == (303, f"/questions/{town.open.id}")
    with town.store.read() as tx:
        from kb.storage import tables

        rows = tx.connection.execute(tables.route.select()).all()
    assert [(row.asker, row.outcome, row.question) for row in rows] == [("dora", f"answered by {town.open.id}", None)]
    assert post(town, "dora", "/ask/answered", text="x", kind="evil", id="/x")[0] == 422


def test_an_answer_an_empty_one_and_a_guests(town: Town) -> None:
    address = f"/questions/{town.open.id}/answers"
    status, _, onward = post(town, "dora", address, id="dora1", body="By the portal.")
    assert (status, onward) == (303, f"/questions/{town.open.id}#answer-dora1")
    assert post(town, "dora", address, id="dora1", body="By the portal.")[0] == 303
    assert len(kb.questions.thread(town.store, people.get(town.store, "bob"), town.open.id).answers) == 2
    status, page, _ = post(town, "dora", address, body="")
    assert status == 422 and 'id="body-error"' in page
    assert post(town, "charlie", address, body="Hello")[0] == 404


def test_comments_on_question_and_answer_and_their_end(town: Town) -> None:
    address = f"/questions/{town.open.id}/comments"
    status, _, onward = post(town, "dora", address, body="Which *class*?", answer=town.answer.id)
    assert status == 303
    comment = onward.rpartition("-")[2]
    assert "Which <em>class</em>?" in town.client("bob").get(onward).text
    status, page, _ = post(town, "dora", address, body="x" * 3000, answer=town.answer.id)
    assert status == 422 and "3000 characters long" in page and "x" * 3000 in page
    ending = f"/questions/{town.open.id}/comments/{comment}/delete"
    assert town.client("bob").get(ending).status_code == 403
    assert "Delete this comment?" in town.client("dora").get(ending).text
    assert post(town, "dora", ending)[0] == 303
    assert "class?" in town.client("dora").get("/deleted").text


def test_votes_go_up_come_back_and_are_not_for_oneself(town: Town) -> None:
    address = f"/questions/{town.open.id}/vote"

    def score() -> int:
        return kb.questions.thread(town.store, people.get(town.store, "bob"), town.open.id).answers[0].score

    assert post(town, "bob", address, answer=town.answer.id, value="1")[0] == 303 and score() == 1
    assert 'aria-pressed="true"' in town.client("bob").get(f"/questions/{town.open.id}").text
    assert post(town, "bob", address, answer=town.answer.id, value="0")[0] == 303 and score() == 0
    assert post(town, "alice", address, answer=town.answer.id, value="1")[0] == 403
    assert post(town, "bob", address, answer=town.answer.id, value="7")[0] == 422


def test_only_the_asker_says_what_solved_it(town: Town) -> None:
    address = f"/questions/{town.open.id}/accept"
    assert post(town, "alice", address, answer=town.answer.id)[0] == 403
    assert post(town, "bob", address, answer=town.answer.id)[0] == 303
    assert "Solved" in town.client("bob").get(f"/questions/{town.open.id}").text
    assert post(town, "bob", address)[0] == 303
    assert "Solved" not in town.client("bob").get(f"/questions/{town.open.id}").text


def test_editing_keeps_the_earlier_text_and_is_for_authors_and_animators(town: Town) -> None:
    address = f"/questions/{town.open.id}/edit"
    form = {"title": "How do I book a train?", "body": "By Monday.", "tags": "travel train"}
    assert town.client("bob").get(address).status_code == 200
    assert town.client("alice").get(address).status_code == 403
    assert post(town, "alice", address, **form)[0] == 403
    assert post(town, "bob", address, **form)[0] == 303
    assert "<ins>Monday.</ins>" in town.client("bob").get(f"/questions/{town.open.id}/history").text
    status, page, _ = post(town, "bob", address, title="", body="kept", tags="")
    assert status == 422 and "kept" in page
    answer = f"/questions/{town.open.id}/answers/{town.answer.id}/edit"
    assert town.client("bob").get(answer).status_code == 403
    assert post(town, "alice", answer, body="")[0] == 422
    assert post(town, "alice", answer, body="In the new portal.")[0] == 303


def test_deleting_asks_first(town: Town) -> None:
    address = f"/questions/{town.open.id}/delete"
    assert "The answer to it goes with it." in town.client("bob").get(address).text
    assert town.client("alice").get(address).status_code == 403
    assert post(town, "bob", f"/questions/{town.open.id}/answers/{town.answer.id}/delete")[0] == 403
    assert post(town, "alice", f"/questions/{town.open.id}/answers/{town.answer.id}/delete")[0] == 303
    assert post(town, "dora", address)[0] == 422, "whoever deletes what another wrote says why"
    assert post(town, "bob", address)[0] == 303
    assert town.client("bob").get(f"/questions/{town.open.id}").location == "/deleted"
    assert town.client("alice").get(f"/questions/{town.open.id}").status_code == 404
    assert "Bring it back" in town.client("bob").get("/deleted").text
    assert "train to Lyon" not in town.client("alice").get("/deleted").text
    assert post(town, "alice", f"/deleted/{town.open.id}")[0] == 404
    assert post(town, "bob", f"/deleted/{town.open.id}")[0] == 303
    assert town.client("bob").get(f"/questions/{town.open.id}").status_code == 200


def test_merging_is_a_tick_on_the_form_and_what_is_asked_again_has_a_list(town: Town) -> None:
    again = kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, "Trains to Lyon, how?")
    kb.questions.answer(town.store, people.get(town.store, "erik"), again.id, "By phone.")
    original = f"/questions/{town.open.id}/how"
    assert post(town, "dora", f"/questions/{again.id}/close", original=original, merge="1")[0] == 303
    assert "By phone." in town.client("bob").get(f"/questions/{town.open.id}").text
    page = town.client("bob").get("/questions?show=duplicated").text
    assert "Asked once more" in page and "How do I book a train" in page


def test_closing_as_asked_before_takes_the_address_of_the_first(town: Town) -> None:
    bob = people.get(town.store, "bob")
    again = kb.questions.ask(town.store, bob, COMMON, "Trains to Lyon, how?")
    address = f"/questions/{again.id}/close"
    assert post(town, "bob", address, original="http://localhost/questions/nothing")[0] == 422
    assert post(town, "bob", address, original=f"/questions/{town.secret.id}")[0] == 422
    assert post(town, "bob", address, original="")[0] == 422
    assert (
        post(town, "bob", address, original=f"http://localhost/questions/{town.open.id}/some-words#answer-1")[0] == 303
    )
    assert "This was asked before" in town.client("alice").get(f"/questions/{again.id}").text
    assert "Asked again as" in town.client("alice").get(f"/questions/{town.open.id}").text
    assert post(town, "bob", address, reopen="1")[0] == 303
    assert "This was asked before" not in town.client("alice").get(f"/questions/{again.id}").text


def test_ones_own_profile_is_ones_own(town: Town) -> None:
    assert post(town, "bob", "/people/bob/edit", skills="excel, pipettes", about="Ask me.", languages="en")[0] == 303
    page = town.client("alice").get("/people/bob").text
    assert "pipettes" in page and "Ask me." in page
    assert post(town, "alice", "/people/bob/edit", skills="nothing", about="")[0] == 403
    status, page, _ = post(town, "bob", "/people/bob/edit", skills="excel", about="x" * 2000)
    assert status == 422 and 'id="about-error"' in page


@pytest.mark.parametrize("address", ["/search", "/suggest", "/people", "/ask"])
def test_a_null_byte_and_too_many_words_are_answered_with_a_sentence(town: Town, address: str) -> None:
    name = "title" if address == "/ask" else "q"
    null = town.client("bob").get(address, query_string={name: "a\x00b"})
    assert null.status_code == 422 and "cannot be stored" in null.text
    much = town.client("bob").get(address, query_string={name: "word " * 20_000})
    assert much.status_code == 422 and "Shorten it" in much.text


@pytest.mark.parametrize("address", ["/ask", "/ask/similar", "/sign-in", "/questions/x/answers"])
def test_a_megabyte_is_refused_with_a_sentence(town: Town, address: str) -> None:
    answer = town.client("bob").post(address, data={"title": "t", "body": "x" * 1_000_000, "email": "x"})
    assert answer.status_code == 413
    assert "At most 256 KB of text" in answer.text


def test_a_null_byte_in_a_form_is_said_beside_its_field(town: Town) -> None:
    status, page, _ = post(town, "bob", "/ask", title="a\x00b", space=COMMON)
    assert status == 422 and 'id="title-error"' in page
    assert post(town, "bob", "/sign-in", email="a\x00", password="b\x00")[0] == 422
    assert town.client("bob").get("/questions/a%00b").status_code == 404


def test_script_in_a_post_is_shown_not_run(town: Town) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    asked = kb.questions.ask(town.store, people.get(town.store, "bob"), COMMON, evil[:60], evil)
    town.refresh()
    for address in (f"/questions/{asked.id}", "/", "/search?q=alert", "/suggest?q=script alert"):
        page = town.client("alice").get(address).text
        assert "<script>" not in page and "<img src=x" not in page and "javascript:" not in page


def test_a_page_of_many_answers_asks_the_database_no_more_often(town: Town) -> None:
    counted: list[str] = []
    event.listen(town.store.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    client = town.client("bob")

    def statements(address: str) -> int:
        client.get(address)
        counted.clear()
        assert client.get(address).status_code == 200
        return len(counted)

    few = statements(f"/questions/{town.open.id}")
    for who in ("dora", "erik", "alice", "bob") * 3:
        kb.questions.answer(town.store, people.get(town.store, who), town.open.id, "Another way.")
    assert statements(f"/questions/{town.open.id}") <= few + 1
