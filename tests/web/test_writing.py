"""Drafts, comparison and approval as pages: what each person may do, and what they are told when they may not."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from html import unescape

import pytest
from flask.testing import FlaskClient

import kb.accounts
import kb.approving
import kb.drafting
from kb.lifecycle import digest
from kb.model import Person
from tests import official
from tests.official import KEY, TEXT, statuses, who
from tests.web.conftest import Town

PASSWORD = "four easy words here"
DRAFT = f"/procedures/{KEY}/drafts/en"
APPROVAL = f"/procedures/{KEY}/approval/en.2"


@pytest.fixture
def office(town: Town) -> Town:
    official.found(town.store)
    town.refresh()
    return town


def form(**changed: object) -> dict[str, object]:
    """The draft's form as a browser sends it."""
    return {
        "saves": "0", "title": "Travelling", "summary": "Who travels, how, and who pays.", "step": ["1", "2", "", ""],
        "role": ["Traveller", "Manager", "", ""], "what": ["Books the train", "Approves", "", ""],
        "rule": ["Act 12", "Act 13", "", ""], "body": "Second class.", "tags": "travel", "change": "New: Act 13",
        "major": "major", "effective": "", "action": "save", **changed,
    }  # fmt: skip


def begin(client: FlaskClient, language: str = "en") -> None:
    assert client.post(f"/procedures/{KEY}/drafts", data={"language": language}).status_code == 303


def shown_hash(client: FlaskClient) -> str:
    found = re.search(r'name="sha256" value="(\w+)"', client.get(APPROVAL).text)
    assert found is not None
    return found[1]


def test_a_text_goes_from_draft_to_force_on_the_pages(office: Town) -> None:
    bob, alice, erik = (office.client(each) for each in ("bob", "alice", "erik"))
    for each in ("alice", "erik"):
        kb.accounts.set_password(office.store, who(office.store, each), PASSWORD)
    alice, erik = office.client("alice"), office.client("erik")
    begin(bob)
    assert 'value="Traveller"' in bob.get(DRAFT).text
    assert bob.post(DRAFT, data=form()).headers["Location"] == DRAFT
    assert bob.post(DRAFT, data=form(saves="1", action="submit")).headers["Location"] == APPROVAL
    assert "1 official text waits for you" in alice.get("/").text
    assert "official text waits for you" not in erik.get("/").text
    assert APPROVAL in alice.get("/tasks").text
    page = alice.get(APPROVAL).text
    assert "Works council" in page and "Approve this text" in page and "New: Act 13" in page
    assert "Approve this text" not in bob.get(APPROVAL).text and "Take the text back" in bob.get(APPROVAL).text
    wrong = alice.post(APPROVAL, data={"action": "approve", "sha256": shown_hash(alice), "password": "something else"})
    assert wrong.status_code == 422 and "This is not your password." in wrong.text
    for client in (alice, erik):
        signed = {"action": "approve", "sha256": shown_hash(client), "password": PASSWORD}
        assert client.post(APPROVAL, data=signed).headers["Location"] == "/tasks"
    assert statuses(office.store)["en.2"] == "approved"
    assert "Second class." not in office.client("dora").get(f"/procedures/{KEY}?language=fr").text
    kb.approving.publish_due(office.store)
    page = office.client("dora").get(f"/procedures/{KEY}").text
    assert "Second class." in page and "Approved by" in page and "Works council" in page


def test_the_signed_text_can_be_taken_away_and_hashed(office: Town) -> None:
    revision = official.approved(office.store)
    answer = office.client("bob").get(f"/procedures/{KEY}/signed/en.2")
    assert answer.mimetype == "application/json" and json.loads(answer.data)["revision"] == 2
    assert sha256(answer.data).hexdigest() == digest(revision)
    assert office.client("charlie").get(f"/procedures/{KEY}/signed/en.2").status_code == 404
    assert sha256(answer.data).hexdigest() in office.client("erik").get(APPROVAL).text


def test_a_text_in_work_is_on_no_page_of_those_who_may_not_see_it(office: Town) -> None:
    official.submitted(office.store)
    office.refresh()
    with office.store.write() as tx:
        tx.people.put([Person("greta", "Greta Reads")])
    greta = office.client("greta")
    for address in ("", "/history", "/compare"):
        page = greta.get(f"/procedures/{KEY}{address}")
        assert page.status_code == 200 and "Second class" not in page.text and "Act 13" not in page.text
    for address in (APPROVAL, DRAFT, f"/procedures/{KEY}?revision=en.2", f"/procedures/{KEY}/compare?to=en.2",
                    f"/procedures/{KEY}/signed/en.2", "/procedures/new"):  # fmt: skip
        assert greta.get(address).status_code in (403, 404), address
    for address in ("/search?q=second+class", "/suggest?q=who+pays+second+class", "/tasks", "/procedures"):
        assert "Second class" not in greta.get(address).text


