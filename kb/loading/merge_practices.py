"""Staged practices into the knowledge base, each into the space of the answers it was made of; and what people say of
them, or of answers, after use.

They come last, so that their answers and procedures stand. What was edited, taken back or verified here since stays.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from kb import audit
from kb.advice import Confirmation, Help, Practice, TaskKind, Verdict
from kb.loading.merge import Merge, batches, moment
from kb.loading.rows import Row
from kb.model import new_id
from kb.storage import Transaction
from kb.tasks import keepers, open_task


def merge_practices(merge: Merge) -> None:
    for rows in batches(merge.staging.rows("select * from practice order by rowid"), 200):
        with merge.begin() as tx:
            _put(merge, tx, rows)


def _put(merge: Merge, tx: Transaction, rows: list[Row]) -> None:
    stored = {each.id: each for each in tx.practices.list([row["id"] for row in rows])}
    put: list[Practice] = []
    for row in rows:
        before = stored.get(row["id"])
        if before is not None and (before.edited or before.ended):
            merge.note(row, f"The practice {row['id']} was changed here since, and stays as it is.")
            merge.count("practice", True, False, row, row["id"])
            continue
        after = _practice(merge, tx, row, before)
        if after is not None:
            merge.count("practice", before is not None, after != before, row, after.id)
            if after != before:
                put.append(after)
    if put and not merge.dry_run:
        tx.practices.put(put)
        tx.changes.add_all("load", "practice", [each.id for each in put])
        audit.record(tx, None, "load", ("practice", ""), {"count": len(put)})


def _practice(merge: Merge, tx: Transaction, row: Row, before: Practice | None) -> Practice | None:
    """The practice that a row describes; None when it hangs on nothing, which is said."""
    data = json.loads(row["data"])
    answers = {each.id: each for each in tx.answers.list(ids=data["answers"])}
    spaces = {each.space for each in tx.questions.list({each.question for each in answers.values()})}
    if len(answers) < len(data["answers"]) or len(spaces) != 1:
        if not merge.dry_run:
            merge.refuse("practice", row, f"The answers of {row['id']} are not all known, or of several spaces.")
        return None
    space, known = spaces.pop(), {each.id for each in tx.people.list([*data["authors"], *data["people"]])}
    authors = data["authors"] or [each.author for each in answers.values() if each.author]
    if strange := sorted({*authors, *data["people"]} - known - {each.author for each in answers.values()}):
        merge.note(row, f"{', '.join(strange)}: not known, so not named by {row['id']}. Add them to people.")
    procedures = {each.key for each in tx.procedures.list({Help.named(name).procedure for name in data["helps"]})}
    helps = [help for help in map(Help.named, data["helps"]) if help.procedure in procedures]
    if len(helps) < len(data["helps"]):
        merge.note(row, f"{row['id']} helps with a procedure that is not known: load it too.")
    keeper, verifier = (data.get(name) if data.get(name) in known else None for name in ("keeper", "verifier"))
    meanings = tx.tags.meant(data["tags"])
    verified, until = moment(data.get("verified")), data.get("until")
    made = Practice(
        row["id"], space, data["title"], data["body"],
        data.get("language") or merge.language(data["title"], data["body"]),
        tuple(dict.fromkeys(each for each in authors if each not in strange)), tuple(data["answers"]), tuple(helps),
        tuple(dict.fromkeys(meanings.get(tag, tag) for tag in data["tags"])), keeper or authors[0],
        moment(data.get("created")) or (before.created if before else tx.now),
    )  # fmt: skip
    if before is not None and before.verified and (verified is None or before.verified > verified):
        return replace(made, verifier=before.verifier, verified=before.verified, until=before.until)
    if verifier is None or verified is None or until is None:
        return made
    return replace(made, verifier=verifier, verified=verified, until=date.fromisoformat(until))


def merge_confirmations(merge: Merge) -> None:
    for rows in batches(merge.staging.rows("select * from confirmation order by rowid"), 500):
        with merge.begin() as tx:
            _put_confirmations(merge, tx, rows)


def _put_confirmations(merge: Merge, tx: Transaction, rows: list[Row]) -> None:
    people = {each.id: each for each in tx.people.list({row["person"] for row in rows})}
    targets = {row["target"] for row in rows}
    practices = {each.id: each for each in tx.practices.list(targets)}
    answers = {each.id: each for each in tx.answers.list(ids=targets - practices.keys())}
    changed: dict[tuple[str, str], None] = {}
    for row in rows:
        id, person = row["target"], people.get(row["person"])
        practice, answer = practices.get(id), answers.get(id)
        if person is None or (practice is None and answer is None):
            if not merge.dry_run:
                what = row["person"] if person is None else id
                merge.refuse("confirmation", row, f"{what} is neither here nor known: load it too.")
            continue
        if person.id in (practice.authors if practice else (answer.author if answer else None,)):
            merge.refuse("confirmation", row, f"{person.id} confirms their own words: leave it out.")
            continue
        place = (practice.id if practice else None, answer.id if answer else None)
        before, data = tx.confirmations.find(person.id, *place), json.loads(row["data"])
        at = moment(data.get("created")) or (before.at if before else tx.now)
        verdict, note = Verdict(data["verdict"]), data.get("note", "")
        same = before is not None and (before.at, before.verdict, before.note) == (at, verdict, note)
        later = before is not None and (same or before.at > at)
        merge.count("confirmation", before is not None, not later)
        if later or merge.dry_run:
            continue
        first = min(before.first, at) if before else at
        tx.confirmations.put(Confirmation(new_id(), person.id, *place, verdict, person.unit, note, first, at))
        changed["practice" if practice else "question", practice.id if practice else answer.question] = None  # type: ignore[union-attr]
        if practice is not None and verdict is not Verdict.WORKS and (not practice.settled or at > practice.settled):
            for keeper in keepers(tx, practice):
                open_task(tx, keeper, TaskKind.DOUBTED, practice, {}, person.id)
    for kind, id in changed:
        tx.changes.add("load", kind, id)
