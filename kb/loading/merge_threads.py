"""Staged questions, answers, comments and votes into the knowledge base, a whole thread at a time.

A thread is never half there: what was asked, answered and voted is written in one transaction, and the change log
names its question once. Originals come before their duplicates.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from kb import audit
from kb.loading.merge import BATCH, Merge, moment
from kb.loading.rows import Row
from kb.loading.thread import Staged, Stored, Thread, blend
from kb.storage import Transaction
from kb.verifying import end as end_verifications

_HANGING = ("answer", "comment", "vote")
_OTHER = "belongs to something else already. Load these files with --prefix, so that ids of two communities differ."


def merge_threads(merge: Merge) -> None:
    staging, done = merge.staging, 0
    staging.run("create table thread (place integer primary key, id text unique)")
    staging.run("insert into thread (id) select id from question order by level, rowid")
    for kind in _HANGING:
        staging.run(f"insert or ignore into thread (id) select question from {kind} order by rowid")
    counted = "(select count(*) from {0} where {0}.question = thread.id)"
    total: int = next(
        staging.values("select " + " + ".join(f"(select count(*) from {kind})" for kind in ("question", *_HANGING)))
    )
    weights = staging.rows(
        f"select id, 1 + {' + '.join(counted.format(kind) for kind in _HANGING)} weight from thread order by place"
    )
    for ids, weight in _weighed(weights):
        staged = _staged(merge, ids)
        with merge.begin() as tx:
            _put(merge, tx, ids, staged)
        done = min(done + weight, total)
        merge.progress("questions and answers", done, total)


def _weighed(rows: Iterator[Row]) -> Iterator[tuple[list[str], int]]:
    """Ids of threads with about BATCH rows together."""
    ids: list[str] = []
    weight = 0
    for row in rows:
        ids.append(row["id"])
        weight += row["weight"]
        if weight >= BATCH:
            yield ids, weight
            ids, weight = [], 0
    if ids:
        yield ids, weight


def _staged(merge: Merge, ids: Sequence[str]) -> dict[str, Staged]:
    threads = {id: Staged() for id in ids}
    for row in merge.staging.among("select * from question where id in ({})", ids):
        threads[row["id"]].question = row | {"data": json.loads(row["data"])}
    for kind in _HANGING:
        for row in merge.staging.among(f"select * from {kind} where question in ({{}}) order by rowid", ids):
            if "data" in row:
                row["data"] = json.loads(row["data"])
            getattr(threads[row["question"]], kind + "s").append(row)
    return threads


def _stored(tx: Transaction, staged: dict[str, Staged]) -> dict[str, Stored]:
    """What the knowledge base holds of these threads, and under which of their ids it holds something of others."""
    threads: defaultdict[str, Stored] = defaultdict(Stored)
    for question in tx.questions.list(staged):
        threads[question.id].question = question
    if threads:
        for answer in tx.answers.list(list(threads)):
            threads[answer.question].answers[answer.id] = answer
        for vote in tx.votes.find_all(list(threads)):
            threads[vote.question].votes[vote.person, vote.answer] = vote
    owner = {row["id"]: id for id, thread in staged.items() for row in (*thread.answers, *thread.comments)}
    homes = {
        each.id: each.question
        for each in tx.answers.list(ids=[row["id"] for each in staged.values() for row in each.answers])
    }
    for comment in tx.comments.find_all([row["id"] for each in staged.values() for row in each.comments]):
        homes[comment.id] = comment.question
        threads[comment.question].comments[comment.id] = comment
    for id, home in homes.items():
        if owner[id] != home:
            threads[owner[id]].elsewhere |= {id}
    return threads


def _settle_tags(tx: Transaction, staged: dict[str, Staged]) -> None:
    """Put for each tag the one it means, so that loading again undoes no merge."""
    asked = [each.question["data"] for each in staged.values() if each.question is not None]
    meanings = tx.tags.meant({tag for data in asked for tag in data.get("tags", ())})
    for data in asked if meanings else ():
        data["tags"] = list(dict.fromkeys(meanings.get(tag, tag) for tag in data.get("tags", ())))


def _put(merge: Merge, tx: Transaction, ids: Sequence[str], staged: dict[str, Staged]) -> None:
    if not merge.dry_run:
        tx.questions.lock(staged)
    stored = _stored(tx, staged)
    _settle_tags(tx, staged)
    threads: list[tuple[str, Thread]] = []
    for id in ids:
        if not _refuse_others(merge, staged[id], stored[id]):
            thread = blend(staged[id], stored[id], _space(merge, tx, staged[id], stored[id]), tx.now, merge.language)
            for row, note in thread.notes:
                merge.note(row, note)
            for kind, known, changed in thread.fared:
                merge.count(kind, known, changed)
            if thread.changed:
                threads.append((id, thread))
    if not threads or merge.dry_run:
        return
    tx.questions.put([each.question for _, each in threads if each.question])
    answers = [answer for _, each in threads for answer in each.answers]
    before = {answer.id: answer.body for id, _ in threads for answer in stored[id].answers.values()}
    tx.answers.put(answers)
    end_verifications(tx, [each.id for each in answers if before.get(each.id, each.body) != each.body])
    tx.comments.put([comment for _, each in threads for comment in each.comments])
    for vote in (vote for _, each in threads for vote in each.replaced):
        tx.votes.remove(vote.person, vote.question, vote.answer)
    tx.votes.add([vote for _, each in threads for vote in each.votes])
    tx.changes.add_all("load", "question", [id for id, _ in threads])
    audit.record(tx, None, "load", ("question", ""), {"count": len(threads)})


def _space(merge: Merge, tx: Transaction, staged: Staged, stored: Stored) -> str:
    row = staged.question
    if row is not None and row["space"]:
        return merge.spaces.find_or_make(tx, row["space"])
    if stored.question is not None:
        return stored.question.space
    return merge.spaces.find_or_make(tx, row["fallback"]) if row is not None else ""


def _refuse_others(merge: Merge, staged: Staged, stored: Stored) -> bool:
    """Refuse rows whose id belongs to something else; True when the whole thread falls with its
    question."""
    row, before = staged.question, stored.question
    if row is not None and before is not None:
        created = moment(row["data"].get("created"))
        if created and created != before.created and row["data"]["title"] != before.title and not before.edited:
            merge.refuse("question", row, f"The id {row['id']} {_OTHER}")
            for kind in _HANGING:
                for hanging in getattr(staged, kind + "s"):
                    merge.refuse(kind, hanging, f"Its question {row['id']} was not loaded: that id {_OTHER}")
            return True
    if stored.elsewhere:
        for kind in _HANGING:
            rows: list[Row] = getattr(staged, kind + "s")
            for hanging in [each for each in rows if _names(each) & stored.elsewhere]:
                merge.refuse(kind, hanging, f"The id {min(_names(hanging) & stored.elsewhere)} {_OTHER}")
                rows.remove(hanging)
        return row is None and before is None
    return False


def _names(row: Row) -> frozenset[str]:
    return frozenset(filter(None, (row.get("id"), row.get("answer"))))
