"""The pages of an amendment: proposed from a practice, decided on by whoever keeps the procedure."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

from tests import people
from tests.web.conftest import Town
from tests.web.test_practices import made

ROWS = {
    "step": ["1", "2a"], "role": ["Traveller", "Manager"], "what": ["Keeps the ticket of the train", "Approves"],
    "rule": ["Act 12", ""],
}  # fmt: skip


def confirmed(town: Town) -> None:
    with town.store.write() as tx:
        tx.people.put([replace(people.get(town.store, id), unit=unit) for id, unit in (("bob", "IT"), ("erik", "HR"))])
    for who in ("bob", "erik"):
        town.client(who).post("/practices/ppppppppp/verdict", data={"verdict": "works"})


def test_from_a_practice_to_a_draft(town: Town) -> None:
    made(town)
    bob, alice = town.client("bob"), town.client("alice")
    assert "Propose as amendment" not in bob.get("/practices/ppppppppp").text
    form = {**ROWS, "procedure": "TRV/01", "why": "The ticket proves it."}
    assert bob.post("/practices/ppppppppp/amend", data=form).status_code == 409
    confirmed(town)
    assert "Propose as amendment of TRV/01" in bob.get("/practices/ppppppppp").text
    page = unescape(bob.get("/practices/ppppppppp/amend?procedure=TRV/01").text)
    assert "Keeps the ticket" in page and "Works for 2 colleagues" in page
    refused = bob.post("/practices/ppppppppp/amend", data=form | {"why": ""})
    assert refused.status_code == 422 and 'id="why-error"' in refused.text
    proposed = bob.post("/practices/ppppppppp/amend", data=form)
    assert proposed.status_code == 303
    address = proposed.headers["Location"]
    assert address in alice.get("/tasks").text and "from practice" in unescape(alice.get("/inbox").text)
    shown = unescape(alice.get(address).text)
    assert "As proposed" in shown and "Bob Dupont" in shown and "Take it into a draft" in shown
    assert "Take it into a draft" not in bob.get(address).text
    assert bob.post(f"{address}/take").status_code == 403
    taken = alice.post(f"{address}/take")
    assert taken.status_code == 303 and taken.headers["Location"] == "/procedures/TRV/01/drafts/en"
    draft = unescape(alice.get("/procedures/TRV/01/drafts/en").text)
    assert "From the practice of Alice Martin." in draft and "Keeps the ticket of the train" in draft
    assert alice.post(f"{address}/take").status_code == 409
    assert address in alice.get("/procedures/TRV/01/approval/en.2").text
    assert "taken into a draft" in bob.get("/practices/ppppppppp").text


def test_declining_needs_a_reason_that_is_shown(town: Town) -> None:
    made(town)
    confirmed(town)
    form = {**ROWS, "procedure": "TRV/01", "why": "The ticket proves it."}
    address = town.client("bob").post("/practices/ppppppppp/amend", data=form).headers["Location"]
    alice = town.client("alice")
    assert alice.post(f"{address}/decline", data={"reason": ""}).status_code == 422
    assert alice.post(f"{address}/decline", data={"reason": "Tickets are gone."}).status_code == 303
    assert "Tickets are gone." in town.client("bob").get(address).text
    assert "Écartée" in unescape(town.client("bob", "fr").get(address).text)
    assert town.client("charlie").get(address).status_code == 404
