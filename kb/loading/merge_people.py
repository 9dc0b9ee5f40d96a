"""Staged people and spaces into the knowledge base. A field the file does not have leaves what is stored as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kb import audit
from kb.loading.merge import Merge, batches, moment
from kb.loading.rows import Row
from kb.model import Membership, Person, PersonKind, Role, Space, Visibility
from kb.storage import Transaction


def merge_people(merge: Merge) -> None:
    staging, done = merge.staging, 0
    for row in list(staging.rows(
        "select * from person where email is not null and rowid not in "
        "(select min(rowid) from person where email is not null group by lower(email))"
    )):  # fmt: skip
        merge.note(row, f"email {row['email']} belongs to another row too; {row['id']} was loaded without it.")
        staging.run("update person set email = null where id = ?", [row["id"]])
    total: int = next(staging.values("select count(*) from person"))
    for rows in batches(staging.rows("select * from person order by rowid")):
        with merge.begin() as tx:
            _put_people(merge, tx, rows)
        done += len(rows)
        merge.progress("people", done, total)


def _put_people(merge: Merge, tx: Transaction, rows: Sequence[Row]) -> None:
    ids = {row["id"] for row in rows}
    if not merge.dry_run:
        tx.people.lock(ids)
    stored = {each.id: each for each in tx.people.list(ids)}
    owners = tx.people.find_emails({row["email"].lower() for row in rows if row["email"]})
    put: list[Person] = []
    released: dict[str, Person] = {}
    for row in rows:
        before = stored.get(row["id"])
        email: str | None = row["email"]
        owner = owners.get(email.lower()) if email else None
        if email and owner and owner != row["id"]:
            if _gives_up(merge, owner, email):
                released[owner] = replace(tx.people.get(owner), email=None)
            else:
                merge.note(row, f"email {email} belongs to {owner} already: {row['id']} was loaded without it. "
                           "Mend the address, or use one id for one person.")  # fmt: skip
                email = before.email if before else None
        after = _person(row["id"], email, json.loads(row["data"]), before)
        merge.count("person", before is not None, after != before, row, after.name)
        if after != before:
            put.append(after)
        if before is None and after.kind is PersonKind.GUEST and (after.sponsor is None or after.ends is None):
            merge.report.guests.append(after.name)
    if put and not merge.dry_run:
        tx.people.put(list(released.values()))
        tx.people.put(put)
        tx.changes.add_all("load", "person", dict.fromkeys([each.id for each in put] + list(released)))
        detail = {"people": [each.id for each in put], "administrators": [each.id for each in put if each.admin]}
        audit.record(tx, None, "load", ("person", ""), detail)


def _gives_up(merge: Merge, owner: str, email: str) -> bool:
    """Whether this load gives `owner` another address than `email`."""
    theirs = list(merge.staging.values("select lower(email) from person where id = ?", [owner]))
    return bool(theirs) and theirs[0] is not None and theirs[0] != email.lower()


def _person(id: str, email: str | None, data: dict[str, Any], before: Person | None) -> Person:
    if "kind" in data:
        data["kind"] = PersonKind(data["kind"])
    for name in ("languages", "skills", "holds"):
        if name in data:
            data[name] = tuple(data[name])
    data["created"] = moment(data.get("created")) or (before.created if before else None)
    if email is not None:
        data["email"] = email
    return replace(before or Person(id=id, name=data["name"]), **data)


def merge_spaces(merge: Merge) -> None:
    """Spaces and their memberships, each space with its members in one transaction."""
    for row in list(merge.staging.rows("select * from space order by rowid")):
        merge.spaces.described(row["id"])
        members = json.loads(row["members"])
        known = {each["id"] for each in merge.staging.among(
            "select id from person where id in ({0})", [member["person"] for member in members])}  # fmt: skip
        with merge.begin() as tx:
            before = tx.spaces.find(row["id"])
            data = json.loads(row["data"])
            if "visibility" in data:
                data["visibility"] = Visibility(data["visibility"])
            after = replace(before or Space(id=row["id"], name=data["name"]), **data)
            known |= {each.id for each in tx.people.list({member["person"] for member in members} - known)}
            standing = {each.person: each for each in tx.spaces.members(row["id"])}
            put: dict[str, Membership] = {}
            for member in members:
                person, role = member["person"], Role(member["role"])
                if person not in known:
                    merge.note(row, f"member {person} is not known: add them to people.")
                elif person not in standing:
                    put[person] = Membership(row["id"], person, role, since=tx.now)
                elif standing[person].role is not role:
                    put[person] = replace(standing[person], role=role)
            merge.count("space", before is not None, after != before or bool(put), row, row["id"])
            if merge.dry_run:
                continue
            if after != before:
                tx.spaces.put([after])
                tx.changes.add("load", "space", after.id)
            if put:
                tx.spaces.put_members(list(put.values()))
                tx.changes.add_all("load", "person", put)
            if after != before or put:
                detail = {
                    "visibility": after.visibility, "members": {id: each.role for id, each in put.items()},
                }  # fmt: skip
                audit.record(tx, None, "load", ("space", after.id), detail, after.id)
