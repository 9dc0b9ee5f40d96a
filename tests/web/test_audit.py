"""The audit trail's pages: for administrators and compliance owners, each what is theirs; a list to take along."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest

import kb.audit
import kb.spaces
from kb.model import Role
from tests import people
from tests.people import COMMON, FINANCE
from tests.web.conftest import Town


@pytest.fixture
def town(town: Town) -> Town:
    """Something was done in finance by Alice, in the common space by Dora, and to an account."""
    alice, dora, erik = (people.get(town.store, id) for id in ("alice", "dora", "erik"))
    kb.spaces.put_member(town.store, alice, FINANCE, "bob", Role.READER)
    kb.spaces.put_member(town.store, dora, COMMON, "erik", Role.READER)
    kb.accounts.invite(town.store, dora, erik.id)
    return town


def listed(town: Town, who: str, address: str = "/audit") -> str:
    return unescape(town.client(who).get(address).text)


def test_an_administrator_sees_what_concerns_the_organisation(town: Town) -> None:
    page = listed(town, "erik")
    assert "Link made" in page and "Dora Petit" in page and "role: Reader" in page
    assert "finance" not in page.partition("<table")[2]  # Erik is not in that space
    assert 'href="/audit"' in listed(town, "erik", "/register/clauses")


def test_what_people_typed_stands_as_they_typed_it(town: Town) -> None:
    for label in ("2026-02-30", "member", "fr.2"):
        kb.accounts.issue_token(town.store, people.get(town.store, "bob"), label)
        assert f"For: {label}" in listed(town, "erik")


def test_a_compliance_owner_sees_their_own_spaces(town: Town) -> None:
    page = listed(town, "alice")
    assert "Role given" in page and "finance" in page and "Link made" not in page and "erik" not in page


@pytest.mark.parametrize("who", ["bob", "charlie", "dora"])
def test_others_are_refused_with_a_sentence(town: Town, who: str) -> None:
    for address in ("/audit", "/audit/verify"):
        refused = town.client(who).get(address)
        assert refused.status_code == 403 and "for compliance owners and administrators" in refused.text
    assert town.client(who).post("/audit/export").status_code == 403
    assert 'href="/audit"' not in town.client(who).get("/").text


def test_the_filters_leave_what_fits(town: Town) -> None:
    assert "Link made" in listed(town, "erik", "/audit?person=Erik+Admin").partition("<table")[2]
    assert "Link made" not in listed(town, "erik", "/audit?person=dora@example.org").partition("<table")[2]
    assert "Nothing fits" in listed(town, "erik", "/audit?until=2020-01-01")
    assert "Link made" in listed(town, "erik", "/audit?about=DORA").partition("<table")[2]


@pytest.mark.parametrize(
    ("query", "told"), [("person=Nobody", "Nobody has this name"), ("since=yesterday", "This is no day")]
)
def test_a_filter_that_cannot_be_read_is_said_beside_it(town: Town, query: str, told: str) -> None:
    answer = town.client("erik").get(f"/audit?{query}")
    assert answer.status_code == 422 and told in answer.text


def test_the_list_is_taken_along_and_that_is_written_down(town: Town) -> None:
    answer = town.client("alice").post("/audit/export", data={"action": "put member"})
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["actor"], row["name"], row["id"]) for row in rows] == [("alice", "Alice Martin", "finance")]
    with town.store.read() as tx:
        last = list(tx.audit.stream())[-1]
    assert (last.actor, last.action, last.kind, last.detail) == ("alice", "export", "audit", {"action": "put member"})


def test_a_cell_never_becomes_a_formula(town: Town) -> None:
    with town.store.write() as tx:
        kb.audit.record(tx, "erik", "try", ("thing", '=HYPERLINK("x")'))
    assert '"\'=HYPERLINK(""x"")"' in town.client("erik").post("/audit/export").text


def test_the_chain_is_checked_on_its_page(town: Town) -> None:
    head = kb.audit.verify(town.store).head
    page = listed(town, "alice", "/audit/verify")
    assert "The trail is whole" in page and head in page
    assert "The trail is whole" in listed(town, "alice", f"/audit/verify?head={head}")
    assert "No entry bears the head" in listed(town, "alice", f"/audit/verify?head={'0' * 64}")
    assert town.client("alice").get("/audit/verify?head=short").status_code == 422
    with town.store.write() as tx:
        tx.connection.exec_driver_sql("update audit set action = 'nothing' where number = 2")
    assert "Entry 2 was altered" in listed(town, "alice", "/audit/verify")


def test_the_pages_speak_french(town: Town) -> None:
    page = unescape(town.client("erik", "fr").get("/audit").text)
    assert "Journal d’audit" in page and "Lien créé" in page and "rôle\xa0: Lecture" in page