@pytest.mark.parametrize(
    ("address", "data"),
    [
        (f"/procedures/{KEY}/drafts", {"language": "fr"}),
        (DRAFT, form()),
        (f"{DRAFT}/withdraw", {}),
        (f"{DRAFT}/discard", {}),
        ("/spaces/common/charter", {"minimum": "1"}),
    ],
)
def test_what_is_not_theirs_is_refused_with_a_clear_sentence(office: Town, address: str, data: dict[str, str]) -> None:
    official.submitted(office.store)
    before = statuses(office.store)
    answer = office.client("alice").post(address, data=data)
    assert answer.status_code == 403 and ("Ask one of them." in answer.text or "Ask its author" in answer.text)
    assert office.client("charlie").post(address, data=data).status_code == 404
    assert statuses(office.store) == before


def test_an_author_who_approves_is_told_why_not(office: Town) -> None:
    revision = official.submitted(office.store)
    kb.accounts.set_password(office.store, who(office.store, "bob"), PASSWORD)
    given = {"action": "approve", "sha256": digest(revision), "password": PASSWORD}
    answer = office.client("bob").post(APPROVAL, data=given)
    assert answer.status_code == 403 and "You wrote this text, so others decide on it." in answer.text
    answer = office.client("carla", "fr").post(APPROVAL, data={**given, "action": "refuse", "reason": "Non"})
    assert answer.status_code == 403 and "Vous ne faites pas partie des approbateurs" in unescape(answer.text)


def test_what_somebody_else_saved_meanwhile_is_shown_beside_what_was_typed(office: Town) -> None:
    bob, dora = office.client("bob"), office.client("dora")
    begin(bob)
    dora.post(DRAFT, data=form(title="Dora's title"))
    answer = bob.post(DRAFT, data=form(title="My title", what=["Takes the bus", "Approves", "", ""]))
    page = unescape(answer.text)
    assert answer.status_code == 409 and "Somebody saved this draft after you opened it" in page
    assert "<del>Dora's</del>" in page and "<ins>My</ins>" in page
    assert 'value="My title"' in page and "Takes the bus</textarea>" in page and 'name="saves" value="1"' in page
    assert bob.post(DRAFT, data=form(title="My title", saves="1")).status_code == 303


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(office: Town) -> None:
    bob = office.client("bob")
    begin(bob)
    answer = bob.post(DRAFT, data=form(step=["1", "1", "", ""], body="Keep me"))
    assert answer.status_code == 422 and 'id="duties-error"' in answer.text and "Keep me</textarea>" in answer.text
    answer = bob.post(DRAFT, data=form(effective="tomorrow"))
    assert answer.status_code == 422 and 'id="effective-error"' in answer.text and 'value="tomorrow"' in answer.text
    answer = bob.post(DRAFT, data=form(change="", action="submit"))
    assert answer.status_code == 422 and 'id="change-error"' in answer.text
    answer = bob.post(DRAFT, data=form(saves="1", action="rows", title="Typed, not saved"))
    assert answer.status_code == 200 and answer.text.count('name="step"') == 2 + 6
    assert statuses(office.store)["en.2"] == "draft"
    with office.store.read() as tx:
        assert tx.procedures.history(KEY)[0].title == "Travelling"


def test_an_old_address_opens_the_old_text_under_a_band_that_leads_to_the_one_in_force(office: Town) -> None:
    official.approved(office.store)
    kb.approving.publish_due(office.store)
    page = unescape(office.client("alice").get(f"/procedures/{KEY}?revision=en.1").text)
    assert "no longer in force" in page and f'href="/procedures/{KEY}?language=en"' in page
    assert "Who travels." in page and "Second class." not in page
    assert f"/procedures/{KEY}/compare?from=en.1&to=en.2" in page
    french = unescape(office.client("alice", "fr").get(f"/procedures/{KEY}?revision=en.1").text)
    assert "n’est plus en vigueur" in french


def test_two_texts_stand_side_by_side_with_what_their_author_says_is_new(office: Town) -> None:
    official.approved(office.store)
    kb.approving.publish_due(office.store)
    page = office.client("alice").get(f"/procedures/{KEY}/compare?from=en.1&to=en.2").text
    assert "New: Act 13" in page and "major change" in page and '<tr class="added">' in page
    assert "<ins>" in page and "Step 2" in page
    assert office.client("alice").get(f"/procedures/{KEY}/compare").text.count("<option") == 4
    assert office.client("alice").get(f"/procedures/{KEY}/compare?from=xx.1").status_code == 404
    history = office.client("alice").get(f"/procedures/{KEY}/history").text
    assert history.index("Revision 2 in English") < history.index("Revision 1 in English")
    assert "Approved by" in history


