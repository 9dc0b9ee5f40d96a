"""The register's pages: the clause map and the documents of others, for the right people, in both languages."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest

from tests.web.conftest import Town

TABLE = "reference,title\nAct 12,Keep the ticket\nAct 13,Nobody does this\n"


def loaded(town: Town, who: str, text: str, language: str = "en") -> tuple[int, str]:
    data = {"file": (io.BytesIO(text.encode()), "clauses.csv")}
    answer = town.client(who, language).post("/register/clauses", data=data, follow_redirects=True)
    return answer.status_code, unescape(answer.text)


def test_a_table_of_clauses_is_loaded_and_shown_with_its_gaps(town: Town) -> None:
    status, page = loaded(town, "alice", TABLE)
    assert status == 200 and "2 clauses added." in page and "TRV/01" in page and "duty 1" in page
    gaps = unescape(town.client("alice").get("/register/clauses?show=gaps").text)
    assert "Act 13" in gaps and "Keep the ticket" not in gaps and "Nobody<" in gaps
    assert "/register/clauses" in town.client("alice").get("/").text


def test_bad_rows_are_told_and_the_good_ones_are_there(town: Town) -> None:
    status, page = loaded(town, "alice", TABLE + ",no reference\n")
    assert status == 422 and "1 row left out" in page and "Line 4: The reference is missing" in page
    assert "Act 13" in page
    status, page = loaded(town, "alice", TABLE + ",no reference\n", "fr")
    assert "Ligne 4\xa0: La référence manque" in page and "2 inchangées, 1 ligne laissée de côté" in page
    status, page = loaded(town, "alice", "nothing\n")
    assert status == 422 and 'id="file-error"' in page


def test_a_reference_is_taken_from_a_procedure_into_the_map_and_out_again(town: Town) -> None:
    alice = town.client("alice")
    assert "Act 12" in alice.get("/register/clauses?show=unknown").text
    assert alice.post("/register/clauses/adopt", data={"reference": "Act 12"}).status_code == 303
    rows = list(csv.DictReader(io.StringIO(alice.post("/register/clauses/export").text.removeprefix("\ufeff"))))
    said = [(row["reference"], row["procedures"], row["duties"]) for row in rows]
    assert said == [("Act 12", "FIN-9 | TRV/01", "1 | 1")]
    assert alice.post("/register/clauses/remove", data={"id": "act-12"}).status_code == 303
    assert "The map is empty" in alice.get("/register/clauses").text


@pytest.mark.parametrize("who", ["bob", "charlie", "dora"])
def test_the_map_is_for_compliance_owners_and_administrators(town: Town, who: str) -> None:
    client = town.client(who)
    assert client.get("/register/clauses").status_code == 403
    for address in ("", "/adopt", "/remove", "/export"):
        assert client.post(f"/register/clauses{address}", data={"reference": "x"}).status_code == 403
    assert "/register/documents" in client.get("/").text


DOCUMENT = {
    "title": "IFRS 16", "space": "finance", "issuer": "IASB", "link": "https://example.org/ifrs",
    "owner": "Alice Martin", "next_check": "2026-11-01", "check_months": "6",
}  # fmt: skip


def test_a_document_of_others_is_added_looked_at_changed_and_taken_out(town: Town) -> None:
    alice = town.client("alice")
    assert alice.post("/register/documents/new", data=DOCUMENT).status_code == 303
    page = unescape(alice.get("/register/documents").text)
    assert 'href="https://example.org/ifrs"' in page and "IASB" in page and 'class="late"' in page
    address = page.partition('action="/register/documents/')[2].partition("/")[0]
    edit = alice.get(f"/register/documents/{address}").text
    assert 'value="Alice Martin"' in edit and 'value="2026-11-01"' in edit
    checked = alice.post(f"/register/documents/{address}/check", follow_redirects=True).text
    assert "still the edition in force" in checked and 'class="late"' not in checked
    changed = DOCUMENT | {"title": "IFRS 17", "owner": ""}
    assert alice.post(f"/register/documents/{address}", data=changed).status_code == 303
    assert "IFRS 17" in alice.get("/register/documents").text
    assert alice.post(f"/register/documents/{address}/remove").status_code == 303
    assert "IFRS" not in alice.get("/register/documents").text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("link", "ftp://x", "begins with https"), ("owner", "Nobody", "Nobody has this name"),
        ("next_check", "soon", "This is no day"), ("check_months", "often", "a number of months"),
        ("title", "", "empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_beside_its_field(town: Town, field: str, value: str, told: str) -> None:
    answer = town.client("alice").post("/register/documents/new", data=DOCUMENT | {field: value})
    page = unescape(answer.text)
    assert answer.status_code == 422 and f'id="{field}-error"' in page and told in page and 'value="IASB"' in page


def test_documents_are_read_where_their_space_is_and_kept_by_its_keepers(town: Town) -> None:
    town.client("alice").post("/register/documents/new", data=DOCUMENT)
    assert "IFRS" not in town.client("erik").get("/register/documents").text
    for who in ("bob", "charlie"):
        assert "/register/documents/new" not in town.client(who).get("/register/documents").text
        assert town.client(who).get("/register/documents/new").status_code == 403
        assert town.client(who).post("/register/documents/new", data=DOCUMENT | {"owner": ""}).status_code == 403
