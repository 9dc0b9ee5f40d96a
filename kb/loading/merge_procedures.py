"""Staged procedures into the knowledge base: what is known of each, and a new revision wherever the words changed.

Revisions are immutable: a load adds, it never rewrites. A text that was replaced here since, by an approved revision,
is an old file and adds nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from kb import audit
from kb.lifecycle import IN_WORK
from kb.loading.merge import Merge, batches
from kb.loading.rows import Row
from kb.model import Audience, Duty, Procedure, ProcedureStatus, Revision, RevisionStatus
from kb.storage import Transaction

LOADED = "Loaded from "
_RANK = [ProcedureStatus.DRAFT, ProcedureStatus.IN_REVIEW, ProcedureStatus.PUBLISHED, ProcedureStatus.RETIRED]
_AUDIENCE = ("roles", "units", "sites")
_TEXT = ("title", "summary", "body", "duties", "tags")


def merge_procedures(merge: Merge) -> None:
    staging, done = merge.staging, 0
    total: int = next(staging.values("select count(*) from procedure"))
    for keys in batches(staging.values("select key from procedure group by key order by min(rowid)"), 200):
        texts: defaultdict[str, list[Row]] = defaultdict(list)
        for row in staging.among("select * from procedure where key in ({}) order by rowid", keys):
            texts[row["key"]].append(row | {"data": json.loads(row["data"])})
        with merge.begin() as tx:
            stored = {each.key: each for each in tx.procedures.list(keys)}
            _put(merge, tx, [(stored.get(key), texts[key]) for key in keys])
        done += sum(map(len, texts.values()))
        merge.progress("procedures", done, total)


def _put(merge: Merge, tx: Transaction, pairs: Sequence[tuple[Procedure | None, list[Row]]]) -> None:
    procedures: list[Procedure] = []
    revisions: list[Revision] = []
    touched: dict[str, Procedure] = {}
    for before, rows in pairs:
        after = _procedure(merge, tx, before, rows)
        if after != before:
            procedures.append(after)
            touched[after.key] = after
        history = _History(tx, before)
        spoken: set[str] = set()
        for row in rows:
            row["language"] = row["language"] or merge.language(
                row["data"].get("title", ""), row["data"].get("body", "")
            )
            if row["language"] in spoken:
                merge.refuse(
                    "procedure", row, f"{row['key']} has a text in {row['language']} already: say its language."
                )
                continue
            spoken.add(row["language"])
            revision = _revision(merge, history, row)
            merge.count(
                "procedure",
                before is not None and history.knows(row["language"]),
                revision is not None or after != before,
                row, f"{row['key']} ({row['language']})", _what(revision, before, after),
            )  # fmt: skip
            if revision is not None:
                history.add(revision)
                revisions.append(revision)
                touched[after.key] = after
    if touched and not merge.dry_run:
        tx.procedures.put(procedures)
        tx.procedures.add_revisions(revisions)
        tx.changes.add_all("load", "procedure", touched)
        for key, after in touched.items():
            added = [f"{each.language}.{each.number}" for each in revisions if each.procedure == key]
            detail = {"status": after.status, "owner": after.owner, "revisions": added}
            audit.record(tx, None, "load", ("procedure", key), detail, after.space)


def _what(revision: Revision | None, before: Procedure | None, after: Procedure) -> str:
    """What of a procedure changes: its text, which becomes that revision, or what is known of it."""
    parts = [revision.name] if revision is not None else []
    if before is not None and after != before:
        parts += [each.name for each in fields(after) if getattr(before, each.name) != getattr(after, each.name)]
    return ", ".join(parts)


def _procedure(merge: Merge, tx: Transaction, before: Procedure | None, rows: list[Row]) -> Procedure:
    """What the rows of one key (its languages) say of it; the first that says something counts."""

    def said(name: str) -> Any:
        values = [row.get(name) or row["data"].get(name) for row in rows]
        there = [value for value in values if value]
        for row, value in zip(rows, values, strict=True):
            if value and value != there[0]:
                merge.note(
                    row,
                    f"{name} of {row['key']} is {value} here and {there[0]} in its other language: that was taken.",
                )
        return there[0] if there else None

    name = said("space")
    space = before.space if before and not name else merge.spaces.find_or_make(tx, name or rows[0]["fallback"])
    plain = before or Procedure(rows[0]["key"], space)
    satisfies = dict.fromkeys(each for row in rows for each in row["data"].get("satisfies", ()))
    return replace(
        plain, space=space, owner=said("owner") or plain.owner, deputy=said("deputy") or plain.deputy,
        review_months=said("review_months") or plain.review_months,
        satisfies=tuple(satisfies) or plain.satisfies, scope=said("scope") or plain.scope,
        audience=Audience(*(tuple(said(name) or getattr(plain.audience, name)) for name in _AUDIENCE)),
        status=_status(merge, before, rows), created=plain.created,
        reviewed=max(filter(None, [plain.reviewed, *map(_effective, rows)]), default=None),
    )  # fmt: skip


def _effective(row: Row) -> date | None:
    return date.fromisoformat(row["data"]["effective"]) if "effective" in row["data"] else None


def _status(merge: Merge, before: Procedure | None, rows: list[Row]) -> ProcedureStatus:
    """The furthest status of the languages, never behind the one reached here."""
    given = [ProcedureStatus(row["data"].get("status") or (before.status if before else "published")) for row in rows]
    status = max(given, key=_RANK.index)
    if before is None or _RANK.index(status) >= _RANK.index(before.status):
        return status
    if before.status is ProcedureStatus.RETIRED:
        merge.note(rows[0], f"The procedure {before.key} is retired here and stays so: the file still says {status}.")
    return before.status


def _revision(merge: Merge, history: _History, row: Row) -> Revision | None:
    """The revision this row adds; None when its words are there."""
    data = row["data"]
    language: str = row["language"]
    in_force = history.in_force(language)
    status = _revision_status(data.get("status"))
    standing = in_force if status is RevisionStatus.PUBLISHED else history.latest(language)
    effective = standing.since if standing else None
    words = Revision(
        row["key"], language, number=0, title=data.get("title", ""),
        summary=data.get("summary", ""), body=data.get("body", ""),
        duties=tuple(Duty(*duty) for duty in data.get("duties", ())), tags=tuple(data.get("tags", ())), status=status,
        change=LOADED + PurePath(merge.staging.files[row["file"]]).name,
        effective=_effective(row) or effective,
    )  # fmt: skip
    if standing is not None and _same(words, standing):
        return None
    if status is RevisionStatus.DRAFT and any(each.status in IN_WORK for each in history.all(language)):
        merge.note(row, f"A text of {words.procedure} ({language}) is in work here: the draft in the file was left "
                   "out. Publish or discard the one here first.")  # fmt: skip
        return None
    if in_force is not None and not in_force.change.startswith(LOADED):
        old = next(
            (each for each in history.all(language) if _same(each, words) and each.number < in_force.number), None
        )
        if old is not None:
            merge.note(row, f"The text of {words.procedure} ({language}) is revision {old.number}, which revision "
                       f"{in_force.number} replaced here: nothing was done. Bring the file up to date.")  # fmt: skip
            return None
    latest = history.latest(language)
    return replace(words, number=latest.number + 1 if latest else 1)


def _revision_status(status: str | None) -> RevisionStatus:
    """A file brings a text in force, or a draft: only its author can put one before the approvers."""
    if status in (ProcedureStatus.DRAFT, ProcedureStatus.IN_REVIEW):
        return RevisionStatus.DRAFT
    return RevisionStatus.PUBLISHED


def _same(one: Revision, other: Revision) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _TEXT) and one.since == other.since


class _History:
    """The revisions of one procedure by language; read from the store only when the one in force does not settle it."""

    def __init__(self, tx: Transaction, before: Procedure | None) -> None:
        self._tx = tx
        self._before = before
        self._all: list[Revision] | None = [] if before is None else None

    def all(self, language: str) -> list[Revision]:
        """Newest first."""
        if self._all is None and self._before is not None:
            self._all = list(self._tx.procedures.history(self._before.key))
        return sorted((each for each in self._all or () if each.language == language), key=lambda each: -each.number)

    def latest(self, language: str) -> Revision | None:
        known = self.all(language)
        return known[0] if known else None

    def in_force(self, language: str) -> Revision | None:
        if self._before is None:
            return None
        return next((each for each in self._before.revisions if each.language == language), None)

    def knows(self, language: str) -> bool:
        return self.in_force(language) is not None or bool(self.all(language))

    def add(self, revision: Revision) -> None:
        """Remember one added by this load, so that another row of the same language follows it."""
        self._all = [revision, *(self._all or [])]
