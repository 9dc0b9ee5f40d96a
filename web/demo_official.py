"""The sample's official life: charters, revisions on their way, campaigns and what people said, told as a story.

Each line of `story.jsonl` is done on its day, so many days before today, by the same use cases that the pages call;
so the audit trail of the demonstration is a real one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb import Store
    from kb.model import Person

FOUNDED = 430  # days before today on which everything else of the sample was loaded


@contextmanager
def days_ago(store: Store, days: int) -> Iterator[None]:
    """Inside, it is nine in the morning (UTC) so many days ago."""
    clock = store.clock
    then = (clock() - timedelta(days=days)).astimezone(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    store.clock = lambda: min(then, clock())
    try:
        yield
    finally:
        store.clock = clock


def prepare(store: Store, folder: Path) -> None:
    """Do what `folder` (sample_procedures/official) tells, unless it was done."""
    import kb.approving
    import kb.campaigns

    with store.read() as tx:
        if tx.campaigns.list():
            return
    for line in (folder / "story.jsonl").read_text("utf-8").splitlines():
        event: dict[str, Any] = json.loads(line)
        with days_ago(store, -event.pop("day")):
            _DOES[event.pop("do")](store, event)
            kb.approving.publish_due(store)
            kb.campaigns.remind(store)


def _who(store: Store, id: str) -> Person:
    with store.read() as tx:
        return tx.people.get(id)


def _charter(store: Store, event: Mapping[str, Any]) -> None:
    import kb.charters
    from kb.official import Approver, Charter

    approvers = tuple(Approver(*each) for each in event["approvers"])
    charter = Charter(event["space"], approvers, event["minimum"], keep_months=event.get("keep_months"))
    kb.charters.put(store, _who(store, event["by"]), charter)


def _revise(store: Store, event: Mapping[str, Any]) -> None:
    """Write a text with some words replaced, give it to its approvers, have it approved."""
    import kb.approving
    import kb.drafting
    import kb.procedures
    from kb.lifecycle import digest, turn

    author, key, language = _who(store, event["by"]), event["key"], event["language"]
    draft = kb.drafting.begin(store, author, key, language)

    def said(text: str) -> str:
        for before, after in event["replace"]:
            text = text.replace(before, after)
        return text

    before = kb.drafting.text_of(draft)
    text = replace(
        before, summary=said(before.summary), body=said(before.body), change=event["change"], major=event["major"],
        duties=tuple(replace(each, what=said(each.what)) for each in before.duties),
    )  # fmt: skip
    saved = kb.drafting.save(store, author, key, language, text, draft.saves)
    if event["until"] == "draft":
        return
    kb.drafting.submit(store, author, key, language, saved.saves)
    while event["until"] != "submitted":
        found = kb.procedures.text(store, author, key, saved.name)
        awaited = turn(found)
        if not awaited:
            return
        kb.approving.approve(store, _who(store, awaited[0].person), key, saved.name, digest(found.revision))


def _campaign(store: Store, event: Mapping[str, Any]) -> None:
    import kb.campaigns
    from kb.campaigns import Wish
    from kb.model import Audience

    wish = Wish(
        store.clock().date() + timedelta(days=event["days"]), Audience(units=tuple(event.get("units", ()))),
        tuple(event.get("spaces", ())), tuple(event.get("people", ())), event["renew_months"], event["note"],
    )  # fmt: skip
    kb.campaigns.start(store, _who(store, event["by"]), event["key"], wish)


def _say(store: Store, event: Mapping[str, Any]) -> None:
    """A share of those asked say that they have read it, each in their first language."""
    import kb.campaigns

    with store.read() as tx:
        procedure = tx.procedures.get(event["key"])
        campaign = tx.campaigns.running(procedure.key)[0]
        covered = kb.campaigns.covered(tx, campaign, procedure)
    first = int(len(covered.people) * event["share"])
    by_turns = sorted(covered.people, key=lambda each: each.id[::-1])  # in no order that one could see
    for each in by_turns[:first]:
        if not covered.owed[each.id].done and each.id not in _READS_LATER:
            name = procedure.revision((*each.languages, "fr")[0]).name
            kb.campaigns.acknowledge(store, each, procedure.key, name, by_mail=event["by_mail"])


def _release(store: Store, event: Mapping[str, Any]) -> None:
    """One overseer proposes to release texts; another is waited for."""
    import kb.retention

    kb.retention.propose(store, _who(store, event["by"]), event["space"], event["texts"])


def _read(store: Store, event: Mapping[str, Any]) -> None:
    """A month of reading: how often a procedure was opened, and which of its duties were looked for."""
    import kb.duty_use

    key = event["key"]
    kb.duty_use.note(store, {(key, ""): event["opened"], **{(key, step): n for step, n in event["found"].items()}})


def _join(store: Store, event: Mapping[str, Any]) -> None:
    """A newcomer's first day."""
    with store.write() as tx:
        tx.people.put([replace(tx.people.get(event["person"]), created=tx.now)])
        tx.changes.add("put", "person", event["person"])


def _review(store: Store, event: Mapping[str, Any]) -> None:
    import kb.reviewing

    kb.reviewing.still_valid(store, _who(store, event["by"]), event["key"], event["note"])


_READS_LATER = frozenset({"leo-fabre"})  # the newcomer through whose eyes it is first seen
_DOES = {
    "charter": _charter, "revise": _revise, "campaign": _campaign, "say": _say, "review": _review, "join": _join,
    "release": _release, "read": _read,
}  # fmt: skip