def test_a_refusal_reaches_its_author_with_the_reason(office: Town) -> None:
    revision = official.submitted(office.store)
    alice = office.client("alice")
    empty = alice.post(APPROVAL, data={"action": "refuse", "sha256": digest(revision), "reason": " "})
    assert empty.status_code == 422 and 'id="reason-error"' in empty.text
    given = {"action": "refuse", "sha256": digest(revision), "reason": "Who pays the taxi?"}
    assert alice.post(APPROVAL, data=given).status_code == 303
    bob = office.client("bob")
    assert "Who pays the taxi?" in bob.get("/tasks").text and "Who pays the taxi?" in bob.get(DRAFT).text
    told = unescape(bob.get("/inbox").text)
    assert "Alice Martin sent “Travelling” back, with a reason" in told and f'href="{DRAFT}"' in told


def test_a_new_procedure_is_begun_by_whoever_keeps_a_space(office: Town) -> None:
    dora = office.client("dora")
    assert "/procedures/new" in dora.get("/procedures").text
    assert "/procedures/new" not in office.client("bob").get("/procedures").text
    wrong = dora.post("/procedures/new", data={"key": KEY, "title": "T", "space": "common", "language": "en"})
    assert wrong.status_code == 422 and 'id="key-error"' in wrong.text
    made = dora.post("/procedures/new", data={"key": "X-1", "title": "Trains", "space": "common", "language": "en"})
    assert (
        made.headers["Location"] == "/procedures/X-1/drafts/en"
        and dora.get(made.headers["Location"]).status_code == 200
    )
    assert dora.get("/procedures/X-1?revision=en.1").status_code == 200
    assert office.client("alice").get("/procedures/X-1").status_code == 404
    kb.drafting.save(office.store, who(office.store, "dora"), "X-1", "en", TEXT, 0)
    kb.drafting.submit(office.store, who(office.store, "dora"), "X-1", "en", 1)
    assert office.client("alice").get("/procedures/X-1").headers["Location"] == "/procedures/X-1/approval/en.1"


def test_the_charter_is_a_page_of_those_who_keep_the_space(office: Town) -> None:
    carla = office.client("carla")
    page = carla.get("/spaces/common/charter").text
    assert 'value="Alice Martin"' in page and 'value="Board"' in page
    assert "/spaces/common/charter" in carla.get("/spaces/common").text
    assert office.client("bob").get("/spaces/common/charter").status_code == 403
    data = {"person": ["Dora Petit", "erik@example.org", ""], "stage": ["1", "1", ""], "body": ["Staff", "", ""],
            "minimum": "2", "words": "350", "duties": "7", "action": "save"}  # fmt: skip
    for changed, field in (({"person": ["Nobody Here", "", ""]}, "approvers"), ({"minimum": "many"}, "minimum"),
                           ({"stage": ["first", "1", ""]}, "approvers"), ({"minimum": "3"}, "minimum")):  # fmt: skip
        refused = carla.post("/spaces/common/charter", data={**data, **changed})
        assert refused.status_code == 422 and f'id="{field}-error"' in refused.text, changed
    assert carla.post("/spaces/common/charter", data={**data, "action": "rows"}).text.count('name="stage"') == 8
    assert carla.post("/spaces/common/charter", data=data).headers["Location"] == "/spaces/common"
    with office.store.read() as tx:
        charter = tx.charters.get("common")
    assert [(each.person, each.body) for each in charter.approvers] == [("dora", "Staff"), ("erik", "")]
    assert (charter.minimum, charter.words, charter.duties) == (2, 350, 7)


def test_several_wrong_passwords_close_the_signature_for_a_while(office: Town) -> None:
    revision = official.submitted(office.store)
    kb.accounts.set_password(office.store, who(office.store, "alice"), PASSWORD)
    given = {"action": "approve", "sha256": digest(revision), "password": "wrong"}
    alice = office.client("alice")
    assert [alice.post(APPROVAL, data=given).status_code for _ in range(9)] == [422] * 8 + [429]
    assert alice.post(APPROVAL, data={**given, "password": PASSWORD}).status_code == 429
    assert "in review" in statuses(office.store)["en.2"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_new_pages_open_in_both_languages(office: Town, language: str) -> None:
    official.submitted(office.store)
    begin(office.client("carla"), "fr")
    pages = ["/tasks", "/procedures/new", APPROVAL, f"/procedures/{KEY}/drafts/fr", f"/procedures/{KEY}/history",
             f"/procedures/{KEY}/compare", "/spaces/common/charter"]  # fmt: skip
    carla = office.client("carla", language)
    for address in pages:
        answer = carla.get(address)
        assert answer.status_code == 200 and f'<html lang="{language}">' in answer.text, address
