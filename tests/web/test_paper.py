"""Texts on paper: a PDF in the text's own language, and the address on it that answers whether it is still current."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from kb import approving, procedures, reviewing
from kb.model import Revision
from tests import official
from tests.official import KEY, TEXT, approved, in_force, submitted, who
from tests.people import START
from tests.web.conftest import Town
from web import catalogue, current, paper
from web.paper import Sheet

ODD = """## Limits

- one **bold** <script>x</script>
  - two

| a | b |
| --- | --- |
| **x** `code` [link](https://e.example) | ![p](/static/logo.svg) |

> quoted

```
code
```
![picture](/etc/passwd)
""" + "\n\n".join(f"Paragraph {n}, « œuvre » → ≤ 5 € \U0001f682" for n in range(60))


@pytest.fixture
def office(town: Town) -> Town:
    official.found(town.store)
    return town


def on_paper(office: Town, name: str) -> str:
    """The address that stands on the paper of a text."""
    with office.app.test_request_context():
        return current.current_url(KEY, name).removeprefix("http://localhost")


def test_a_text_is_a_pdf_for_those_who_may_read_it(office: Town) -> None:
    taken = office.client("alice").get(f"/procedures/{KEY}/paper/en.1.pdf")
    assert taken.mimetype == "application/pdf" and taken.data.startswith(b"%PDF") and b"/Lang (en)" in taken.data
    assert f'filename="{KEY}-en.1.pdf"' in taken.headers["Content-Disposition"]
    assert office.client("charlie").get(f"/procedures/{KEY}/paper/en.1.pdf").status_code == 404
    assert office.client("alice").get(f"/procedures/{KEY}/paper/en.9.pdf").status_code == 404
    assert office.client().get(f"/procedures/{KEY}/paper/en.1.pdf").status_code == 303
    draft = submitted(office.store)
    assert office.client("dora").get(f"/procedures/{KEY}/paper/{draft.name}.pdf").status_code == 200
    assert office.client("charlie").get(f"/procedures/{KEY}/paper/{draft.name}.pdf").status_code == 404
    assert f"/procedures/{KEY}/paper/en.1.pdf" in office.client("alice").get(f"/procedures/{KEY}").text


def test_what_stands_on_it_is_said_in_the_language_of_the_text(office: Town) -> None:
    approved(office.store)
    approving.publish_due(office.store)
    with office.app.test_request_context():
        found = procedures.text(office.store, who(office.store, "bob"), KEY, "en.2")
        with catalogue.said_in("fr"):
            sheet = current._sheet(found)
    assert sheet.revision == "Révision 2 en anglais"
    assert sheet.facts[0] == "En vigueur depuis le 23 novembre 2026" and "Bob Dupont" in sheet.facts[1]
    assert {each.partition(" par ")[2] for each in sheet.facts[2:]} == {
        "Alice Martin (Works council) le 23 novembre 2026", "Erik Admin (Board) le 23 novembre 2026",
    }  # fmt: skip
    assert sheet.standing == "" and sheet.address.endswith(on_paper(office, "en.2"))


def test_whatever_is_written_can_be_printed_and_no_picture_is_opened(
    office: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(paper._Page, "image", lambda *given, **named: opened.append(given))
    text = Revision(KEY, "fr", 1, "Un titre " * 20, "But", ODD, official.DUTIES * 12)
    with office.app.test_request_context():
        drawn = paper.draw(
            Sheet(KEY, text, "Révision 1", ("Tenue par",), "Brouillon", "https://q.example/c/x", "", "O"), START
        )
    assert drawn.startswith(b"%PDF") and drawn.count(b"/Type /Page\n") > 2 and opened == []


def test_the_paper_is_current_until_another_text_comes_into_force(office: Town) -> None:
    stranger, alice = office.client(), office.client("alice")
    address = on_paper(office, "en.1")
    page = stranger.get(address)
    assert page.status_code == 200 and "Yes, this is current" in page.text
    assert "Who travels" not in page.text and "Travelling" not in page.text, "a stranger learns nothing of the text"
    approved(office.store, text=replace(TEXT, title="Journeys"))
    approving.publish_due(office.store)
    page = stranger.get(address)
    assert "No, do not follow this paper" in page.text and "Revision 2" in page.text and "Sign in" in page.text
    assert f"/procedures/{KEY}?language=en" in alice.get(address).text
    assert "Yes, this is current" in stranger.get(on_paper(office, in_force(office.store).name)).text
    reviewing.retire(office.store, who(office.store, "carla"), KEY, "Merged", None)
    page = stranger.get(on_paper(office, "en.2")).text
    assert "No, do not follow this paper" in page and "This procedure is retired." in page


def test_the_address_is_known_from_paper_only(office: Town) -> None:
    address = on_paper(office, "en.1")
    changed = address[:-1] + ("a" if address[-1] != "a" else "b")
    assert office.client().get(changed).status_code == 404
    assert office.client().get(address.replace("en.1", "en.2")).status_code == 404
    assert len(address) < 40


def test_the_printed_page_says_that_paper_is_not_looked_after(office: Town) -> None:
    page = unescape(office.client("alice", "fr").get(f"/procedures/{KEY}").text)
    assert "Uncontrolled when printed · Non maîtrisé une fois imprimé" in page and on_paper(office, "en.1") in page
    assert re.search(r'<img src="data:image/svg\+xml[^"]+" width="96"', page)
