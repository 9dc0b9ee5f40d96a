"""Writing: how it will look, colleagues after "@", procedures by their key, and being told that one is mentioned."""

from __future__ import annotations

import re
from html import unescape

import kb.notices
import kb.questions
from kb.mentioning import mentioned
from kb.model import NoticeKind
from tests import people
from tests.web.conftest import Town


def options(town: Town, who: str, path: str) -> list[str]:
    answer = town.client(who).get(f"/writing/{path}")
    assert answer.status_code == 200
    return [unescape(each) for each in re.findall(r'data-insert="([^"]*)"', answer.text)]


def test_markdown_is_shown_as_it_will_look_and_safe(town: Town) -> None:
    shown = town.client("bob").post("/writing/preview", data={"body": "**So** <script>x</script>"}).text
    assert "<strong>So</strong>" in shown and "<script" not in shown


def test_names_are_completed_from_the_beginning_of_any_part(town: Town) -> None:
    with town.store.read() as tx:
        alice = tx.people.get("alice")
    last = alice.name.split()[-1]
    assert options(town, "bob", f"names?q={last[:3].lower()}") == [f"[@{alice.name}](/people/alice)"]
    assert options(town, "bob", "names?q=") == [] and options(town, "bob", "names?q=zzz") == []


def test_a_guest_completes_only_names_that_a_guest_may_know(town: Town) -> None:
    with town.store.read() as tx:
        names = {each.id: each.name for each in tx.people.list()}
    assert options(town, "charlie", f"names?q={names['erik'][:3].lower()}") == []


def test_keys_lead_to_procedures_that_the_writer_may_read(town: Town) -> None:
    assert options(town, "bob", "procedures?q=trv") == ["[TRV/01 Travel expenses](/procedures/TRV/01)"]
    assert options(town, "bob", "procedures?q=FIN-") == []
    assert options(town, "alice", "procedures?q=FIN-") == ["[FIN-9 Close the merger ledger](/procedures/FIN-9)"]


def test_whom_a_text_mentions() -> None:
    said = "[@A](/people/a) and [@B](/people/b), again [A](/people/a), not /people/c or [x](https://x/people/d)"
    assert mentioned(said) == ("a", "b")


def test_a_mentioned_colleague_is_told_once_and_only_of_what_they_may_read(town: Town) -> None:
    alice, bob = people.get(town.store, "alice"), people.get(town.store, "bob")
    body = "Ask [@Dora](/people/dora), [@Bob](/people/bob), [@Alice](/people/alice)."
    kb.questions.comment(town.store, alice, town.open.id, body)
    told = {who: inbox(town, who) for who in ("dora", "bob", "alice")}
    assert "mentions you in" in told["dora"] and "Your name stands in the text ·" in told["dora"]
    assert "commented on" in told["bob"] and "mentions you" not in told["bob"]  # who asked is told of every comment
    assert "mentions you" not in told["alice"]
    kb.questions.comment(town.store, alice, town.secret.id, "[@Bob](/people/bob)")
    assert NoticeKind.MENTIONED not in {each.notice.kind for each in kb.notices.inbox(town.store, bob)}


def inbox(town: Town, who: str) -> str:
    return unescape(town.client(who).get("/inbox").text)


def test_the_field_is_a_plain_one_with_a_bar_that_only_script_shows(town: Town) -> None:
    page = town.client("bob").get("/ask").text
    assert 'role="toolbar"' in page and '<textarea id="body" name="body"' in page
