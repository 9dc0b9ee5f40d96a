"""Verification of an answer: another mark than the asker's, with a name, a day and an end, wherever it is shown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import kb.deleting
import kb.notices
import kb.questions
import kb.verifying
from kb.model import NoticeKind
from tests import people
from tests.people import Clock
from tests.web.conftest import Town

UNTIL = date(2027, 5, 1)


def test_an_answer_is_verified_by_name_until_a_day_and_asked_about_again_on_it(town: Town, clock: Clock) -> None:
    dora, bob, alice = town.client("dora"), town.client("bob"), people.get(town.store, "alice")
    where, mark = f"/questions/{town.open.id}", {"answer": town.answer.id, "until": UNTIL.isoformat()}
    assert bob.post(f"{where}/verify", data=mark).status_code == 403  # a member does not advise
    refused = dora.post(f"{where}/verify", data=mark | {"until": "2020-05-01"})
    assert refused.status_code == 422 and f'id="until-{town.answer.id}-error"' in refused.text
    assert "I have verified it" in dora.get(where).text and "I have verified it" not in bob.get(where).text
    assert dora.post(f"{where}/verify", data=mark).status_code == 303

    assert "by Dora Petit, until 1 May 2027" in _words(bob.get(where).text)
    assert "1er mai 2027" in _words(town.client("bob", "fr").get(where).text)
    found = bob.get("/api/v1/ask", query_string={"q": "book a train to Lyon"}).get_json()["answers"][0]
    assert (found["standing"], found["verified_until"]) == ("verified answer", "2027-05-01")
    assert found["verified_by"]["name"] == "Dora Petit"
    given = bob.get(f"/api/v1/questions/{town.open.id}").get_json()["answers"][0]
    assert given["verified_by"]["name"] == "Dora Petit" and given["verified_until"] == "2027-05-01"
    searched = _words(bob.get("/search", query_string={"q": "train is:verified"}).text)
    assert "How do I book a train to Lyon?" in searched and "Verified answer, by Dora Petit" in searched
    told = kb.notices.inbox(town.store, alice)
    assert [each.notice.kind for each in told if each.notice.params.get("by") == "dora"] == [NoticeKind.VERIFIED]

    kb.deleting.delete_answer(town.store, alice, town.answer.id)
    assert "Verified" not in _words(bob.get(where).text)
    kb.deleting.restore(town.store, alice, kb.deleting.deleted(town.store, alice)[0].id)
    assert "Verified" in _words(bob.get(where).text)

    clock.forward(days=(UNTIL - people.START.date()).days)
    assert kb.verifying.ask_again(town.store) == 1 and kb.verifying.ask_again(town.store) == 0
    dora, bob = town.client("dora"), town.client("bob")
    assert "Is it still true?" in _words(dora.get("/inbox").text)
    clock.forward(days=1)
    assert "To be verified again since" in bob.get(where).text
    assert bob.get(f"/api/v1/questions/{town.open.id}").get_json()["answers"][0]["verified_by"] is None
    again = {"answer": town.answer.id, "until": (UNTIL + timedelta(days=90)).isoformat()}
    assert dora.post(f"{where}/verify", data=again).status_code == 303
    assert "it has to be verified again" in town.client("alice").get(f"{where}/answers/{town.answer.id}/edit").text
    seen = re.search(r'name="seen" value="(\w+)"', dora.get(where).text)
    assert seen is not None and dora.post(f"{where}/verify", data=again | {"seen": seen[1]}).status_code == 303
    kb.questions.edit_answer(town.store, alice, town.answer.id, "Book by phone.")
    assert dora.post(f"{where}/verify", data=again | {"seen": seen[1]}).status_code == 409  # not what she read
    page = _words(bob.get(where).text)
    assert "Verified" not in page and "verified again" not in page  # other words are not verified


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", unescape(page)).replace("\u202f", " ").replace("\xa0", " ").split())
